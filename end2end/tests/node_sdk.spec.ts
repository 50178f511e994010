// The README's way in: an existing SDK that changes its host and nothing else.
import { Analytics } from '@segment/analytics-node';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';

test('a Node SDK that only changed its host delivers, and the page counts every call', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Node shop', 'node-js');
  const analytics = new Analytics({ writeKey: source.writeKey, host: source.server.url, maxRetries: 0 });
  const problems: unknown[] = [];
  analytics.on('error', (problem) => problems.push(problem));

  const context = { app: { name: 'Shop', version: '3.2.1' } };
  analytics.identify({ userId: 'u1', traits: { plan: 'pro' }, context });
  for (const price of [10, 20, 30]) {
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: { price }, context });
  }
  analytics.track({ anonymousId: 'a1', event: 'Product Viewed' });
  analytics.page({ userId: 'u1', name: 'Home', context });
  analytics.group({ userId: 'u1', groupId: 'g1', context });
  analytics.alias({ userId: 'u1', previousId: 'a1', context });
  await analytics.closeAndFlush();
  expect(problems).toEqual([]);

  const overview = new OverviewPage(page, javaScriptEnabled);
  await visit(source.href('range=10m'));
  expect(await overview.stepCounts()).toEqual([8, 0, 0, 8]);
  await overview.openTab('Event name');
  expect(byName(await overview.allRows())).toEqual({
    'Unnamed or batched events': 4,
    'Order Completed': 3,
    'Product Viewed': 1,
  });
  await overview.openTab('App version');
  expect(byName(await overview.allRows())).toEqual({ '3.2.1': 7, 'Not set': 1 });
  await overview.openTab('Library');
  const libraries = Object.entries(byName(await overview.allRows()));
  expect(libraries).toEqual([[expect.stringMatching(/^@segment\/analytics-node \d+\.\d+\.\d+$/), 8]]);
});
