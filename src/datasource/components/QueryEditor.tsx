import { css } from '@emotion/css';
import { type GrafanaTheme2, LoadingState, type QueryEditorProps } from '@grafana/data';
import { Alert, Button, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';

import type { Sha256 } from '../../capture';
import type { CaptureRef } from '../../frames';
import type { GclensDataSource } from '../datasource';
import { examples } from '../examples';
import { formatQueryText, readQueryText, unknownMembers } from '../queryText';
import { selectors } from '../selectors';
import type { GclensOptions, GclensQuery } from '../types';
import type { CaptureWay } from './CapturePicker';
import { FirstRun } from './FirstRun';
import { MissingCaptures, missingCaptures, nameOf } from './MissingCaptures';
import { ProgressLine } from './ProgressLine';
import { QueryBuilder } from './QueryBuilder';
import { QueryCode } from './QueryCode';
import { QuestionMenu } from './QuestionMenu';
import { SecretInPath } from './SecretInPath';
import { useSourceWays } from './sources/useSourceWays';
import { UploadArea, UploadList } from './UploadArea';
import { useCaptures } from './useCaptures';
import { useUploads } from './useUploads';

export type GclensQueryEditorProps = QueryEditorProps<GclensDataSource, GclensQuery, GclensOptions>;

const labels = selectors.queryEditor;

/** The editor of a query: which captures, which view of them, and what of it; with fields, or as JSON. */
export function QueryEditor({ query: givenQuery, datasource, data, range, onChange, onRunQuery }: GclensQueryEditorProps) {
  const styles = useStyles2(getStyles);
  const query = datasource.migrate(givenQuery);
  const stored = useCaptures(datasource);
  const [adding, setAdding] = useState<'no' | 'open' | 'closed'>('no');
  /** What is being written as JSON; undefined while the fields are shown. */
  const [text, setText] = useState<string>();
  const missing = missingCaptures([...query.captures, ...(query.baseline ?? [])], stored);

  /** What is stored, with variables and members that nobody knows; of other versions and data sources what it was read as. */
  const written: GclensQuery = givenQuery.version === 1 ? { ...query, ...givenQuery } : query;

  const change = (part: Partial<GclensQuery>) => {
    onChange(withoutUndefined({ ...written, ...part }));
  };
  const writtenText = formatQueryText(withoutUndefined(written));
  /** The change that was asked for and has not come back as the query yet. */
  const asked = useRef<string | undefined>(undefined);
  useEffect(() => {
    asked.current = undefined;
  }, [writtenText]);
  /**
   * A Combobox whose value comes back late says again what was chosen, or that nothing is, at each rendering until then; and Explore renders at once when a query
   * runs. To run for each of these would never end, and takes the page down.
   */
  const changeAndRun = (part: Partial<GclensQuery>) => {
    const text = formatQueryText(withoutUndefined({ ...written, ...part }));
    if (text !== writtenText && text !== asked.current) {
      asked.current = text;
      change(part);
      onRunQuery();
    }
  };
  const takeExample = (example: GclensQuery) => {
    const { refId, datasource: uid, hide, key } = givenQuery;
    const next = withoutUndefined({ hide, key, ...example, refId, datasource: uid });
    setText((json) => (json === undefined ? undefined : formatQueryText(next)));
    onChange(next);
    onRunQuery();
  };
  const uploads = useUploads(datasource, (added) => {
    setAdding('no');
    const addedHashes = new Set<string>(added.map(({ sha256 }) => sha256));
    if (missing.some(({ sha256 }) => addedHashes.has(sha256))) {
      onRunQuery();
    } else {
      changeAndRun({ captures: added.map(refTo) });
    }
  });
  const hasNoneOfItsOwn = query.captures.every(({ by }) => by === 'sample' || by === 'latest');
  const isFirstRun = stored.captures?.length === 0 && hasNoneOfItsOwn && query.view === 'auto';
  const showsDropZone = !isFirstRun && (adding === 'open' || missing.length > 0);
  const remote = useSourceWays(datasource, query.captures, (captures) => changeAndRun({ captures }));
  const files: CaptureWay = { label: labels.addFiles, icon: 'upload', onChoose: () => setAdding('open'), isBack: adding === 'closed' };
  const ways: readonly CaptureWay[] = showsDropZone || isFirstRun ? remote.ways : [...remote.ways, files];
  const read = text === undefined ? undefined : readQueryText(text, written);

  const commitText = (json: string) => {
    setText(json);
    const { query: next } = readQueryText(json, written);
    if (next !== undefined && formatQueryText(next) !== formatQueryText(written)) {
      onChange(next);
      onRunQuery();
    }
  };
  const setMode = (mode: Mode) => {
    setAdding('no');
    if (mode === 'code') {
      setText(formatQueryText(written));
    } else if (read?.query !== undefined) {
      setText(undefined);
    }
  };

  return (
    <div className={styles.editor}>
      {stored.error !== undefined && <Alert severity="error" title={stored.error} />}
      {missing.length > 0 && <MissingCaptures missing={missing} />}
      <SecretInPath refs={[...query.captures, ...(query.baseline ?? [])]} />
      <div className={styles.bar}>
        <QuestionMenu
          questions={examples.filter(({ isOfSample }) => isOfSample !== true || isOfSampleOnly(query.captures))}
          onAsk={({ part }) => takeExample({ refId: query.refId, version: 1, captures: query.captures, ...part })}
        />
        <RadioButtonGroup
          size="sm"
          aria-label={labels.mode}
          options={modes}
          value={text === undefined ? 'builder' : 'code'}
          onChange={setMode}
        />
      </div>
      {remote.drawer}
      {isFirstRun && <FirstRun ways={remote.ways} uploads={uploads} onExample={takeExample} />}
      {showsDropZone && (
        <UploadArea
          uploads={uploads}
          primaryText={missing.length > 0 ? `Drop ${missing.map(nameOf).join(', ')} here` : undefined}
          onClose={missing.length === 0 ? () => setAdding('closed') : undefined}
        />
      )}
      {!showsDropZone && !isFirstRun && <UploadList uploads={uploads} />}
      {text === undefined || read === undefined ? (
        <>
          <QueryBuilder
            query={query}
            datasource={datasource}
            data={data}
            range={range}
            stored={stored.captures ?? []}
            ways={ways}
            change={change}
            changeAndRun={changeAndRun}
            onRunQuery={onRunQuery}
          />
          <UnknownMembers query={written} onRemove={onChange} />
        </>
      ) : (
        <>
          <QueryCode text={text} problems={read.problems} onChange={setText} onCommit={commitText} />
          {read.query === undefined && (
            <div>
              <Button variant="secondary" size="sm" icon="history" onClick={() => setText(formatQueryText(written))}>
                {labels.discard}
              </Button>
            </div>
          )}
        </>
      )}
      {data?.state === LoadingState.Loading && <ProgressLine datasource={datasource} refId={query.refId} />}
    </div>
  );
}

type Mode = 'builder' | 'code';

const modes: { value: Mode; label: string; description: string }[] = [
  { value: 'builder', label: 'Builder', description: 'The query as fields' },
  { value: 'code', label: 'Code', description: 'The same query as JSON' },
];

/** What the fields do not show is kept, and said. */
function UnknownMembers({ query, onRemove }: { readonly query: GclensQuery; readonly onRemove: (query: GclensQuery) => void }) {
  const unknown = unknownMembers(query);
  if (unknown.length === 0) {
    return null;
  }
  const [names, are] = [unknown.join(', '), unknown.length === 1 ? 'a member' : 'members'];
  return (
    <Alert severity="info" title={`This query has ${are} that gclens does not know: ${names}`} topSpacing={0} bottomSpacing={0}>
      <p>They are kept, and change nothing. Code shows them.</p>
      <Button
        size="sm"
        variant="secondary"
        onClick={() => onRemove(withoutUndefined({ ...query, ...Object.fromEntries(unknown.map((name) => [name, undefined])) }))}
      >
        {labels.removeUnknown}
      </Button>
    </Alert>
  );
}

function isOfSampleOnly(refs: readonly CaptureRef[]): boolean {
  return refs.length > 0 && refs.every(({ by }) => by === 'sample');
}

function refTo({ sha256, name }: { readonly sha256: Sha256; readonly name: string }): CaptureRef {
  return { by: 'sha256', sha256, name };
}

/** Members that a field has emptied are gone, not undefined: Grafana compares queries to tell whether there is something to save. */
function withoutUndefined(query: GclensQuery): GclensQuery {
  return { ...Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)), ...required(query) };
}

function required({ refId, version, view, captures }: GclensQuery): Pick<GclensQuery, 'refId' | 'version' | 'view' | 'captures'> {
  return { refId, version, view, captures };
}

function getStyles(theme: GrafanaTheme2) {
  return {
    editor: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
    bar: css({ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', alignItems: 'center', gap: theme.spacing(1) }),
  };
}
