// Finding a kind of source: by words, kind, category and tier; what an entry's page says.
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

test('a slip of the finger finds Python, and the address keeps the search', async ({ server, page, visit, javaScriptEnabled }) => {
  await visit('/catalog');
  const search = page.getByRole('searchbox', { name: 'Search the catalog' });
  if (javaScriptEnabled) {
    await search.pressSequentially('pyhton');
  } else {
    await search.fill('pyhton');
    await search.press('Enter');
  }
  await expect(page).toHaveURL(`${server.url}/catalog?q=pyhton`);
  await expect(page.getByRole('heading', { level: 2, name: '1 entry: “pyhton”' })).toBeVisible();
  await expect(search).toHaveValue('pyhton');
  await page.locator('.catalog__grid').getByRole('link', { name: 'Python' }).click();
  await expect(page).toHaveURL(`${server.url}/catalog/python`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Python');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 2, name: '1 entry: “pyhton”' })).toBeVisible();
});

test('kind and tier narrow to Flagship Mobile, each a link', async ({ server, page, visit }) => {
  await visit('/catalog');
  await page.getByRole('navigation', { name: 'Library tier' }).getByRole('link', { name: 'Flagship' }).click();
  await expect(page).toHaveURL(`${server.url}/catalog?tier=flagship`);
  const rail = page.getByRole('navigation', { name: 'Kinds and categories' });
  await rail.getByRole('link', { name: /^Mobile/ }).click();
  await expect(page).toHaveURL(`${server.url}/catalog?kind=mobile&tier=flagship`);
  await expect(page.getByRole('heading', { level: 2, name: '4 entries: Mobile, Flagship' })).toBeVisible();
  await expect(page.locator('.source-card__name a')).toHaveText(['Apple', 'Kotlin (Android)', 'React Native', 'Unity']);
  await expect(rail.getByRole('link', { name: /^Mobile/ })).toHaveAttribute('aria-current', 'true');
  await rail.getByRole('link', { name: /^All/ }).click();
  await expect(page).toHaveURL(`${server.url}/catalog?tier=flagship`);
});

test('categories count what they show, and pages go on where the last one ended', async ({ server, page, visit }) => {
  await visit('/catalog?kind=cloud-event');
  const names = page.locator('.source-card__name a');
  await expect(names).toHaveCount(24);
  const first = await names.allInnerTexts();
  await page.getByRole('link', { name: 'Show more' }).click();
  await expect(page).toHaveURL(`${server.url}/catalog?kind=cloud-event&page=2`);
  await expect(page.getByText('Page 2 of 4')).toBeVisible();
  expect(first).not.toContain(await names.first().innerText());

  const surveys = page.getByRole('navigation', { name: 'Kinds and categories' }).getByRole('link', { name: /^Surveys/ });
  const count = Number(/\d+/.exec(await surveys.innerText())?.[0]);
  await surveys.click();
  await expect(names).toHaveCount(count);
  await expect(page).toHaveURL(`${server.url}/catalog?kind=cloud-event&category=surveys`);
});

test('what is not there is said, with ways on', async ({ server, page, visit }) => {
  await visit('/catalog?q=<b>cobol</b>&kind=mobile');
  await expect(page.getByRole('heading', { name: 'No entry matches “<b>cobol</b>”' })).toBeVisible();
  await page.getByRole('link', { name: 'Show everything' }).click();
  await expect(page).toHaveURL(`${server.url}/catalog`);
  await expect(page.getByRole('heading', { level: 2 })).toHaveText([
    'Website',
    'Mobile',
    'Server',
    'HTTP & Pixel',
    'Cloud app: events',
    'Cloud app: objects',
    'Reverse ETL',
  ]);
});

test('the tiers and what they mean are one click away', async ({ page, visit }) => {
  await visit('/catalog');
  const meanings = page.getByRole('group', { name: 'What the tiers mean' });
  await expect(meanings).toBeHidden();
  await page.locator('summary', { hasText: 'What the tiers mean' }).click();
  await expect(meanings).toContainText('Its makers mend what is critical; new features are not planned.');
});

test('an entry says honestly what works', async ({ server, page, visit }) => {
  await visit('/catalog/braze');
  await expect(page.getByText('Headwater has no connector for Braze yet, so nothing of it arrives by itself.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Add source', exact: true })).toHaveCount(0);
  await page.getByRole('link', { name: 'Add an HTTP API source' }).click();
  await expect(page).toHaveURL(`${server.url}/sources/new/http-api`);

  await visit('/catalog/xamarin');
  await expect(page.locator('.callout')).toContainText('For anything new, use C#.');
  await page.locator('.callout').getByRole('link', { name: 'C#' }).click();
  await expect(page).toHaveURL(`${server.url}/catalog/csharp`);
});

test('the image tag of an email event, as it is copied, sends that event', async ({ server, page, visit }) => {
  const source = await server.createSource('Emails', 'pixel-tracking-api');
  await visit('/catalog/pixel-tracking-api');
  const tags = page.getByRole('region', { name: /image tag$/ });
  await expect(tags).toHaveCount(6);
  for (const tag of await tags.allInnerTexts()) {
    const src = /src="([^"]+)"/.exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const answer = await fetch(src.replace('YOUR_WRITE_KEY', source.writeKey));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
  }
  // Whatever its name, an email's event is found by that word.
  await visit(source.href('by=name&range=1h&q=email'));
  const emails = page.getByRole('rowgroup').filter({ has: page.getByRole('rowheader', { name: 'Email', exact: true }) });
  for (const name of ['Email Delivered', 'Email Opened', 'Email Marked as Spam', 'Unsubscribe']) {
    await expect(emails.getByRole('row').filter({ hasText: name })).toBeVisible();
  }
  await source.sendBatch([track('Email Preferences Shown')]);
  await visit(source.href('by=name&range=1h&q=email'));
  const others = page.getByRole('rowgroup').filter({ has: page.getByRole('rowheader', { name: 'Other names', exact: true }) });
  await expect(others.getByRole('row')).toHaveCount(2);
  await expect(others).toContainText('Email Preferences Shown');
});
