import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, fixtures, openPage, partsOf, test } from './page';

const service = resolve(fixtures, 'services/go1.26-datadog');
const own = ['trace.out', 'cpu.pprof', 'spans.otlp.json'].map((name) => resolve(service, name));
const facts: { gcCycles: unknown[] } = JSON.parse(readFileSync(resolve(service, 'facts.json'), 'utf8'));

/** Drops files on the middle of the page, as a file manager does. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({ name: basename(path), base64: readFileSync(path).toString('base64') }));
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, base64 } of given) {
      data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    }
    return data;
  }, files);
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByTestId('drop overlay')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await expect(page.getByTestId('drop overlay')).toBeHidden();
}

test('files dropped anywhere are shown, kept over a reload, switched and deleted', async ({ page, server }) => {
  const { cycles, rows, flame, requests } = await openPage(page, server);
  await drop(page, own);
  await expect(page.getByRole('banner')).toContainText('trace.out + cpu.pprof + spans.otlp.json');
  await expect(page).toHaveURL(/captures=[0-9a-f]{64}/);
  await expect(rows(cycles)).toHaveCount(Math.min(12, facts.gcCycles.length));
  await expect(flame).toContainText('cpu of cpu.pprof');
  await expect(requests.getByRole('button', { name: /GET / }).first()).toBeVisible();

  await page.reload();
  await expect(rows(cycles)).toHaveCount(Math.min(12, facts.gcCycles.length));

  await page.getByRole('button', { name: 'Captures' }).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('button', { name: 'trace.out + cpu.pprof + spans.otlp.json' })).toHaveAttribute('aria-pressed', 'true');
  await drawer.getByRole('button', { name: /^Sample/ }).click();
  await expect(drawer).toBeHidden();
  await expect(rows(cycles)).toHaveCount(11);

  await page.getByRole('button', { name: 'Captures' }).click();
  for (const name of ['trace.out', 'cpu.pprof', 'spans.otlp.json']) {
    await page.getByRole('button', { name: `Delete ${name} from this browser` }).click();
  }
  await expect(page.getByRole('button', { name: /^Delete / })).toHaveCount(0);
});

test('a file that is no capture gets one line, and the good ones beside it are shown', async ({ page, server }) => {
  const { cycles, rows } = await openPage(page, server);
  const login = { name: 'trace.out', mimeType: 'text/html', buffer: Buffer.from('<!doctype html><title>Log in</title>') };
  await page.getByTestId('file picker').setInputFiles([login]);
  const alert = page.getByRole('alert').filter({ hasText: 'trace.out' });
  await expect(alert).toContainText(/HTML/);
  await expect(rows(cycles)).toHaveCount(11);
  const good = { name: 'good.pprof', mimeType: '', buffer: readFileSync(resolve(service, 'cpu.pprof')) };
  await page.getByTestId('file picker').setInputFiles([login, good]);
  await expect(page.getByRole('banner')).toContainText('good.pprof');
  await expect(alert.first()).toBeVisible();
  await expect(partsOf(page).flame).toContainText('cpu of good.pprof');
  await page.getByTestId('file picker').setInputFiles([good]);
  await expect(alert).toHaveCount(0);
});

test('a profile alone is answered in words, shows its flame graph, and says what a trace would add', async ({ page, server }) => {
  await openPage(page, server, '#view=latency');
  await page.getByTestId('file picker').setInputFiles(resolve(service, 'cpu.pprof'));
  const { answer, cycles, flame, flameTotal } = partsOf(page);
  await expect(answer).toContainText(/\d+ % of the CPU time is in map operations/);
  await expect(answer).toContainText('come from an execution trace');
  await expect(page.getByRole('tab', { name: 'Top functions' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Latency' })).toBeHidden();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(cycles).toBeHidden();
  await expect(flame).toContainText('cpu of cpu.pprof');
  await expect(flameTotal).toBeVisible();
});

test('a trace that was cut off shows what was read before', async ({ page, server }) => {
  await openPage(page, server);
  const whole = readFileSync(resolve(service, 'trace.out'));
  await page
    .getByTestId('file picker')
    .setInputFiles([{ name: 'cut.out', mimeType: '', buffer: whole.subarray(0, Math.floor(whole.length * 0.6)) }]);
  const { answer, timeline } = partsOf(page);
  await expect(page.getByRole('banner')).toContainText('cut.out');
  await expect(timeline.locator('canvas')).toBeVisible();
  await expect(answer.getByRole('alert').or(answer.getByRole('status')).first()).toBeVisible();
});

test('a link to captures that are not in this browser says so', async ({ page, server }) => {
  await page.goto(`${server.url}#captures=${'ab'.repeat(32)}`);
  await expect(partsOf(page).answer).toContainText(/not in this browser/);
});

test('a link that was cut opens the sample, and says that it is not what was meant', async ({ page, server }) => {
  await openPage(page, server, '#captures=deadbeef');
  const note = page.getByRole('alert').filter({ hasText: 'no whole sha-256' });
  await expect(note).toContainText('Below is the bundled sample');
  await page.getByTestId('file picker').setInputFiles(resolve(service, 'cpu.pprof'));
  await expect(note).toBeHidden();
});
