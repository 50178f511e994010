// The list of keyboard shortcuts: `?` opens it, Escape closes it, and in a field `?` is a question mark.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

test('? lists the shortcuts, but not while somebody writes', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await source.sendBatch([track('Signed up')]);
  await visit(source.href());
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const search = page.getByRole('searchbox', { name: 'Search event types' });
  await search.press('?');
  await expect(search).toHaveValue('?');
  await expect(list).toBeHidden();
  await search.fill('');
  await page.getByRole('slider', { name: 'Point in time' }).focus();
  await page.keyboard.press('?');
  await expect(list).toBeVisible();
  await expect(list).toContainText('Zoom into it');
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await expect(page.getByRole('slider', { name: 'Point in time' })).toBeFocused();
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await expect(list).toBeVisible();
  await list.getByRole('button', { name: 'Close' }).click();
  await expect(list).toBeHidden();
});
