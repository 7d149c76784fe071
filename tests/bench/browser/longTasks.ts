import type { Browser, Page } from '@playwright/test';

import { openPage } from './opening';

/** The longest task of the page's main thread, in ms, while something happens; 0 where none takes 50 ms. */
export interface LongestTasks {
  /** The page loads and shows the sample. */
  readonly loading: number;
  /** A file is chosen, read and shown. */
  readonly opening: number;
  /** A cycle, a request and another sample type are chosen. */
  readonly switching: number;
}

/** How long the page rests before what happened is over: nothing is awaited that long. */
const restMs = 1500;

/** Uses the built page and asks Chromium for its long tasks. */
export async function measureLongTasks(browser: Browser, file: string): Promise<LongestTasks> {
  const { page, close } = await openPage(browser, observeLongTasks);
  try {
    await page.getByTestId('timeline').locator('canvas').waitFor();
    await page.getByTestId('flame graph').waitFor();
    const loading = await longestSoFar(page);
    await chooseViews(page);
    const switching = await longestSoFar(page);
    await page.getByTestId('file picker').setInputFiles(file);
    await page.getByTestId('reading').waitFor();
    await page.getByTestId('reading').waitFor({ state: 'detached', timeout: 300_000 });
    return { loading, switching, opening: await longestSoFar(page) };
  } finally {
    await close();
  }
}

async function chooseViews(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'GC cycle 3', exact: true }).click();
  await page.waitForTimeout(restMs);
  await page.getByRole('region', { name: 'Requests by GC tax' }).locator('tbody button').first().click();
  await page.waitForTimeout(restMs);
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Sample type' }).click();
  await page.getByRole('option').nth(1).click();
}

async function observeLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask', buffered: true });
  });
}

/** Of those since it was asked last. */
async function longestSoFar(page: Page): Promise<number> {
  await page.waitForTimeout(restMs);
  return page.evaluate(() => {
    const { longTasks } = window as unknown as { longTasks: number[] };
    return Math.max(0, ...longTasks.splice(0));
  });
}
