// The drawer of a discard reason as a reader uses it, and events to fill it.
import { expect, type Locator, type Page } from '@playwright/test';
import { track, type Json, type Source } from './source.ts';

/** Three page calls with a bad category, and 24 track calls whose userId is a number: 18 of “Signed up”. */
export async function sendFaulty(source: Source): Promise<void> {
  const context = { app: { version: '4.12.0' }, library: { name: 'analytics.js', version: '2.11.1' } };
  const listed: Json = { type: 'page', name: 'Home', category: ['Out"door', "it's"], userId: 'u1', context };
  const numbered = (i: number): Json => ({
    ...track(i % 4 === 0 ? 'Signed out' : 'Signed up', i % 2 === 0 ? '1.0.0' : '2.0.0'),
    userId: 40 + i,
    messageId: `numbered-${i}`,
  });
  await source.sendBatch([track('Fine'), listed, { ...(listed as object), category: '' } as Json, listed]);
  await source.sendBatch(Array.from({ length: 24 }, (_, i) => numbered(i)));
}

export class Drawer {
  readonly dialog: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog');
  }

  /** Follows the name of a reason in the table and returns once its samples are there. */
  async open(title: string): Promise<void> {
    await this.page.locator('table').getByRole('link', { name: title, exact: true }).click();
    await this.shows(title);
  }

  async shows(title: string): Promise<void> {
    await expect(this.dialog.getByRole('heading', { level: 2 })).toHaveText(title);
    await expect(this.dialog.locator('.sample[open]')).toHaveCount(1);
  }

  /** `10 of 24` */
  get position(): Locator {
    return this.dialog.locator('section', { has: this.page.locator('.samples') }).locator('h3 .quiet');
  }

  /** The payload that is open. */
  get payload(): Locator {
    return this.dialog.locator('.sample[open] .code').first();
  }

  /** The messageId that is open. */
  get messageId(): Locator {
    return this.dialog.locator('.sample[open] > summary code');
  }

  /** A small breakdown: its rows in words with their counts. */
  async split(title: string): Promise<Record<string, string>> {
    const rows = await this.dialog.locator('section', { has: this.page.getByRole('heading', { name: title }) }).locator('.split__row').all();
    const read = async (row: Locator): Promise<[string, string]> => [
      (await row.locator('dt').innerText()).trim(),
      await row.locator('dd').first().innerText(),
    ];
    return Object.fromEntries(await Promise.all(rows.map(read)));
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('link', { name: 'Close' }).click();
    await expect(this.dialog).toHaveCount(0);
  }
}
