// Choosing in the catalog faster than the server answers.
import { expect, test } from '../harness/fixtures.ts';

test('a tier and at once a kind narrow to both, however late the first answer is', async ({ server, page, visit }) => {
  await visit('/catalog');
  let answer = () => {};
  const chosen = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/_app/catalog?**', async (route) => {
    await chosen;
    await route.continue();
  });
  await page.getByRole('navigation', { name: 'Library tier' }).getByRole('link', { name: 'Flagship' }).click();
  const mobile = page.getByRole('navigation', { name: 'Kinds and categories' }).getByRole('link', { name: /^Mobile/ });
  await mobile.click();
  await expect(mobile).toHaveAttribute('aria-current', 'true');
  answer();
  await expect(page).toHaveURL(`${server.url}/catalog?kind=mobile&tier=flagship`);
  await expect(page.locator('.source-card__name a')).toHaveText(['Apple', 'Kotlin (Android)', 'React Native', 'Unity']);
});
