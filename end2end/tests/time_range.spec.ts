// Which time is shown and with what it is compared: presets, a range of one's own, the comparisons; with JavaScript and
// without. Numbers are those of the command line.
import { expect, printedSlug, test } from '../harness/demo.ts';
import { daysAgo, later, utc } from '../harness/local_time.ts';
import { OverviewPage, countOf } from '../harness/overview_page.ts';
import type { Overview, Server } from '../harness/server.ts';

/** The zone of the pages: the browser's, which the server knows once a script has told it, else the workspace's. */
function zoneOf(javaScriptEnabled: boolean | undefined): string {
  return javaScriptEnabled ? 'America/New_York' : 'Europe/Amsterdam';
}

/** So that the first page of the test is in that zone already. */
test.beforeEach(async ({ visit }) => {
  await visit('/sources');
});

function address(demo: Server, query: string): string {
  return `/sources/${printedSlug(demo)}/overview${query === '' ? '' : `?${query}`}`;
}

/** What the command line counts from one moment on. */
async function counted(demo: Server, from: string, hours: number): Promise<Overview> {
  return demo.overview(printedSlug(demo), `${from}..${later(from, hours)}`);
}

function steps({ steps }: Overview): number[] {
  return [steps.received, steps.failed_on_ingest, steps.filtered_at_source, steps.eligible];
}

test('each preset is one click and marked as the shown one', async ({ demo, page, visit, javaScriptEnabled }) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(address(demo, 'range=1h'));
  for (const [title, slug, every] of [
    ['Last 10 minutes', '10m', '10 s'],
    ['Last 7 days', '7d', '3 h'],
    ['Last 2 weeks', '14d', '6 h'],
    ['Last 24 hours', '24h', '30 min'],
    ['Last hour', '1h', '1 min'],
  ] as const) {
    const panel = await overview.openRange();
    await panel.getByRole('link', { name: title }).click();
    await overview.expectRange(title);
    await overview.expectAddress(address(demo, `range=${slug}`));
    await overview.openRange();
    const current = panel.locator('[aria-current="true"]');
    await expect(current).toHaveText(`${title}, one point per ${every}`);
    await overview.rangeButton.click();
  }
});

test('a range of local times is shown in UTC in the address, with everything else as it was', async ({
  demo,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  const zone = zoneOf(javaScriptEnabled);
  const day = daysAgo(5, zone);
  const from = utc(day, '09:00', zone);
  await visit(address(demo, 'step=failed&by=version&as=percentages'));
  const panel = await overview.openRange();
  await expect(panel).toContainText(`${zone} (`);
  await expect(panel).toContainText(/Headwater keeps 400 days of counts: \d+ \w+ \d{4}, \d\d:\d\d to now\./);
  await overview.fillMoment(panel, 'From', day.iso, '09:00');
  await overview.fillMoment(panel, 'To', day.iso, '12:00');
  await panel.getByRole('button', { name: 'Apply' }).click();

  await overview.expectRange('Custom range');
  await overview.expectAddress(address(demo, `step=failed&by=version&as=percentages&range=${from}..${later(from, 3)}`));
  await expect(page.locator('.toolbar')).toContainText(/\d+ \w+, 09:00 to 12:00, compared with the period before/);
  await overview.expectTab('App version');

  await page.goBack();
  await overview.expectRange('Last 24 hours');
  await page.goForward();
  await overview.expectRange('Custom range');
  await overview.showAs('Counts');
  const there = await counted(demo, from, 3);
  expect(await overview.stepCounts()).toEqual(steps(there));
  expect(there.steps.received).toBeGreaterThan(0);
  await overview.selectStep('Events successfully received');
  await expect(overview.panel).toContainText('events in this range');
});

test('every comparison shows what the command line counts then', async ({ demo, page, visit, javaScriptEnabled }) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  const zone = zoneOf(javaScriptEnabled);
  const from = utc(daysAgo(4, zone), '09:00', zone);
  const range = `range=${from}..${later(from, 6)}`;
  const now = await counted(demo, from, 6);
  const isShown = async (title: string, then: Overview): Promise<void> => {
    // Drawn in one with the facts, which are read as they are.
    await expect(page.locator('.legend')).toContainText(title);
    const facts = await overview.facts();
    expect(countOf(facts[title] ?? ''), title).toBe(then.steps.received);
    expect(then.steps.received).toBeGreaterThan(0);
    const change = now.steps.received - then.steps.received;
    expect(facts['Change']).toBe(signed(change));
    await expect(overview.card('Events successfully received').locator('.step__change')).toContainText(
      `versus the ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    );
    await expect(overview.card('Failed on ingest').locator('.step__change')).toContainText(
      signed(now.steps.failed_on_ingest - then.steps.failed_on_ingest),
    );
    const track = (of: Overview): number => of.event_type.find((row) => row.key === 'track')?.count ?? 0;
    await expect(overview.table.locator('tr[data-row="track"] .delta')).toContainText(signed(track(now) - track(then)));
  };

  await visit(address(demo, range));
  expect(await overview.stepCounts()).toEqual(steps(now));
  await isShown('Previous period', await counted(demo, later(from, -6), 6));

  let panel = await overview.openCompare();
  await expect(panel.locator('[aria-current="true"]')).toContainText('Previous period');
  await panel.getByRole('link', { name: 'Same time last week' }).click();
  await overview.expectAddress(address(demo, `${range}&compare=week`));
  await expect(overview.compareButton).toHaveText('compared with the same time last week');
  await isShown('Same time last week', await counted(demo, later(from, -7 * 24), 6));

  const chosen = daysAgo(9, zone);
  const start = utc(chosen, '13:30', zone);
  panel = await overview.openCompare();
  await overview.fillMoment(panel, 'Period from', chosen.iso, '13:30');
  await panel.getByRole('button', { name: 'Compare' }).click();
  await overview.expectAddress(address(demo, `${range}&compare=${start}`));
  const [dayOfMonth, month] = chosen.long.split(' ');
  await isShown(`Period from ${dayOfMonth} ${month?.slice(0, 3)}, 13:30`, await counted(demo, start, 6));

  panel = await overview.openCompare();
  await panel.getByRole('link', { name: 'Nothing' }).click();
  await overview.expectAddress(address(demo, `${range}&compare=none`));
  await expect(overview.compareButton).toHaveText('not compared');
  expect(await overview.stepCounts()).toEqual(steps(now));

  await page.goBack();
  await expect(overview.compareButton).toContainText('compared with the period from');
});

test('where nothing is compared, nothing on the page compares', async ({ demo, page, visit, javaScriptEnabled }) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  const from = utc(daysAgo(4, 'UTC'), '09:00', 'UTC');
  for (const query of ['', '&step=failed', '&as=percentages&step=filtered', '&by=name&page=2']) {
    await visit(address(demo, `range=${from}..${later(from, 6)}&compare=none${query}`));
    await expect(overview.table).toBeVisible();
    const { main, head } = { main: page.locator('.frame__content'), head: overview.table.getByRole('columnheader') };
    await expect(main.locator('.step__change, .delta, .legend__key--ghost, .inspect .badge'), query).toHaveCount(0);
    await expect(main.getByText(/previous period|versus|change/i).filter({ visible: true }), query).toHaveCount(0);
    await expect(head, query).toHaveCount(4);
    await expect(page.locator('.chart__table th[scope="col"]'), query).toHaveCount(2);
    expect(await page.locator('.chart__ghost path').getAttribute('d'), query).toBe('');
  }
});

test('the longest range has nothing left to be compared with, and says so', async ({ demo, page, visit }) => {
  const from = utc(daysAgo(390, 'UTC'), '00:00', 'UTC');
  await visit(address(demo, `range=${from}..${utc(daysAgo(1, 'UTC'), '00:00', 'UTC')}`));
  await expect(page.locator('.toolbar')).toContainText('not compared: what came before is no longer kept');
  await expect(page.locator('.step__change')).toHaveCount(0);
});

test('times that cannot be shown are said in a sentence, and the default stands', async ({
  demo,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const overview = new OverviewPage(page, javaScriptEnabled);
  const period = `${address(demo, '')}/period`;
  const [yesterday, future] = [daysAgo(1, 'UTC'), daysAgo(-3, 'UTC')];
  for (const [path, sentence] of [
    [`${period}?from=${yesterday.iso}T12:00&until=${yesterday.iso}T09:00`, 'ends before it starts. Showing last 24 hours.'],
    [`${period}?from=soon&until=`, '“soon..” is not a time range. Showing last 24 hours.'],
    [`${period}?from=2001-01-01T00:00&until=2001-01-02T00:00`, 'lies outside of what is kept: 400 days back from now.'],
    [`${period}?from=${future.iso}T00:00&until=${future.iso}T09:00`, 'lies outside of what is kept: 400 days back from now.'],
    [`${period}?compared_from=whenever`, '“whenever” is nothing to compare with. Comparing with the period before.'],
    [`${period}?compared_from=${future.iso}T00:00`, 'The compared period must start before the shown one.'],
  ] as const) {
    expect((await visit(path)).status(), path).toBe(200);
    await expect(page.getByText(sentence), path).toBeVisible();
    await overview.expectRange('Last 24 hours');
    await expect(overview.compareButton).toHaveText('compared with the 24 hours before');
  }
});

/** As differences are written. */
function signed(n: number): string {
  const sign = n > 0 ? '+' : n < 0 ? '−' : '';
  return `${sign}${Math.abs(n).toLocaleString('en-US')}`;
}
