// The sources list, and the theme in the frame around it.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

test('from an empty list to a source that has had its first event', async ({ server, page, visit }) => {
  await visit('/sources');
  await expect(page.getByRole('heading', { name: 'No sources yet' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Add source' }).first().click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Catalog');
  await page.getByRole('main').getByRole('link', { name: 'Node.js', exact: true }).click();
  await page.getByRole('link', { name: 'Add source' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add a Node.js source');
  await page.getByLabel('Name').fill('Web shop');
  await page.getByRole('button', { name: 'Add source' }).click();

  await expect(page).toHaveURL(`${server.url}/sources/web-shop/setup`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Web shop');
  expect(await server.listSources()).toMatchObject([{ slug: 'web-shop', name: 'Web shop', kind: 'node-js' }]);

  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Sources' }).click();
  const row = page.getByRole('row', { name: /Web shop/ });
  await expect(row).toContainText('Node.js');
  await expect(row).toContainText('Enabled');
  await expect(row).toContainText('No event yet');
});

test('the list shows events, failures, trend and last event of each source', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop', 'javascript');
  await server.createSource('Quiet', 'go');
  await shop.sendBatch([track('A'), track('B'), track('C'), { type: 'track', event: 'Nobody' }]);

  await visit('/sources');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sources');
  const table = page.getByRole('table', { name: 'Sources, last 24 hours' });
  await expect(table.locator('tbody tr')).toHaveCount(2);
  const row = table.getByRole('row', { name: /Shop/ });
  await expect(row.locator('.volume__n')).toHaveText('4');
  await expect(row.getByText('25.0%')).toBeVisible();
  // The 23 complete hours of the trend; the one in progress is left out.
  await expect(row.locator('svg.spark polyline')).toHaveAttribute('points', /^(\S+ ){22}\S+$/);
  await expect(row.locator('time:visible')).toHaveText(/^(just now|\d+ s ago)$/);
  await expect(table.getByRole('row', { name: /Quiet/ })).toContainText('No event yet');
  await expect(table.getByRole('row', { name: /^Total/ })).toContainText('4');

  await row.getByRole('link', { name: 'Shop' }).click();
  await expect(page).toHaveURL(server.url + shop.href());
});

test('a name is shown as it was typed, never as markup', async ({ server, page, visit }) => {
  const name = '<b onclick="x">Shop</b> & "sons"';
  const source = await server.createSource(name);
  await visit('/sources');
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(server.url + source.href());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
});

test('the theme goes from system over light to dark and back, and stays', async ({ server, page, visit }) => {
  const address = '/catalog?q=go';
  await visit(address);
  const root = page.locator('html');
  const button = page.getByRole('button', { name: /^Theme/ });
  const scheme = () => root.evaluate((element) => getComputedStyle(element).getPropertyValue('color-scheme'));
  await expect(root).not.toHaveAttribute('data-theme');
  expect(await scheme()).toBe('light dark');

  for (const theme of ['light', 'dark']) {
    await button.click();
    await expect(root).toHaveAttribute('data-theme', theme);
    await expect(button).toContainText(theme, { ignoreCase: true });
    expect(await scheme()).toBe(theme);
    await expect(page).toHaveURL(server.url + address);
    // Written by the server from now on.
    await visit('/sources');
    await expect(root).toHaveAttribute('data-theme', theme);
    await visit(address);
  }
  await button.click();
  await expect(root).not.toHaveAttribute('data-theme');
  await visit(address);
  await expect(root).not.toHaveAttribute('data-theme');
  await expect(button).toContainText('System');
});

test('requests that named no source are told on the list, with their keys masked', async ({ server, page, visit }) => {
  await server.createSource('Shop');
  await visit('/sources');
  await expect(page.locator('.callout')).toHaveCount(0);

  const key = 'a-key-that-nobody-made-0123';
  const post = async (authorization: Record<string, string>) => {
    const body = JSON.stringify(track('A'));
    return (await fetch(`${server.url}/v1/track`, { method: 'POST', headers: authorization, body })).status;
  };
  const basic = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
  expect([await post(basic), await post(basic), await post({})]).toEqual([401, 401, 401]);

  const note = page.locator('.callout').filter({ hasText: 'named no source' });
  await expect(async () => {
    await visit('/sources');
    await expect(note).toContainText('3 requests in the last 24 hours named no source', { timeout: 500 });
  }).toPass();
  await expect(note).toContainText('They came with key a-ke…0123 (2), no key (1).');
  expect(await page.content()).not.toContain(key);
  await note.getByRole('link', { name: 'How keys are sent' }).click();
  await expect(page).toHaveURL(`${server.url}/docs/tracking-api#authentication`);
});
