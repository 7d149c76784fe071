import { type CSSProperties, type ReactNode, startTransition, useEffect, useRef, useState } from 'react';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Props {
  /** Draws within the size of the parent; called once that is known. */
  readonly children: (size: Size) => ReactNode;
  readonly style?: CSSProperties;
}

/**
 * In place of `react-virtualized-auto-sizer`, as far as Grafana's flame graph uses it. That one has what it holds rendered at a stroke, once its size is
 * known and whenever it changes: a table of hundreds of elements, for longer than the page may keep from answering. Here it is rendered in slices.
 */
export default function AutoSizer({ children, style }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const parent = element.current?.parentElement;
    if (parent === null || parent === undefined) {
      return undefined;
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) {
        const { width, height } = entry.contentRect;
        startTransition(() => {
          setSize({ width: Math.floor(width), height: Math.floor(height) });
        });
      }
    });
    observer.observe(parent);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <div ref={element} style={{ width: 0, height: 0, overflow: 'visible', ...style }}>
      {size !== undefined && size.width > 0 && size.height > 0 && children(size)}
    </div>
  );
}
