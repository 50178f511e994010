// The sources list with many sources: found, narrowed, put in order, changed together; with and without JavaScript.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

test('sources are found by name and by write key, and what matches nothing says so', async ({ server, page, visit }) => {
  const web = await server.createSource('Web shop', 'javascript');
  await server.createSource('Order service', 'go');
  await visit('/sources');
  const search = page.getByRole('searchbox', { name: 'Search by name or write key' });
  const rows = page.getByRole('table', { name: 'Sources, last 24 hours' }).locator('tbody tr');
  await search.fill('ORDER');
  await search.press('Enter');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Order service');
  await search.fill(web.writeKey);
  await search.press('Enter');
  await expect(rows).toContainText('Web shop');
  await expect(page.getByText('Found by its write key.')).toBeVisible();
  await search.fill(web.writeKey.slice(0, 20));
  await search.press('Enter');
  await expect(page.getByRole('heading', { name: /^No source matches/ })).toBeVisible();
  await page.getByRole('link', { name: 'Clear search and filters' }).click();
  await expect(rows).toHaveCount(2);
});

test('chosen sources get a label and are switched off and on together', async ({ server, page, visit, expectStatus }) => {
  expectStatus(422);
  await server.createSource('A', 'go');
  await server.createSource('B', 'javascript');
  await server.createSource('C', 'python');
  await visit('/sources');
  const choose = async () => {
    await page.getByRole('checkbox', { name: 'Choose A' }).check();
    await page.getByRole('checkbox', { name: 'Choose C' }).check();
  };
  await choose();
  await page.getByLabel('Label, written as key:value').fill('tier: gold');
  await page.getByRole('button', { name: 'Set label' }).click();
  await expect(page.getByRole('alert')).toContainText('Use letters, numbers and hyphens on both sides of the colon, without spaces.');
  await expect(page.getByRole('checkbox', { name: 'Choose C' })).toBeChecked();
  await page.getByLabel('Label, written as key:value').fill('tier:gold');
  await page.getByRole('button', { name: 'Set label' }).click();
  await expect(page.getByRole('status')).toContainText('The label was set.');

  await page.locator('summary').filter({ hasText: 'Label' }).click();
  await page.getByRole('link', { name: 'tier:gold' }).click();
  const rows = page.getByRole('table', { name: 'Sources, last 24 hours' }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await choose();
  await page.getByRole('button', { name: 'Disable…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByRole('listitem')).toHaveText(['A', 'C']);
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('status')).toContainText('Disabled');
  await expect(rows.filter({ hasText: 'Disabled' })).toHaveCount(2);
  const disabled = page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Disabled' });
  await disabled.click();
  // Comes with the list.
  await expect(disabled).toHaveAttribute('aria-current', 'true');
  await choose();
  await page.getByRole('button', { name: 'Enable' }).click();
  await visit('/sources?status=enabled');
  await expect(rows).toHaveCount(3);
});

test('a label that would replace what somebody set meanwhile is asked for again', async ({
  server,
  page,
  visit,
  context,
  expectStatus,
}) => {
  expectStatus(409);
  await server.createSource('A', 'go');
  await server.createSource('B', 'go');
  await visit('/sources');
  const other = await context.newPage();
  await other.goto(`${server.url}/sources/a/settings`);
  await other.getByLabel('Labels', { exact: true }).fill('env:staging');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByRole('status').first()).toContainText('Saved');
  await other.close();

  await page.getByRole('checkbox', { name: 'Choose A' }).check();
  await page.getByRole('checkbox', { name: 'Choose B' }).check();
  await page.getByLabel('Label, written as key:value').fill('env:production');
  await page.getByRole('button', { name: 'Set label' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody changed “A” since you opened this list');
  await expect(page.getByRole('row', { name: /Choose A/ })).toContainText('env:staging');
  await expect(page.getByRole('row', { name: /Choose B/ })).not.toContainText('env:');
  await expect(page.getByRole('checkbox', { name: 'Choose B' })).toBeChecked();
  await expect(page.getByLabel('Label, written as key:value')).toHaveValue('env:production');
  await page.getByRole('button', { name: 'Set label' }).click();
  await expect(page.getByRole('status')).toContainText('The label was set.');
  await expect(page.locator('tbody .label-chip', { hasText: 'env:production' })).toHaveCount(2);
});

test('the order and the columns are in the address', async ({ server, page, visit }) => {
  const busy = await server.createSource('Busy', 'go');
  await server.createSource('Able', 'javascript');
  await busy.sendBatch([track('A'), track('B')]);
  await visit('/sources');
  const names = page.getByRole('table', { name: 'Sources, last 24 hours' }).locator('tbody .row-name__link');
  await expect(names).toHaveText(['Able', 'Busy']);
  await page.getByRole('link', { name: 'Events, 24 h' }).click();
  await expect(page).toHaveURL(`${server.url}/sources?sort=-events`);
  await expect(names).toHaveText(['Busy', 'Able']);
  await page.locator('summary').filter({ hasText: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Category' }).check();
  await page.getByRole('checkbox', { name: 'Failed' }).uncheck();
  await page.getByRole('button', { name: 'Show these' }).click();
  await expect(page.getByRole('columnheader', { name: 'Category' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Failed' })).toHaveCount(0);
  await expect(names).toHaveText(['Busy', 'Able']);
  await page.getByRole('navigation', { name: 'Sources' }).getByRole('link', { name: 'Cloud apps' }).click();
  await expect(page.getByRole('heading', { name: 'No cloud app yet' })).toBeVisible();
});
