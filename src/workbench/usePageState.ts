import { useCallback, useMemo, useSyncExternalStore } from 'react';

import { formatPageState, type PageState, parsePageState } from './pageState';

export interface PageStateAccess {
  readonly state: PageState;
  /** Goes to another state; the browser's back button returns. */
  readonly go: (change: Partial<PageState>) => void;
}

/** The page's state, kept in the URL's fragment. */
export function usePageState(): PageStateAccess {
  const fragment = useSyncExternalStore(subscribe, readFragment);
  const state = useMemo(() => parsePageState(fragment), [fragment]);
  const go = useCallback((change: Partial<PageState>) => {
    const next = formatPageState({ ...parsePageState(readFragment()), ...change });
    if (next !== formatPageState(parsePageState(readFragment()))) {
      window.location.hash = next;
    }
  }, []);
  return { state, go };
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => {
    window.removeEventListener('hashchange', listener);
  };
}

function readFragment(): string {
  return window.location.hash;
}
