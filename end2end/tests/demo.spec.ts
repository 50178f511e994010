// The sample workspace: two weeks of a shop's history through the real pipeline, then live traffic.
import { expect, printedUrl, test } from '../harness/demo.ts';
import { OverviewPage } from '../harness/overview_page.ts';
import { RANGES } from '../harness/server.ts';

test('the printed address is an overview with history in every range and every step', async ({
  demo,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(printedUrl(demo));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Storefront web');
  let shorter = 0;
  for (const range of RANGES) {
    await visit(`${printedUrl(demo)}?range=${range}`);
    await overview.pause();
    const [received, failed, filtered, eligible] = await overview.stepCounts();
    expect(Math.min(received, failed, filtered, eligible), range).toBeGreaterThan(0);
    expect(received, range).toBe(failed + filtered + eligible);
    expect(received, range).toBeGreaterThan(shorter);
    shorter = received;
    await expect(page.locator('.ledger')).toContainText(/^Received [\d,]+ = failed [\d,]+ \+ filtered [\d,]+ \+ eligible/);
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect(await overview.total(), range).toBe(received);
  }
});

test('the incident, the misspelt event and the releases are there', async ({
  demo,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(`${printedUrl(demo)}?step=failed`);
  await overview.expectTab('Discard reason');
  const [worst] = await overview.rows();
  expect(worst?.name).toBe('Category field not a string');
  await visit(`${printedUrl(demo)}?step=filtered&by=name&range=14d`);
  const filtered = (await overview.rows()).map((row) => row.name);
  expect(filtered).toContain('product_viewed');
  expect(filtered).toContain('Scroll Depth');
  await visit(`${printedUrl(demo)}?by=version&range=14d`);
  const versions = (await overview.rows()).map((row) => row.name);
  expect(versions).toEqual(expect.arrayContaining(['4.12.1', '4.12.0', '4.11.3', '4.11.2', '4.10.6', 'Not set']));
});

test('the ledger adds up for both sources in every range, on the command line too', async ({ demo }) => {
  const sources = await demo.listSources();
  expect(sources.map((source) => source.name).sort()).toEqual(['Storefront iOS', 'Storefront web']);
  for (const source of sources) {
    for (const range of RANGES) {
      const { steps, event_type, event_name, app_version, reasons } = await demo.overview(source.slug, range);
      const what = `${source.slug} ${range}`;
      expect(steps.received, what).toBeGreaterThan(0);
      expect(steps.received, what).toBe(steps.failed_on_ingest + steps.filtered_at_source + steps.eligible);
      for (const rows of [event_type, event_name, app_version]) {
        expect(rows.reduce((sum, row) => sum + row.count, 0), what).toBe(steps.received);
      }
      expect(reasons.reduce((sum, reason) => sum + reason.count, 0), what).toBe(
        steps.failed_on_ingest + steps.filtered_at_source,
      );
    }
  }
});

test('each reload shows newer numbers, in the zone of the shop', async ({ demo, page, visit, javaScriptEnabled }) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  const address = `${printedUrl(demo)}?range=14d`;
  await visit(address);
  await expect(page.locator('.toolbar__note').last()).toHaveText(/^Europe\/Amsterdam \(CES?T\)$/);
  let before = await overview.total();
  for (let reload = 1; reload <= 2; reload += 1) {
    await expect
      .poll(async () => {
        await visit(address);
        return overview.total();
      })
      .toBeGreaterThan(before);
    before = await overview.total();
  }
});

test('the list shows both sources alive, each with a trend', async ({ demo, page, visit }) => {
  await visit(`${demo.url}/sources`);
  const rows = page.getByRole('table', { name: 'Sources, last 24 hours' }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  for (const row of await rows.all()) {
    await expect(row.locator('time:visible')).toHaveText(/^(just now|\d+ s ago)$/);
    const points = await row.locator('polyline').getAttribute('points');
    const heights = new Set(points?.split(' ').map((point) => point.split(',')[1]));
    expect(heights.size).toBeGreaterThan(5);
  }
});
