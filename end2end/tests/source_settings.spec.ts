// A source's settings: changed, keyed, switched, deleted and restored; with and without JavaScript.
import { expect, test } from '../harness/fixtures.ts';
import { Source, track } from '../harness/source.ts';

/** A name that a careless page would break on. */
const NAME = 'متجر <b onclick="x">Shop</b> & \'sons\'; drop table sources; -- 🚀';

test('name, slug, description, website and labels are changed and shown as typed', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const shop = await server.createSource('Shop', 'node-js');
  await visit(shop.href());
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page).toHaveURL(`${server.url}/sources/shop/settings`);
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await page.getByLabel('Slug').fill('my-shop');
  await page.getByLabel('Description').fill('Two\nlines');
  await page.getByLabel('Website').fill('shop.example');
  await page.getByLabel('Labels', { exact: true }).fill('env:production, فريق:الويب');
  await page.getByRole('button', { name: 'Save' }).click();

  await expect(page).toHaveURL(`${server.url}/sources/my-shop/settings?done=saved`);
  await expect(page.getByRole('status')).toContainText('Saved');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAME);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(NAME);
  await expect(page.getByLabel('Description')).toHaveValue('Two\nlines');
  await expect(page.getByLabel('Website')).toHaveValue('https://shop.example');
  if (javaScriptEnabled) {
    await expect(page.getByRole('list', { name: 'Chosen labels' }).getByRole('listitem')).toHaveText(['env:production', 'فريق:الويب']);
  } else {
    await expect(page.getByLabel('Labels', { exact: true })).toHaveValue('env:production فريق:الويب');
  }

  await visit('/sources/shop/overview?range=7d');
  await expect(page).toHaveURL(`${server.url}/sources/my-shop/overview?range=7d`);
  await visit('/sources');
  await expect(page.getByRole('link', { name: NAME })).toBeVisible();
  await expect(page.getByRole('row', { name: /متجر/ })).toContainText('env:production');
});

test('what cannot be used comes back with what is wrong beside it, and nothing typed is lost', async ({
  server,
  page,
  visit,
  expectStatus,
}) => {
  expectStatus(422);
  const shop = await server.createSource('Shop');
  await server.createSource('Other');
  await visit(`/sources/${shop.slug}/settings`);
  await page.getByLabel('Slug').fill('other');
  const labels = page.getByLabel('Labels', { exact: true });
  await labels.fill('tier: gold');
  await page.getByLabel('Description').fill('Kept');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(labels).toHaveValue('tier: gold');
  await expect(labels).toHaveAccessibleDescription(/“tier:” is not a label\. Write each label as key:value/);
  await expect(page.getByLabel('Description')).toHaveValue('Kept');
  await labels.fill('tier:gold');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Slug')).toHaveAccessibleDescription('The slug “other” is taken. “other-2” is free.');
  await page.getByLabel('Slug').fill('other-2');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(`${server.url}/sources/other-2/settings?done=saved`);
});

test('the second of two people is told, sees what was saved meanwhile, and can save on', async ({
  server,
  page,
  visit,
  context,
  expectStatus,
}) => {
  expectStatus(409);
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  const other = await context.newPage();
  await other.goto(`${server.url}/sources/${shop.slug}/settings`);
  await other.getByLabel('Name', { exact: true }).fill('Shop of A');
  await other.getByLabel('Description').fill('Written by A');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByRole('status')).toContainText('Saved');
  await other.close();

  await page.getByLabel('Name', { exact: true }).fill('Shop of B');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody changed this source since you opened it');
  await expect(page.getByText('Saved meanwhile: Shop of A')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Shop of B');
  // What only the first one changed is not lost either.
  await expect(page.getByLabel('Description')).toHaveValue('Written by A');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Shop of B');
  await expect(page.getByLabel('Description')).toHaveValue('Written by A');
});

test('a key is rotated with a grace time: old and new are taken, and the new one is what pages show', async ({
  server,
  page,
  visit,
}) => {
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  await page.getByRole('link', { name: 'Rotate key First key' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: /^3 days/ })).toBeChecked();
  await dialog.getByRole('radio', { name: /^24 hours/ }).check();
  await dialog.getByRole('button', { name: 'Rotate key' }).click();
  await expect(page.getByRole('status')).toContainText('The key was rotated');
  const rows = page.getByRole('table', { name: /^Write keys/ }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('Grace until');

  await rows.nth(0).getByRole('link', { name: 'Show key First key' }).click();
  const shown = rows.nth(0).locator('td code:visible');
  await expect(shown).toHaveText(/^[A-Za-z0-9]{32}$/);
  const renewed = new Source(server, shop.slug, await shown.innerText());
  expect((await renewed.send('track', track('New'))).status).toBe(200);
  expect((await shop.send('track', track('Old'))).status).toBe(200);
  await rows.nth(0).getByRole('link', { name: 'Hide key First key' }).click();
  await expect(rows.nth(0).locator('td code:visible')).toHaveText(/••••/);

  await visit(`/sources/${shop.slug}/settings`);
  await expect(rows.nth(0)).not.toContainText('Not yet');
  await rows.nth(1).getByRole('link', { name: 'Revoke key First key' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click();
  await expect(rows.nth(1)).toContainText('Revoked');
  await expect.poll(async () => (await shop.send('track', track('Old'))).status).toBe(401);
  expect((await renewed.send('track', track('New'))).status).toBe(200);
});

test('a second key is created under a name; the only active one has nothing to revoke it with', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  await expect(page.getByRole('link', { name: 'Revoke key First key' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Create key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(NAME.slice(0, 40));
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('rowheader', { name: /متجر <b onclick/ })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Revoke key First key' })).toBeVisible();
});

test('a key is renamed, and the second of two who do it is told', async ({ server, page, visit, context, expectStatus }) => {
  expectStatus(409);
  expectStatus(422);
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  const other = await context.newPage();
  await other.goto(`${server.url}/sources/${shop.slug}/settings`);
  await other.getByRole('link', { name: 'Rename key First key' }).click();

  await page.getByRole('link', { name: 'Rename key First key' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toHaveValue('First key');
  await dialog.getByLabel('Name').fill(' ');
  await dialog.getByRole('button', { name: 'Rename key' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAccessibleDescription(/^Give the key a name/);
  await dialog.getByLabel('Name').fill(NAME.slice(0, 40));
  await dialog.getByRole('button', { name: 'Rename key' }).click();
  await expect(page.getByRole('status')).toContainText('The key was renamed');
  await expect(page.getByRole('rowheader')).toContainText(NAME.slice(0, 40));

  await other.getByRole('dialog').getByLabel('Name').fill('Production site');
  await other.getByRole('dialog').getByRole('button', { name: 'Rename key' }).click();
  await expect(other.getByRole('dialog')).toContainText(`Saved meanwhile: ${NAME.slice(0, 40)}`);
  await expect(other.getByRole('dialog').getByLabel('Name')).toHaveValue('Production site');
  await other.getByRole('dialog').getByRole('button', { name: 'Rename key' }).click();
  await expect(other.getByRole('rowheader')).toContainText('Production site');
  await other.close();
  expect((await shop.send('track', track('A'))).status).toBe(200);
});

test('what is asked before a key is rotated says when it was last used', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  await page.getByRole('link', { name: 'Rotate key First key' }).click();
  await expect(page.getByRole('dialog')).toContainText('Nobody has used this key yet');
  await shop.sendBatch([track('A'), track('B')]);
  await visit(page.url());
  await expect(page.getByRole('dialog')).toContainText(/This key was last used (just now|\d+ s ago)/);
  await expect(page.getByRole('dialog')).toContainText('It received 2 events in the last 24 hours.');
});

test('a source is disabled, its events fail with source_disabled, and it is enabled again', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  await page.getByRole('link', { name: 'Disable source…' }).click();
  await page.getByRole('alertdialog').getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await page.getByRole('link', { name: 'Disable source…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable source' }).click();
  await expect(page.getByRole('status')).toContainText('The source is disabled');
  await shop.sendBatch([track('A')]);
  expect((await shop.overview('1h')).reasons).toMatchObject([{ code: 'source_disabled', count: 1 }]);
  await page.getByRole('button', { name: 'Enable source' }).click();
  await expect(page.getByRole('status')).toContainText('The source is enabled');
});

test('a source is deleted by its typed name and comes back with its events', async ({ server, page, visit, expectStatus }) => {
  expectStatus(422);
  expectStatus(404);
  const shop = await server.createSource('Shop');
  await shop.sendBatch([track('A')]);
  await visit(`/sources/${shop.slug}/settings`);
  await page.getByRole('link', { name: 'Delete source…' }).click();
  const dialog = page.getByRole('alertdialog');
  const button = dialog.getByRole('button', { name: 'Delete source' });
  await dialog.getByLabel('Type the name').fill('Sho');
  if (await button.isEnabled()) {
    await button.click();
    await expect(dialog.getByLabel('Type the name')).toHaveAccessibleDescription('This does not match yet.');
  }
  await dialog.getByLabel('Type the name').fill('Shop');
  await button.click();
  await expect(page).toHaveURL(`${server.url}/sources?done=deleted`);
  await expect(page.getByRole('heading', { name: 'No sources yet' })).toBeVisible();
  await expect.poll(async () => (await shop.send('track', track('B'))).status).toBe(401);
  expect((await visit('/sources/shop/overview')).status()).toBe(404);

  await visit('/sources');
  await page.getByRole('form', { name: 'Restore Shop' }).getByRole('button').click();
  await expect(page.getByRole('status')).toContainText('The source was restored');
  await expect(page.getByRole('row', { name: /Shop/ }).locator('.volume__n')).toHaveText(/^[1-9]/);
  expect((await shop.send('track', track('C'))).status).toBe(200);
});
