// Names and labels are shown as they were typed, wherever they stand: other scripts, right to left, long, emoji, markup, SQL,
// formulas.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

const NAMES = [
  'متجر ‏الويب العربي',
  '商店 — магазин — Überblick',
  '👩‍👩‍👧‍👦 Shop 🛒',
  '<img src=x onerror=alert(1)><script>alert(2)</script>',
  "Robert'); drop table sources; --",
  '=HYPERLINK("http://evil.example","Shop")',
  `${'Long '.repeat(39)}words`,
];

for (const name of NAMES) {
  test(`a source stands everywhere under its name: ${name.slice(0, 30)}`, async ({ server, page, visit, javaScriptEnabled }) => {
    await visit('/sources/new/go');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Labels', { exact: true }).fill(`فريق:الويب team:${'x'.repeat(32)}`);
    await page.getByRole('button', { name: 'Add source' }).click();
    await expect(page).toHaveURL(/\/setup$/);
    const slug = (await server.listSources())[0]?.slug ?? '';
    const there = `/sources/${encodeURIComponent(slug)}`;
    for (const of of ['setup', 'overview', 'settings']) {
      await visit(`${there}/${of}`);
      await expect(page.getByRole('heading', { level: 1 }), of).toHaveText(name);
      await expect(page, of).toHaveTitle(new RegExp(`^${name.replace(/[^\p{L}\p{N} ]/gu, '.*')}`, 'u'));
      // Nothing of it is wider than the page.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), of).toBeLessThanOrEqual(0);
    }
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
    for (const dialog of ['disable', 'delete', 'rotate']) {
      await page.getByRole('link', { name: new RegExp(`^${dialog}`, 'i') }).first().click();
      if (dialog !== 'rotate') await expect(page.locator('dialog[open] h2').last()).toContainText(name);
      await page.getByRole('link', { name: 'Cancel' }).click();
    }

    await visit('/sources?col=labels&col=events');
    await expect(page.locator('tbody .row-name__link')).toHaveText(name);
    await expect(page.locator('tbody .label-chip')).toHaveText([`team:${'x'.repeat(32)}`, 'فريق:الويب']);
    await expect(page.getByRole('checkbox', { name: `Choose ${name}` })).toHaveCount(1);
    if (javaScriptEnabled) {
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('option').first().locator('.palette__text')).toHaveText(name);
      await page.keyboard.press('Escape');
    }
    await visit('/sources?disable=1');
    await expect(page.getByRole('alertdialog').getByRole('listitem')).toHaveText(name);
  });
}

test('names of keys and events are shown and exported as they were sent, and no sheet takes one for a formula', async ({
  server,
  page,
  visit,
}) => {
  const source = await server.createSource('Shop');
  const events = [...NAMES, '@SUM(A1)', '+1', '-1', '=1+1'];
  await source.sendBatch(events.map((name) => track(name, name.slice(0, 60))));
  const shown: string[] = [];
  for (const part of ['1', '2']) {
    await visit(source.href(`by=name&range=1h&page=${part}`));
    shown.push(...(await page.locator('tbody .row-name__link').allTextContents()));
  }
  expect(shown.sort()).toEqual([...events].sort());
  const csv = await (await page.request.get(`/sources/${source.slug}/overview.csv?by=name&range=1h`)).text();
  const lines = csv.split(/\r?\n/);
  for (const name of events) {
    const cell = /^[=+\-@]/.test(name) ? `'${name}` : name;
    const written = /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    expect(lines.filter((line) => line.startsWith(`${written},`)), name).toHaveLength(1);
  }
  const json = (await (await page.request.get(`/sources/${source.slug}/overview.json?by=name&range=1h`)).json()) as {
    rows: { key: string }[];
  };
  expect(json.rows.map(({ key }) => key).sort()).toEqual([...events].sort());

  for (const [n, name] of events.slice(0, 6).entries()) {
    await visit(`/sources/${source.slug}/settings?add_key=1`);
    // The browser itself says so on the console where something else has the focus before.
    await expect(page.getByRole('dialog').getByRole('heading')).toBeFocused();
    await page.getByRole('dialog').getByLabel('Name').fill(name.slice(0, 64));
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    const rows = page.getByRole('table', { name: /^Write keys/ }).locator('tbody tr');
    await expect(rows).toHaveCount(n + 2);
    await expect(rows.locator('th > span:first-child').getByText(name.slice(0, 64), { exact: true })).toHaveCount(1);
  }
});
