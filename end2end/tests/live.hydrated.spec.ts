// Live numbers: an open page follows what arrives, pauses, and catches up after its connection was lost.
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';
import { track } from '../harness/source.ts';

test('numbers rise in place while events arrive, in the cards, the panel and the table', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up', '1.0.0'), track('Order Completed', '1.0.0')]);
  const overview = new OverviewPage(page, true);
  await visit(source.href('by=name&range=1h'));
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'true');
  expect(await overview.stepCounts()).toEqual([2, 0, 0, 2]);
  // Nothing is loaded anew: this mark would be gone.
  await page.evaluate(() => document.querySelector('.step__count')?.setAttribute('data-mark', 'kept'));

  await source.sendBatch([...Array.from({ length: 5 }, () => track('Order Completed', '1.0.0')), { ...track('Bad'), userId: 7 }]);
  await expect(overview.card('Events successfully received').locator('.step__count')).toHaveText('8');
  await expect(overview.card('Failed on ingest').locator('.step__count')).toHaveText('1');
  await expect(overview.panel.locator('.inspect__number')).toHaveText('8');
  await expect(overview.table.locator('tr[data-row="Order Completed"] .count__n')).toHaveText('6');
  // A name that nobody has seen yet gets its row.
  await expect(overview.table.locator('tr[data-row="Bad"] .count__n')).toHaveText('1');
  expect(await overview.total()).toBe(8);
  await expect(page.locator('.step__count[data-mark="kept"]')).toHaveCount(1);
});

test('a paused page stands still and catches up when it goes on', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  const overview = new OverviewPage(page, true);
  await visit(source.href('range=1h'));
  const button = page.locator('button.live');
  await button.click();
  await expect(button).toHaveText(/^Paused: last updated \d\d:\d\d:\d\d$/);
  await source.sendBatch([track('Signed up'), track('Signed up')]);
  expect((await source.overview('1h')).steps.received).toBe(3);
  expect(await overview.stepCount('Events successfully received')).toBe(1);
  await button.click();
  await expect(button).toHaveText('Live');
  await expect(overview.card('Events successfully received').locator('.step__count')).toHaveText('3');
});

test('filters and reasons are live, too', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  const bad = { ...track('Order Completed', '2.0.0'), userId: 7 };
  await source.sendBatch([bad, track('Order Completed', '1.0.0'), track('Signed up', '2.0.0')]);
  const overview = new OverviewPage(page, true);
  await visit(source.href('step=failed&range=10m&event=Order+Completed&by=version'));
  await expect(overview.panel.locator('.inspect__number')).toHaveText('1');
  await source.sendBatch([bad, bad, track('Order Completed', '1.0.0'), { ...track('Signed up', '2.0.0'), userId: 7 }]);
  await expect(overview.panel.locator('.inspect__number')).toHaveText('3');
  await expect.poll(async () => byName(await overview.rows())).toEqual({ '2.0.0': 3 });
  await expect(overview.card('Failed on ingest').locator('.step__count')).toHaveText('4');
});

test('a range that ended in the past is not live', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  await visit(source.href('range=2025-01-01T00:00:00Z..2025-01-02T00:00:00Z'));
  await expect(page.locator('.toolbar')).toBeVisible();
  await expect(page.locator('button.live')).toHaveCount(0);
});
