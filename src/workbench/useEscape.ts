import { useEffect } from 'react';

/**
 * Calls back on Escape, wherever the focus is and before anything else hears of it: the tooltip of a drawer's close button, which has the focus first,
 * would keep the key to itself.
 */
export function useEscape(onEscape: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        onEscape();
      }
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
    };
  }, [onEscape]);
}
