import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Input, useStyles2 } from '@grafana/ui';
import { type FocusEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

import { checkSelector, type SelectorProblem, unknownLabels } from '../checkSelector';
import type { Labels } from '../labels';
import { applyCompletion, selectorPlace, type SelectorPlace } from '../selectorCompletion';
import { selectors } from '../selectors';

interface Props {
  readonly value: string;
  /** Loads the label keys and values of the query's captures, the first time they are needed. */
  readonly loadLabels: () => Promise<Labels>;
  readonly onChange: (selector: string) => void;
  /** The text is complete and right: Enter, or the field was left. */
  readonly onCommit: () => void;
  readonly id?: string;
  /** Template variables that a value may be, with their `$`. */
  readonly variables?: readonly string[];
}

interface Completion {
  readonly text: string;
  readonly note: string;
  readonly isVariable?: boolean;
}

const labels = selectors.queryEditor;
const maxCompletions = 50;

/** None is chosen: Enter and Tab do what they do elsewhere. */
const none = -1;

const operators: readonly Completion[] = [
  { text: '=', note: 'is' },
  { text: '!=', note: 'is not' },
  { text: '=~', note: 'matches the expression' },
  { text: '!~', note: 'does not match the expression' },
];

/** A field for a selector like `{map_op="iterate"}`: completes keys and values of the captures, and points at the place of a mistake. */
export function SelectorField({ value, loadLabels, onChange, onCommit, id, variables = [] }: Props) {
  const styles = useStyles2(getStyles);
  const listId = useId();
  const noteId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [known, setKnown] = useState<Labels>();
  const [cursor, setCursor] = useState<number>();
  const [active, setActive] = useState(none);
  const place = cursor === undefined ? null : selectorPlace(value, cursor);
  const completions = place === null || known === undefined ? [] : completionsAt(place, known, variables);
  const open = completions.length > 0;
  const problem = checkSelector(value);
  const hint = problem === undefined && known !== undefined ? unknownLabels(value, known) : undefined;
  useInView(open ? listId : undefined);
  useInView(active === none ? undefined : `${listId}-${active}`);

  const commit = () => {
    setCursor(undefined);
    // What is wrong is said below the field; running it would only take the picture away.
    if (problem === undefined) {
      onCommit();
    }
  };
  const openList = (chosen: number) => {
    if (known === undefined) {
      // Without labels there is no completion; the query itself reports why the captures cannot be read.
      loadLabels().then(setKnown, () => undefined);
    }
    setCursor(input.current?.selectionStart ?? value.length);
    setActive(chosen);
  };
  const choose = (completion: Completion) => {
    if (place === null) {
      return;
    }
    const next = applyCompletion(value, place, completion.text, completion.isVariable);
    onChange(next.text);
    setActive(0);
    setCursor(next.text.endsWith('}') ? undefined : next.cursor);
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(next.cursor, next.cursor);
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = open ? completions[active] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (open) {
        const step = event.key === 'ArrowDown' ? 1 : active === none ? 0 : -1;
        setActive((active + step + completions.length) % completions.length);
      } else {
        openList(0);
      }
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      openList(0);
    } else if (event.key === 'Escape') {
      if (open) {
        event.stopPropagation();
      }
      setCursor(undefined);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === 'Enter') {
      commit();
    }
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.parentElement?.contains(event.relatedTarget)) {
      commit();
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
        aria-activedescendant={open && active !== none ? `${listId}-${active}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={problem !== undefined || hint !== undefined ? noteId : undefined}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          openList(event.currentTarget.value === '' ? none : 0);
        }}
        onFocus={() => openList(none)}
        onClick={() => openList(none)}
        onSelect={({ currentTarget }) => {
          if (cursor !== undefined) {
            setCursor(currentTarget.selectionStart ?? undefined);
          }
        }}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
      />
      {open && (
        // Lists that scroll are stops of the Tab key otherwise.
        <ul id={listId} role="listbox" tabIndex={-1} aria-label={labels.selectorCompletions} className={styles.list}>
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
      {problem !== undefined && !open && <Problem id={noteId} text={value} problem={problem} onUse={onChange} />}
      {hint !== undefined && !open && (
        <div id={noteId} role="status" className={styles.hint}>
          {hint}
        </div>
      )}
    </div>
  );
}

/** Scrolls as far as it takes to see an element when it appears: long lists scroll, and so do the panes that editors are in. */
function useInView(id: string | undefined): void {
  useEffect(() => {
    if (id !== undefined) {
      document.getElementById(id)?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [id]);
}

interface ProblemProps {
  readonly id: string;
  readonly text: string;
  readonly problem: SelectorProblem;
  readonly onUse: (selector: string) => void;
}

/** The text again with the mistake underlined, what is wrong, and what to write instead. */
function Problem({ id, text, problem, onUse }: ProblemProps) {
  const styles = useStyles2(getStyles);
  const { offset, proposal } = problem;
  return (
    <div id={id} role="alert" data-testid={labels.selectorError} className={styles.problem}>
      {offset !== undefined && (
        <code className={styles.quote}>
          {text.slice(0, offset)}
          <span className={styles.mistake}>{text.slice(offset, offset + 1) || ' '}</span>
          {text.slice(offset + 1)}
        </code>
      )}
      <div>{problem.message}</div>
      {proposal !== undefined && (
        <Button size="sm" variant="secondary" fill="outline" onClick={() => onUse(proposal)}>
          {labels.useProposal(proposal)}
        </Button>
      )}
    </div>
  );
}

function completionsAt(place: SelectorPlace, known: Labels, variables: readonly string[]): Completion[] {
  const prefix = place.prefix.toLowerCase();
  const matching = candidatesAt(place, known, variables).filter(({ text }) => text.toLowerCase().includes(prefix));
  const begins = ({ text }: Completion) => (text.toLowerCase().startsWith(prefix) ? 0 : 1);
  return matching.sort((a, b) => begins(a) - begins(b)).slice(0, maxCompletions);
}

function candidatesAt(place: SelectorPlace, known: Labels, variables: readonly string[]): Completion[] {
  switch (place.kind) {
    case 'key':
      return known.map(({ key, values }) => ({ text: key, note: values.length === 1 ? '1 value' : `${values.length} values` }));
    case 'operator':
      return [...operators];
    case 'value': {
      const values = known.find(({ key }) => key === place.key)?.values ?? [];
      const ofVariables = place.prefix.startsWith('$') ? variables.map((text) => ({ text, note: 'variable', isVariable: true })) : [];
      return [...ofVariables, ...values.map(({ value, count }) => ({ text: value, note: `× ${count}` }))];
    }
  }
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
    hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, padding: theme.spacing(0.5, 0) }),
    quote: css({ whiteSpace: 'pre-wrap', background: 'none', border: 0, padding: 0 }),
    mistake: css({ background: theme.colors.error.transparent, borderBottom: `2px solid ${theme.colors.error.main}` }),
  };
}
