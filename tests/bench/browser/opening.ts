import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Browser } from '@playwright/test';

import { root } from '../machine';

/** Milliseconds from choosing a file on the built page to its timeline being drawn. The page must be built (`npm run build`). */
export async function measureOpening(browser: Browser, file: string): Promise<number> {
  const server = spawn(process.execPath, [join(root, 'build/node/gclens.js'), 'open', '--no-browser', '--port', '18600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(await addressOf(server));
    const timeline = page.getByTestId('timeline');
    await timeline.locator('canvas').waitFor();
    const before = await timeline.getAttribute('data-from');
    const start = performance.now();
    await page.getByTestId('file picker').setInputFiles(file);
    await page.waitForFunction(
      (shown) => {
        const element = document.querySelector('[data-testid=timeline]');
        return element !== null && element.getAttribute('data-from') !== shown && element.querySelector('canvas') !== null;
      },
      before,
      { polling: 'raf', timeout: 300_000 },
    );
    const ms = performance.now() - start;
    await page.close();
    return ms;
  } finally {
    server.kill('SIGTERM');
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed) ?? [];
      if (address !== undefined) {
        found(address);
      }
    });
    child.once('exit', (code) => {
      failed(new Error(`gclens open ended with ${code}`));
    });
  });
}
