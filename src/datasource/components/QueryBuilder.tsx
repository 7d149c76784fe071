import type { PanelData, TimeRange } from '@grafana/data';
import { Combobox, Input } from '@grafana/ui';
import { useId, useMemo, useState } from 'react';

import { type View, views } from '../../frames';
import type { GclensDataSource } from '../datasource';
import { sampleTypeOption } from '../sampleTypes';
import { selectors } from '../selectors';
import type { StoredCapture } from '../store';
import type { GclensQuery } from '../types';
import { viewChoice, viewSampleTypes, viewTakes } from '../views';
import { CapturePicker, type CaptureWay } from './CapturePicker';
import { chosenFirst } from './chosenFirst';
import { EditorField, EditorRow } from './EditorRow';
import { QueryOptions } from './QueryOptions';
import { RequestField } from './RequestField';
import { SelectorField } from './SelectorField';

interface Props {
  readonly query: GclensQuery;
  readonly datasource: GclensDataSource;
  readonly data: PanelData | undefined;
  /** Time range of the page. */
  readonly range: TimeRange | undefined;
  readonly stored: readonly StoredCapture[];
  readonly change: (part: Partial<GclensQuery>) => void;
  readonly changeAndRun: (part: Partial<GclensQuery>) => void;
  readonly onRunQuery: () => void;
  /** How captures come in. */
  readonly ways: readonly CaptureWay[];
}

const labels = selectors.queryEditor;

const viewOptions = (['auto', ...views] as const).map((view) => ({ value: view, ...viewChoice(view) }));

/** The members of a query as fields: which captures, what of them to see, and what narrows that down. Only those that the view takes. */
export function QueryBuilder({ query, datasource, data, range, stored, change, ways, changeAndRun, onRunQuery }: Props) {
  const { view } = query;
  const id = useId();
  const variables = datasource.variableNames();
  const ordered = useMemo(() => chosenFirst(viewOptions, view), [view]);
  const captureKey = JSON.stringify(query.captures);
  return (
    <>
      <EditorRow>
        <EditorField label={labels.view} htmlFor={`${id}-view`} minWidth={240} tooltip={viewChoice(view).description}>
          <Combobox
            id={`${id}-view`}
            options={ordered}
            value={view}
            onChange={(option: { readonly value: View | 'auto' }) => changeAndRun({ view: option.value })}
          />
        </EditorField>
        {viewTakes(view, 'captures') && (
          <CapturePicker
            refs={query.captures}
            stored={stored}
            onChange={(captures) => changeAndRun({ captures })}
            ways={ways}
            variables={variables}
            store={datasource.store}
          />
        )}
        {viewTakes(view, 'baseline') && (
          <CapturePicker
            label={labels.baseline}
            tooltip="What the captures are compared with: the same of another run, or of the same process before"
            refs={query.baseline ?? []}
            stored={stored}
            variables={variables}
            onChange={(baseline) => changeAndRun({ baseline })}
          />
        )}
      </EditorRow>
      {(viewTakes(view, 'query') || viewTakes(view, 'selector')) && (
        <EditorRow>
          {viewTakes(view, 'query') && (
            <EditorField
              label={labels.request}
              htmlFor={`${id}-request`}
              minWidth={260}
              grow={1}
              tooltip="A trace id, span id (hex or decimal), request id or task id, or the first 8 characters of one; a part of the name finds those to choose from"
            >
              <RequestField
                id={`${id}-request`}
                value={query.query}
                isNeeded={view === 'request'}
                search={(text) => datasource.findRequests(query, text, range)}
                onChange={(request) => changeAndRun({ query: request })}
              />
            </EditorField>
          )}
          {viewTakes(view, 'selector') && (
            <EditorField
              label={labels.selector}
              htmlFor={`${id}-selector`}
              minWidth={300}
              grow={2}
              tooltip="Matchers as in Prometheus: = != =~ !~, several with commas between"
            >
              <SelectorField
                key={`${view} ${captureKey}`}
                id={`${id}-selector`}
                value={query.selector ?? ''}
                loadLabels={() => datasource.selectorLabels(query, range)}
                variables={variables}
                onChange={(selector) => change({ selector })}
                onCommit={onRunQuery}
              />
            </EditorField>
          )}
        </EditorRow>
      )}
      {(viewTakes(view, 'sampleType') || viewTakes(view, 'focus')) && (
        <EditorRow>
          {viewTakes(view, 'sampleType') && (
            <EditorField label={labels.sampleType} htmlFor={`${id}-type`} minWidth={200} grow={1} tooltip="What is counted">
              <SampleTypeField
                id={`${id}-type`}
                known={sampleTypesIn(data, query)}
                sampleType={query.sampleType}
                onChange={(sampleType) => changeAndRun({ sampleType })}
              />
            </EditorField>
          )}
          {viewTakes(view, 'focus') && (
            <EditorField
              label={labels.focus}
              htmlFor={`${id}-focus`}
              minWidth={260}
              grow={2}
              tooltip="Only stacks with a function or file that this expression matches, as -focus of go tool pprof"
            >
              <CommittedInput
                id={`${id}-focus`}
                value={query.focus ?? ''}
                placeholder="all stacks; runtime\.mapiter|internal/runtime/maps"
                onCommit={(focus) => changeAndRun({ focus: focus === '' ? undefined : focus })}
              />
            </EditorField>
          )}
        </EditorRow>
      )}
      <QueryOptions query={query} changeAndRun={changeAndRun} />
    </>
  );
}

interface SampleTypeFieldProps {
  readonly id: string;
  readonly known: readonly string[];
  readonly sampleType: string | undefined;
  readonly onChange: (sampleType: string | undefined) => void;
}

/** What a view counts: what the captures hold, or any other name typed. */
function SampleTypeField({ id, known, sampleType, onChange }: SampleTypeFieldProps) {
  return (
    <Combobox
      id={id}
      isClearable
      createCustomValue
      placeholder="default of the captures"
      value={sampleType ?? null}
      options={chosenFirst(known.map(sampleTypeOption), sampleType)}
      onChange={(option) => onChange(option?.value)}
    />
  );
}

/** A flame graph that was answered tells what else can be asked for. */
function sampleTypesIn(data: PanelData | undefined, { refId, view }: GclensQuery): readonly string[] {
  const types: unknown = data?.series.find((frame) => frame.refId === refId)?.meta?.custom?.sampleTypes;
  return Array.isArray(types) ? types.filter((type) => typeof type === 'string') : viewSampleTypes(view);
}

interface CommittedInputProps {
  readonly id: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onCommit: (value: string) => void;
}

/** A text that counts when the field is left, or with Enter. */
function CommittedInput({ id, value, placeholder, onCommit }: CommittedInputProps) {
  const [text, setText] = useState<string>();
  const commit = () => {
    setText(undefined);
    if (text !== undefined && text !== value) {
      onCommit(text);
    }
  };
  return (
    <Input
      id={id}
      value={text ?? value}
      placeholder={placeholder}
      spellCheck={false}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') {
          commit();
        }
      }}
    />
  );
}
