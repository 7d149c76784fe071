import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';

import { describeView, type View } from '../frames';
import { CallGraph } from './calls/CallGraph';
import { callTables } from './calls/callTables';
import { readCalls } from './calls/readCalls';
import { FrameTable } from './FrameTable';
import { LatencyCharts } from './LatencyCharts';
import { SeriesChart, type Shared } from './SeriesChart';
import { StateTimeline } from './StateTimeline';
import { UtilisationChart } from './UtilisationChart';

interface Props extends Shared {
  readonly view: View;
  /** At least one has rows. */
  readonly frames: readonly DataFrame[];
}

/** Draws the frames of a view in the way of the panel that it is made for; what no panel here draws is a table. */
export function FurtherView({ view, frames, state, go }: Props) {
  const [panel] = describeView(view).panels;
  const tables = frames.filter(({ length, meta }) => length > 0 && meta?.dataTopic === undefined);
  switch (panel) {
    case 'state-timeline':
      return <StateTimeline frames={frames} />;
    case 'trend':
      return <UtilisationChart frames={frames} />;
    case 'heatmap':
      return <LatencyCharts frames={frames} />;
    case 'nodeGraph':
      return <Calls frames={frames} />;
    case 'timeseries':
      return (
        <>
          <SeriesChart frames={frames.filter((frame) => !tables.includes(frame) || isSeries(frame))} state={state} go={go} />
          <Tables frames={tables.filter((frame) => !isSeries(frame))} />
        </>
      );
    default:
      return <Tables frames={tables} />;
  }
}

/** The graph of calls, and the same in words. */
function Calls({ frames }: Pick<Props, 'frames'>) {
  const drawn = useMemo(() => readCalls(frames), [frames]);
  return (
    <>
      {drawn !== undefined && <CallGraph drawn={drawn} />}
      <Tables frames={callTables(frames)} />
    </>
  );
}

function isSeries({ meta }: DataFrame): boolean {
  return meta?.preferredVisualisationType === 'graph';
}

/** One table below the other, each under its name where there are several. */
function Tables({ frames }: Pick<Props, 'frames'>) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {frames.map((frame, n) => (
        <div key={frame.name ?? n}>
          {frames.length > 1 && frame.name !== undefined && <h3 className={styles.name}>{frame.name}</h3>}
          <FrameTable frame={frame} />
        </div>
      ))}
    </>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return { name: css({ margin: theme.spacing(1, 0, 0.5), fontSize: theme.typography.h6.fontSize }) };
}
