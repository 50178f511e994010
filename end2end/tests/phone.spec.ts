// Pages on a phone: nothing scrolls sideways, and the navigation is a sheet.
import { expect, test } from '../harness/fixtures.ts';
import { PAGES, fill } from '../harness/site.ts';

test('no page scrolls sideways', async ({ server, page, visit, expectStatus }) => {
  expectStatus(404);
  const slug = await fill(server);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    for (const [name, address] of PAGES) {
      await visit(address(slug));
      const sideways = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(sideways, `${name} at ${width} px`).toBe(0);
    }
  }
});

test('the navigation opens as a sheet and leads on', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await page.setViewportSize({ width: 390, height: 844 });
  await visit(source.href());
  const sources = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Sources/ });
  await expect(sources).not.toBeInViewport();
  await page.getByRole('link', { name: 'Open menu' }).click();
  await expect(sources).toBeInViewport();
  await page.getByRole('link', { name: 'Close menu' }).click();
  await expect(sources).not.toBeInViewport();
  await page.getByRole('link', { name: 'Open menu' }).click();
  await sources.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sources');
  await expect(sources).not.toBeInViewport();
});
