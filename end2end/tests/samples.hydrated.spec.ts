// What the drawer of a discard reason does with JavaScript: focus, keys, and the page behind.
import { Drawer, sendFaulty } from '../harness/drawer.ts';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage } from '../harness/overview_page.ts';

test('the drawer is modal, obeys the keyboard, and gives the focus back', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await sendFaulty(source);
  const [overview, drawer] = [new OverviewPage(page, true), new Drawer(page)];
  await page.setViewportSize({ width: 1440, height: 600 });
  await visit(source.href('step=failed&range=1h'));
  const name = overview.table.getByRole('link', { name: 'Identifier not a string', exact: true });
  await name.scrollIntoViewIfNeeded();
  const scrolled = (): Promise<number> => page.evaluate(() => window.scrollY);
  const before = await scrolled();
  expect(before).toBeGreaterThan(0);
  await name.focus();
  await page.keyboard.press('Enter');
  await drawer.shows('Identifier not a string');
  await expect(drawer.dialog.getByRole('heading', { level: 2 })).toBeFocused();
  expect(await drawer.dialog.evaluate((dialog) => dialog.matches(':modal'))).toBe(true);

  await page.keyboard.press('j');
  await expect(drawer.messageId).toHaveText('numbered-22');
  await page.keyboard.press('ArrowDown');
  await expect(drawer.messageId).toHaveText('numbered-21');
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowUp');
  await expect(drawer.messageId).toHaveText('numbered-23');
  await drawer.dialog.locator('.sample[open]').getByRole('button', { name: 'Next sample' }).click();
  await expect(drawer.messageId).toHaveText('numbered-22');
  for (let i = 0; i < 9; i++) await page.keyboard.press('j');
  await expect(drawer.position).toHaveText('11–20 of 24');
  await expect(drawer.messageId).toHaveText('numbered-13');
  await page.keyboard.press('k');
  await expect(drawer.position).toHaveText('10 of 24');

  await page.keyboard.press('Escape');
  await expect(drawer.dialog).toHaveCount(0);
  await overview.expectAddress(source.href('step=failed&range=1h'));
  await expect(name).toBeFocused();
  expect(await scrolled()).toBe(before);

  // A click beside it closes it, too.
  await name.click();
  await drawer.shows('Identifier not a string');
  await page.mouse.click(100, 300);
  await expect(drawer.dialog).toHaveCount(0);
  await overview.expectAddress(source.href('step=failed&range=1h'));
});
