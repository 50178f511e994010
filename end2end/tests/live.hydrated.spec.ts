// Live numbers: an open page follows what arrives, pauses, and catches up after its connection was lost.
import { expect, test } from '../harness/fixtures.ts';
import { Line } from '../harness/line.ts';
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

test('a connection that is lost is said, and what was missed is there when it is back', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  const line = await Line.to(server.url);
  const overview = new OverviewPage(page, true);
  await visit(`${line.url}${source.href('range=1h')}`);
  const button = page.locator('button.live');
  const received = overview.card('Events successfully received').locator('.step__count');
  await source.sendBatch([track('Signed up')]);
  await expect(received).toHaveText('2');
  line.lose();
  await expect(button).toHaveText('Reconnecting…');
  await source.sendBatch([track('Signed up'), track('Signed up')]);
  expect((await source.overview('1h')).steps.received).toBe(4);
  await expect(received).toHaveText('2');
  line.regain();
  await expect(button).toHaveText('Live');
  await expect(received).toHaveText('4');
  line.close();
});

test('an answer that ends the stream for good is not the end', async ({ server, page, visit, expectStatus }) => {
  expectStatus(502);
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  const line = await Line.to(server.url);
  const overview = new OverviewPage(page, true);
  await visit(`${line.url}${source.href('range=1h')}`);
  const button = page.locator('button.live');
  const received = overview.card('Events successfully received').locator('.step__count');
  // A number that came by the stream: it is open, and there to be ended. The button says so from the start.
  await source.sendBatch([track('Signed up')]);
  await expect(received).toHaveText('2');
  line.refuse();
  await expect(button).toHaveText('Reconnecting…');
  await source.sendBatch([track('Signed up')]);
  await expect(button).toHaveText('Live');
  await expect(received).toHaveText('3');
  line.close();
});

test('new numbers take nothing away from somebody who reads, types or moves by keyboard', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up'), track('Order Completed')]);
  const overview = new OverviewPage(page, true);
  await visit(source.href('by=name&range=1h'));
  const received = overview.card('Events successfully received').locator('.step__count');
  const rises = async (to: number): Promise<void> => {
    await source.sendBatch([track('Signed up')]);
    await expect(received).toHaveText(String(to));
  };
  const radio = overview.radio('Events successfully received');
  await radio.focus();
  await rises(3);
  await expect(radio).toBeFocused();
  const chart = page.getByRole('slider', { name: 'Point in time' });
  await chart.focus();
  await chart.press('Home');
  await rises(4);
  await expect(chart).toBeFocused();
  await expect(chart).toHaveAttribute('aria-valuenow', '0');
  const link = overview.table.getByRole('link', { name: 'Signed up', exact: true });
  await link.focus();
  await rises(5);
  await expect(link).toBeFocused();
  await page.locator('.chart__table summary').click();
  await rises(6);
  await expect(page.locator('.chart__table table')).toBeVisible();
  await overview.rangeButton.click();
  await page.getByRole('group', { name: 'Time range' }).getByRole('link').first().focus();
  await rises(7);
  await expect(page.getByRole('group', { name: 'Time range' }).getByRole('link').first()).toBeFocused();
});

test.describe('in a zone of UTC, whose name the server does not know at first', () => {
  // Where the date is another, as it is in New York until five, the first moment's text is as wide as its day and month are.
  test.use({ timezoneId: 'Africa/Abidjan' });

  test('live numbers shift nothing', async ({ server, page, visit }) => {
    const source = await server.createSource('Shop');
    const batch = (): Promise<void> => source.sendBatch(Array.from({ length: 90 }, () => track('Signed up', '1.0.0')));
    // As many digits from here to the end, on the axis, too.
    for (let sent = 0; sent < 6; sent += 1) await batch();
    const overview = new OverviewPage(page, true);
    await visit(source.href('by=name&range=10m'));
    const ticks = page.locator('.chart__x li');
    const places = () => ticks.evaluateAll((all) => all.map((tick) => tick.computedStyleMap().get('translate')?.toString()));
    const before = await places();
    await page.evaluate(() => {
      type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
      const watched = window as unknown as { shifts: string[] };
      watched.shifts = [];
      const add = (entries: PerformanceObserverEntryList): void => {
        for (const entry of entries.getEntries() as Shift[]) {
          const moved = entry.sources.map(({ node }) => (node instanceof Element ? node : node?.parentElement)?.outerHTML);
          watched.shifts.push(`${entry.value}: ${moved.join(' and ')}`);
        }
      };
      new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: false });
    });
    for (const received of [630, 720]) {
      await batch();
      await expect(overview.card('Events successfully received').locator('.step__count')).toHaveText(String(received));
    }
    // A bucket ends and the window goes on; the page, which did not know the reader's zone at first, knows it from then on.
    const goesOn = async () => {
      await source.sendBatch([track('Signed up', '1.0.0')]);
      return places();
    };
    await expect.poll(goesOn, { timeout: 20_000, intervals: [1_000] }).not.toEqual(before);
    await expect(page.locator('.toolbar')).toContainText('Africa/Abidjan (GMT');
    expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
  });
});

test('the first event of a source turns the page, without a reload', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  const overview = new OverviewPage(page, true);
  await visit(source.href());
  await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible();
  await source.sendBatch([track('Signed up')]);
  await expect(overview.card('Events successfully received').locator('.step__count')).toHaveText('1');
});

test('a range that ended in the past is not live', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  await visit(source.href(`range=${dayBefore()}`));
  await expect(page.locator('.toolbar')).toBeVisible();
  await expect(page.locator('button.live')).toHaveCount(0);
});

/** The 24 hours before the last ones. */
function dayBefore(): string {
  const at = (hoursAgo: number): string => new Date(Date.now() - hoursAgo * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${at(48)}..${at(24)}`;
}
