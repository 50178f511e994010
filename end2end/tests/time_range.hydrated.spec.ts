// The calendar and its popover, which appear with JavaScript: by keyboard only, by mouse, and what they refuse.
import type { Locator, Page } from '@playwright/test';
import { expect, printedUrl, test } from '../harness/demo.ts';
import { daysAgo, later, utc, type LocalDay } from '../harness/local_time.ts';
import { OverviewPage } from '../harness/overview_page.ts';
import type { Server } from '../harness/server.ts';

/** The browser's zone, which the server knows from the second visit on. */
const ZONE = 'America/New_York';

/** A range of the past, so that live numbers and the clock stay out of it: whole days of New York. */
async function visitPast(demo: Server, visit: (address: string) => Promise<unknown>): Promise<string> {
  const from = utc(daysAgo(6, ZONE), '00:00', ZONE);
  const address = `${printedUrl(demo)}?range=${from}..${utc(daysAgo(4, ZONE), '00:00', ZONE)}`;
  await visit(printedUrl(demo));
  await visit(address);
  return address;
}

function dayButton(page: Page, day: LocalDay): Locator {
  return page.getByRole('button', { name: day.long, exact: true });
}

/** Presses Tab until something has the focus, and fails if it never gets it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

test('a range is picked, timed and applied by keyboard only', async ({ demo, page, visit }) => {
  const overview = new OverviewPage(page, true);
  await visitPast(demo, visit);
  await expect(page.locator('.toolbar')).toContainText('America/New_York (E');
  await tabTo(page, overview.compareButton);
  await tabTo(page, overview.rangeButton);
  await page.keyboard.press('Enter');
  const panel = overview.rangePanel();
  await tabTo(page, panel.getByRole('button', { name: 'Custom range' }));
  await page.keyboard.press('Enter');
  // The last day of what is shown has the keyboard; only one day is a Tab stop.
  await expect(dayButton(page, daysAgo(5, ZONE))).toBeFocused();
  await expect(panel.locator('.calendar__day[tabindex="0"]')).toHaveCount(1);
  await expect(dayButton(page, daysAgo(6, ZONE))).toHaveAttribute('aria-pressed', 'true');

  await page.keyboard.press('ArrowUp');
  await expect(dayButton(page, daysAgo(12, ZONE))).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press(' ');
  await expect(dayButton(page, daysAgo(10, ZONE))).toBeFocused();
  await expect(panel.locator('td[aria-selected="true"]')).toHaveCount(3);
  await expect(panel.getByLabel('To, time')).toHaveValue('24:00');
  await expect(page.locator('#range-note')).toContainText(/^3 days · one point per 3 h · compared with/);

  await tabTo(page, panel.getByLabel('From, time'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('930');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator('#range-note')).toHaveText('Write a time like 09:30.');
  await expect(panel.getByLabel('From, time')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('0930');
  await expect(page.locator('#range-note')).toContainText('2 days 14 hours');
  await page.keyboard.press('Enter');

  const from = utc(daysAgo(12, ZONE), '09:30', ZONE);
  const until = utc(daysAgo(9, ZONE), '00:00', ZONE);
  await overview.expectAddress(`${printedUrl(demo)}?range=${from}..${until}`);
  await overview.expectRange('Custom range');
  await expect(panel).toBeHidden();
  await expect(overview.rangeButton).toBeFocused();
  const slug = new URL(printedUrl(demo)).pathname.split('/')[2] ?? '';
  const { steps } = await demo.overview(slug, `${from}..${until}`);
  await expect.poll(() => overview.stepCount('Events successfully received')).toBe(steps.received);

  await page.goBack();
  await expect(page.locator('.toolbar')).toContainText('00:00 to');
});

test('keys lead through days, weeks, months and years, and stop where counts do', async ({ demo, page, visit }) => {
  const overview = new OverviewPage(page, true);
  await visitPast(demo, visit);
  const panel = await overview.openRange();
  await panel.getByRole('button', { name: 'Custom range' }).click();
  const at = panel.locator('.calendar__day[tabindex="0"]');
  const shown = async (): Promise<Date> => new Date(`${(await at.getAttribute('aria-label')) ?? ''} UTC`);
  await expect(at).toBeFocused();
  const start = await shown();
  await page.keyboard.press('PageUp');
  expect((await shown()).getTime()).toBeLessThan(start.getTime());
  await expect(at).toBeFocused();
  // Of a week that is over: today's ends today.
  await page.keyboard.press('Home');
  expect((await shown()).getUTCDay()).toBe(1);
  await page.keyboard.press('End');
  expect((await shown()).getUTCDay()).toBe(0);
  await page.keyboard.press('Shift+PageUp');
  const yearBack = await shown();
  expect(yearBack.getUTCFullYear()).toBeLessThan(start.getUTCFullYear());
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('PageUp');
  const oldest = await shown();
  const kept = /counts: (\d+ \w+ \d{4})/.exec((await panel.locator('.picker__note').textContent()) ?? '')?.[1];
  expect(oldest).toEqual(new Date(`${kept} UTC`));
  await page.keyboard.press('ArrowLeft');
  expect(await shown()).toEqual(oldest);
  await expect(panel.getByRole('button', { name: 'Previous month' })).toBeDisabled();
  await page.keyboard.press('Shift+PageDown');
  await page.keyboard.press('Shift+PageDown');
  await expect(dayButton(page, daysAgo(0, ZONE))).toBeFocused();
  await expect(at).toHaveAttribute('aria-current', 'date');
  await expect(panel.getByRole('button', { name: 'Next month' })).toBeDisabled();
  if (daysAgo(-1, ZONE).iso.slice(0, 7) === daysAgo(0, ZONE).iso.slice(0, 7)) {
    await expect(dayButton(page, daysAgo(-1, ZONE))).toBeDisabled();
  }
});

test('days are picked with the mouse in either order, and Cancel forgets them', async ({ demo, page, visit }) => {
  const overview = new OverviewPage(page, true);
  const address = await visitPast(demo, visit);
  const panel = await overview.openRange();
  await dayButton(page, daysAgo(3, ZONE)).click();
  await expect(page.locator('#range-note')).toContainText('1 day ·');
  await dayButton(page, daysAgo(5, ZONE)).click();
  await expect(page.locator('#range-note')).toContainText('3 days ·');
  await panel.getByRole('link', { name: 'Cancel' }).click();
  await expect(panel).toBeHidden();
  await expect(overview.rangeButton).toBeFocused();
  await overview.expectAddress(address);

  await overview.openRange();
  await expect(page.locator('#range-note')).toContainText('2 days ·');
  await page.getByRole('heading', { level: 1 }).click();
  await expect(panel).toBeHidden();
  await overview.openRange();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(overview.rangeButton).toBeFocused();
});

test('what cannot be shown is said in place and cannot be applied', async ({ demo, page, visit }) => {
  const overview = new OverviewPage(page, true);
  await visitPast(demo, visit);
  const panel = await overview.openRange();
  const note = page.locator('#range-note');
  for (const [from, until, sentence] of [
    [[daysAgo(3, ZONE).iso, '09:00'], [daysAgo(4, ZONE).iso, '09:00'], 'Start is after end.'],
    [[daysAgo(500, ZONE).iso, '09:00'], [daysAgo(4, ZONE).iso, '09:00'], /^Choose a time after \d+ \w+ \d{4}, \d\d:\d\d\.$/],
    [[daysAgo(-2, ZONE).iso, '09:00'], [daysAgo(-3, ZONE).iso, '09:00'], /^Choose a time before \d+ \w+, \d\d:\d\d\.$/],
    [['soon', '09:00'], [daysAgo(4, ZONE).iso, '09:00'], /^Write a date like \d+ \w+ \d{4}\.$/],
    [[daysAgo(4, ZONE).iso, '09:00'], [daysAgo(4, ZONE).iso, 'noon'], 'Write a time like 09:30.'],
  ] as const) {
    await overview.fillMoment(panel, 'From', from[0], from[1]);
    await overview.fillMoment(panel, 'To', until[0], until[1]);
    await expect(note).toHaveText(sentence);
    await expect(panel.locator('[aria-invalid="true"]')).not.toHaveCount(0);
    await expect(panel.getByRole('button', { name: 'Apply' })).toBeDisabled();
  }
  await overview.fillMoment(panel, 'To', daysAgo(4, ZONE).iso, '10:00');
  await expect(note).toContainText('1 hour · one point per 1 min · compared with');
  await panel.getByRole('button', { name: 'Apply' }).click();
  const from = utc(daysAgo(4, ZONE), '09:00', ZONE);
  await overview.expectAddress(`${printedUrl(demo)}?range=${from}..${later(from, 1)}`);

  // A compared period starts before the shown one does.
  const compare = await overview.openCompare();
  await overview.fillMoment(compare, 'Period from', daysAgo(4, ZONE).iso, '09:00');
  await expect(page.locator('#compare-note')).toHaveText(/^Choose a time before \d+ \w+, 09:00\.$/);
  await expect(compare.getByRole('button', { name: 'Compare' })).toBeDisabled();
});
