// Pages of other sites with a browser SDK on them. What fails the test by itself, as everywhere: a word in the console, a
// request that fails; and no name resolves but this machine's.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectCounted, type Expected } from '../../harness/expected.ts';
import { expect, test as base } from '../../harness/fixtures.ts';
import { CLIENTS, jitsusPlan, planWithout } from '../../harness/programs.ts';
import { snippetFor } from '../../harness/snippet.ts';
import type { Source } from '../../harness/source.ts';
import { WebSite, pageOf, type Files } from '../../harness/web_site.ts';

/** An SDK that the page brings along: its script, the page's own (`clients/browser/`), and what that hands to it. */
interface Brought {
  name: string;
  script: string;
  page: string;
  expected: Expected;
  options?: object;
}

const RUDDER = {
  script: '@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js',
  page: 'rudder.js',
  expected: planWithout('screen'),
};
/** Its last events wait for the page to be left. */
const RUDDER_BEACON = {
  ...RUDDER,
  name: "RudderStack's",
  options: { useBeacon: true, beaconQueueOptions: { maxItems: 50, flushQueueInterval: 600_000 } },
};

const BROUGHT: Brought[] = [
  {
    name: "Segment's 1.82, which has the key in the body only",
    script: 'analytics-next-1.82/dist/umd/index.js',
    page: 'segment.js',
    expected: planWithout(),
  },
  { name: "RudderStack's, call by call", ...RUDDER },
  {
    name: "RudderStack's, in batches",
    ...RUDDER,
    options: { queueOptions: { batch: { enabled: true, maxItems: 10, flushInterval: 1000 } } },
  },
  { name: "Jitsu's", script: '@jitsu/js/dist/jitsu.es.js', page: 'jitsu.js', expected: jitsusPlan() },
];

/** What a page script finds. */
interface Scripted {
  analytics: {
    initialized?: boolean;
    track: (event: string, properties?: object, options?: object) => void;
    page: (name: string) => void;
    ready: (callback: () => void) => void;
  };
  start: (how: object) => Promise<void>;
}

const test = base.extend<{ source: Source; open: (files: Files, query?: string) => Promise<WebSite> }>({
  source: async ({ server }, use) => use(await server.createSource('Shop', 'javascript')),

  /** Opens the page of a new web site, and fails the test if it loads from anywhere but there and Headwater. */
  open: async ({ page, server }, use) => {
    const sites: WebSite[] = [];
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await use(async (files, query = '') => {
      const site = await WebSite.open(files);
      sites.push(site);
      await page.goto(`${site.url}/${query}`);
      return site;
    });
    const known = [server.url, ...sites.map((site) => site.url), 'null'];
    expect([...asked].filter((origin) => !known.includes(origin))).toEqual([]);
    for (const site of sites) await site.close();
  },
});

test('a page with nothing but the snippet has its events counted', async ({ page, source, open }) => {
  await open({ '/': pageOf(snippetFor(source), '<script>analytics.page("Home"); analytics.track("Signed Up")</script>') });
  await page.evaluate(() => {
    const { analytics } = window as unknown as Scripted;
    return new Promise<void>((resolve) => analytics.ready(resolve));
  });
  await page.evaluate(() => (window as unknown as Scripted).analytics.track('Order Completed'));
  await counted(source, { page: 1, track: 2 }, { 'Signed Up': 1, 'Order Completed': 1, 'Unnamed or batched events': 1 });
});

test('the script alone works, too', async ({ page, source, open }) => {
  const script = `${source.server.url}/analytics.js/v1/${source.writeKey}/analytics.min.js`;
  await open({ '/': pageOf(`<script src="${script}"></script>`) });
  await page.waitForFunction(() => (window as Partial<Scripted>).analytics?.initialized === true);
  await page.evaluate(() => (window as unknown as Scripted).analytics.track('Order Completed'));
  await counted(source, { track: 1 }, { 'Order Completed': 1 });
});

test('the parts that the script loads when it needs them come from Headwater', async ({ source, open }) => {
  const files = { '/': pageOf(snippetFor(source)) };
  await open(files, '?ajs_uid=u1&ajs_event=Newsletter%20Opened');
  await counted(source, { identify: 1, track: 1 }, { 'Newsletter Opened': 1, 'Unnamed or batched events': 1 });
});

for (const brought of BROUGHT) {
  test(`an SDK that the page brings along delivers: ${brought.name}`, async ({ page, source, open }) => {
    await open(await filesOf(brought));
    await start(page, source, brought);
    await expect.poll(() => received(source)).toBe(brought.expected.total);
    await expectCounted(source, brought.expected);
  });
}

test("RudderStack's beacon delivers when the page is left", async ({ page, source, open }) => {
  const site = await open({ ...(await filesOf(RUDDER_BEACON)), '/away': pageOf() });
  await start(page, source, RUDDER_BEACON);
  expect(await received(source)).toBe(0);
  await page.goto(`${site.url}/away`);
  await expect.poll(() => received(source)).toBe(RUDDER_BEACON.expected.total);
  await expectCounted(source, RUDDER_BEACON.expected);
});

async function filesOf({ script, page }: Brought): Promise<Files> {
  return {
    '/': pageOf('<script src="/plan.js"></script>', '<script src="/page.js"></script>'),
    '/sdk.js': await readFile(path.join(CLIENTS, 'node_modules', script)),
    '/plan.js': await readFile(path.join(CLIENTS, 'browser/plan.js')),
    '/page.js': await readFile(path.join(CLIENTS, 'browser', page)),
  };
}

async function start(page: Page, source: Source, { expected, options }: Brought): Promise<void> {
  const how = { host: source.server.url, writeKey: source.writeKey, plan: expected.counts, options };
  await page.evaluate((how) => (window as unknown as Scripted).start(how), how);
}

async function received(source: Source): Promise<number> {
  return (await source.overview('10m')).steps.received;
}

async function counted(source: Source, types: Record<string, number>, names: Record<string, number>): Promise<void> {
  const total = Object.values(types).reduce((sum, count) => sum + count, 0);
  await expect.poll(() => received(source)).toBe(total);
  const { steps, event_type, event_name } = await source.overview('10m');
  expect(steps).toMatchObject({ eligible: total, duplicates: 0 });
  expect(Object.fromEntries(event_type.map(({ key, count }) => [key, count]))).toEqual(types);
  expect(Object.fromEntries(event_name.map(({ key, count }) => [key, count]))).toEqual(names);
}
