// The setup page: the lines that it shows are run as they stand, the event that they send shows up, and a test event goes the
// way of all others.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '../harness/fixtures.ts';
import { PYTHON_WANTED, python } from '../harness/programs.ts';
import { firstEventIsShown, received, setup, snippet } from '../harness/setup_page.ts';
import { track } from '../harness/source.ts';
import { bundledPage, onShopPage } from '../harness/shop_page.ts';
import { pageOf } from '../harness/web_site.ts';

const run = promisify(execFile);
const END2END = path.resolve(import.meta.dirname, '..');

test('every library’s lines carry the key and the host of this source', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop', 'python');
  await visit(setup(source));
  const tabs = page.getByRole('navigation', { name: 'Library' }).getByRole('link');
  // The one of the source’s kind comes first and is open.
  await expect(tabs.first()).toHaveText('Python');
  await expect(tabs.first()).toHaveAttribute('aria-current', 'true');
  const addresses = await tabs.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(addresses.length).toBeGreaterThan(15);
  const { host } = new URL(server.url);
  for (const address of addresses) {
    const html = await (await fetch(server.url + address)).text();
    const text = html.replaceAll(`', port: `, ':');
    expect(text, address).toContain(source.writeKey);
    expect(text, address).toContain(host);
  }
  await tabs.filter({ hasText: 'Ruby' }).click();
  await expect(page).toHaveURL(`${server.url}${setup(source)}?library=ruby`);
  await expect(page.getByText('Ruby speaks https only')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Ruby snippet' })).toContainText(source.writeKey);
});

test('a kind without a library of its own is shown a request, an unknown library the one of its kind', async ({
  server,
  page,
  visit,
}) => {
  const source = await server.createSource('Devices', 'http-api');
  await visit(setup(source, 'library=cobol'));
  await run('sh', ['-c', await snippet(page, 'curl')]);
  await expect.poll(() => received(source)).toBe(1);
});

test('the lines for Node.js are a program', async ({ server, page, visit }) => {
  const source = await server.createSource('Back end', 'node-js');
  await visit(setup(source));
  await run('node', ['--input-type=module', '--eval', await snippet(page, 'Node.js')], { cwd: END2END });
  await firstEventIsShown(page, visit, source, 'Order Completed');
});

if (PYTHON_WANTED) {
  test('the lines for Python are a program', async ({ server, page, visit }) => {
    const source = await server.createSource('Back end', 'python');
    await visit(setup(source));
    await run(python('analytics_python').command, ['-c', await snippet(page, 'Python')]);
    await firstEventIsShown(page, visit, source, 'Order Completed');
  });
}

test('the lines for a web page work in one', async ({ server, page, visit, browser }) => {
  const source = await server.createSource('Shop', 'javascript');
  await visit(setup(source));
  const lines = await snippet(page, 'Web page');
  await onShopPage(browser, { '/': pageOf(lines) }, () => expect.poll(() => received(source)).toBe(1));
  await firstEventIsShown(page, visit, source, 'page');
});

test('the lines for the npm package work in a page that is built with them', async ({ server, page, visit, browser }) => {
  const source = await server.createSource('Shop', 'javascript');
  await visit(setup(source, 'library=javascript-npm'));
  await expect(page.getByRole('region', { name: 'JavaScript dependency' })).toContainText('npm install @segment/analytics-next');
  const files = await bundledPage(await snippet(page, 'JavaScript'));
  await onShopPage(browser, files, () => expect.poll(() => received(source)).toBe(1));
  await firstEventIsShown(page, visit, source, 'Order Completed');
  const [event] = await source.events();
  expect(event).toMatchObject({ status: 'eligible', library: { name: 'analytics.js' } });
});

test('a refused event is shown with its reason and what to do', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([{ ...track('Signed up'), userId: 42 }]);
  await visit(setup(source));
  const aside = page.getByRole('complementary');
  await expect(aside.getByText('Failed on ingest')).toBeVisible();
  await expect(aside.locator('a[href$="#reason-id_not_string"]')).toBeVisible();
  await expect(aside).toContainText('Send identifiers as non-empty strings');
  await expect(aside.locator('.code__bad')).toContainText('42');
});

test('a test event shows every decision on its way', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await visit(setup(source, 'library=go'));
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await expect(page).toHaveURL(/\?library=go&test=headwater-test-[0-9a-f]{32}$/);
  const steps = page.getByRole('region', { name: 'Test event' }).getByRole('listitem');
  const titles = ['Write key accepted', 'Decoded', 'Readable as an event', 'Source enabled'];
  const rest = ['Rules of the Tracking API kept', 'Allowed by the source’s schema', 'Stored', 'Eligible'];
  await expect(steps.locator('.decisions__title')).toHaveText([...titles, ...rest].map((title) => `Passed: ${title}`));
  // What stands there is what the store has.
  const [event] = await source.events();
  expect(event).toMatchObject({ status: 'eligible', library: { name: 'headwater' } });
  await expect(steps.filter({ hasText: 'Stored' })).toContainText(event?.messageId ?? '?');
  await expect(page.getByRole('complementary')).toContainText('Headwater test event');
});

test('a disabled source says at which check its test event ended', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  const form = { method: 'POST', body: new URLSearchParams({ action: 'disable' }) };
  await fetch(`${server.url}/sources/${source.slug}/settings`, { ...form, redirect: 'manual' });
  await visit(setup(source));
  await expect(page.getByText('This source is disabled')).toBeVisible();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  const panel = page.getByRole('region', { name: 'Test event' });
  const refused = panel.getByRole('listitem').filter({ hasText: 'source_disabled' });
  await expect(refused.locator('.decisions__title')).toHaveText('Refused: Source enabled');
  await expect(refused.getByRole('link', { name: 'source_disabled' })).toBeVisible();
  await expect(panel.getByText('Not reached: ')).toHaveCount(2);
  expect(await source.events()).toMatchObject([{ status: 'failed_on_ingest' }]);
});

test('the address of somebody else’s test event shows nothing', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  for (const id of ['x', `headwater-test-${'0'.repeat(32)}`]) {
    await visit(setup(source, `test=${id}`));
    await expect(page.getByText('This test event is not kept any more')).toBeVisible();
  }
});
