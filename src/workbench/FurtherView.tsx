import type { DataFrame } from '@grafana/data';

import { describeView, type View } from '../frames';
import { FrameTable } from './FrameTable';
import { LatencyCharts } from './LatencyCharts';
import { StateTimeline } from './StateTimeline';
import { UtilisationChart } from './UtilisationChart';

interface Props {
  readonly view: View;
  /** At least one has rows. */
  readonly frames: readonly DataFrame[];
}

/** Draws the frames of a view in the way of the panel that it is made for; what no panel here draws is a table. */
export function FurtherView({ view, frames }: Props) {
  const [panel] = describeView(view).panels;
  switch (panel) {
    case 'state-timeline':
      return <StateTimeline frames={frames} />;
    case 'trend':
      return <UtilisationChart frames={frames} />;
    case 'heatmap':
      return <LatencyCharts frames={frames} />;
    default:
      return (
        <>
          {frames.map((frame, n) => (
            <FrameTable key={frame.name ?? n} frame={frame} />
          ))}
        </>
      );
  }
}
