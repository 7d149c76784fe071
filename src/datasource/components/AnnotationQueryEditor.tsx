import type { QueryEditorProps } from '@grafana/data';
import { MultiCombobox, RadioButtonGroup } from '@grafana/ui';
import { useId } from 'react';

import { type RegionKind, regionKinds } from '../../frames';
import { annotationQuery } from '../annotations/annotationQuery';
import type { GclensDataSource } from '../datasource';
import { selectors } from '../selectors';
import type { GclensOptions, GclensQuery } from '../types';
import { CapturePicker } from './CapturePicker';
import { EditorField, EditorRow, labelId } from './EditorRow';
import { useCaptures } from './useCaptures';

type Props = QueryEditorProps<GclensDataSource, GclensQuery, GclensOptions>;

const labels = selectors.annotationEditor;

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
  { value: 'real', label: 'Real', description: 'On the clock' },
  { value: 'stretched', label: 'Stretched × 1000', description: '1 µs as 1 ms, for dashboards of stretched panels' },
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
    <EditorRow>
      <CapturePicker
        refs={current.captures}
        stored={stored.captures ?? []}
        variables={datasource.variableNames()}
        onChange={(captures) => change({ captures })}
      />
      <EditorField
        label={labels.regions}
        htmlFor={`${id}-regions`}
        minWidth={280}
        grow={1}
        tooltip="What of the captures is marked on the time axis"
      >
        <MultiCombobox
          id={`${id}-regions`}
          aria-labelledby={labelId(`${id}-regions`)}
          options={[...kindOptions]}
          value={[...(current.regions ?? regionKinds)]}
          onChange={(chosen) => change({ regions: chosen.map(({ value }) => value) })}
        />
      </EditorField>
      <EditorField label={labels.timeUnit} htmlFor={`${id}-unit`} minWidth={190} tooltip="The time unit of the panels on the dashboard">
        <RadioButtonGroup
          id={`${id}-unit`}
          aria-label={labels.timeUnit}
          options={[...unitOptions]}
          value={current.timeUnit ?? 'real'}
          onChange={(timeUnit) => change({ timeUnit })}
        />
      </EditorField>
    </EditorRow>
  );
}
