import { useCallback, useEffect, useRef, useState } from 'react';

import { isAbort, type WorkOptions } from '../../../base';
import { messageOf } from '../../messageOf';

/** Work that a part of the page started. */
export interface Work<T> {
  /** What it is doing and how far it is (0 to 1); undefined when it does not run. */
  readonly progress: { readonly stage: string; readonly fraction: number } | undefined;
  readonly result: T | undefined;
  readonly error: string | undefined;
  readonly run: (work: (options: WorkOptions) => Promise<T>) => void;
  readonly cancel: () => void;
}

/** Runs one work at a time; another one, and leaving the page part, cancels it. */
export function useWork<T>(): Work<T> {
  const [state, setState] = useState<Pick<Work<T>, 'progress' | 'result' | 'error'>>({
    progress: undefined,
    result: undefined,
    error: undefined,
  });
  const running = useRef<AbortController>(undefined);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState((before) => ({ ...before, progress: undefined }));
  }, []);
  const run = useCallback((work: (options: WorkOptions) => Promise<T>) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const change = (next: Partial<Pick<Work<T>, 'progress' | 'result' | 'error'>>) => {
      if (running.current === controller) {
        setState((before) => ({ ...before, ...next }));
      }
    };
    change({ progress: { stage: 'asking', fraction: 0 }, error: undefined });
    const onProgress = (stage: string, fraction: number) => {
      change({ progress: { stage, fraction } });
    };
    work({ signal: controller.signal, onProgress }).then(
      (result) => {
        change({ progress: undefined, result });
      },
      (error: unknown) => {
        change({ progress: undefined, error: isAbort(error) ? undefined : messageOf(error) });
      },
    );
  }, []);
  useEffect(
    () => () => {
      running.current?.abort();
      running.current = undefined;
    },
    [],
  );
  return { ...state, run, cancel };
}
