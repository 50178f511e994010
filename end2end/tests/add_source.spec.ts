// Adding a source: its form, what it says when something can't be used, and what comes of it.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

test('from the catalog to a source that takes events at once', async ({ server, page, visit }) => {
  await visit('/catalog?kind=mobile&tier=flagship');
  await page.locator('.catalog__grid').getByRole('link', { name: 'React Native' }).click();
  await page.getByRole('link', { name: 'Add source', exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/sources/new/react-native`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add a React Native source');
  // Adding begins in the catalog, and so the navigation says.
  const main = page.getByRole('navigation', { name: 'Main' });
  await expect(main.getByRole('link', { name: 'Catalog' })).toHaveAttribute('aria-current', 'page');
  await expect(main.locator('a[aria-current]')).toHaveCount(1);
  await expect(page.getByText('The kind cannot be changed later.')).toBeVisible();
  await expect(page.getByLabel('Website URL')).toHaveCount(0);
  await page.getByLabel('Name').fill('Shop app');
  await page.getByLabel('Labels', { exact: true }).fill('env:production, team:apps');
  await page.getByRole('button', { name: 'Add source' }).click();

  await expect(page).toHaveURL(new RegExp('/sources/shop-app/'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Shop app');
  const [source] = await server.listSources();
  expect(source).toMatchObject({ slug: 'shop-app', name: 'Shop app', kind: 'react-native', enabled: true });
});

test('a form that cannot be used comes back with what is wrong beside the field and what was typed in it', async ({
  server,
  page,
  visit,
  expectStatus,
}) => {
  expectStatus(422);
  await visit('/sources/new/javascript');
  const field = (name: string) => page.getByLabel(name, { exact: true });
  await field('Name').fill('!!!');
  await field('Slug').fill('Not a slug');
  await field('Website URL').fill('htps://shop.example');
  await field('Labels').fill('production');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Add source' }).click();
  expect((await answered).status()).toBe(422);

  const faults: [string, string, string][] = [
    ['Name', '!!!', 'Use at least one letter or digit, and no control characters.'],
    ['Slug', 'Not a slug', 'Use lower-case letters and digits, with single hyphens between them.'],
    ['Website URL', 'htps://shop.example', 'Write the address as in https://shop.example, without spaces.'],
    ['Labels', 'production', '“production” is not a label. Write each label as key:value, for example env:production.'],
  ];
  for (const [name, value, fault] of faults) {
    await expect(field(name)).toHaveValue(value);
    await expect(field(name)).toHaveAttribute('aria-invalid', 'true');
    await expect(field(name)).toHaveAccessibleDescription(fault);
  }
  expect(await server.listSources()).toEqual([]);

  await field('Name').fill('Mended');
  await field('Slug').fill('mended-shop');
  await field('Website URL').fill('shop.example');
  await field('Labels').fill('env:production');
  await page.getByRole('button', { name: 'Add source' }).click();
  await expect(page).toHaveURL(/\/sources\/mended-shop\//);
  expect(await server.listSources()).toMatchObject([{ slug: 'mended-shop', kind: 'javascript' }]);
});

test('a slug that is taken is told with one that is free', async ({ server, page, visit, expectStatus }) => {
  expectStatus(422);
  await server.createSource('Shop');
  await visit('/sources/new/go');
  await page.getByLabel('Slug').fill('shop');
  await page.getByLabel('Name').fill('Another shop');
  await page.getByRole('button', { name: 'Add source' }).click();
  await expect(page.getByLabel('Slug')).toHaveAccessibleDescription('Another source has “shop”, or had it before. “shop-2” is free.');
  await expect(page.getByLabel('Name')).toHaveValue('Another shop');
  await page.getByLabel('Slug').fill('shop-2');
  await page.getByRole('button', { name: 'Add source' }).click();
  await expect(page).toHaveURL(/\/sources\/shop-2\//);
});

test('a name twice makes two sources with addresses of their own', async ({ server, page, visit, javaScriptEnabled }) => {
  await server.createSource('Shop');
  await visit('/sources/new/go');
  await page.getByLabel('Name').fill('Shop');
  if (javaScriptEnabled) await expect(page.getByLabel('Slug')).toHaveValue('shop-2');
  await page.getByRole('button', { name: 'Add source' }).click();
  await expect(page).toHaveURL(/\/sources\/shop-2\//);
  expect((await server.listSources()).map((source) => source.slug).sort()).toEqual(['shop', 'shop-2']);
});

test('names are shown as they were typed: other scripts, emoji, markup, SQL', async ({ server, page, visit }) => {
  for (const name of ['متجر ‏الويب', '🛒 Shop', '<img src=x onerror=alert(1)> & "sons"', "Robert'); drop table sources;--"]) {
    await visit('/sources/new/http-api');
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Add source' }).click();
    await expect(page).toHaveURL(/\/setup$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  }
  expect(await server.listSources()).toHaveLength(4);
});

test('a new source takes an event with the key that its page shows', async ({ server, page, visit }) => {
  await visit('/sources/new/http-api');
  await page.getByLabel('Name').fill('Shop');
  await page.getByRole('button', { name: 'Add source' }).click();
  await expect(page).toHaveURL(/\/sources\/shop\//);
  const key = /[A-Za-z0-9]{32}/.exec(await (await fetch(`${server.url}/sources/shop/setup`)).text())?.[0] ?? '';
  const body = JSON.stringify({ ...track('Order Completed'), writeKey: key });
  expect((await fetch(`${server.url}/v1/track`, { method: 'POST', body })).status).toBe(200);
  await visit('/sources/shop/overview?by=name&range=1h');
  await expect(page.locator('tbody tr', { hasText: 'Order Completed' })).toBeVisible();
});
