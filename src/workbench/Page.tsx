import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';

import type { CaptureInfo } from '../capture';
import { type GclensDataSource, UploadList, useCaptures, useUploads } from '../datasource';
import type { CaptureRef } from '../frames';
import { refsOfCaptures, sha256sOf } from './captureRefs';
import { DropOverlay } from './DropOverlay';
import { Header } from './Header';
import { InsteadNote } from './InsteadNote';
import { loadNamedCaptures } from './namedCaptures';
import type { PageState } from './pageState';
import { usePageState } from './usePageState';

/** Scripts of their own: each is read and run in a task of its own, the drawer's when it is opened. */
const Results = lazy(async () => ({ default: (await import('./Results')).Results }));
const CaptureDrawer = lazy(async () => ({ default: (await import('./CaptureDrawer')).CaptureDrawer }));

interface Props {
  readonly datasource: GclensDataSource;
  readonly onToggleTheme: () => void;
}

/** The whole page: header, files on their way, and the results of what is shown. */
export function Page({ datasource, onToggleTheme }: Props) {
  const styles = useStyles2(getStyles);
  const { state, isCut, go } = usePageState();
  const [managesCaptures, setManagesCaptures] = useState(false);
  const named = useNamedCaptures(datasource);
  const stored = useCaptures(datasource).captures;
  const refs = useMemo(() => refsOf(state.captures, named.captures), [state.captures, named.captures]);
  const show = (captures: PageState['captures']) => {
    setManagesCaptures(false);
    named.forgetErrors();
    go({ ...nothingChosen, captures });
  };
  const [added, setAdded] = useState<readonly CaptureInfo[]>([]);
  const uploads = useUploads(datasource, (captures) => {
    setAdded(captures);
    show(captures.map(({ sha256 }) => sha256));
  });
  return (
    <div className={styles.page}>
      <Header
        shown={describeShown(refs, [...added, ...(stored ?? [])])}
        onFiles={uploads.add}
        onCaptures={() => {
          setManagesCaptures(true);
        }}
        onToggleTheme={onToggleTheme}
      />
      <main className={styles.main}>
        {!managesCaptures && <UploadList uploads={uploads} />}
        {named.errors.map((error) => (
          <Alert key={error} severity="error" title={error} />
        ))}
        {refs !== undefined && <InsteadNote isCut={isCut} noneRead={named.errors.length > 0} isSample={sha256sOf(refs).length === 0} />}
        <Suspense>
          {refs !== undefined && <Results key={JSON.stringify(refs)} datasource={datasource} captures={refs} state={state} go={go} />}
        </Suspense>
      </main>
      <Suspense>
        {managesCaptures && (
          <CaptureDrawer
            datasource={datasource}
            uploads={uploads}
            shown={sha256sOf(refs ?? [])}
            onShow={(captures) => {
              show(captures.length === 0 ? 'sample' : captures);
            }}
            onDeleted={(deleted) => {
              const left = sha256sOf(refs ?? []).filter((sha256) => sha256 !== deleted);
              if (left.length < (refs ?? []).length) {
                go({ ...nothingChosen, captures: left.length === 0 ? 'sample' : left });
              }
            }}
            onClose={() => {
              setManagesCaptures(false);
            }}
          />
        )}
      </Suspense>
      <DropOverlay onFiles={uploads.add} />
    </div>
  );
}

/** What was chosen within other captures means nothing in these. */
const nothingChosen: PageState = { cycle: undefined, request: undefined, selector: undefined, sampleType: undefined, range: undefined };

interface NamedCaptures {
  /** Undefined until they are here. */
  readonly captures: readonly CaptureInfo[] | undefined;
  readonly errors: readonly string[];
  /** When something else is shown: they say nothing of it. */
  readonly forgetErrors: () => void;
}

/** The captures the server was started with. */
function useNamedCaptures(datasource: GclensDataSource): NamedCaptures {
  const [captures, setCaptures] = useState<readonly CaptureInfo[]>();
  const [errors, setErrors] = useState<readonly string[]>([]);
  useEffect(() => {
    const addError = (error: string) => {
      setErrors((before) => [...before, error]);
    };
    loadNamedCaptures(datasource, addError).then(setCaptures, (error: unknown) => {
      addError(`The server that gave this page does not answer: ${error instanceof Error ? error.message : String(error)}`);
      setCaptures([]);
    });
  }, [datasource]);
  const forgetErrors = useCallback(() => {
    setErrors([]);
  }, []);
  return { captures, errors, forgetErrors };
}

/** Undefined while it is not known yet what to show. */
function refsOf(chosen: PageState['captures'], named: readonly CaptureInfo[] | undefined): readonly CaptureRef[] | undefined {
  if (chosen !== undefined) {
    return refsOfCaptures(chosen);
  }
  if (named === undefined) {
    return undefined;
  }
  return named.length === 0 ? [{ by: 'sample' }] : named.map(({ sha256, name }) => ({ by: 'sha256', sha256, name }));
}

function describeShown(refs: readonly CaptureRef[] | undefined, known: readonly CaptureInfo[]): string {
  if (refs === undefined) {
    return '';
  }
  const names = sha256sOf(refs).map((sha256) => known.find((capture) => capture.sha256 === sha256)?.name ?? sha256.slice(0, 12));
  return names.length === 0 ? 'Sample: trace.out + cpu.pprof of a Go shop service' : names.join(' + ');
}

function getStyles(theme: GrafanaTheme2) {
  return {
    page: css({ minHeight: '100vh', background: theme.colors.background.canvas, color: theme.colors.text.primary }),
    main: css({
      display: 'grid',
      // What does not wrap must not widen the page.
      gridTemplateColumns: 'minmax(0, 1fr)',
      gap: theme.spacing(1.5),
      maxWidth: 1920,
      margin: '0 auto',
      padding: theme.spacing(1.5, 2, 4),
    }),
  };
}
