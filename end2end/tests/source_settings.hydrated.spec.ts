// What the settings do by themselves where scripts run: labels as chips, and what is not saved is not lost unasked.
import type { Dialog, Page } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';

test('labels are chips that are added and taken off by the keyboard', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  const chips = page.getByRole('list', { name: 'Chosen labels' }).getByRole('listitem');
  const field = page.getByLabel('Labels', { exact: true });
  const save = page.getByRole('button', { name: 'Save' });
  await expect(save).toBeDisabled();
  await field.fill('env:dev');
  await field.press('Enter');
  await expect(chips).toHaveText(['env:dev']);
  await expect(field).toHaveValue('');
  await expect(field).toBeFocused();
  // One value for each key: the later one takes the place.
  await field.fill('team:web env:production');
  await page.getByRole('button', { name: 'Add label' }).click();
  await expect(chips).toHaveText(['env:production', 'team:web']);
  await field.fill('tier: gold');
  await field.press('Enter');
  await expect(field).toHaveAccessibleDescription(/“tier:” is not a label/);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(chips).toHaveCount(2);
  await field.fill('');
  await page.getByRole('button', { name: 'Remove label env:production' }).focus();
  await page.keyboard.press('Enter');
  await expect(chips).toHaveText(['team:web']);
  await expect(field).toBeFocused();
  await expect(page.getByText('1 change not saved')).toBeVisible();
  // What is typed and not added goes along.
  await field.fill('tier:gold');
  await save.click();
  await expect(page).toHaveURL(`${server.url}/sources/shop/settings?done=saved`);
  await expect(chips).toHaveText(['team:web', 'tier:gold']);
  await expect(save).toBeDisabled();
});

test('changes are counted, and nothing can be saved where there are none', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop');
  await visit(`/sources/${shop.slug}/settings`);
  const save = page.getByRole('button', { name: 'Save' });
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Shop 2');
  await page.getByLabel('Description').fill('Two\nlines');
  await expect(page.getByText('2 changes not saved')).toBeVisible();
  await expect(save).toBeEnabled();
  await name.fill('Shop');
  await expect(page.getByText('1 change not saved')).toBeVisible();
  await page.getByLabel('Description').fill('');
  await expect(page.getByText('not saved')).toHaveCount(0);
  await expect(save).toBeDisabled();

  await name.fill('Never saved');
  await page.getByRole('link', { name: 'Discard' }).click();
  await expect(name).toHaveValue('Shop');
  await expect(save).toBeDisabled();
});

test('whatever leads away from changes is asked about once', async ({ server, page, visit }) => {
  const shop = await server.createSource('Shop');
  const settings = `${server.url}/sources/${shop.slug}/settings`;
  // By links: the router draws the form on a page that was loaded for another.
  await visit('/sources');
  await page.getByRole('link', { name: 'Shop', exact: true }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  const name = page.getByLabel('Name', { exact: true });
  await name.press('End');
  await name.pressSequentially(' of mine');

  const ways: [string, () => Promise<unknown>][] = [
    ['a link of the page', () => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalog' }).click()],
    ['the palette', () => toCatalogByPalette(page)],
    ['loading the page again', () => page.evaluate(() => window.location.reload())],
  ];
  for (const [what, go] of ways) {
    const asked = page.waitForEvent('dialog');
    // Where the browser asks, what leads away waits for the answer.
    const gone = go().catch(() => undefined);
    const dialog = await asked;
    expect(dialog.type(), what).toBe('beforeunload');
    await dialog.dismiss();
    await gone;
    await expect(page, what).toHaveURL(settings);
    await expect(name, what).toHaveValue('Shop of mine');
  }

  // A dialog of the same page takes nothing away.
  await page.getByRole('link', { name: 'Create key' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Cancel' }).click();
  await expect(name).toHaveValue('Shop of mine');

  page.once('dialog', (dialog: Dialog) => void dialog.accept());
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalog' }).click();
  await expect(page).toHaveURL(`${server.url}/catalog`);
  // There nothing is at stake.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Sources/ }).click();
  await expect(page.getByRole('link', { name: 'Shop', exact: true })).toBeVisible();
});

async function toCatalogByPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('catalog');
  await expect(page.getByRole('option').first()).toHaveText(/^Catalog/);
  await page.getByRole('combobox').press('Enter');
}
