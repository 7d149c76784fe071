import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Browser, Page } from '@playwright/test';

import { addressOf } from '../../browser/addressOf';
import { freePort } from '../../receivers/freePort';
import { root } from '../machine';

/**
 * The built page, served by `gclens open`.
 * @param prepare what is done before it loads
 */
export async function openPage(
  browser: Browser,
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly page: Page; close(): Promise<void> }> {
  const args = [join(root, 'build/node/gclens.js'), 'open', '--no-browser', '--port', String(await freePort())];
  const server = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await prepare(page);
  await page.goto(await addressOf(server));
  return {
    page,
    close: async () => {
      await page.close();
      server.kill('SIGTERM');
    },
  };
}

/** Milliseconds from choosing a file on the built page to what is seen of it. */
export interface Opening {
  /** Its timeline is drawn, as far as it is read. */
  readonly timelineMs: number;
  /** The answer stands there, about all of it. */
  readonly answerMs: number;
}

/** Opens a file on the built page. */
export async function measureOpening(browser: Browser, file: string): Promise<Opening> {
  const { page, close } = await openPage(browser);
  try {
    const timeline = page.getByTestId('timeline');
    await timeline.locator('canvas').waitFor();
    const before = await timeline.getAttribute('data-from');
    const start = performance.now();
    await page.getByTestId('file picker').setInputFiles(file);
    const options = { polling: 'raf', timeout: 300_000 } as const;
    await page.waitForFunction(
      (shown) => {
        const element = document.querySelector('[data-testid=timeline]');
        return element !== null && element.getAttribute('data-from') !== shown && element.querySelector('canvas') !== null;
      },
      before,
      options,
    );
    const timelineMs = performance.now() - start;
    await page.waitForFunction(() => document.querySelector('[aria-label=Answer] li') !== null, undefined, options);
    return { timelineMs, answerMs: performance.now() - start };
  } finally {
    await close();
  }
}
