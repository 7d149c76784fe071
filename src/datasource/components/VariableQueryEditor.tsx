import type { QueryEditorProps } from '@grafana/data';
import { Combobox, Text } from '@grafana/ui';
import { useEffect, useId, useState } from 'react';

import type { GclensDataSource } from '../datasource';
import { messageOf } from '../messageOf';
import { selectors } from '../selectors';
import type { GclensOptions, GclensQuery } from '../types';
import { migrateVariableQuery, type VariableKind, type VariableQuery } from '../variables/variableQuery';
import type { VariableValue } from '../variables/variableValues';
import { CapturePicker } from './CapturePicker';
import { chosenFirst } from './chosenFirst';
import { EditorField, EditorRow } from './EditorRow';
import { useCaptures } from './useCaptures';

type Props = QueryEditorProps<GclensDataSource, GclensQuery, GclensOptions, VariableQuery>;

const labels = selectors.variableEditor;
const mostShown = 8;

const kindOptions: readonly { readonly value: VariableKind; readonly label: string; readonly description: string }[] = [
  { value: 'captures', label: 'Captures', description: 'Of this browser; queries take the variable as a capture' },
  { value: 'services', label: 'Services', description: 'service.name of labels and spans' },
  { value: 'endpoints', label: 'Endpoints', description: 'Routes, or types of tasks' },
  { value: 'labelKeys', label: 'Label keys', description: 'What a selector can name' },
  { value: 'labelValues', label: 'Label values', description: 'Of one label, most frequent first' },
  { value: 'mapSites', label: 'Map sites', description: 'Lines that work on maps' },
  { value: 'gcCycles', label: 'GC cycles', description: 'By their number, with duration and trigger' },
  { value: 'sampleTypes', label: 'Sample types', description: 'What a flame graph can count' },
];

/** Chooses what a dashboard variable lists, and shows the values that there are now. */
export function VariableQueryEditor({ query: stored, datasource, onChange }: Props) {
  const id = useId();
  const query = migrateVariableQuery(stored);
  const inBrowser = useCaptures(datasource);
  const keys = useValues(datasource, { ...query, kind: 'labelKeys' }, query.kind === 'labelValues');
  const values = useValues(datasource, query, query.kind !== 'labelValues' || query.key !== undefined);
  const change = (part: Partial<VariableQuery>) => {
    onChange({ ...query, ...part });
  };
  return (
    <>
      <EditorRow>
        <EditorField label={labels.kind} htmlFor={`${id}-kind`} minWidth={240}>
          <Combobox
            id={`${id}-kind`}
            options={chosenFirst(kindOptions, query.kind)}
            value={query.kind}
            onChange={({ value }) => change({ kind: value })}
          />
        </EditorField>
        {query.kind === 'labelValues' && (
          <EditorField label={labels.key} htmlFor={`${id}-key`} minWidth={240}>
            <Combobox
              id={`${id}-key`}
              createCustomValue
              placeholder="Choose a label"
              options={chosenFirst(
                keys.values.map(({ value }) => ({ value })),
                query.key,
              )}
              value={query.key ?? null}
              onChange={({ value }) => change({ key: value })}
            />
          </EditorField>
        )}
      </EditorRow>
      {query.kind !== 'captures' && (
        <EditorRow>
          <CapturePicker
            refs={query.captures}
            stored={inBrowser.captures ?? []}
            variables={datasource.variableNames()}
            onChange={(captures) => change({ captures })}
          />
        </EditorRow>
      )}
      <div data-testid={labels.preview} aria-live="polite">
        <Text variant="bodySmall" color={values.error === undefined ? 'secondary' : 'error'}>
          {values.error ?? describeValues(values.values)}
        </Text>
      </div>
    </>
  );
}

function describeValues(values: readonly VariableValue[]): string {
  const shown = values.slice(0, mostShown).map(({ text }) => text);
  const more = values.length - shown.length;
  return values.length === 0 ? 'No values yet.' : `${values.length} values: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

interface Values {
  readonly values: readonly VariableValue[];
  readonly error: string | undefined;
}

const none: Values = { values: [], error: undefined };

/** The values of a query; follows it, and asks for nothing unless wanted. */
function useValues(datasource: GclensDataSource, query: VariableQuery, isWanted: boolean): Values {
  const [state, setState] = useState(none);
  const asked = isWanted ? JSON.stringify(query) : '';
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    if (asked === '') {
      setState(none);
      return undefined;
    }
    datasource.variableValues(migrateVariableQuery(JSON.parse(asked)), { signal }).then(
      (values) => {
        if (!signal.aborted) {
          setState({ values, error: undefined });
        }
      },
      (error: unknown) => {
        if (!signal.aborted) {
          setState({ values: [], error: messageOf(error) });
        }
      },
    );
    return () => {
      controller.abort();
    };
  }, [datasource, asked]);
  return state;
}
