import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, useStyles2 } from '@grafana/ui';
import { type FocusEvent, type KeyboardEvent, useId, useRef, useState } from 'react';

import { type SelectorProblem, checkSelector } from '../checkSelector';
import type { Labels } from '../labels';
import { selectors } from '../selectors';
import { applyCompletion, selectorPlace } from '../selectorCompletion';

interface Props {
  readonly value: string;
  /** Loads the label keys and values of the query's captures, the first time they are needed. */
  readonly loadLabels: () => Promise<Labels>;
  readonly onChange: (selector: string) => void;
  /** The text is complete: Enter, or the field was left. */
  readonly onCommit: () => void;
  readonly id?: string;
}

interface Completion {
  readonly text: string;
  readonly note: string;
}

const labels = selectors.queryEditor;
const maxCompletions = 50;

/** A field for a selector like `{map_op="iterate"}`: completes keys and values of the captures, and points at the place of a mistake. */
export function SelectorField({ value, loadLabels, onChange, onCommit, id }: Props) {
  const styles = useStyles2(getStyles);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [known, setKnown] = useState<Labels>();
  const [cursor, setCursor] = useState<number>();
  const [active, setActive] = useState(0);
  const completions = cursor === undefined || known === undefined ? [] : completionsAt(value, cursor, known);
  const open = completions.length > 0;
  const problem = hasVariable(value) ? undefined : checkSelector(value);

  const openList = () => {
    if (known === undefined) {
      // Without labels there is no completion; the query itself reports why the captures cannot be read.
      loadLabels().then(setKnown, () => undefined);
    }
    setCursor(input.current?.selectionStart ?? value.length);
    setActive(0);
  };
  const choose = (completion: Completion) => {
    const next = applyCompletion(value, selectorPlace(value, cursor ?? value.length), completion.text);
    onChange(next.text);
    setActive(0);
    setCursor(next.text.endsWith('}') ? undefined : next.cursor);
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(next.cursor, next.cursor);
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = completions[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (open) {
        setActive((active + (event.key === 'ArrowDown' ? 1 : completions.length - 1)) % completions.length);
      } else {
        openList();
      }
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setCursor(undefined);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && open && chosen !== undefined && !isWhole(value, cursor)) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === 'Enter') {
      setCursor(undefined);
      onCommit();
    }
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.parentElement?.contains(event.relatedTarget)) {
      setCursor(undefined);
      onCommit();
    }
  };

  return (
    <div className={styles.field}>
      <Input
        ref={input}
        id={id}
        className={styles.input}
        value={value}
        placeholder={'{map_op="iterate"}'}
        invalid={problem !== undefined}
        spellCheck={false}
        autoComplete="off"
        role="combobox"
        aria-label={labels.selector}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={listId}
        aria-activedescendant={open ? `${listId}-${active}` : undefined}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setCursor(event.currentTarget.selectionStart ?? undefined);
          setActive(0);
        }}
        onFocus={openList}
        onClick={openList}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
      />
      {open && (
        <ul id={listId} role="listbox" aria-label={labels.selectorCompletions} className={styles.list}>
          {completions.map((completion, index) => (
            <li
              key={completion.text}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              className={cx(styles.option, index === active && styles.active)}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(completion);
              }}
            >
              <span>{completion.text}</span>
              <span className={styles.note}>{completion.note}</span>
            </li>
          ))}
        </ul>
      )}
      {problem !== undefined && !open && <Problem text={value} problem={problem} />}
    </div>
  );
}

/** The text again with the mistake underlined, and what is wrong. */
function Problem({ text, problem }: { readonly text: string; readonly problem: SelectorProblem }) {
  const styles = useStyles2(getStyles);
  const { offset } = problem;
  return (
    <div role="alert" data-testid={labels.selectorError} className={styles.problem}>
      {offset !== undefined && (
        <code className={styles.quote}>
          {text.slice(0, offset)}
          <span className={styles.mistake}>{text.slice(offset, offset + 1) || ' '}</span>
          {text.slice(offset + 1)}
        </code>
      )}
      <div>{problem.message}</div>
    </div>
  );
}

function completionsAt(text: string, cursor: number, known: Labels): Completion[] {
  const place = selectorPlace(text, cursor);
  const candidates: Completion[] =
    place.kind === 'key'
      ? known.map(({ key, values }) => ({ text: key, note: `${values.length} values` }))
      : (known.find(({ key }) => key === place.key)?.values ?? []).map(({ value, count }) => ({ text: value, note: String(count) }));
  const prefix = place.prefix.toLowerCase();
  return candidates.filter((candidate) => candidate.text.toLowerCase().includes(prefix)).slice(0, maxCompletions);
}

/** A closed selector with the cursor behind it: Enter means run, not complete. */
function isWhole(text: string, cursor: number | undefined): boolean {
  return text.trimEnd().endsWith('}') && (cursor ?? 0) >= text.trimEnd().length;
}

/** What a variable will hold is not known here, so it is not judged. */
function hasVariable(text: string): boolean {
  return /\$\w+|\$\{|\[\[/.test(text);
}

function getStyles(theme: GrafanaTheme2) {
  return {
    field: css({ position: 'relative', width: '100%' }),
    input: css({ '& input': { fontFamily: theme.typography.fontFamilyMonospace } }),
    list: css({
      position: 'absolute',
      zIndex: theme.zIndex.dropdown,
      top: theme.spacing(4.25),
      left: 0,
      minWidth: 240,
      maxWidth: '100%',
      maxHeight: 260,
      overflowY: 'auto',
      listStyle: 'none',
      background: theme.colors.background.elevated,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      boxShadow: theme.shadows.z3,
    }),
    option: css({
      display: 'flex',
      justifyContent: 'space-between',
      gap: theme.spacing(2),
      padding: theme.spacing(0.5, 1),
      cursor: 'pointer',
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
      overflowWrap: 'anywhere',
      '&:hover': { background: theme.colors.action.hover },
    }),
    active: css({ background: theme.colors.action.selected }),
    note: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
    problem: css({ color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize, padding: theme.spacing(0.5, 0) }),
    quote: css({ whiteSpace: 'pre-wrap', background: 'none', border: 0, padding: 0 }),
    mistake: css({ background: theme.colors.error.transparent, borderBottom: `2px solid ${theme.colors.error.main}` }),
  };
}
