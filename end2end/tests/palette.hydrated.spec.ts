// The palette, and the keyboard in the catalog: what only works with JavaScript.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../harness/fixtures.ts';

test('the keyboard alone goes from anywhere to a source', async ({ server, page, visit }) => {
  const source = await server.createSource('Storefront web');
  await server.createSource('Quiet', 'go');
  await visit('/docs/tracking-api');
  await page.keyboard.press('Control+k');
  const input = page.getByRole('combobox', { name: 'Search or jump to' });
  await expect(input).toBeFocused();
  const options = page.getByRole('option');
  await expect(options).toHaveText([/Quiet/, /Storefront web/, /Sources/, /Catalog/, /Tracking API/]);
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');

  await input.pressSequentially('storefront');
  await expect(options).toHaveText([/^Storefront web/]);
  await expect(options.first().locator('mark')).toHaveText('Storefront');
  const id = await options.first().getAttribute('id');
  await expect(input).toHaveAttribute('aria-activedescendant', id ?? 'none');
  await expect(page.getByRole('status').filter({ hasText: '1 result' })).toHaveCount(1);
  await input.press('Enter');
  await expect(page).toHaveURL(server.url + source.href());
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('arrows go round, Escape closes and gives the focus back', async ({ server, page, visit }) => {
  await server.createSource('Shop');
  await visit('/sources');
  const button = page.getByRole('link', { name: /^Search or jump to/ });
  await button.focus();
  await page.keyboard.press('Enter');
  const chosen = page.locator('[role=option][aria-selected=true]');
  await expect(chosen).toHaveText(/^Shop/);
  await page.keyboard.press('ArrowUp');
  await expect(chosen).toHaveText(/^Tracking API/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(chosen).toHaveText(/^Sources/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(button).toBeFocused();
  await expect(page).toHaveURL(`${server.url}/sources`);
});

test('a kind of source is found with a slip of the finger, and with the pointer', async ({ server, page, visit }) => {
  await visit('/sources');
  await page.getByRole('link', { name: /^Search or jump to/ }).click();
  await page.getByRole('combobox').fill('pyhton');
  await page.getByRole('option', { name: /^Python/ }).click();
  await expect(page).toHaveURL(`${server.url}/catalog/python`);
  await page.keyboard.press('Meta+k');
  await page.getByRole('combobox').fill('<b>xyzzy</b>');
  await expect(page.getByText('Nothing matches “<b>xyzzy</b>”.')).toBeVisible();
});

test('a pasted write key finds its source, whole and in no other way', async ({ server, page, visit }) => {
  const source = await server.createSource('Storefront web', 'go');
  await server.createSource('Quiet', 'go');
  await visit('/sources');
  await page.keyboard.press('Control+k');
  const input = page.getByRole('combobox', { name: 'Search or jump to' });
  await input.fill(` ${source.writeKey} `);
  const options = page.getByRole('option');
  await expect(options).toHaveText(['Storefront webGo · Found by its write key']);
  await input.fill(source.writeKey.slice(0, 20));
  await expect(page.getByText(/^Nothing matches/)).toBeVisible();
  await input.fill(source.writeKey);
  await expect(options).toHaveCount(1);
  await input.press('Enter');
  await expect(page).toHaveURL(server.url + source.href());
});

test('the button names the keys of the keyboard in front of the reader', async ({ server, context, page, visit }) => {
  await visit('/sources');
  const keys = page.locator('.nav__search kbd');
  await expect(keys).toHaveText('Ctrl K');
  const mac = await context.newPage();
  await mac.addInitScript(() => Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'MacIntel' }));
  await mac.goto(`${server.url}/sources`);
  await expect(mac.locator('.nav__search kbd')).toHaveText('⌘K');
  await mac.close();
});

for (const theme of ['light', 'dark']) {
  test(`the open palette is accessible: ${theme}`, async ({ server, page, visit, context }) => {
    await server.createSource('Storefront web');
    await context.addCookies([{ name: 'theme', value: theme, url: server.url }]);
    await visit('/sources');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('s');
    await expect(page.getByRole('option').first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include('.palette').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
  });
}

test('the tiles of the catalog are one stop, in which arrows move as the eye sees it', async ({ server, page, visit }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await visit('/catalog?kind=server');
  const tile = (name: string) => page.locator('.catalog__grid').getByRole('link', { name, exact: true });
  await expect(page.locator('.catalog__grid a[tabindex="-1"]')).toHaveCount(10);
  await tile('Node.js').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tile('Python')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(tile('C#')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(tile('Go')).toBeFocused();
  await page.keyboard.press('End');
  await expect(tile('.NET')).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}/catalog/go`);
});
