// What every test gets: a server of its own, and a page that fails the test at the first word in its console.
import { test as base, type BrowserContext, type Response } from '@playwright/test';
import { Server } from './server.ts';

const SERVE_WITHIN_MS = 30_000;

interface Fixtures {
  /** What `headwater serve` is started with beyond the usual: `test.use({ serveOptions: […] })`. */
  serveOptions: string[];
  /** Statuses that `expectStatus` named. */
  refusals: Set<number>;
  /** `headwater serve` with an empty database. */
  server: Server;
  /** Says that a page, its stream or its code is to be answered with this status in this test: browsers write that into the console. */
  expectStatus: (status: number) => void;
  /** Opens a path of the server (or an address) and returns once the page is awake, where it can wake up. */
  visit: (address: string) => Promise<Response>;
}

export const test = base.extend<Fixtures>({
  serveOptions: [[], { option: true }],

  server: async ({ serveOptions }, use) => {
    const server = await Server.start('serve', SERVE_WITHIN_MS, serveOptions);
    await use(server);
    await server.stop();
  },

  baseURL: async ({ server }, use) => use(server.url),

  refusals: async ({}, use) => use(new Set()),

  expectStatus: async ({ refusals }, use) => use((status) => refusals.add(status)),

  context: async ({ context, refusals, javaScriptEnabled }, use) => {
    const complaints = listen(context, refusals, javaScriptEnabled ?? true);
    await context.addInitScript(watchPage);
    await use(context);
    base.expect(complaints, 'console messages, page errors, failed requests').toEqual([]);
  },

  visit: async ({ page, javaScriptEnabled }, use) => {
    await use(async (address) => {
      const response = await page.goto(address);
      if (response === null) throw new Error(`${address} was not fetched`);
      if (javaScriptEnabled) await awake(page);
      return response;
    });
  },
});

export { expect } from '@playwright/test';

interface Watched {
  headwaterAwake?: boolean;
}

/** Runs in the page before its own scripts, where scripts run. The router asks for `popstate` as the last thing before the page is drawn. */
function watchPage(): void {
  const listen = window.addEventListener.bind(window);
  window.addEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | object) => {
    listen(type, listener, options);
    if (type === 'popstate') {
      // A page wakes in a task of its own, its content in the next, the rows in the third; the fourth finds all of them awake.
      const awakeIn = (tasks: number) => {
        if (tasks === 0) (window as Watched).headwaterAwake = true;
        else setTimeout(awakeIn, 0, tasks - 1);
      };
      requestAnimationFrame(() => requestAnimationFrame(() => awakeIn(4)));
    }
  };
}

/** Returns once the page's scripts have taken it over. */
export async function awake(page: { waitForFunction: (script: () => boolean) => Promise<unknown> }): Promise<void> {
  await page.waitForFunction(() => (window as Watched).headwaterAwake === true);
}

/** Chromium reports a violation of the content security policy as a console error. */
function listen(context: BrowserContext, refusals: Set<number>, scripted: boolean): string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text())?.[1];
    const { url } = message.location();
    const isDocument = url === message.page()?.url();
    if ((isDocument || /\/live$|\.wasm$/.test(url)) && refusals.has(Number(status))) return;
    // What the loader says of wasm that it was refused.
    if (refusals.size > 0 && url.endsWith('/loader.js')) return;
    complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(`page error: ${error.error().message}`));
  context.on('requestfailed', (request) => {
    // Where no script may run, Chromium blocks scripts and gives this as the reason.
    if (!scripted && request.resourceType() === 'script' && request.failure()?.errorText === 'csp') return;
    // The browser's own cancelling of what a page that is being left still waited for, such as its icon.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
    complaints.push(`failed request: ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  return complaints;
}
