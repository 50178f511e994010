// A source's whole life, in one go: found, added, sent to by the lines that were copied, renamed, keyed anew, switched off and
// on, deleted and restored.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { awake, expect, test } from '../harness/fixtures.ts';
import { PYTHON_WANTED, python } from '../harness/programs.ts';
import { Source, track } from '../harness/source.ts';

const run = promisify(execFile);
const NAME = 'متجر 🛒 <b>Back end</b> & \'sons\'';

if (PYTHON_WANTED) {
  test('a source from the search in the catalog to its restoring', async ({
    server,
    page,
    visit,
    context,
    javaScriptEnabled,
    expectStatus,
  }) => {
    test.setTimeout(120_000);
    expectStatus(422);
    // Found with a slip of the finger; the filters find others.
    await visit('/catalog');
    const search = page.getByRole('searchbox', { name: 'Search the catalog' });
    await search.fill('pyhton');
    await search.press('Enter');
    const tiles = page.locator('.source-card__name a');
    await expect(tiles).toHaveText(['Python']);
    await visit('/catalog');
    await page.getByRole('navigation', { name: 'Library tier' }).getByRole('link', { name: 'Flagship' }).click();
    await page.getByRole('navigation', { name: 'Kinds and categories' }).getByRole('link', { name: /^Mobile/ }).click();
    await expect(tiles).toHaveText(['Apple', 'Kotlin (Android)', 'React Native', 'Unity']);
    await visit('/catalog?q=pyhton');
    await tiles.click();
    await page.getByRole('link', { name: 'Add source', exact: true }).click();

    // Added: enabled at once, with a key, on its setup page.
    await page.getByLabel('Name', { exact: true }).fill('Back end');
    await page.getByRole('button', { name: 'Add source' }).click();
    await expect(page).toHaveURL(`${server.url}/sources/back-end/setup`);
    const aside = page.getByRole('complementary');
    await expect(aside.getByRole('heading')).toHaveText('Listening for your first event…');

    // The lines, copied and run as they are.
    if (javaScriptEnabled) await awake(page);
    if (javaScriptEnabled) await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    const lines = await copied(page, javaScriptEnabled);
    await run(python('analytics_python').command, ['-c', lines]);
    if (!javaScriptEnabled) {
      await expect(async () => {
        await page.getByRole('link', { name: 'Check again' }).click({ timeout: 1000 });
        await expect(aside.getByRole('heading')).toHaveText('Events arrive', { timeout: 1000 });
      }).toPass();
    }
    await expect(aside.getByRole('heading')).toHaveText('Events arrive');
    await expect(aside).toContainText('Order Completed');
    const key = /Client\('([A-Za-z0-9]{32})'/.exec(lines)?.[1] ?? '';
    let source = new Source(server, 'back-end', key);
    expect(await source.events()).toMatchObject([{ status: 'eligible', library: { name: 'analytics-python' } }]);

    // Renamed.
    await page.getByRole('link', { name: 'Settings', exact: true }).first().click();
    await page.getByLabel('Name', { exact: true }).fill(NAME);
    await page.getByLabel('Slug').fill('متجر');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAME);
    source = new Source(server, 'متجر', key);

    // Keyed anew: both keys are taken, then the new one only.
    await page.getByRole('link', { name: 'Rotate key First key' }).click();
    await page.getByRole('dialog').getByRole('radio', { name: /^24 hours/ }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
    const keys = page.getByRole('table', { name: /^Write keys/ }).locator('tbody tr');
    await keys.nth(0).getByRole('link', { name: /^Show key/ }).click();
    const shown = keys.nth(0).locator('td code:visible');
    await expect(shown).toHaveText(/^[A-Za-z0-9]{32}$/);
    const renewed = new Source(server, 'متجر', await shown.innerText());
    expect([await status(source), await status(renewed)]).toEqual([200, 200]);
    await keys.nth(1).getByRole('link', { name: 'Revoke key First key' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click();
    await expect.poll(() => status(source)).toBe(401);
    expect(await status(renewed)).toBe(200);

    // Switched off: on ingest and on the page.
    await page.getByRole('link', { name: 'Disable source…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disable source' }).click();
    await expect(page.getByRole('status').first()).toContainText('The source is disabled');
    await expect.poll(() => reasons(renewed)).toEqual(['source_disabled']);
    await visit('/sources/متجر/overview?step=failed&range=1h');
    await expect(page.locator('tbody tr[data-row="source_disabled"]')).toBeVisible();
    await expect(page.locator('.page-head')).toContainText('Disabled');
    await visit('/sources/متجر/settings');
    await page.getByRole('button', { name: 'Enable source' }).click();
    await expect(page.getByRole('status').first()).toContainText('The source is enabled');
    await expect.poll(async () => (await status(renewed), (await renewed.events())[0]?.status)).toBe('eligible');

    // Gone, and back with all it had.
    const kept = (await renewed.overview('1h')).steps.received;
    await page.getByRole('link', { name: 'Delete source…' }).click();
    await page.getByRole('alertdialog').getByLabel('Type the name').fill(NAME);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete source' }).click();
    await expect(page.getByRole('heading', { name: 'No sources yet' })).toBeVisible();
    await expect.poll(() => status(renewed)).toBe(401);
    await page.getByRole('form', { name: `Restore ${NAME}` }).getByRole('button').click();
    await expect(page.getByRole('status').first()).toContainText('The source was restored');
    const { received } = (await renewed.overview('1h')).steps;
    expect(received).toBeGreaterThanOrEqual(kept);
    await expect(page.getByRole('row').filter({ hasText: NAME }).locator('.volume__n')).toHaveText(String(received));
    await expect.poll(() => status(renewed)).toBe(200);
  });
}

/** What the button puts into the clipboard; where no script runs, what stands there to be marked. */
async function copied(page: Page, scripted: boolean): Promise<string> {
  if (!scripted) return (await page.getByRole('region', { name: 'Python snippet' }).locator('code').textContent()) ?? '';
  await page.getByRole('button', { name: 'Copy snippet' }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function status(source: Source): Promise<number> {
  return (await source.send('track', track('Order Completed'))).status;
}

/** Why events fail, once one has been sent. */
async function reasons(source: Source): Promise<string[]> {
  await status(source);
  return (await source.overview('1h')).reasons.map(({ code }) => code);
}
