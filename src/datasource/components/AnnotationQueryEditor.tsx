import type { QueryEditorProps } from '@grafana/data';
import { InlineField, InlineFieldRow, MultiCombobox, RadioButtonGroup } from '@grafana/ui';
import { useId } from 'react';

import { type RegionKind, regionKinds } from '../../frames';
import { annotationQuery } from '../annotations/annotationQuery';
import type { GclensDataSource } from '../datasource';
import { selectors } from '../selectors';
import type { GclensOptions, GclensQuery } from '../types';
import { CapturePicker } from './CapturePicker';
import { useCaptures } from './useCaptures';

type Props = QueryEditorProps<GclensDataSource, GclensQuery, GclensOptions>;

const labels = selectors.annotationEditor;
const labelWidth = 16;

const kindOptions: readonly { readonly value: RegionKind; readonly label: string; readonly description: string }[] = [
  { value: 'cycles', label: 'GC cycles', description: 'From the first mark to the end of the cycle, in the colour of the annotation' },
  { value: 'stops', label: 'Stop-the-worlds', description: 'Red where the GC stopped the world' },
  {
    value: 'findings',
    label: 'Findings',
    description: 'Over the time of the capture: red where grave, yellow where less, green where nothing is wrong',
  },
];

const unitOptions = [
  { value: 'real', label: 'real', description: 'On the clock' },
  { value: 'stretched', label: 'stretched', description: '1 µs as 1 ms, for dashboards of stretched panels' },
] as const;

/** Chooses the captures of an annotation, and what of them is marked. */
export function AnnotationQueryEditor({ query, datasource, onChange, onRunQuery }: Props) {
  const id = useId();
  const stored = useCaptures(datasource);
  const current = annotationQuery(query);
  const change = (part: Partial<GclensQuery>) => {
    onChange({ ...current, ...part });
    onRunQuery();
  };
  return (
    <InlineFieldRow>
      <CapturePicker
        refs={current.captures}
        stored={stored.captures ?? []}
        labelWidth={labelWidth}
        onChange={(captures) => change({ captures })}
      />
      <InlineField
        label={labels.regions}
        labelWidth={labelWidth}
        htmlFor={`${id}-regions`}
        tooltip="What of the captures is marked on the time axis"
      >
        <MultiCombobox
          id={`${id}-regions`}
          width={46}
          options={[...kindOptions]}
          value={[...(current.regions ?? regionKinds)]}
          onChange={(chosen) => change({ regions: chosen.map(({ value }) => value) })}
        />
      </InlineField>
      <InlineField label={labels.timeUnit} labelWidth={labelWidth} tooltip="The time unit of the panels on the dashboard">
        <RadioButtonGroup
          aria-label={labels.timeUnit}
          options={[...unitOptions]}
          value={current.timeUnit ?? 'real'}
          onChange={(timeUnit) => change({ timeUnit })}
        />
      </InlineField>
    </InlineFieldRow>
  );
}
