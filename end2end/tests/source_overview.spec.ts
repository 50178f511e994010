// The Source Overview page: what it counts, what it says about what failed, and the address that holds its state.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';
import { RANGES } from '../harness/server.ts';
import { track, type Json, type Source } from '../harness/source.ts';

const RANGE_TITLES = ['Last 10 minutes', 'Last hour', 'Last 24 hours', 'Last 7 days', 'Last 2 weeks'];

/** Two good events, and ten that fail for seven reasons. */
async function sendGoodAndBad(source: Source): Promise<void> {
  const nameless: Json = { type: 'track', event: 'Nobody' };
  const numeric: Json = { ...track('Signed up', '1.0.0'), userId: 42 };
  const listed: Json = { type: 'page', name: 'Home', category: ['Outdoor', 'Jackets'], userId: 'u1' };
  const unnamed: Json = { type: 'track', userId: 'u1' };
  const unknown: Json = { type: 'purchase', userId: 'u1' };
  await source.sendBatch([
    track('Signed up', '1.0.0'),
    track('Order Completed', '2.1.0'),
    ...[numeric, numeric, { ...numeric, type: 'identify' }],
    ...[listed, listed],
    ...[nameless, unnamed, unknown],
  ]);
  expect((await source.send('track', '{"event":')).status).toBe(400);
  expect(await source.send('batch', { batch: [] })).toEqual({ status: 200, body: { success: true } });
}

test('what failed is told reason by reason, and a pinned reason has its breakdown and its remedy', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendGoodAndBad(source);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('range=1h'));
  expect(await overview.stepCounts()).toEqual([12, 10, 0, 2]);
  await expect(overview.card('Failed on ingest')).toContainText('83.3% of received');

  await overview.selectStep('Failed on ingest');
  await overview.expectAddress(source.href('step=failed&range=1h'));
  await overview.expectTab('Discard reason');
  expect(await overview.rows()).toEqual([
    { name: 'Identifier not a string', count: 3, share: '30.0%' },
    { name: 'Category field not a string', count: 2, share: '20.0%' },
    { name: 'Not valid JSON', count: 1, share: '10.0%' },
    { name: 'Batch is empty', count: 1, share: '10.0%' },
    { name: 'Event type is missing or unknown', count: 1, share: '10.0%' },
    { name: 'No userId or anonymousId', count: 1, share: '10.0%' },
    { name: 'Event not defined', count: 1, share: '10.0%' },
  ]);
  expect(await overview.total()).toBe(10);
  const reasons = [
    { code: 'id_not_string', step: 'failed_on_ingest', count: 3 },
    { code: 'category_not_string', step: 'failed_on_ingest', count: 2 },
    { code: 'invalid_json', step: 'failed_on_ingest', count: 1 },
    { code: 'empty_batch', step: 'failed_on_ingest', count: 1 },
    { code: 'unknown_type', step: 'failed_on_ingest', count: 1 },
    { code: 'no_user_anon_id', step: 'failed_on_ingest', count: 1 },
    { code: 'event_not_defined', step: 'failed_on_ingest', count: 1 },
  ];
  expect(await overview.table.locator('.row-name__code').allInnerTexts()).toEqual(reasons.map((reason) => reason.code));
  expect((await source.overview('1h')).reasons).toEqual(reasons);

  await overview.pin('Identifier not a string');
  await overview.expectAddress(source.href('step=failed&reason=id_not_string&range=1h'));
  await overview.expectTab('Event type');
  await expect(overview.panel).toContainText('was empty or not a string.');
  await expect(overview.panel).toContainText('Send identifiers as non-empty strings; turn numbers into strings first.');
  expect(byName(await overview.rows())).toEqual({ Track: 2, Identify: 1 });
  expect(await overview.total()).toBe(3);
  await expect(overview.tab('Discard reason')).toHaveCount(0);
  await overview.openTab('Event name');
  expect(byName(await overview.rows())).toEqual({ 'Signed up': 2, 'Unnamed or batched events': 1 });
  await overview.openTab('App version');
  expect(byName(await overview.rows())).toEqual({ '1.0.0': 3 });
  // The cards go on showing the whole source.
  expect(await overview.stepCounts()).toEqual([12, 10, 0, 2]);

  await overview.panel.locator('.chip').getByRole('link', { name: /Remove filter/ }).click();
  await overview.expectAddress(source.href('step=failed&range=1h'));
  await overview.expectTab('Discard reason');
  expect(await overview.rows()).toHaveLength(7);
});

test('the tabs break every step down, and each adds up to the step', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendGoodAndBad(source);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href());
  await overview.expectStep('Events successfully received');
  await overview.expectTab('Event type');
  expect(byName(await overview.rows())).toEqual({ Track: 6, Page: 2, 'Unknown type': 3, Identify: 1 });
  await overview.openTab('Event name');
  expect(byName(await overview.rows())).toEqual({
    'Unnamed or batched events': 7,
    'Signed up': 3,
    'Order Completed': 1,
    Nobody: 1,
  });
  await overview.openTab('App version');
  expect(byName(await overview.rows())).toEqual({ '1.0.0': 4, '2.1.0': 1, 'Not set': 7 });
  expect(await overview.total()).toBe(12);
  await overview.openTab('Library');
  expect(byName(await overview.rows())).toEqual({ 'Not set': 12 });

  await overview.selectStep('Filtered at source');
  await expect(page.getByText('No event was filtered in this range.')).toBeVisible();
});

test('the five ranges are links, and a fresh event is in each of them', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('A'), track('B')]);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href());
  await overview.expectRange('Last 24 hours');
  for (const [i, title] of RANGE_TITLES.entries()) {
    await overview.chooseRange(title);
    const query = RANGES[i] === '24h' ? '' : `range=${RANGES[i]}`;
    await overview.expectAddress(source.href(query));
    await expect(page.locator('.legend')).toContainText(title);
    await expect(page.locator('.toolbar')).toContainText('to now, compared with the');
    expect(await overview.stepCounts(), title).toEqual([2, 0, 0, 2]);
    // The chart's own numbers, its text alternative.
    const values = await page.locator('.chart__table tbody td:nth-of-type(1)').allTextContents();
    expect(values.length, title).toBeLessThanOrEqual(60);
    expect(values.map(Number).reduce((sum, value) => sum + value, 0), title).toBe(2);
  }
});

test('counts become percentages of what was received', async ({ server, page, visit, javaScriptEnabled }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('A'), track('B'), track('C'), { type: 'track', event: 'Nobody' }]);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('step=failed'));
  await overview.showAs('Percentages');
  await overview.expectAddress(source.href('step=failed&as=percentages'));
  const headlines = () => page.locator('.step__count').allInnerTexts();
  expect(await headlines()).toEqual(['100.0%', '25.0%', '0.0%', '75.0%']);
  await expect(overview.table.getByRole('columnheader', { name: 'Share change' })).toBeVisible();
  await overview.showAs('Counts');
  await overview.expectAddress(source.href('step=failed'));
  expect(await headlines()).toEqual(['4', '1', '0', '3']);
});

test('twenty-three names are three pages, and the foot accounts for the rest', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  const names = Array.from({ length: 23 }, (_, i) => `Event ${String(i + 1).padStart(2, '0')}`);
  // The first name comes 23 times, the last once.
  await source.sendBatch(names.flatMap((name, i) => Array.from({ length: 23 - i }, () => track(name))));
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('by=name'));
  expect(await overview.position()).toBe('1–10 of 23 event names');
  expect((await overview.rows()).map((row) => row.name)).toEqual(names.slice(0, 10));
  await expect(overview.table.locator('tfoot')).toContainText('13 more event names');
  await expect(overview.table.locator('tfoot')).toContainText('91');
  await expect(overview.previousPage()).toHaveCount(0);

  await overview.turn(overview.nextPage());
  await overview.expectAddress(source.href('by=name&page=2'));
  expect(await overview.position()).toBe('11–20 of 23 event names');
  expect((await overview.rows()).map((row) => row.name)).toEqual(names.slice(10, 20));
  await overview.turn(overview.nextPage());
  expect(await overview.position()).toBe('21–23 of 23 event names');
  expect(await overview.rows()).toHaveLength(3);
  await expect(overview.nextPage()).toHaveCount(0);
  expect(await overview.total()).toBe(276);
  await overview.turn(overview.previousPage());
  expect(await overview.position()).toBe('11–20 of 23 event names');

  // Past the end there is the last page.
  await visit(source.href('by=name&page=99'));
  expect(await overview.position()).toBe('21–23 of 23 event names');
});

test('an address that cannot be used says so and shows the default', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('A')]);
  const overview = new OverviewPage(page, javaScriptEnabled);
  for (const [query, sentence] of [
    ['range=2y', '“2y” is not a time range. Showing last 24 hours.'],
    ['step=lost', '“lost” is not a step of the pipeline. Showing events successfully received.'],
    ['step=eligible', '“eligible” can’t be selected, it is read-only. Showing events successfully received.'],
    ['by=reason', '“reason” is not a breakdown of this. Showing event type.'],
    ['page=-1', '“-1” is not a page number. Showing the first page.'],
    ['range=%3Cb%3Ex%3C%2Fb%3E', '“<b>x</b>” is not a time range. Showing last 24 hours.'],
  ] as const) {
    expect((await visit(source.href(query))).status(), query).toBe(200);
    await expect(page.getByText(sentence)).toBeVisible();
    await overview.expectStep('Events successfully received');
    await overview.expectRange('Last 24 hours');
    expect(await overview.stepCounts(), query).toEqual([1, 0, 0, 1]);
  }
});

test('a source that does not exist is a page that says so, with status 404', async ({
  server,
  page,
  visit,
  expectStatus,
}) => {
  expectStatus(404);
  await server.createSource('Shop');
  for (const address of ['/sources/nope/overview', '/no/such/page', `/sources/${'x'.repeat(500)}/overview`]) {
    expect((await visit(address)).status(), address).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing at this address');
    await expect(page).toHaveTitle(/^Page not found/);
  }
  await page.getByRole('main').getByRole('link', { name: 'Go to Sources' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sources');
});

test('a source without events leads to how to send one, and that way works', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await visit(source.href());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Shop');
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Set it up' }).click();
  const shown = page.getByRole('main').locator('pre').filter({ hasText: 'curl' });
  await expect(shown).toContainText(server.url);
  await expect(shown).toContainText(source.writeKey);
  const { stdout } = await promisify(execFile)('sh', ['-c', await shown.innerText()]);
  expect(stdout).toContain('{"success":true}');

  await visit(source.href());
  expect(await new OverviewPage(page, javaScriptEnabled).stepCounts()).toEqual([1, 0, 0, 1]);
});

test('the ledger adds up in words', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await sendGoodAndBad(source);
  const repeated: Json = { ...track('Again'), messageId: 'the-same' };
  await source.sendBatch([repeated]);
  await source.sendBatch([repeated]);
  await visit(source.href());
  const ledger = page.locator('.ledger');
  await expect(ledger).toContainText('Received 13 = failed 10 + filtered 0 + eligible 3');
  await expect(ledger).toContainText('1 duplicate, counted apart');
  await expect(ledger).toContainText(/complete to \d\d:\d\d:\d\d/);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('an event acknowledged with 200 is on the page of the next request', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  const overview = new OverviewPage(page, javaScriptEnabled);
  for (let sent = 1; sent <= 20; sent += 1) {
    expect((await source.send('track', track('A'))).status).toBe(200);
    await visit(source.href('range=10m'));
    expect(await overview.stepCount('Events successfully received')).toBe(sent);
    expect(await overview.total()).toBe(sent);
  }
});

test('back and forward go through the states, and an address copied anywhere shows the same', async ({
  server,
  page,
  visit,
  browser,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendGoodAndBad(source);
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href());
  await overview.chooseRange('Last hour');
  await overview.selectStep('Failed on ingest');
  await overview.openTab('App version');
  await overview.expectAddress(source.href('step=failed&by=version&range=1h'));
  await samePage(browser, page);

  await page.goBack();
  await overview.expectAddress(source.href('step=failed&range=1h'));
  await overview.expectTab('Discard reason');
  await page.goBack();
  await overview.expectAddress(source.href('range=1h'));
  await overview.expectStep('Events successfully received');
  await page.goBack();
  await overview.expectAddress(source.href());
  await overview.expectRange('Last 24 hours');
  await page.goForward();
  await page.goForward();
  await overview.expectStep('Failed on ingest');
  await overview.expectTab('Discard reason');
  await overview.expectRange('Last hour');
  await samePage(browser, page);
});

/** Opens the page's address in a browser without JavaScript and compares what both show. */
async function samePage(browser: Browser, page: Page): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const other = await context.newPage();
  await other.goto(page.url());
  const shown = async (of: Page) => {
    const overview = new OverviewPage(of, true);
    return {
      counts: await overview.stepCounts(),
      step: await overview.panel.getByRole('heading', { level: 2 }).innerText(),
      caption: await overview.table.locator('caption').textContent(),
      rows: await overview.rows(),
      range: await overview.rangeButton.innerText(),
      tabs: await of.getByRole('navigation', { name: 'Break down by' }).innerText(),
    };
  };
  expect(await shown(other)).toEqual(await shown(page));
  await context.close();
}
