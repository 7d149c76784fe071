import type { Browser, Page } from '@playwright/test';

import { openPage } from './opening';
import type { BenchServer } from './server';

/** How a flame frame came over from a worker. */
export interface Crossing {
  readonly rows: number;
  /** Columns of it that were copied value by value; the others were transferred. */
  readonly clonedColumns: number;
  /** From the arrival of the message to its columns being there, on the main thread; one number a run. */
  readonly ms: readonly number[];
}

/**
 * Lets a worker answer the view `flame` several times and times what the page's main thread has to do for each.
 * @param rows most rows; absent: as many as there are by default
 */
export async function measureCrossing(
  page: Page,
  server: BenchServer,
  profile: string,
  rows: number | undefined,
  runs: number,
): Promise<Crossing> {
  await page.goto(server.url);
  return page.evaluate(
    (order) =>
      new Promise<Crossing>((done, failed) => {
        const worker = new Worker('/worker.js');
        const ms: number[] = [];
        let length = 0;
        let clonedColumns = 0;
        worker.onmessage = (event: MessageEvent<unknown>) => {
          // What crosses is made into objects when it is looked at for the first time.
          const start = performance.now();
          const { frames, isLast } = event.data as {
            frames: { fields: { values: { kind: string; numbers?: Float64Array } }[] }[];
            isLast: boolean;
          };
          ms.push(performance.now() - start);
          const fields = frames[0]?.fields ?? [];
          length = fields[0]?.values.numbers?.length ?? 0;
          clonedColumns = fields.filter(({ values }) => values.kind === 'plain').length;
          if (isLast) {
            done({ rows: length, clonedColumns, ms });
          }
        };
        worker.onerror = ({ message }) => {
          failed(new Error(message));
        };
        worker.postMessage(order);
      }),
    { reader: 'flame-frames', url: profile, runs, ...(rows === undefined ? {} : { rows }) },
  );
}

/** Milliseconds of the longest task of the built page's main thread, from choosing a profile to its drawn flame graph, without any setting. */
export async function measureLongestTask(browser: Browser, file: string): Promise<number> {
  const { page, close } = await openPage(browser);
  try {
    await page.getByTestId('flame graph').locator('canvas').first().waitFor();
    await page.evaluate(() => {
      const noted: number[] = [];
      Object.assign(globalThis, { longTasksMs: noted });
      new PerformanceObserver((list) => {
        noted.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ type: 'longtask', buffered: false });
    });
    const name = file.split('/').at(-1) ?? file;
    await page.getByTestId('file picker').setInputFiles(file);
    await page.getByText(`of ${name}`).first().waitFor({ timeout: 120_000 });
    await page.getByTestId('flame graph').locator('canvas').first().waitFor();
    // Long tasks are told once they are over.
    await page.waitForTimeout(2000);
    return await page.evaluate(() => Math.max(0, ...(globalThis as unknown as { longTasksMs: number[] }).longTasksMs));
  } finally {
    await close();
  }
}
