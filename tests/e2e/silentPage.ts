import { expect, test as base } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';

/** What Grafana asks of its makers' site for itself, on its home page and on pages of plugins: no network need be there. */
const ofGrafanaItself = /grafana\.com\/(?:blog|api)|\/api\/gnet\/|plugins from catalog/;

/**
 * Tests whose page must stay silent: an error on the console, an exception, a violation of the content security policy or an answer from 400 on fails the
 * test. What a test provokes on purpose it takes out with `expectComplaint`.
 */
export const test = base.extend<{ readonly expectComplaint: (pattern: RegExp) => void }>({
  expectComplaint: [
    async ({ page }, provide) => {
      const complaints: string[] = [];
      const expected = [ofGrafanaItself];
      collectComplaints(page, complaints);
      await provide((pattern) => {
        expected.push(pattern);
      });
      expect(complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
    },
    { auto: true },
  ],
});

function collectComplaints(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') {
      complaints.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', ({ message }) => complaints.push(`exception: ${message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) {
      complaints.push(`${response.status()} ${response.url()}`);
    }
  });
}

export { expect };
