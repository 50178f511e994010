// A page’s code is a file of its own, and so is that of what opens on it; when it cannot be had, the browser goes to the page as if
// there were no script, and what opens does without.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

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

test('what opens brings its code and its styles along when it opens, and not before', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').pop() ?? ''));
  await visit(source.href());
  const own = () => fetched.filter((name) => name.startsWith('split_'));
  const styles = page.locator('head > link[rel="stylesheet"]');
  expect(own()).toEqual(['split_overview.wasm']);
  await expect(styles).toHaveCount(1);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Zoom into it');
  await page.keyboard.press('Escape');
  await page.locator('summary', { hasText: 'Time range' }).click();
  await expect(page.getByRole('textbox', { name: 'From, date' })).toBeVisible();
  expect(own()).toEqual(['split_overview.wasm', 'split_dialogs.wasm', 'split_pickers.wasm']);
  await expect(styles).toHaveCount(2);
});

test('a picker whose code cannot be had is the one without JavaScript', async ({ server, page, visit, expectStatus }) => {
  expectStatus(404);
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  await visit(source.href());
  await page.route('**/pkg/*/split_pickers.wasm', (route) => route.fulfill(GONE));
  await page.locator('summary', { hasText: 'Time range' }).click();
  await page.getByLabel('From', { exact: true }).fill('2024-11-05T09:00');
  await expect(page.getByLabel('To', { exact: true })).toBeVisible();
});

test('a calendar that was asked for before its code is there takes the keyboard when it is', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  await visit(source.href());
  let comes: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    comes = resolve;
  });
  await page.route('**/pkg/*/split_pickers.wasm', async (route) => {
    await asked;
    await route.continue();
  });
  await page.locator('summary', { hasText: 'Time range' }).click();
  await page.getByRole('button', { name: 'Custom range' }).click();
  // The frame after the click is over, and nothing of the calendar is there.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await expect(page.locator('.calendar__day')).toHaveCount(0);
  comes();
  await expect(page.locator('.calendar__day[tabindex="0"]')).toBeFocused();
});

test('a palette whose code cannot be had says so, and finds it the next time', async ({ page, visit, expectStatus }) => {
  expectStatus(404);
  await visit('/sources');
  await page.route('**/pkg/*/split_dialogs.wasm', (route) => route.fulfill(GONE), { times: 1 });
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search or jump to' })).toBeFocused();
});

test('a palette that was closed opens before the browser has said that it closed', async ({ page, visit }) => {
  await visit('/sources');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Search or jump to' });
  await expect(search).toBeFocused();
  // In one task: `close` is an event of a later one.
  await page.evaluate(() => {
    document.querySelector<HTMLDialogElement>('dialog.palette')?.close();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
  });
  await expect(search).toBeFocused();
  await search.fill('catalog');
  await expect(page.getByRole('option').first()).toBeVisible();
});
