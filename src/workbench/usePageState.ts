import { startTransition, useCallback, useEffect, useMemo, useState } from 'react';

import { formatPageState, isCutLink, type PageState, parsePageState } from './pageState';

export interface PageStateAccess {
  readonly state: PageState;
  /** Whether the link that was followed names captures that cannot be made out. */
  readonly isCut: boolean;
  /** Goes to another state; the browser's back button returns. */
  readonly go: (change: Partial<PageState>) => void;
}

/** The page's state, kept in the URL's fragment. What follows from a change is rendered in slices, between which the page answers. */
export function usePageState(): PageStateAccess {
  const [fragment, setFragment] = useState(readFragment);
  useEffect(() => {
    const follow = () => {
      startTransition(() => {
        setFragment(readFragment());
      });
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => {
      window.removeEventListener('hashchange', follow);
    };
  }, []);
  const state = useMemo(() => parsePageState(fragment), [fragment]);
  const go = useCallback((change: Partial<PageState>) => {
    const next = formatPageState({ ...parsePageState(readFragment()), ...change });
    if (next !== formatPageState(parsePageState(readFragment()))) {
      window.location.hash = next;
    }
  }, []);
  return { state, isCut: isCutLink(fragment), go };
}

function readFragment(): string {
  return window.location.hash;
}
