import { CoreApp, type DataFrame, type DataQueryRequest, dateTime, LoadingState } from '@grafana/data';
import { startTransition, useEffect, useState } from 'react';

import type { ViewQuery } from '../frames';
import type { GclensDataSource, GclensQuery } from '../datasource';
import type { TimeSpan } from './pageState';
import { doInTurn } from './inTurn';
import { readPart } from './readPart';

/**
 * What a panel has to show. Frames of the query before stay until those of the next are there, so that nothing jumps; while a large trace is being read they
 * may be of its beginning, see `readPart`.
 */
export interface ViewState {
  readonly frames: readonly DataFrame[] | undefined;
  readonly loading: boolean;
  /** One line. */
  readonly error: string | undefined;
  /** What the worker is doing, and how far it is (0 to 1). */
  readonly progress: { readonly stage: string; readonly fraction: number } | undefined;
}

const nothingYet: ViewState = { frames: undefined, loading: true, error: undefined, progress: undefined };

/**
 * Asks the data source for one view, again whenever the query changes; a query that is no longer wanted is cancelled.
 * @param query must be memoized, as `span`; undefined asks nothing
 * @param span the part of the time axis that is wanted; all without
 */
export function useView(datasource: GclensDataSource, refId: string, query: ViewQuery | undefined, span?: TimeSpan): ViewState {
  const [state, setState] = useState<ViewState>(nothingYet);
  useEffect(() => {
    if (query === undefined) {
      setState(nothingYet);
      return undefined;
    }
    startTransition(() => {
      setState((before) => ({ ...before, loading: true, progress: undefined }));
    });
    let forget: () => void = () => undefined;
    // Large tables are rendered in slices, between which the page answers.
    const showInTurn = (change: (before: ViewState) => ViewState) => {
      forget();
      forget = doInTurn(() => {
        startTransition(() => {
          setState(change);
        });
      });
    };
    const progress = datasource.progress.subscribe((update) => {
      if (update.refId === refId) {
        setState((before) => (before.loading ? { ...before, progress: update } : before));
      }
    });
    const answers = datasource.query(requestFor({ ...query, refId }, span)).subscribe((packet) => {
      if (packet.state === LoadingState.Loading) {
        showInTurn((before) => ({ ...before, frames: packet.data.filter(isDataFrame) }));
        return;
      }
      const error = packet.errors?.[0]?.message;
      showInTurn((before) => ({
        frames: error === undefined ? packet.data.filter(isDataFrame) : withoutPart(before.frames),
        loading: false,
        error,
        progress: undefined,
      }));
    });
    return () => {
      forget();
      progress.unsubscribe();
      answers.unsubscribe();
    };
  }, [datasource, refId, query, span]);
  return state;
}

/** What was shown while the rest was being read is no answer. */
function withoutPart(frames: ViewState['frames']): ViewState['frames'] {
  return frames === undefined || readPart(frames) !== undefined ? undefined : frames;
}

function isDataFrame(data: DataFrame | object): data is DataFrame {
  return 'fields' in data;
}

/** No times: a range of all of them would be told that captures are too short to be seen in it. */
const allTimes: TimeSpan = { fromMs: NaN, toMs: NaN };

function requestFor(target: GclensQuery, { fromMs, toMs }: TimeSpan = allTimes): DataQueryRequest<GclensQuery> {
  const from = dateTime(fromMs);
  const to = dateTime(toMs);
  return {
    requestId: target.refId,
    interval: '1ms',
    intervalMs: 1,
    range: { from, to, raw: { from, to } },
    scopedVars: {},
    targets: [target],
    timezone: 'browser',
    app: CoreApp.Unknown,
    startTime: Date.now(),
  };
}
