import { useEffect, useState } from 'react';

import type { StoredCapture } from '../store';
import type { GclensDataSource } from '../datasource';
import { messageOf } from '../messageOf';

/** What the store says of its captures. */
export interface StoredCaptures {
  /** Undefined until the store has answered. */
  readonly captures: readonly StoredCapture[] | undefined;
  readonly error: string | undefined;
}

/** The captures of this browser, newest first; follows every put and delete of this page. */
export function useCaptures(datasource: GclensDataSource): StoredCaptures {
  const [state, setState] = useState<StoredCaptures>({ captures: undefined, error: undefined });
  useEffect(() => {
    let current = true;
    const refresh = () => {
      datasource.store.list().then(
        (captures) => {
          if (current) {
            setState({ captures, error: undefined });
          }
        },
        (error: unknown) => {
          if (current) {
            setState({ captures: [], error: messageOf(error) });
          }
        },
      );
    };
    refresh();
    const unsubscribe = datasource.store.subscribe(refresh);
    return () => {
      current = false;
      unsubscribe();
    };
  }, [datasource]);
  return state;
}
