// Real SDKs against a fresh source: what the page counts is what they sent.
import { DRIVERS_WANTED, expectedOf, runDriver, type Expected, type ExpectedCount } from '../harness/drivers.ts';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';
import type { BreakdownRow } from '../harness/server.ts';

const UNNAMED = 'Unnamed or batched events';
const TYPE_TITLES: Record<string, string> = {
  track: 'Track',
  identify: 'Identify',
  page: 'Page',
  screen: 'Screen',
  group: 'Group',
  alias: 'Alias',
};

const DRIVERS = DRIVERS_WANTED ? ['py-segment', 'node-segment', 'curl-single-basic', 'curl-batch'] : [];

for (const driver of DRIVERS) {
  test(`the events of ${driver} are on the page by type, name and version`, async ({
    server,
    page,
    visit,
    javaScriptEnabled,
  }) => {
    const expected = await expectedOf(driver);
    const source = await server.createSource(`Shop of ${driver}`, 'python');
    await runDriver(driver, source, 'run-1');

    const overview = new OverviewPage(page, javaScriptEnabled);
    await visit(source.href('range=10m'));
    expect(await overview.stepCounts()).toEqual([expected.total, 0, 0, expected.total]);
    for (const [tab, counts] of [
      ['Event type', typesOf(expected)],
      ['Event name', namesOf(expected)],
      ['App version', versionsOf(expected)],
    ] as const) {
      await overview.openTab(tab);
      expect(await overview.total(), tab).toBe(expected.total);
      expect(byName(await overview.allRows()), tab).toEqual(counts);
    }
  });
}

if (DRIVERS.length > 0) {
  test('the command line says what the page says, and the same batch again adds only duplicates', async ({
    server,
    page,
    visit,
    javaScriptEnabled,
  }) => {
    const expected = await expectedOf('curl-batch');
    const source = await server.createSource('Shop');
    for (const duplicates of [0, expected.total]) {
      await runDriver('curl-batch', source, 'run-1');

      const printed = await source.overview('10m');
      expect(printed.steps).toEqual({
        received: expected.total,
        failed_on_ingest: 0,
        filtered_at_source: 0,
        eligible: expected.total,
        duplicates,
      });
      expect(byKey(printed.event_type)).toEqual(sumBy(expected, (row) => row.type));
      expect(byKey(printed.event_name)).toEqual(namesOf(expected));
      expect(byKey(printed.app_version)).toEqual(versionsOf(expected));
      expect(printed.reasons).toEqual([]);

      await visit(source.href('range=10m'));
      const overview = new OverviewPage(page, javaScriptEnabled);
      expect(await overview.stepCounts()).toEqual([expected.total, 0, 0, expected.total]);
    }
    await expect(page.locator('.ledger')).toContainText(`${expected.total} duplicates`);
  });
}

function typesOf(expected: Expected): Record<string, number> {
  return sumBy(expected, (row) => TYPE_TITLES[row.type] ?? row.type);
}

function namesOf(expected: Expected): Record<string, number> {
  return sumBy(expected, (row) => (row.type === 'track' ? row.name : null) ?? UNNAMED);
}

function versionsOf(expected: Expected): Record<string, number> {
  return sumBy(expected, (row) => row.app_version);
}

function sumBy(expected: Expected, keyOf: (row: ExpectedCount) => string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of expected.counts) {
    sums[keyOf(row)] = (sums[keyOf(row)] ?? 0) + row.count;
  }
  return sums;
}

function byKey(rows: BreakdownRow[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.key, row.count]));
}
