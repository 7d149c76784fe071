import { CoreApp, type DataFrame, type DataQueryRequest, dateTime } from '@grafana/data';
import { useEffect, useState } from 'react';

import type { ViewQuery } from '../frames';
import type { GclensDataSource, GclensQuery } from '../datasource';

/** What a panel has to show. Frames of the query before stay until those of the next are there, so that nothing jumps. */
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
 * @param query must be memoized; undefined asks nothing
 */
export function useView(datasource: GclensDataSource, refId: string, query: ViewQuery | undefined): ViewState {
  const [state, setState] = useState<ViewState>(nothingYet);
  useEffect(() => {
    if (query === undefined) {
      setState(nothingYet);
      return undefined;
    }
    setState((before) => ({ ...before, loading: true, progress: undefined }));
    const progress = datasource.progress.subscribe((update) => {
      if (update.refId === refId) {
        setState((before) => (before.loading ? { ...before, progress: update } : before));
      }
    });
    const answers = datasource.query(requestFor({ ...query, refId })).subscribe((packet) => {
      const error = packet.errors?.[0]?.message;
      setState((before) => ({
        frames: error === undefined ? packet.data.filter(isDataFrame) : before.frames,
        loading: false,
        error,
        progress: undefined,
      }));
    });
    return () => {
      progress.unsubscribe();
      answers.unsubscribe();
    };
  }, [datasource, refId, query]);
  return state;
}

function isDataFrame(data: DataFrame | object): data is DataFrame {
  return 'fields' in data;
}

/** The whole of the capture: views do not look at the range. */
function requestFor(target: GclensQuery): DataQueryRequest<GclensQuery> {
  const from = dateTime(0);
  const to = dateTime(Date.now());
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
