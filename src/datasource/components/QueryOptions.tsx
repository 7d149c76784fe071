import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useId, useState } from 'react';

import { selectors } from '../selectors';
import type { GclensQuery } from '../types';
import { viewTakes } from '../views';
import { EditorField, EditorRow } from './EditorRow';

interface Props {
  readonly query: GclensQuery;
  readonly changeAndRun: (part: Partial<GclensQuery>) => void;
}

const labels = selectors.queryEditor;

/** What is seldom needed: folded up, with what of it is set beside. */
export function QueryOptions({ query, changeAndRun }: Props) {
  const styles = useStyles2(getStyles);
  const contentId = useId();
  const [isOpen, setOpen] = useState(false);
  const { view } = query;
  const joins = viewTakes(view, 'captures') && query.captures.length > 0;
  if (!joins && !numbers.some(({ member }) => viewTakes(view, member)) && !viewTakes(view, 'timeUnit')) {
    return null;
  }
  return (
    <div>
      <div className={styles.head}>
        <Button
          variant="secondary"
          fill="text"
          size="sm"
          icon={isOpen ? 'angle-down' : 'angle-right'}
          aria-expanded={isOpen}
          aria-controls={contentId}
          onClick={() => setOpen(!isOpen)}
        >
          {labels.options}
        </Button>
        {!isOpen && <span className={styles.summary}>{summarize(query)}</span>}
      </div>
      {isOpen && (
        <div id={contentId} role="group" aria-label={labels.options} className={styles.content}>
          <EditorRow>
            {numbers
              .filter(({ member }) => viewTakes(view, member))
              .map(({ member, ...field }) => (
                <NumberField
                  key={member}
                  {...field}
                  value={query[member]}
                  onCommit={(value) => {
                    changeAndRun({ [member]: value });
                  }}
                />
              ))}
            {viewTakes(view, 'timeUnit') && (
              <TimeUnitField timeUnit={query.timeUnit ?? 'real'} onChange={(timeUnit) => changeAndRun({ timeUnit })} />
            )}
          </EditorRow>
          {joins && (
            <Checkbox
              label={labels.joinAnyway}
              description="Captures of another build, process or moment are otherwise shown by themselves, with the reason"
              value={query.joinAnyway === true}
              onChange={({ currentTarget }) => changeAndRun({ joinAnyway: currentTarget.checked ? true : undefined })}
            />
          )}
        </div>
      )}
    </div>
  );
}

type NumberMember = 'maxNodes' | 'cycle' | 'limit';

const numbers: readonly (NumberFieldTexts & { readonly member: NumberMember })[] = [
  {
    member: 'maxNodes',
    label: labels.maxNodes,
    tooltip: 'How many nodes the graph may have; the lightest of the rest are summed up as “other”, or left out',
    placeholder: 'default',
    least: 2,
  },
  {
    member: 'cycle',
    label: labels.cycle,
    tooltip: 'Only what overlaps this GC cycle, by its number in the view GC cycles',
    placeholder: 'all',
    least: 0,
  },
  { member: 'limit', label: labels.limit, tooltip: 'At most so many rows, lanes or lines', placeholder: 'default', least: 1 },
];

function summarize(query: GclensQuery): string {
  const set = numbers.flatMap(({ member, label }) =>
    viewTakes(query.view, member) && query[member] !== undefined ? [`${label}: ${query[member]}`] : [],
  );
  const stretched = viewTakes(query.view, 'timeUnit') && query.timeUnit === 'stretched' ? ['Time: stretched'] : [];
  return [...set, ...stretched, ...(query.joinAnyway === true ? [labels.joinAnyway] : [])].join(', ');
}

interface NumberFieldTexts {
  readonly label: string;
  readonly tooltip: string;
  readonly placeholder: string;
  readonly least: number;
}

interface NumberFieldProps extends NumberFieldTexts {
  readonly value: number | undefined;
  readonly onCommit: (value: number | undefined) => void;
}

/** A whole number, or nothing; what is neither is not taken, and the field says so. */
function NumberField({ label, tooltip, placeholder, least, value, onCommit }: NumberFieldProps) {
  const id = useId();
  const [text, setText] = useState<string>();
  const parsed = text === undefined || text.trim() === '' ? undefined : Number(text);
  const isWrong = parsed !== undefined && !(Number.isSafeInteger(parsed) && parsed >= least);
  const commit = () => {
    if (text !== undefined && !isWrong) {
      setText(undefined);
      if (parsed !== value) {
        onCommit(parsed);
      }
    }
  };
  return (
    <EditorField label={label} tooltip={tooltip} htmlFor={id} minWidth={110}>
      <Input
        id={id}
        type="number"
        min={least}
        value={text ?? value ?? ''}
        placeholder={placeholder}
        invalid={isWrong}
        title={isWrong ? `A whole number from ${least} on` : undefined}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === 'Enter') {
            commit();
          }
        }}
      />
    </EditorField>
  );
}

interface TimeUnitProps {
  readonly timeUnit: 'real' | 'stretched';
  readonly onChange: (timeUnit: 'stretched' | undefined) => void;
}

function TimeUnitField({ timeUnit, onChange }: TimeUnitProps) {
  const id = useId();
  return (
    <EditorField
      label={labels.timeUnit}
      tooltip="Grafana zooms no further than a millisecond. Stretched, a microsecond of the capture is a millisecond of the axis"
      htmlFor={id}
      minWidth={190}
    >
      <RadioButtonGroup
        id={id}
        aria-label={labels.timeUnit}
        options={[
          { value: 'real' as const, label: 'Real' },
          { value: 'stretched' as const, label: 'Stretched × 1000' },
        ]}
        value={timeUnit}
        onChange={(chosen) => onChange(chosen === 'stretched' ? chosen : undefined)}
      />
    </EditorField>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0, marginLeft: theme.spacing(-1) }),
    summary: css({
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    }),
    content: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      alignItems: 'flex-start',
      padding: theme.spacing(0.5, 0),
    }),
  };
}
