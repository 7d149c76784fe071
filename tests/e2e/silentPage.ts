import { expect, test as base } from '@grafana/plugin-e2e';

import { collectComplaints } from '../browser/collectComplaints';

/** What Grafana asks of its makers' site for itself, on its home page and on pages of plugins: no network need be there. */
const ofGrafanaItself = /grafana\.com\/(?:blog|api)|\/api\/gnet\/|plugins from catalog/;

/**
 * Tests whose page must stay silent: an error on the console, an exception, a violation of the content security policy or an answer from 400 on fails the
 * test. What a test provokes on purpose it takes out with `expectComplaint`.
 */
export const test = base.extend<{ readonly expectComplaint: (pattern: RegExp) => void }>({
  expectComplaint: [
    async ({ page }, provide) => {
      const complaints = collectComplaints(page);
      const expected = [ofGrafanaItself];
      await provide((pattern) => {
        expected.push(pattern);
      });
      expect(complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
