// Real SDKs against a fresh source: what the page counts is what they sent. `clients/drivers.spec.ts` runs all of them.
import { DRIVERS_WANTED, expectedOf, runDriver } from '../harness/drivers.ts';
import { expectCounted, namesOf, typesOf, versionsOf } from '../harness/expected.ts';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';

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
      ['Event type', titlesOf(typesOf(expected))],
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
      await expectCounted(source, expected, duplicates);
      await visit(source.href('range=10m'));
      const overview = new OverviewPage(page, javaScriptEnabled);
      expect(await overview.stepCounts()).toEqual([expected.total, 0, 0, expected.total]);
    }
    await expect(page.locator('.ledger')).toContainText(`${expected.total} duplicates`);
  });
}

function titlesOf(types: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(types).map(([type, count]) => [TYPE_TITLES[type] ?? type, count]));
}
