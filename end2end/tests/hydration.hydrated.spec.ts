// What only works with JavaScript, and that JavaScript changes nothing of what the server wrote.
import type { Browser, Page, Response } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage } from '../harness/overview_page.ts';
import { PAGES, fill } from '../harness/site.ts';
import { track } from '../harness/source.ts';
import { visibleText } from '../harness/visible_text.ts';

test('a page that wakes asks for nothing that came with it', async ({ server, page, visit, expectStatus }) => {
  test.setTimeout(120_000);
  expectStatus(404);
  const slug = await fill(server);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/_app/')) asked.push(`${page.url()}: ${request.url()}`);
  });
  for (const [, address] of PAGES) await visit(address(slug));
  expect(asked).toEqual([]);
});

test('a link that is followed before the page is awake is followed by the browser', async ({ server, page }) => {
  const shop = await server.createSource('Shop');
  // From when the router listens, nothing wakes: what sleeps would, by a timer.
  await page.addInitScript(() => {
    const [listen, wait] = [window.addEventListener.bind(window), window.setTimeout.bind(window)];
    const watched = Object.assign(window, { isRouted: false });
    window.addEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | object) => {
      listen(type, listener, options);
      watched.isRouted ||= type === 'popstate';
    };
    Object.assign(window, {
      setTimeout: (call: () => void, after?: number) => (watched.isRouted && !after ? 0 : wait(call, after)),
    });
  });
  await page.goto(`/sources/${shop.slug}/settings`);
  await page.waitForFunction(() => (window as unknown as { isRouted: boolean }).isRouted);
  const key = page.getByRole('table', { name: /^Write keys/ }).locator('td code:visible');
  await expect(key).toHaveText(/••••/);
  const answer = page.waitForResponse((response) => response.request().isNavigationRequest());
  await page.getByRole('link', { name: /^Show key/ }).click();
  expect((await answer).status()).toBe(200);
  await expect(key).toHaveText(/^[A-Za-z0-9]{32}$/);
});

// First as nobody the server knows, in the workspace's zone; then in the browser's. The server's own is a third.
for (const [zone, isKnown] of [['UTC', false], [/^America\/New_York \(E[SD]T\)$/, true]] as const) {
  test(`every page reads the same with JavaScript off, in the zone of the ${isKnown ? 'browser' : 'workspace'}`, async ({
    server,
    page,
    visit,
    browser,
    expectStatus,
  }) => {
    test.setTimeout(180_000);
    expectStatus(404);
    // A stream that is never answered: live, the page would rightly be a second ahead of what the server wrote.
    await page.route('**/live', () => {});
    const source = await server.createSource('Shop');
    const quiet = await server.createSource('Quiet');
    await source.sendBatch([track('A', '1.0.0'), track('B'), { type: 'track', event: 'Nobody' }]);
    const addresses = [
      '/sources',
      '/sources/new/javascript',
      '/catalog',
      '/catalog?q=pyhton',
      '/catalog?kind=mobile&tier=flagship',
      '/catalog?q=cobol',
      '/catalog/pixel-tracking-api',
      '/catalog/xamarin',
      '/catalog/braze',
      quiet.href(),
      source.href(),
      source.href('range=10m&by=name'),
      source.href('range=14d&as=percentages'),
      source.href('step=failed'),
      source.href('step=failed&reason=no_user_anon_id&as=percentages&range=1h'),
      source.href('step=failed&open=no_user_anon_id&range=7d'),
      source.href('step=filtered'),
      source.href('step=nonsense&range=2y'),
      '/docs/tracking-api',
      '/sources/nope/overview',
    ];
    if (isKnown) await visit('/sources');
    for (const address of addresses) {
      const response = await visit(address);
      const text = await visibleText(page);
      expect(text.length, address).toBeGreaterThan(15);
      expect(text, address).toEqual(await textWithoutScript(browser, response));
      if (address === source.href()) {
        await expect(page.locator('.toolbar__note').last()).toHaveText(zone);
      }
      expect(await page.content(), address).not.toMatch(/Asia\/Tokyo|JST|\+09:00/);
      if (!isKnown) await page.context().clearCookies();
    }
  });
}

/** What this very answer reads like where no script runs. */
async function textWithoutScript(browser: Browser, response: Response): Promise<string[]> {
  // The body is unpacked already.
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers();
  const [status, body] = [response.status(), await response.text()];
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.route(response.url(), (route) => route.fulfill({ status, headers, body }));
  await page.goto(response.url());
  const text = await visibleText(page);
  await context.close();
  return text;
}

test('arrow keys move between the steps, and the focus stays where it is', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('A'), { type: 'track', event: 'Nobody' }]);
  const overview = new OverviewPage(page, true);
  await visit(source.href());
  await staysLoaded(page, async () => {
    await overview.radio('Events successfully received').focus();
    await page.keyboard.press('ArrowDown');
    await overview.expectStep('Failed on ingest');
    await overview.expectAddress(source.href('step=failed'));
    await expect(overview.radio('Failed on ingest')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await overview.expectStep('Filtered at source');
    await expect(overview.radio('Filtered at source')).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await overview.expectStep('Failed on ingest');
    await overview.expectTab('Discard reason');
    await expect(overview.radio('Failed on ingest')).toBeFocused();
  });
});

test('a tab, a page of the table and a range keep focus and scroll position', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch(Array.from({ length: 23 }, (_, i) => track(`Event ${i}`)));
  const overview = new OverviewPage(page, true);
  await page.setViewportSize({ width: 1440, height: 600 });
  await visit(source.href());
  await staysLoaded(page, async () => {
    await overview.tab('Event name').scrollIntoViewIfNeeded();
    const scrolled = () => page.evaluate(() => window.scrollY);
    const before = await scrolled();
    expect(before).toBeGreaterThan(0);
    await overview.tab('Event name').focus();
    await page.keyboard.press('Enter');
    await overview.expectTab('Event name');
    await expect(overview.tab('Event name')).toBeFocused();
    expect(await scrolled()).toBe(before);
    await overview.turn(overview.nextPage());
    expect(await overview.rows()).toHaveLength(10);
    expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    await overview.chooseRange('Last hour');
    await expect(page.locator('.toolbar details[open]')).toHaveCount(0);
  });
});

test('the chart is a slider that says what it points at', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('A'), track('B'), track('C')]);
  await visit(source.href('range=24h'));
  const slider = page.getByRole('slider', { name: 'Point in time' });
  const at = async () => Number(await slider.getAttribute('aria-valuenow'));
  const tip = page.locator('.chart__tip');
  await expect(tip).toHaveCount(0);
  await slider.focus();
  await page.keyboard.press('End');
  await expect(slider).toHaveAttribute('aria-valuenow', '47');
  await expect(slider).toHaveAttribute('aria-valuetext', /: 3, previous 0$/);
  await expect(tip).toContainText('+3');
  await page.keyboard.press('ArrowLeft');
  expect(await at()).toBe(46);
  await expect(slider).toHaveAttribute('aria-valuetext', /\d\d:\d\d–\d\d:\d\d: 0, previous 0$/);
  await page.keyboard.press('ArrowRight');
  expect(await at()).toBe(47);
  await page.keyboard.press('Home');
  expect(await at()).toBe(0);
  await page.keyboard.press('ArrowLeft');
  expect(await at()).toBe(0);
  await page.keyboard.press('Escape');
  await expect(tip).toHaveCount(0);

  // The pointer finds the same buckets.
  const box = await slider.boundingBox();
  if (box === null) throw new Error('the chart has no box');
  await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2);
  await expect(tip).toContainText('+3');
  await page.mouse.move(box.x + 1, box.y + box.height / 2);
  await expect(tip.locator('dd').first()).toHaveText('0');
});

test('the write key is copied whole, and the button says so', async ({ server, page, visit, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const source = await server.createSource('Shop');
  await visit(source.href());
  const shown = page.locator('.secret__value');
  await expect(shown).not.toContainText(source.writeKey);
  await expect(shown).toContainText(source.writeKey.slice(-4));
  await page.getByRole('button', { name: 'Copy write key' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(source.writeKey);
  await expect(page.getByRole('button', { name: 'Copy write key' })).toBeVisible();
});

test('a tour of all pages stays in one document and leaves the console empty', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('A', '1.0.0'), { type: 'track', event: 'Nobody' }]);
  await server.createSource('Quiet');
  const overview = new OverviewPage(page, true);
  const main = page.getByRole('main');
  await visit('/');
  await expect(page).toHaveURL(`${server.url}/sources`);
  await staysLoaded(page, async () => {
    await main.getByRole('link', { name: 'Add source' }).click();
    await expect(page).toHaveTitle('Catalog · Headwater');
    await main.getByRole('link', { name: 'Python', exact: true }).click();
    await main.getByRole('link', { name: 'Add source', exact: true }).click();
    await expect(page).toHaveTitle('Add a Python source · Headwater');
    await main.getByRole('link', { name: 'Cancel' }).click();
    await expect(page).toHaveTitle('Catalog · Headwater');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Sources/ }).click();
    await main.getByRole('link', { name: 'Quiet' }).click();
    await expect(page).toHaveTitle('Quiet: overview · Headwater');
    await expect(page.getByRole('heading', { name: 'No events yet' })).toBeVisible();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Sources/ }).click();
    await main.getByRole('link', { name: 'Shop' }).click();
    await overview.openTab('Event name');
    await overview.openTab('App version');
    await overview.selectStep('Failed on ingest');
    await overview.table.getByRole('link', { name: 'No userId or anonymousId', exact: true }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Pin this reason' }).click();
    await overview.expectTab('Event type');
    await overview.panel.getByRole('link', { name: /Remove filter/ }).click();
    await overview.expectTab('Discard reason');
    await overview.showAs('Percentages');
    await overview.chooseRange('Last 2 weeks');
    await overview.selectStep('Filtered at source');
    await expect(page.getByText('No event was filtered in this range.')).toBeVisible();
    await overview.selectStep('Events successfully received');
    await page.goBack();
    await page.goForward();
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Sources' }).click();
    await expect(page).toHaveTitle('Sources · Headwater');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sources');
  });
});

/** Does something and checks that the browser stayed in the document that it had loaded. */
async function staysLoaded(page: Page, work: () => Promise<void>): Promise<void> {
  const mark = await page.evaluate(() => performance.timeOrigin);
  await work();
  expect(await page.evaluate(() => performance.timeOrigin), 'the page was loaded anew').toBe(mark);
}
