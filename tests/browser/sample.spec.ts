import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, openPage, partsOf, test } from './page';

const root = resolve(import.meta.dirname, '../..');

/** The words that the command line has for the same captures. */
function answerInShell(): { headline: string; details: string[] } {
  const samples = ['trace.out', 'cpu.pprof'].map((name) => resolve(root, 'src/capture/samples', name));
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'frames', ...samples, '--view', 'gcMap'];
  const printed = execFileSync(process.execPath, args, { cwd: root, maxBuffer: 1 << 27, encoding: 'utf8' });
  const found = /"answer":(\{.*?\]\})/s.exec(JSON.stringify(JSON.parse(printed)));
  return JSON.parse(found?.[1] ?? '{}');
}

/** The part of the time axis that the timeline shows, in ms. */
async function shownSpan(page: Page): Promise<{ from: number; to: number }> {
  const timeline = page.getByTestId('timeline');
  return { from: Number(await timeline.getAttribute('data-from')), to: Number(await timeline.getAttribute('data-to')) };
}

test('opens with the sample and says in words what the command line says', async ({ page, server }) => {
  const { answer, cycles, rows } = await openPage(page, server);
  const { headline, details } = answerInShell();
  await expect(answer.getByText(headline, { exact: true })).toBeVisible();
  await expect(answer.getByRole('listitem')).toHaveText(details);
  await expect(answer).toContainText(/of 249 CPU samples/);
  await expect(answer).not.toContainText('time range');
  await expect(rows(cycles)).toHaveCount(11);
});

test('sorts requests by what they paid, and shows with what', async ({ page, server }) => {
  const { requests, rows } = await openPage(page, server);
  const first = rows(requests).first();
  await expect(first).toContainText('catalog.walk');
  await expect(first).toContainText('56%');
  const bar = first.getByRole('img');
  await expect(bar).toHaveAttribute('aria-label', /stopped by GC 15\.8. ms, assist wait 80\.18 ms, assist 191\.79 ms/);
  const widths = await bar
    .locator('[data-cost]')
    .evaluateAll((parts) => parts.map((part) => [part.getAttribute('data-cost'), part.clientWidth]));
  const share = Object.fromEntries(widths);
  const whole = await bar.evaluate((element) => element.clientWidth);
  expect(share['running'] / whole).toBeCloseTo(0.26, 1);
  expect(share['assist']).toBeGreaterThan(share['assistWait']);
  await requests.getByRole('button', { name: 'Sort column duration' }).click();
  await expect(first).not.toContainText('56%');
});

test('a cycle zooms the timeline and narrows requests and flame graph to it; back returns', async ({ page, server }) => {
  const { cycle, flame, flameTotal, requests, timeline } = await openPage(page, server);
  const whole = await shownSpan(page);
  expect(whole.to - whole.from).toBeGreaterThan(3000);
  await expect(timeline).toContainText(/Times are of 2026-11-\d\d, UTC[+-]\d\d:\d\d\./);
  const before = await timeline.locator('canvas').screenshot();
  await cycle(7).click();
  await expect(page).toHaveURL(/#.*cycle=7/);
  await expect(flame).toContainText('CPU samples of the trace in GC cycle 7');
  await expect(flameTotal).toHaveText(/^200 ms \|/);
  await expect(requests).toContainText('Requests that overlap GC cycle 7.');
  const zoomed = await shownSpan(page);
  expect(zoomed.to - zoomed.from).toBeGreaterThan(298);
  expect(zoomed.to - zoomed.from).toBeLessThan(600);
  expect(Buffer.compare(before, await timeline.locator('canvas').screenshot())).not.toBe(0);
  await page.goBack();
  await expect(flameTotal).toHaveText(/^2\.53 s \|/);
  expect(await shownSpan(page)).toEqual(whole);
});

test('a click on a cycle in the timeline chooses it, and there is a way back', async ({ page, server }) => {
  const { flame, timeline } = await openPage(page, server);
  const plot = timeline.locator('.u-over');
  const { width, height } = (await plot.boundingBox())!;
  // Cycle 7 runs from 2048 ms to 2346 ms of 3026 ms.
  await plot.click({ position: { x: (width * 2200) / 3026, y: height / 2 } });
  await expect(page).toHaveURL(/cycle=7/);
  await expect(flame).toContainText('in GC cycle 7');
  await timeline.getByRole('button', { name: 'Whole trace' }).click();
  await expect(page).not.toHaveURL(/cycle/);
  await expect(flame).not.toContainText('in GC cycle 7');
});

test('what a cycle says at the pointer stays within its box', async ({ page, server }) => {
  const { timeline } = await openPage(page, server);
  const plot = timeline.locator('.u-over');
  const { width, height } = (await plot.boundingBox())!;
  // Cycle 7 runs from 2048 ms to 2346 ms of 3026 ms.
  await plot.hover({ position: { x: (width * 2200) / 3026, y: height / 2 } });
  const tooltip = page.getByTestId(/tooltip/i).filter({ hasText: 'GC cycle 7' });
  await expect(tooltip).toContainText(/heap trigger at .* assists/);
  expect(await tooltip.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
});

test('dragging over the timeline zooms into that part', async ({ page, server }) => {
  const { timeline } = await openPage(page, server);
  const whole = await shownSpan(page);
  const box = (await timeline.locator('.u-over').boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=/);
  const { from, to } = await shownSpan(page);
  const length = whole.to - whole.from;
  expect((from - whole.from) / length).toBeCloseTo(0.25, 1);
  expect((to - whole.from) / length).toBeCloseTo(0.5, 1);
});

test('a request opens its spans with evidence and stack; Escape closes', async ({ page, server }) => {
  const { request } = await openPage(page, server);
  await request('GET /range d6fc093e5bbe5d99').click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText('Request GET /range');
  const spans = drawer.getByRole('list', { name: 'Spans' });
  await expect(spans.getByRole('button', { name: /^GET \/range/ })).toContainText('1.16 s');
  await expect(spans.getByRole('button', { name: /^GC mark assist/ }).first()).toBeVisible();
  await expect(spans.getByRole('button', { name: /^STW: GC/ }).first()).toBeVisible();
  const region = spans.getByRole('button', { name: /^map\.iterate/ });
  await region.click();
  await expect(region).toHaveAttribute('aria-expanded', 'true');
  await expect(spans).toContainText('gclens.evidence');
  await expect(spans.getByLabel('Go stack').first()).toContainText('main.');
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(page).not.toHaveURL(/request=/);
});

test('a request on a narrow page has an axis that can be read', async ({ page, server }) => {
  await page.setViewportSize({ width: 420, height: 900 });
  await page.goto(`${server.url}#request=d6fc093e5bbe5d99`);
  const labels = page
    .getByRole('dialog')
    .getByText(/^[\d.]+ (ns|ms|s)$/)
    .filter({ visible: true });
  await expect(page.getByRole('dialog').getByRole('list', { name: 'Spans' })).toBeVisible();
  const boxes = await Promise.all([0, 1, 2].map((n) => labels.nth(n).boundingBox()));
  const ends = boxes.map((box) => (box?.x ?? 0) + (box?.width ?? 0));
  expect(boxes[1]?.x).toBeGreaterThan(ends[0] ?? Infinity);
  expect(boxes[2]?.x).toBeGreaterThan(ends[1] ?? Infinity);
});

test('a selector filters the flame graph, and completes keys and values', async ({ page, server }) => {
  const { flame, flameTotal } = await openPage(page, server);
  const field = flame.getByRole('combobox', { name: 'Selector' });
  await field.click();
  await field.pressSequentially('{map_');
  await page.getByRole('option', { name: /map_op/ }).click();
  await page.getByRole('option', { name: /^iterate/ }).click();
  await expect(field).toHaveValue('{map_op="iterate"}');
  await field.press('Enter');
  await expect(page).toHaveURL(/selector=/);
  await expect(flameTotal).not.toHaveText(/^2\.53 s/);
  await expect(flameTotal).toHaveText(/^1\.28 s \|/);
  await field.fill('{map_op=}');
  await expect(flame.getByRole('alert')).toBeVisible();
});

test('the sample type picker changes what is weighed', async ({ page, server }) => {
  const { flame, flameTotal } = await openPage(page, server);
  await flame.getByRole('combobox', { name: 'Sample type' }).click();
  await page.getByRole('option', { name: 'gc-trigger' }).click();
  await expect(page).toHaveURL(/sampleType=gc-trigger/);
  await expect(flameTotal).toHaveText(/^11 /);
});

test('a link opens what it shows', async ({ page, server }) => {
  await page.goto(`${server.url}#cycle=3&request=d6fc093e5bbe5d99`);
  await expect(page.getByRole('dialog')).toContainText('Request GET /range');
  await page.keyboard.press('Escape');
  const { flame } = partsOf(page);
  await expect(flame).toContainText('in GC cycle 3');
});

test('the keyboard reaches a cycle and a request', async ({ page, server }) => {
  const { cycle, request } = await openPage(page, server);
  const tabTo = async (target: ReturnType<typeof cycle>) => {
    for (let presses = 0; presses < 60 && !(await target.evaluate((element) => element === document.activeElement)); presses++) {
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
  };
  await tabTo(cycle(0));
  const outline = await cycle(0).evaluate((element) => getComputedStyle(element.closest('tr')!).outlineStyle);
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/cycle=0/);
  await expect(cycle(0)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/cycle/);
  await tabTo(request(/^catalog\.walk/));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Request catalog.walk');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('the theme follows the system until it is chosen, and the choice stays', async ({ page, server }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await openPage(page, server);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(background).not.toBe(light);
  await page.getByRole('button', { name: 'Light theme' }).click();
  await expect.poll(background).toBe(light);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Dark theme' })).toBeVisible();
  expect(await background()).toBe(light);
});

test('colours that say what something is stay where the system forces its own', async ({ page, server }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const { requests } = await openPage(page, server);
  const colors = await requests
    .locator('[data-cost]')
    .evaluateAll((parts) => parts.map((part) => [part.getAttribute('data-cost'), getComputedStyle(part).backgroundColor]));
  const byCost = new Map(colors.map(([cost, color]) => [cost, color]));
  expect(new Set(byCost.values()).size).toBe(byCost.size);
});

for (const width of [420, 1000, 1400, 1800]) {
  test(`nothing sticks out of a page ${width} pixels wide`, async ({ page, server }) => {
    await page.setViewportSize({ width, height: 900 });
    await openPage(page, server, '#view=goroutines');
    await expect(page.getByTestId('state-timeline')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

test('finds a request by the beginning of its id, says when there is none, and Enter opens it', async ({ page, server }) => {
  const { requests, rows } = await openPage(page, server);
  const all = await rows(requests).count();
  const field = requests.getByRole('searchbox', { name: 'Find a request' });
  await field.fill('D6FC093E');
  await expect(rows(requests).first()).toContainText('d6fc093e5bbe5d99');
  expect(await rows(requests).count()).toBeLessThan(all);
  await field.fill('no-such-id');
  await expect(requests).toContainText('No request is known as “no-such-id”.');
  // Of the same span id in decimal.
  await field.fill(String(0xd6fc093e5bbe5d99n));
  await expect(rows(requests).first()).toContainText('d6fc093e5bbe5d99');
  await field.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('GET /range');
  await page.keyboard.press('Escape');
  await field.fill('');
  await expect(rows(requests)).toHaveCount(all);
});
