import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** An element's width in pixels, 0 before it is laid out; follows it. */
export function useWidth<Element extends HTMLElement>(): readonly [RefObject<Element | null>, number] {
  const element = useRef<Element>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) {
      return undefined;
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) {
        setWidth(Math.floor(entry.contentRect.width));
      }
    });
    observer.observe(observed);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [element, width];
}
