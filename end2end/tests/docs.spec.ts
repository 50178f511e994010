// The documentation: every part and every reason has an address, and what it says is true of the server that serves it.
import { execFile } from 'node:child_process';
import { createServer, type Server as Site } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';
import type { Source } from '../harness/source.ts';

const ADDRESS = '/docs/tracking-api';
const PLACEHOLDER = 'YOUR_WRITE_KEY';

/** A page with the snippet on it. */
interface Shop {
  analytics: { track: (event: string) => void };
}

test('the contents lead to every part of the page', async ({ server, page, visit }) => {
  await visit('/sources');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Docs' }).click();
  await expect(page).toHaveURL(server.url + ADDRESS);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tracking API');

  const contents = page.getByRole('navigation', { name: 'On this page' });
  await expect(contents.getByRole('link').first()).toBeVisible();
  const targets = await hrefs(contents.getByRole('link'));
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets) {
    await expect(page.locator(`[id="${target?.slice(1)}"]`), `${target}`).toHaveCount(1);
  }
  await contents.getByRole('link', { name: 'Limits' }).click();
  await expect(page).toHaveURL(`${server.url}${ADDRESS}#limits`);
  await expect(page.getByRole('heading', { name: 'Limits' })).toBeInViewport();
  await expect(page.getByRole('row', { name: /^Events in a batch/ })).toContainText('2,500');
});

test('every reason has a row of its own that says when and what to do', async ({ page, visit }) => {
  await visit(ADDRESS);
  const rows = await page.locator('tr[id^="reason-"]').evaluateAll((rows) =>
    rows.map((row) => ({
      id: row.id,
      code: row.querySelector('th code')?.textContent ?? '',
      texts: [...row.querySelectorAll('th a, td')].map((cell) => cell.textContent?.trim() ?? ''),
    })),
  );
  await expect(page.locator('#reasons > p')).toContainText(`All ${rows.length} reasons`);
  for (const { id, code, texts } of rows) {
    expect(id).toBe(`reason-${code}`);
    expect(texts.map((text) => text.length > 4)).toEqual([true, true, true]);
  }
  expect(new Set(rows.map((row) => row.code)).size).toBe(rows.length);
  // Wherever the page names a reason, it leads to it.
  for (const link of await hrefs(page.locator('a[href^="#reason-"]'))) {
    expect(rows.map((row) => `#${row.id}`)).toContain(link);
  }
});

test('a reason on the page of a source leads to its remedy', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([{ type: 'track', event: 'Signed up', userId: 42 }]);
  await visit(source.href('step=failed'));
  await page.getByRole('link', { name: 'How to fix id_not_string' }).click();
  await expect(page).toHaveURL(`${server.url}${ADDRESS}#reason-id_not_string`);
  const row = page.locator('[id="reason-id_not_string"]');
  await expect(row).toBeInViewport();
  await expect(row).toContainText('Send identifiers as non-empty strings');
});

test('samples name the server that they are copied from', async ({ server, page, visit }) => {
  await visit(ADDRESS);
  const { host } = new URL(server.url);
  const samples = await page.locator('.docs__library code').allTextContents();
  expect(samples.length).toBeGreaterThan(12);
  for (const sample of samples) {
    expect(sample.replaceAll(`', port: `, ':')).toContain(host);
    expect(sample).toContain(PLACEHOLDER);
  }
  // As it was asked for, also behind a proxy that ends TLS.
  const response = await fetch(server.url + ADDRESS, {
    headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hw.example.com' },
  });
  const html = await response.text();
  expect(html).toContain('https://hw.example.com/v1/track');
  expect(html).not.toContain(host);
});

test('the samples work as they stand', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await visit(ADDRESS);
  const shell = promisify(execFile);
  await shell('sh', ['-c', await sample(page, 'curl', source)]);
  expect(await received(source)).toBe(1);

  const node = await sample(page, 'Node.js', source);
  const cwd = path.resolve(import.meta.dirname, '..');
  await shell('node', ['--input-type=module', '--eval', node], { cwd });
  expect(await received(source)).toBe(2);

  const [, pixel] = /src="([^"]+)"/.exec(await sample(page, 'Pixel', source)) ?? [];
  await fetch((pixel ?? '').replaceAll('&amp;', '&'));
  expect(await received(source)).toBe(3);

  const counts = (await source.overview('10m')).event_name.map((row) => `${row.key} ${row.count}`);
  expect(counts.sort()).toEqual(['Email Opened 1', 'Order Completed 2']);
});

test('receipts say what the page says that they say', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await visit(ADDRESS);
  const section = page.getByRole('region', { name: 'Receipts' });
  const [ask, shown, later] = await section.locator('pre code').allTextContents();
  const run = async (command = '') => {
    const line = command.replaceAll(PLACEHOLDER, source.writeKey);
    return JSON.parse((await promisify(execFile)('sh', ['-c', `${line} --silent`])).stdout) as object;
  };
  const answer = (await run(ask)) as { receipts: object[] };
  expect(answer).toEqual(JSON.parse(shown ?? ''));
  expect(await run(later)).toMatchObject({ messageId: 'm2', status: 'failed_on_ingest', code: 'event_not_defined' });
});

test('the snippet for web pages works as it stands', async ({ server, page, visit, javaScriptEnabled }) => {
  const source = await server.createSource('Shop');
  await visit(ADDRESS);
  const snippet = await sample(page, 'Web page', source);
  if (!javaScriptEnabled) {
    expect(snippet).toContain(`${server.url}/analytics.js/v1/${source.writeKey}/analytics.min.js`);
    return;
  }
  const site = await serve(`<!doctype html><title>A shop</title><link rel="icon" href="data:,">${snippet}`);
  await page.goto(site.url);
  await expect.poll(() => received(source)).toBe(1);
  await page.evaluate(() => (window as unknown as Shop).analytics.track('Bought'));
  await expect.poll(() => received(source)).toBe(2);
  expect((await source.overview('10m')).event_type.map((row) => row.key).sort()).toEqual(['page', 'track']);
  await page.goto('about:blank');
  await site.close();
});

async function hrefs(links: Locator): Promise<(string | null)[]> {
  return links.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}

/** A library's sample with the key of a source in it. */
async function sample(page: Page, library: string, source: Source): Promise<string> {
  const text = await page.getByRole('region', { name: `${library} example` }).locator('code').textContent();
  return (text ?? '').replaceAll(PLACEHOLDER, source.writeKey);
}

async function received(source: Source): Promise<number> {
  return (await source.overview('10m')).steps.received;
}

/** A page on another origin. */
async function serve(html: string): Promise<{ url: string; close: () => Promise<void> }> {
  const site: Site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => (site.closeAllConnections(), site.close(() => resolve()))),
  };
}
