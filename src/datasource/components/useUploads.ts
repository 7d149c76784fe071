import { useCallback, useEffect, useRef, useState } from 'react';

import type { CaptureInfo } from '../../capture';
import type { GclensDataSource } from '../datasource';
import { messageOf } from '../messageOf';

/** A file on its way into this browser's store. Finished ones leave the list; failed ones stay until they are dismissed, or later ones could be read. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly error: string | undefined;
}

/** The files on their way, and what can be done with them. */
export interface Uploads {
  readonly uploads: readonly Upload[];
  /** Adds files that were dropped together; calls back once with those that could be read. */
  readonly add: (files: readonly File[]) => void;
  /** Cancels a running upload, dismisses a failed one. */
  readonly remove: (id: number) => void;
}

/** Reads dropped files one after the other, with progress and cancel; storing them goes on behind. Leaving the page part cancels what is under way. */
export function useUploads(datasource: GclensDataSource, onAdded: (captures: readonly CaptureInfo[]) => void): Uploads {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const running = useRef(new Map<number, AbortController>());
  const nextId = useRef(0);
  const latestOnAdded = useRef(onAdded);
  useEffect(() => {
    latestOnAdded.current = onAdded;
  });
  useEffect(() => {
    const controllers = running.current;
    return () => {
      controllers.forEach((controller) => {
        controller.abort();
      });
    };
  }, []);

  const drop = useCallback((id: number) => {
    running.current.delete(id);
    setUploads((before) => before.filter((upload) => upload.id !== id));
  }, []);

  const add = useCallback(
    (files: readonly File[]) => {
      const droppedAtMs = Date.now();
      const started = files.map((file) => ({ id: nextId.current++, file, controller: new AbortController() }));
      started.forEach(({ id, controller }) => running.current.set(id, controller));
      setUploads((before) => [
        ...before,
        ...started.map(({ id, file }) => ({ id, name: file.name, stage: 'waiting', fraction: 0, error: undefined })),
      ]);
      const change = (id: number, update: Partial<Upload>) => {
        setUploads((before) => before.map((upload) => (upload.id === id ? { ...upload, ...update } : upload)));
      };
      const addOne = async ({ id, file, controller }: (typeof started)[number]): Promise<CaptureInfo | undefined> => {
        try {
          const { info, stored } = await datasource.addFile(file, {
            droppedAtMs,
            signal: controller.signal,
            onProgress: (stage, fraction) => {
              change(id, { stage, fraction });
            },
          });
          drop(id);
          stored.catch((error: unknown) => {
            setUploads((before) => [...before, { id, name: file.name, stage: '', fraction: 1, error: messageOf(error) }]);
          });
          return info;
        } catch (error) {
          if (controller.signal.aborted) {
            drop(id);
          } else {
            running.current.delete(id);
            change(id, { error: messageOf(error) });
          }
          return undefined;
        }
      };
      const addAll = async () => {
        const added: CaptureInfo[] = [];
        for (const upload of started) {
          const info = await addOne(upload);
          if (info !== undefined) {
            added.push(info);
          }
        }
        if (added.length > 0) {
          const [first] = started;
          setUploads((before) => before.filter(({ id, error }) => error === undefined || first === undefined || id >= first.id));
          latestOnAdded.current(added);
        }
      };
      void addAll();
    },
    [datasource, drop],
  );

  const remove = useCallback(
    (id: number) => {
      running.current.get(id)?.abort();
      drop(id);
    },
    [drop],
  );

  return { uploads, add, remove };
}
