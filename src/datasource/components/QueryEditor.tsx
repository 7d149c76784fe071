import { LoadingState, type PanelData, type QueryEditorProps } from '@grafana/data';
import { Alert, Button, Combobox, InlineField, InlineFieldRow, Input, Stack, Text } from '@grafana/ui';
import { useId, useState } from 'react';

import type { Sha256 } from '../../capture';
import { type CaptureRef, type View, views } from '../../frames';
import type { GclensDataSource } from '../datasource';
import { shortSha256 } from '../describeQuery';
import { sampleTypeOption } from '../sampleTypes';
import { selectors } from '../selectors';
import type { GclensOptions, GclensQuery } from '../types';
import { viewChoice, viewSampleTypes, viewTakes } from '../views';
import { CapturePicker } from './CapturePicker';
import { ProgressLine } from './ProgressLine';
import { SelectorField } from './SelectorField';
import { UploadArea, UploadList } from './UploadArea';
import { type StoredCaptures, useCaptures } from './useCaptures';
import { useUploads } from './useUploads';

export type GclensQueryEditorProps = QueryEditorProps<GclensDataSource, GclensQuery, GclensOptions>;

const labels = selectors.queryEditor;
const labelWidth = 16;

const viewOptions = (['auto', ...views] as const).map((view) => ({ value: view, ...viewChoice(view) }));

/** The editor of a query: which captures, which view of them, and what of it. */
export function QueryEditor({ query: givenQuery, datasource, data, onChange, onRunQuery }: GclensQueryEditorProps) {
  const query = datasource.migrate(givenQuery);
  const stored = useCaptures(datasource);
  const [addsFiles, setAddsFiles] = useState(false);
  const missing = missingCaptures(query.captures, stored);

  const change = (part: Partial<GclensQuery>) => {
    onChange({ ...query, ...part });
  };
  const changeAndRun = (part: Partial<GclensQuery>) => {
    change(part);
    onRunQuery();
  };
  const uploads = useUploads(datasource, (added) => {
    setAddsFiles(false);
    const addedHashes = new Set<string>(added.map(({ sha256 }) => sha256));
    if (missing.some(({ sha256 }) => addedHashes.has(sha256))) {
      onRunQuery();
    } else {
      changeAndRun({ captures: added.map(refTo) });
    }
  });
  const isFirstRun = stored.captures?.length === 0 && missing.length === 0;
  const showsDropZone = addsFiles || isFirstRun || missing.length > 0;

  return (
    <Stack direction="column" gap={1}>
      {stored.error !== undefined && <Alert severity="error" title={stored.error} />}
      {missing.length > 0 && <MissingCaptures missing={missing} />}
      {isFirstRun && (
        <div data-testid={labels.firstRun}>
          <Text>
            Drop an execution trace, and a CPU profile taken at the same time, to see which map work met the garbage collector and which
            requests paid. Until then this query shows the sample capture.
          </Text>
        </div>
      )}
      {showsDropZone ? (
        <UploadArea uploads={uploads} primaryText={missing.length > 0 ? `Drop ${missing.map(nameOf).join(', ')} here` : undefined} />
      ) : (
        <UploadList uploads={uploads} />
      )}
      <InlineFieldRow>
        <ViewField view={query.view} onChange={(view) => changeAndRun({ view })} />
        {viewTakes(query.view, 'captures') && (
          <CapturePicker
            refs={query.captures}
            stored={stored.captures ?? []}
            labelWidth={labelWidth}
            onChange={(captures) => changeAndRun({ captures })}
            onRemove={(sha256) => datasource.store.delete(sha256)}
          />
        )}
        {viewTakes(query.view, 'baseline') && (
          <CapturePicker
            label={labels.baseline}
            tooltip="What the captures are compared with: the same of another run, or of the same process before"
            refs={query.baseline ?? []}
            stored={stored.captures ?? []}
            labelWidth={labelWidth}
            onChange={(baseline) => changeAndRun({ baseline })}
          />
        )}
        {!showsDropZone && (
          <Button variant="secondary" icon="upload" onClick={() => setAddsFiles(true)}>
            {labels.addFiles}
          </Button>
        )}
        {addsFiles && !isFirstRun && missing.length === 0 && (
          <Button variant="secondary" fill="text" onClick={() => setAddsFiles(false)}>
            Close
          </Button>
        )}
      </InlineFieldRow>
      <Refinements query={query} data={data} datasource={datasource} change={change} changeAndRun={changeAndRun} onRunQuery={onRunQuery} />
      {data?.state === LoadingState.Loading && <ProgressLine datasource={datasource} refId={query.refId} />}
    </Stack>
  );
}

function ViewField({ view, onChange }: { readonly view: View | 'auto'; readonly onChange: (view: View | 'auto') => void }) {
  const id = useId();
  return (
    <InlineField label={labels.view} labelWidth={labelWidth} htmlFor={id}>
      <Combobox id={id} options={viewOptions} value={view} width={30} onChange={(option) => onChange(option.value)} />
    </InlineField>
  );
}

interface RefinementProps {
  readonly query: GclensQuery;
  readonly data: PanelData | undefined;
  readonly datasource: GclensDataSource;
  readonly change: (part: Partial<GclensQuery>) => void;
  readonly changeAndRun: (part: Partial<GclensQuery>) => void;
  readonly onRunQuery: () => void;
}

/** The members that narrow a view down, where they change what it shows. */
function Refinements({ query, data, datasource, change, changeAndRun, onRunQuery }: RefinementProps) {
  const id = useId();
  const { view } = query;
  return (
    <InlineFieldRow>
      {viewTakes(view, 'query') && (
        <InlineField
          label={labels.request}
          labelWidth={labelWidth}
          htmlFor={`${id}-request`}
          tooltip="A trace id, span id, request id or task id"
        >
          <Input
            id={`${id}-request`}
            width={40}
            value={query.query ?? ''}
            placeholder={view === 'request' ? 'span, trace, request or task id' : 'all requests'}
            spellCheck={false}
            onChange={(event) => change({ query: event.currentTarget.value })}
            onBlur={onRunQuery}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                onRunQuery();
              }
            }}
          />
        </InlineField>
      )}
      {viewTakes(view, 'selector') && (
        <InlineField
          label={labels.selector}
          labelWidth={labelWidth}
          grow
          htmlFor={`${id}-selector`}
          tooltip="Matchers over pprof labels, task attributes and state, as in Prometheus: = != =~ !~"
        >
          <SelectorField
            id={`${id}-selector`}
            value={query.selector ?? ''}
            loadLabels={() => datasource.labels(query)}
            onChange={(selector) => change({ selector })}
            onCommit={onRunQuery}
          />
        </InlineField>
      )}
      {viewTakes(view, 'sampleType') && (
        <SampleTypeField
          known={sampleTypesIn(data, query)}
          sampleType={query.sampleType}
          onChange={(sampleType) => changeAndRun({ sampleType })}
        />
      )}
      {viewTakes(view, 'maxNodes') && (
        <NumberField
          label={labels.maxNodes}
          tooltip="How many nodes the flame graph may have; the rest is summed up as other"
          placeholder="16384"
          value={query.maxNodes}
          onCommit={(maxNodes) => changeAndRun({ maxNodes })}
        />
      )}
      {viewTakes(view, 'cycle') && (
        <NumberField
          label={labels.cycle}
          tooltip="Only what overlaps this GC cycle, by its number in the cycle table"
          placeholder="all"
          value={query.cycle}
          onCommit={(cycle) => changeAndRun({ cycle })}
        />
      )}
      {viewTakes(view, 'limit') && (
        <NumberField
          label="Limit"
          tooltip="At most this many rows"
          placeholder="all"
          value={query.limit}
          onCommit={(limit) => changeAndRun({ limit })}
        />
      )}
    </InlineFieldRow>
  );
}

interface SampleTypeFieldProps {
  readonly known: readonly string[];
  readonly sampleType: string | undefined;
  readonly onChange: (sampleType: string | undefined) => void;
}

/** What a view counts: what the captures hold, or any other name typed. */
function SampleTypeField({ known, sampleType, onChange }: SampleTypeFieldProps) {
  const id = useId();
  return (
    <InlineField label={labels.sampleType} labelWidth={labelWidth} htmlFor={id} tooltip="What is counted">
      <Combobox
        id={id}
        width={22}
        isClearable
        createCustomValue
        placeholder="default"
        value={sampleType ?? null}
        options={known.map(sampleTypeOption)}
        onChange={(option) => onChange(option?.value)}
      />
    </InlineField>
  );
}

/** A flame graph that was answered tells what else can be asked for. */
function sampleTypesIn(data: PanelData | undefined, { refId, view }: GclensQuery): readonly string[] {
  const types: unknown = data?.series.find((frame) => frame.refId === refId)?.meta?.custom?.sampleTypes;
  return Array.isArray(types) ? types.filter((type) => typeof type === 'string') : viewSampleTypes(view);
}

interface NumberFieldProps {
  readonly label: string;
  readonly tooltip: string;
  readonly placeholder: string;
  readonly value: number | undefined;
  readonly onCommit: (value: number | undefined) => void;
}

function NumberField({ label, tooltip, placeholder, value, onCommit }: NumberFieldProps) {
  const id = useId();
  const commit = (text: string) => {
    const next = text.trim() === '' ? undefined : Number(text);
    if (next !== value && (next === undefined || (Number.isInteger(next) && next >= 0))) {
      onCommit(next);
    }
  };
  return (
    <InlineField label={label} labelWidth={labelWidth} htmlFor={id} tooltip={tooltip}>
      <Input
        key={value}
        id={id}
        type="number"
        min={0}
        width={14}
        defaultValue={value}
        placeholder={placeholder}
        onBlur={(event) => commit(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            commit(event.currentTarget.value);
          }
        }}
      />
    </InlineField>
  );
}

type HashRef = Extract<CaptureRef, { by: 'sha256' }>;

function MissingCaptures({ missing }: { readonly missing: readonly HashRef[] }) {
  return (
    <div data-testid={labels.missingCapture}>
      <Alert severity="warning" title={missing.length === 1 ? 'A capture is not in this browser' : 'Captures are not in this browser'}>
        {missing.map((ref) => (
          <div key={ref.sha256}>
            {nameOf(ref)}, sha-256 <code>{ref.sha256}</code>
          </div>
        ))}
        Captures stay in the browser they were dropped in. Drop the same file here to see this query, or another one to replace it.
      </Alert>
    </div>
  );
}

/** Named captures that the store does not hold. */
function missingCaptures(refs: readonly CaptureRef[], { captures }: StoredCaptures): HashRef[] {
  if (captures === undefined) {
    return [];
  }
  const held = new Set<string>(captures.map(({ sha256 }) => sha256));
  return refs.filter((ref): ref is HashRef => ref.by === 'sha256' && !held.has(ref.sha256));
}

function refTo({ sha256, name }: { readonly sha256: Sha256; readonly name: string }): CaptureRef {
  return { by: 'sha256', sha256, name };
}

function nameOf({ name, sha256 }: HashRef): string {
  return name ?? shortSha256(sha256);
}
