import { expect, type Page } from '@playwright/test';

import { exploreUrl } from './grafana';

/** A request that paid much, and the trace that the application itself made of it. */
export const spanId = 'd6fc093e5bbe5d99';
export const traceId = '5781911bf906901654e0bb8a4984335f';

/** From a trace that Explore shows, by its span's link to the capture of the store, and from the request there back to the trace. */
export async function followSpanAndBack(page: Page, storeUid: string, tracingUid: string): Promise<void> {
  const name = /GC and map work of this span/;
  await page.getByText('GET /range').first().click();
  await page.getByRole('link', { name }).or(page.getByRole('button', { name })).first().click();
  await expect(page.getByText('map.iterate').first()).toBeVisible();
  const requests = { version: 1, view: 'requests', captures: [{ by: 'store', pick: 'latest' }], query: spanId };
  await page.goto(exploreUrl({ uid: storeUid }, requests));
  await page
    .getByRole('link', { name: traceId })
    .or(page.getByRole('button', { name: traceId }))
    .or(page.getByText(traceId))
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(tracingUid));
  await expect(page.getByText('shop: GET /range').first()).toBeVisible();
}
