import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

import { type Locator, type Page, test as base, expect } from '@playwright/test';

import { addressOf } from './addressOf';
import { collectComplaints } from './collectComplaints';

const root = resolve(import.meta.dirname, '../..');
export const fixtures = resolve(root, 'tests/fixtures');

/** A running `gclens open`. */
export interface OpenServer {
  readonly url: string;
}

/** Starts `gclens open` from the sources; the page it gives is the built one. */
async function startServer(files: readonly string[]): Promise<OpenServer & { stop(): Promise<void> }> {
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'open', '--no-browser', '--port', '18500', ...files];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await addressOf(child);
  return {
    url,
    stop: () =>
      new Promise((stopped) => {
        child.once('exit', () => {
          stopped();
        });
        child.kill('SIGTERM');
      }),
  };
}

/**
 * Tests with a server of their file, and a page that must stay silent: an error on the console, an exception, a failed request or a request to
 * anywhere but the loopback fails the test.
 */
export const test = base.extend<{ page: Page }, { files: readonly string[]; server: OpenServer }>({
  files: [[], { option: true, scope: 'worker' }],
  server: [
    async ({ files }, provide) => {
      const server = await startServer(files);
      await provide(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  page: async ({ page }, provide) => {
    const complaints = collectComplaints(page);
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1') {
        complaints.push(`left the loopback: ${request.url()}`);
      }
    });
    await provide(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };

/** The parts of the page, as a user names them. */
export function partsOf(page: Page) {
  const section = (name: string): Locator => page.getByRole('region', { name, exact: true });
  return {
    answer: page.getByRole('region', { name: 'Answer' }),
    timeline: section('GC against map activity'),
    cycles: section('GC cycles'),
    requests: section('Requests by GC tax'),
    flame: section('Flame graph'),
    cycle: (seq: number) => section('GC cycles').getByRole('button', { name: `GC cycle ${seq}`, exact: true }),
    request: (name: string | RegExp) => section('Requests by GC tax').getByRole('button', { name }).first(),
    /** The flame graph's own words on what it draws: `2.53 s | …`. */
    flameTotal: section('Flame graph').getByText(/\| .*samples/),
    rows: (part: Locator) => part.locator('tbody tr'),
  };
}

/** Opens the page and waits until every part has its content. */
export async function openPage(page: Page, server: OpenServer, fragment = ''): Promise<ReturnType<typeof partsOf>> {
  await page.goto(`${server.url}${fragment}`);
  const parts = partsOf(page);
  await expect(parts.rows(parts.cycles).first()).toBeVisible();
  await expect(parts.rows(parts.requests).first()).toBeVisible();
  await expect(parts.flameTotal).toBeVisible();
  await expect(parts.timeline.locator('canvas')).toBeVisible();
  return parts;
}
