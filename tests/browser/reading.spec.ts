import { expect, partsOf, test } from './page';
import { writeLargeTrace } from './largeTrace';

test('a large trace shows its timeline while it is being read, and reading can be cancelled and taken up again', async ({
  page,
  server,
}, testInfo) => {
  test.slow();
  const file = testInfo.outputPath('large.trace');
  writeLargeTrace(file);
  await page.goto(server.url);
  const { timeline, answer } = partsOf(page);
  const plot = timeline.getByTestId('timeline');
  await expect(answer.getByRole('listitem').first()).toBeVisible();

  await page.getByTestId('file picker').setInputFiles(file);
  await expect(answer).toContainText(/Still reading.*The timeline shows the first .* of 4/);
  await expect(timeline.locator('canvas')).toBeVisible();
  const shown = await plot.getAttribute('data-from');
  await page.screenshot({ path: testInfo.outputPath('reading.png') });

  await answer.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Reading the captures was cancelled.')).toBeVisible();
  await expect(timeline).toBeHidden();

  await page.getByRole('button', { name: 'Read them again' }).click();
  // What was decoded before may be kept, so that nothing has to be read again: only the end is certain.
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect(answer).not.toContainText('Still reading');
  await expect(answer.getByRole('listitem').first()).toBeVisible();
  await expect(plot).toHaveAttribute('data-from', shown ?? '');
});
