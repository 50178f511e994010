// axe on every page, in both themes, on a desktop and on a phone. axe itself needs JavaScript.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/fixtures.ts';
import { PAGES, fill } from '../harness/site.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SERIOUS = ['serious', 'critical'];
const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

for (const theme of ['light', 'dark']) {
  for (const screen of SCREENS) {
    test(`every page is accessible: ${theme}, ${screen.width} px`, async ({
      server,
      page,
      visit,
      context,
      expectStatus,
    }) => {
      test.setTimeout(180_000);
      expectStatus(404);
      const slug = await fill(server);
      await context.addCookies([{ name: 'theme', value: theme, url: server.url }]);
      await page.setViewportSize(screen);
      for (const [name, address] of PAGES) {
        await visit(address(slug));
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        expect(await seriousFaults(page), name).toEqual([]);
        const folded = page.locator('details:visible');
        if ((await folded.count()) > 0) {
          await folded.evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
          expect(await seriousFaults(page), `${name}, unfolded`).toEqual([]);
        }
      }
    });
  }
}

async function seriousFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations
    .filter((violation) => SERIOUS.includes(violation.impact ?? ''))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
