// axe on every page, in both themes, on a desktop and on a phone. axe itself needs JavaScript.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage } from '../harness/overview_page.ts';
import { PAGES, fill } from '../harness/site.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** Pages of one test: axe takes seconds for each. */
const PAGES_AT_ONCE = 5;
const FIRST = PAGES.map((_, i) => i).filter((i) => i % PAGES_AT_ONCE === 0);

for (const theme of ['light', 'dark']) {
  for (const [screen, first] of SCREENS.flatMap((screen) => FIRST.map((first) => [screen, first] as const))) {
    const pages = PAGES.slice(first, first + PAGES_AT_ONCE);
    const title = `every page is accessible: ${theme}, ${screen.width} px, from ${pages[0]?.[0]}`;
    test(title, async ({ server, page, visit, context, expectStatus }) => {
      test.setTimeout(180_000);
      expectStatus(404);
      const slug = await fill(server);
      await context.addCookies([{ name: 'theme', value: theme, url: server.url }]);
      await page.setViewportSize(screen);
      for (const [name, address] of pages) {
        await visit(address(slug));
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        expect(await faults(page), name).toEqual([]);
        const folded = page.locator('details:visible');
        if ((await folded.count()) > 0) {
          await folded.evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
          expect(await faults(page), `${name}, unfolded`).toEqual([]);
        }
      }
    });
  }
}

for (const theme of ['light', 'dark']) {
  test(`what opens on the overview is accessible: ${theme}`, async ({ server, page, visit, context }) => {
    test.setTimeout(120_000);
    const slug = await fill(server);
    await context.addCookies([{ name: 'theme', value: theme, url: server.url }]);
    const overview = new OverviewPage(page, true);
    await visit(`/sources/${slug}/overview?range=1h&by=name&event=A+rather+long+event+name%2C+number+1`);
    const panel = overview.rangePanel();
    const states: [name: string, into: () => Promise<void>, outOf: () => Promise<void>][] = [
      ['the ranges', () => overview.rangeButton.click(), () => page.keyboard.press('Escape')],
      [
        'the calendar',
        async () => {
          await overview.rangeButton.click();
          await panel.getByRole('button', { name: 'Custom range' }).click();
        },
        () => page.keyboard.press('Escape'),
      ],
      ['the comparisons', () => overview.compareButton.click(), () => page.keyboard.press('Escape')],
      [
        'a point of the chart',
        async () => {
          await page.getByRole('slider', { name: 'Point in time' }).focus();
          await page.keyboard.press('End');
        },
        () => page.keyboard.press('Escape'),
      ],
      ['the shortcuts', () => page.keyboard.press('?'), () => page.keyboard.press('Escape')],
      ['the palette', () => page.keyboard.press('Control+k'), () => page.keyboard.press('Escape')],
      ['paused', () => page.locator('button.live').click(), () => page.locator('button.live').click()],
    ];
    for (const [name, into, outOf] of states) {
      await into();
      expect(await faults(page), name).toEqual([]);
      await outOf();
    }
    // What is not the server function's answer is an error to the page, and none to the console.
    await page.route('**/_app/source_overview?**', (route) => route.fulfill({ status: 200, body: 'gone' }));
    await overview.rangeButton.click();
    await panel.getByRole('link', { name: 'Last 24 hours' }).click();
    await expect(page.getByRole('link', { name: 'Try again' })).toBeVisible();
    expect(await faults(page), 'numbers that cannot be read').toEqual([]);
    await page.unroute('**/_app/source_overview?**');
    await page.getByRole('link', { name: 'Try again' }).click();
    await overview.expectRange('Last 24 hours');
  });
}

/** Every rule that the page breaks, and where. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
