import { useEffect, useState } from 'react';

import type { CallLayout, CallShape } from './layOutCalls';

/** Where a graph is drawn, worked out off the page's own thread; undefined until then. */
export function useCallLayout(shape: CallShape): CallLayout | undefined {
  const [known, setKnown] = useState<{ readonly shape: CallShape; readonly layout: CallLayout }>();
  useEffect(() => {
    const worker = new Worker(new URL('./layOutCalls.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<CallLayout>) => {
      setKnown({ shape, layout: data });
      worker.terminate();
    });
    worker.postMessage(shape);
    return () => {
      worker.terminate();
    };
  }, [shape]);
  return known?.shape === shape ? known.layout : undefined;
}
