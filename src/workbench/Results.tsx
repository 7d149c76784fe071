import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, useStyles2 } from '@grafana/ui';
import { lazy, memo, Suspense, useCallback, useMemo, useRef, useState } from 'react';

import type { GclensDataSource } from '../datasource';
import type { CaptureRef, View, ViewQuery } from '../frames';
import { AnswerCard } from './AnswerCard';
import { CycleTable } from './CycleTable';
import { FindRequest } from './FindRequest';
import { FindingList } from './FindingList';
import { formatDay } from './format';
import type { PageState, TimeSpan } from './pageState';
import { readAnswer } from './readAnswer';
import { readPart } from './readPart';
import { regionsOf, seriesOf } from './regions';
import { RequestTable } from './RequestTable';
import { Section } from './Section';
import { spanAround, spanOf } from './timeSpans';
import { useView, type ViewState } from './useView';

/** Scripts of their own: each is read and run in a task of its own. */
const FlamePanel = lazy(async () => ({ default: (await import('./FlamePanel')).FlamePanel }));
const FurtherViews = lazy(async () => ({ default: (await import('./FurtherViews')).FurtherViews }));
const RequestDrawer = lazy(async () => ({ default: (await import('./RequestDrawer')).RequestDrawer }));
const Timeline = lazy(async () => ({ default: (await import('./Timeline')).Timeline }));

interface Props {
  readonly datasource: GclensDataSource;
  readonly captures: readonly CaptureRef[];
  readonly state: PageState;
  readonly go: (change: Partial<PageState>) => void;
}

const timelineHeight = 280;
const noFrames: readonly DataFrame[] = [];

/** All that one capture shows, unless reading it was cancelled. */
export const Results = memo(function Results(props: Props) {
  const [isCancelled, setCancelled] = useState(false);
  return isCancelled ? (
    <Alert severity="info" title="Reading the captures was cancelled.">
      <Button
        size="sm"
        variant="secondary"
        onClick={() => {
          setCancelled(false);
        }}
      >
        Read them again
      </Button>
    </Alert>
  ) : (
    // Nothing waits for an answer any more when this is gone: the worker then stops.
    <Parts
      {...props}
      onCancel={() => {
        setCancelled(true);
      }}
    />
  );
});

/** The answer, the timeline, the tables, the flame graph; cycle and request chosen in one are chosen in all. */
function Parts({ datasource, captures, state, go, onCancel }: Props & { readonly onCancel: () => void }) {
  const styles = useStyles2(getStyles);
  const { cycle } = state;
  const flame = useRef<HTMLDivElement>(null);
  const whole = useView(datasource, 'timeline', useViewQuery('gcMap', captures));
  const cycles = useView(datasource, 'cycles', useViewQuery('gcCycles', captures));
  const [sought, setSought] = useState('');
  const requests = useView(datasource, 'requests', useViewQuery('requests', captures, cycle, sought));
  const findings = useView(datasource, 'findings', useViewQuery('findings', captures));
  // The answer says what is wrong; parts that are about a trace would only say it again.
  const hasTrace = whole.error === undefined || whole.frames !== undefined;
  // Without a trace the timeline's view fails, and the findings carry the answer.
  const lacksTrace = !hasTrace && readAnswer(findings.frames ?? noFrames) !== undefined;
  const answering = lacksTrace || (!hasTrace && findings.loading) ? findings : whole;
  // What no view can read is said once.
  const isUnreadable = !hasTrace && findings.error === whole.error;
  const onCycle = useCallback(
    (chosen: number) => {
      go({ cycle: chosen === cycle ? undefined : chosen, range: undefined });
    },
    [go, cycle],
  );
  const onRequest = useCallback(
    (request: string) => {
      go({ request });
    },
    [go],
  );
  const onAllCycles = useCallback(() => {
    go({ cycle: undefined, range: undefined });
  }, [go]);
  const onZoom = useCallback(
    (range: TimeSpan) => {
      go({ range });
    },
    [go],
  );
  const onFlame = useCallback(
    (sampleType: string) => {
      go({ sampleType });
      flame.current?.scrollIntoView({ behavior: 'smooth', block: 'start' });
    },
    [go],
  );
  const onSelector = useCallback(
    (selector: string) => {
      go({ selector: selector === '' ? undefined : selector });
    },
    [go],
  );
  const onSampleType = useCallback(
    (sampleType: string) => {
      go({ sampleType });
    },
    [go],
  );
  return (
    <>
      <AnswerCard view={answering} lacksTrace={lacksTrace} onCancel={onCancel} />
      {(findings.error === undefined || findings.frames !== undefined) && (
        <Section
          title="Findings"
          evidence="What rules find in these captures: who makes GC run, who pays, what else took the time. Open one for what to do."
          view={findings}
          minHeight={140}
          isEmpty={hasNoRows}
          empty="Nothing was found."
        >
          {([frame]) => frame !== undefined && <FindingList frame={frame} onSampleType={onFlame} />}
        </Section>
      )}
      {hasTrace && (
        <>
          <TimelinePanel
            datasource={datasource}
            captures={captures}
            whole={whole}
            state={state}
            onZoom={onZoom}
            onCycle={onCycle}
            onWhole={onAllCycles}
          />
          <div className={styles.tables}>
            <Section
              title="GC cycles"
              evidence="Map regions add up over goroutines; map samples are CPU samples of the trace. Choose a cycle to zoom in."
              view={cycles}
              minHeight={420}
              isEmpty={hasNoRows}
              empty="No GC cycle ran in this trace."
            >
              {([frame]) => frame !== undefined && <CycleTable frame={frame} selected={cycle} onCycle={onCycle} />}
            </Section>
            <Section
              title="Requests by GC tax"
              evidence={
                cycle === undefined
                  ? 'What each paid to the GC on its own goroutine. Choose one for its spans.'
                  : `Requests that overlap GC cycle ${cycle}. The tax is that of the whole request, also outside of this cycle.`
              }
              actions={<FindRequest onFind={setSought} onOpen={onRequest} />}
              view={requests}
              minHeight={420}
              isEmpty={hasNoRows}
              empty={noRequests(cycle, sought)}
            >
              {([frame]) => frame !== undefined && <RequestTable frame={frame} selected={state.request} onRequest={onRequest} />}
            </Section>
          </div>
        </>
      )}
      {!isUnreadable && (
        <>
          <div ref={flame} />
          <Suspense fallback={<div className={styles.flame} />}>
            <FlamePanel
              datasource={datasource}
              captures={captures}
              cycle={cycle}
              selector={state.selector}
              sampleType={state.sampleType}
              onSelector={onSelector}
              onSampleType={onSampleType}
              onAllCycles={onAllCycles}
            />
          </Suspense>
          <Suspense>
            <FurtherViews
              datasource={datasource}
              captures={captures}
              hasTrace={hasTrace}
              state={state}
              go={go}
              above={answering.frames ?? noFrames}
            />
          </Suspense>
        </>
      )}
      <Suspense>
        {state.request !== undefined && (
          <RequestDrawer
            datasource={datasource}
            captures={captures}
            request={state.request}
            onClose={() => {
              go({ request: undefined });
            }}
          />
        )}
      </Suspense>
    </>
  );
}

interface TimelinePanelProps {
  readonly datasource: GclensDataSource;
  readonly captures: readonly CaptureRef[];
  readonly whole: ViewState;
  readonly state: PageState;
  readonly onZoom: (span: TimeSpan) => void;
  readonly onCycle: (cycle: number) => void;
  readonly onWhole: () => void;
}

/** The timeline; zoomed in it is asked for again, to be drawn finer. */
function TimelinePanel({ datasource, captures, whole, state, onZoom, onCycle, onWhole }: TimelinePanelProps) {
  const regions = useMemo(() => regionsOf(whole.frames ?? []), [whole.frames]);
  const part = useMemo(() => readPart(whole.frames ?? []), [whole.frames]);
  const wholeSpan = useMemo(() => part ?? spanOf(seriesOf(whole.frames ?? [])), [part, whole.frames]);
  const chosen = regions.find((region) => region.cycle !== undefined && region.cycle === state.cycle);
  const zoomedTo = useMemo(() => state.range ?? (chosen === undefined ? undefined : spanAround(chosen)), [state.range, chosen]);
  const query = useViewQuery('gcMap', captures);
  const zoomed = useView(datasource, 'zoomed', zoomedTo === undefined ? undefined : query, zoomedTo);
  const view = zoomedTo === undefined || zoomed.frames === undefined ? whole : zoomed;
  const shown = zoomedTo ?? wholeSpan;
  return (
    <Section
      title="GC against map activity"
      evidence={describeTimeline(wholeSpan)}
      view={view}
      minHeight={timelineHeight}
      isEmpty={(frames) => seriesOf(frames).length === 0}
      empty="This trace holds nothing to draw."
      actions={
        zoomedTo !== undefined && (
          <Button size="sm" variant="secondary" icon="search-minus" onClick={onWhole}>
            Whole trace
          </Button>
        )
      }
    >
      {(frames) =>
        shown !== undefined && (
          <Suspense>
            <Timeline
              frames={frames}
              regions={regions}
              shown={shown}
              readToMs={readPart(frames)?.readToMs}
              selectedCycle={state.cycle}
              onZoom={onZoom}
              onCycle={onCycle}
              height={timelineHeight}
            />
          </Suspense>
        )
      }
    </Section>
  );
}

function describeTimeline(span: TimeSpan | undefined): string {
  return [
    'GC cycles orange, stop-the-worlds of the GC red, others purple. Map activity from user regions and CPU samples, as the legend says.',
    'Click a cycle, or drag to zoom.',
    ...(span === undefined ? [] : [`Times are of ${formatDay(span.fromMs)}.`]),
  ].join(' ');
}

/** Memoized, as `useView` wants it. */
function useViewQuery(view: View, captures: readonly CaptureRef[], cycle?: number, sought = ''): ViewQuery {
  return useMemo(
    () => ({ version: 1, view, captures, ...(cycle === undefined ? {} : { cycle }), ...(sought === '' ? {} : { query: sought }) }),
    [view, captures, cycle, sought],
  );
}

/** Why the list of requests is empty. */
function noRequests(cycle: number | undefined, sought: string): string {
  if (sought !== '') {
    const within = cycle === undefined ? '' : ` in GC cycle ${cycle}`;
    return `No request${within} is known as “${sought}”. Give a trace id, span id, request id or task id, or at least its first 8 characters.`;
  }
  return cycle === undefined
    ? 'The trace holds no tasks. Let the service make one for each request, as the OpenTelemetry SDK for Go does: ctx, task := trace.NewTask(ctx, "GET /items"); defer task.End()'
    : `No request overlaps GC cycle ${cycle}.`;
}

function hasNoRows(frames: readonly DataFrame[]): boolean {
  return frames.every(({ length }) => length === 0);
}

function getStyles(theme: GrafanaTheme2) {
  return {
    flame: css({ minHeight: 640 }),
    tables: css({
      display: 'grid',
      gap: theme.spacing(1.5),
      gridTemplateColumns: 'minmax(0, 1fr)',
      '@media (min-width: 1700px)': { gridTemplateColumns: 'minmax(0, 11fr) minmax(0, 9fr)' },
    }),
  };
}
