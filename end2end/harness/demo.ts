// What tests of the sample workspace get: one `headwater demo` for all tests of a worker.
import { test as base } from './fixtures.ts';
import { Server } from './server.ts';

/** A debug build loads the history more slowly than the 30 s of a release. */
const DEMO_WITHIN_MS = 120_000;

export const test = base.extend<object, { demo: Server }>({
  demo: [
    async ({}, use) => {
      const demo = await Server.start('demo', DEMO_WITHIN_MS);
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker', timeout: DEMO_WITHIN_MS + 30_000 },
  ],
  server: async ({ demo }, use) => use(demo),
});

export { expect } from './fixtures.ts';

/** The address that it prints: the overview of its first source. */
export function printedUrl(demo: Server): string {
  const url = /http:\S+\/sources\/\S+\/overview/.exec(demo.announced())?.[0];
  if (url === undefined) throw new Error(`no address of a page in:\n${demo.announced()}`);
  return url;
}

/** The slug of that source. */
export function printedSlug(demo: Server): string {
  return new URL(printedUrl(demo)).pathname.split('/')[2] ?? '';
}
