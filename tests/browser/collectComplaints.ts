import type { Page } from '@playwright/test';

/** What a page that must stay silent says: errors on its console, exceptions, answers from 400 on. The list grows while the page lives. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
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
  return complaints;
}
