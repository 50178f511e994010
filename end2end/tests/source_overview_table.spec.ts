// The breakdown's table: pins that narrow the panel, search, sorting, and the export of exactly what is shown.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';
import { track, type Json, type Source } from '../harness/source.ts';

/** 26 events: 12 names from “Event 01” (1 of it) on, two versions, page calls, and one that fails. */
async function sendMany(source: Source): Promise<void> {
  const names = Array.from({ length: 12 }, (_, i) => track(`Event ${String(i + 1).padStart(2, '0')}`, '1.0.0'));
  const orders = Array.from({ length: 8 }, (_, i) => track('Order Completed', i < 5 ? '2.0.0' : '1.0.0'));
  const pages: Json[] = Array.from({ length: 4 }, () => ({ type: 'page', userId: 'u1', name: 'Home' }));
  await source.sendBatch([...names, ...orders, ...pages, track('=1+1', '1.0.0'), { ...track('Order Completed', '2.0.0'), userId: 7 }]);
}

function chips(page: Page): Locator {
  return page.locator('.inspect__filters .chip');
}

test('a pinned row narrows the panel and the other tabs, in every step; the pipeline and its own table stay whole', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendMany(source);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('by=name&range=1h'));
  expect(await overview.stepCounts()).toEqual([26, 1, 0, 25]);

  await overview.table.getByRole('link', { name: 'Order Completed', exact: true }).click();
  await expect(chips(page)).toHaveText(['Event name: Order Completed']);
  await overview.expectAddress(source.href('by=name&range=1h&event=Order+Completed'));
  await expect(overview.panel.locator('.inspect__number')).toHaveText('9');
  await expect(overview.panel.locator('.facts')).toContainText('Failed on ingest1 11.1%');
  expect(await overview.stepCounts()).toEqual([26, 1, 0, 25]);
  expect((await overview.rows())[0]).toMatchObject({ name: 'Order Completed', count: 9 });
  expect(await overview.total()).toBe(26);
  await expect(overview.table.locator('tr[data-pinned]')).toHaveCount(1);

  await overview.openTab('App version');
  expect(byName(await overview.rows())).toEqual({ '1.0.0': 3, '2.0.0': 6 });
  expect(await overview.total()).toBe(9);
  await overview.table.getByRole('link', { name: '2.0.0', exact: true }).click();
  await expect(chips(page)).toHaveText(['Event name: Order Completed', 'App version: 2.0.0']);
  await expect(overview.panel.locator('.inspect__number')).toHaveText('6');

  await overview.selectStep('Failed on ingest');
  await expect(chips(page)).toHaveCount(2);
  await expect(overview.panel.locator('.inspect__number')).toHaveText('1');
  expect(byName(await overview.rows())).toEqual({ 'Identifier not a string': 1 });

  await page.getByRole('link', { name: 'Remove filter App version: 2.0.0' }).click();
  await expect(chips(page)).toHaveText(['Event name: Order Completed']);
  await page.goBack();
  await expect(chips(page)).toHaveCount(2);
  await page.getByRole('link', { name: 'Clear all' }).click();
  await expect(chips(page)).toHaveCount(0);
  await overview.expectAddress(source.href('step=failed&range=1h'));
});

test('filters that nothing passes say so and lead out', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await sendMany(source);
  await visit(source.href('range=1h&event=Order+Completed&type=page'));
  await expect(page.getByRole('heading', { name: 'No event matches these filters' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page.locator('.inspect__number')).toHaveText('26');
});

test('rows are sorted by every column, sought, and what is left out stays in the total', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendMany(source);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('by=name&range=1h'));
  const head = (name: string): Locator => overview.table.getByRole('columnheader', { name });
  await expect(head('Event count')).toHaveAttribute('aria-sort', 'descending');

  await head('Event name').getByRole('link').click();
  await expect(head('Event name')).toHaveAttribute('aria-sort', 'ascending');
  const names = (await overview.allRows()).map((row) => row.name);
  expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  await head('Event name').getByRole('link').click();
  await expect(head('Event name')).toHaveAttribute('aria-sort', 'descending');
  expect((await overview.rows())[0]?.name).toBe('Unnamed or batched events');

  const search = page.getByRole('searchbox', { name: 'Search event names' });
  await search.pressSequentially('order');
  if (!javaScriptEnabled) await search.press('Enter');
  await expect(overview.table.locator('tbody tr')).toHaveCount(1);
  await expect(overview.table.locator('tfoot')).toContainText('14 that do not match');
  expect(await overview.total()).toBe(26);
  expect(await search.inputValue()).toBe('order');

  await search.fill('ordr');
  if (!javaScriptEnabled) await search.press('Enter');
  await expect(page.getByRole('heading', { name: 'No event name matches “ordr”' })).toBeVisible();
  await page.getByRole('link', { name: 'Clear search' }).click();
  await expect(overview.table.locator('tbody tr')).toHaveCount(10);
  await expect(search).toHaveValue('');
});

test('the export holds every row of what is shown, as the store counts them', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendMany(source);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('by=name&range=1h&sort=label'));
  const shown = await overview.allRows();
  await page.goto(source.href('by=name&range=1h&sort=label'));
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^event-name-\d{4}-\d\d-\d\dT\d{6}Z-\d{4}-\d\d-\d\dT\d{6}Z\.csv$/);
  const text = await streamText(await file.createReadStream());
  const [columns, ...lines] = text.trim().split(/\r?\n/);
  expect(columns).toBe('event_name,event_count,share,previous_event_count,change,from,until');
  const rows = lines.map((line) => line.split(','));
  // A spreadsheet must not take a name for a formula.
  const nameOf = (cell: string): string => cell.replace(/^'/, '');
  expect(rows.map((row) => [nameOf(row[0] ?? ''), Number(row[1])])).toEqual(shown.map((row) => [row.name, row.count]));
  expect(rows.map((row) => row[0])).toContain("'=1+1");
  const printed = await source.overview('1h');
  expect(Object.fromEntries(rows.map((row) => [nameOf(row[0] ?? ''), Number(row[1])]))).toEqual(
    Object.fromEntries(printed.event_name.map((row) => [row.key, row.count])),
  );

  const answer = await page.request.get(`/sources/${source.slug}/overview.json?by=version&range=1h&type=track&q=1.0`);
  expect(await answer.json()).toMatchObject({
    source: source.slug,
    breakdown: 'version',
    event_count: 22,
    rows: [{ key: '1.0.0', event_count: 16 }],
  });
  expect((await page.request.get('/sources/nobody/overview.csv')).status()).toBe(404);
});

async function streamText(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
