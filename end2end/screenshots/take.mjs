// The pictures of the Source Overview in this folder, from a running demo: `npm run screenshots -- http://127.0.0.1:3000`.
// The same views as the design's own pictures, so that both can be laid side by side.
import { chromium } from '@playwright/test';
import path from 'node:path';

const OVERVIEW = '/sources/storefront-web/overview';

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const openPicker = async (page) => {
  await page.locator('.toolbar summary.button').click();
  await page.getByRole('grid').first().waitFor();
};
const drawer = 'step=failed&open=category_not_string';

const SHOTS = ['light', 'dark'].flatMap((colorScheme) => [
  { name: `source-overview-${colorScheme}`, query: 'step=failed', colorScheme, ...desktop, whole: true },
  { name: `source-overview-default-${colorScheme}`, query: '', colorScheme, ...desktop, whole: true },
  { name: `source-overview-failed-${colorScheme}`, query: drawer, colorScheme, ...desktop },
  { name: `source-overview-time-picker-${colorScheme}`, query: 'step=failed', colorScheme, ...desktop, before: openPicker },
  { name: `source-overview-mobile-${colorScheme}`, query: 'step=failed', colorScheme, ...phone, whole: true },
]);

const base = process.argv[2] ?? 'http://127.0.0.1:3000';
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
for (const { name, query, colorScheme, width, height, whole, before } of SHOTS) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, timezoneId: 'Europe/Amsterdam' });
  const page = await context.newPage();
  await page.goto(`${base}${OVERVIEW}?${query}`, { waitUntil: 'load' });
  await page.locator('button.live').waitFor();
  await page.evaluate(() => document.fonts.ready);
  await before?.(page);
  if (query.includes('open=')) await page.locator('dialog.drawer pre').first().waitFor();
  await page.screenshot({ path: path.join(import.meta.dirname, `${name}.png`), fullPage: whole ?? false });
  await context.close();
}
await browser.close();
