// The setup page of a source as a reader sees it.
import { expect, type Page } from '@playwright/test';
import type { Source } from './source.ts';

/** Once it is stored, the page shows it. */
export async function firstEventIsShown(
  page: Page,
  visit: (address: string) => Promise<unknown>,
  source: Source,
  what: string,
): Promise<void> {
  await expect.poll(() => received(source)).toBe(1);
  await visit(setup(source));
  const aside = page.getByRole('complementary');
  await expect(aside.getByRole('heading')).toHaveText('Events arrive');
  await expect(aside).toContainText(what);
  await expect(aside.getByText('Eligible')).toBeVisible();
}

/** The address of a source’s setup: `query` as in `library=go`. */
export function setup(source: Source, query = ''): string {
  return `/sources/${source.slug}/setup${query === '' ? '' : `?${query}`}`;
}

/** The lines that are shown, as they stand. */
export async function snippet(page: Page, library: string): Promise<string> {
  return (await page.getByRole('region', { name: `${library} snippet` }).locator('code').textContent()) ?? '';
}

export async function received(source: Source): Promise<number> {
  return (await source.overview('10m')).steps.received;
}
