import type { DataFrame } from '@grafana/data';
import { lazy, Suspense, useMemo } from 'react';

import type { PageState, TimeSpan } from './pageState';
import { regionsOf, seriesOf } from './regions';
import { spanAround, spanOf } from './timeSpans';

/** What the other parts of the page show, and how to change it. */
export interface Shared {
  readonly state: PageState;
  readonly go: (change: Partial<PageState>) => void;
}

interface Props extends Shared {
  readonly frames: readonly DataFrame[];
}

const Timeline = lazy(async () => ({ default: (await import('./Timeline')).Timeline }));
const height = 280;

/** Series over time with GC cycles behind them, as on the timeline above, to the part of which it keeps. */
export function SeriesChart({ frames, state, go }: Props) {
  const regions = useMemo(() => regionsOf(frames), [frames]);
  const chosen = regions.find(({ cycle }) => cycle !== undefined && cycle === state.cycle);
  const shown = useMemo(
    () => state.range ?? (chosen === undefined ? spanOf(seriesOf(frames)) : spanAround(chosen)),
    [state.range, chosen, frames],
  );
  return (
    shown !== undefined && (
      <Suspense fallback={<div style={{ height }} />}>
        <Timeline
          frames={frames}
          regions={regions}
          shown={shown}
          readToMs={undefined}
          selectedCycle={state.cycle}
          onZoom={(range: TimeSpan) => {
            go({ range });
          }}
          onCycle={(cycle) => {
            go({ cycle: cycle === state.cycle ? undefined : cycle, range: undefined });
          }}
          height={height}
        />
      </Suspense>
    )
  );
}
