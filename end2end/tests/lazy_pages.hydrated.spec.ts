// A page's code is a file of its own; when it cannot be had, the browser goes to the page as if there were no script.
import { expect, test } from '../harness/fixtures.ts';

const CODE_OF_DOCS = '**/pkg/*/split_docs.wasm';
const GONE = { status: 404, body: '' };

test('a page brings its own code along, and no other page’s', async ({ page, visit }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').pop() ?? ''));
  await visit('/docs/tracking-api');
  expect(fetched).toContain('split_docs.wasm');
  expect(fetched.filter((name) => name.startsWith('split_'))).toEqual(['split_docs.wasm']);
});

test('a link to a page whose code cannot be had loads the page', async ({ page, visit, expectStatus }) => {
  expectStatus(404);
  await visit('/sources');
  const before = await page.evaluate(() => performance.timeOrigin);
  await page.route(CODE_OF_DOCS, (route) => route.fulfill(GONE), { times: 1 });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Docs' }).click();
  await expect(page).toHaveTitle('Docs: Tracking API · Headwater');
  await expect(page).toHaveURL(/\/docs\/tracking-api$/);
  expect(await page.evaluate(() => performance.timeOrigin), 'the page was loaded anew').not.toBe(before);
});

test('a page whose code never comes stays as it was sent', async ({ page, expectStatus }) => {
  expectStatus(404);
  await page.route(CODE_OF_DOCS, (route) => route.fulfill(GONE));
  await page.goto('/docs/tracking-api', { waitUntil: 'networkidle' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Sources/ }).click();
  await expect(page).toHaveTitle('Sources · Headwater');
});
