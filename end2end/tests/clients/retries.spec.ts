// On a bad line SDKs send again: nothing may be lost, nothing counted twice, and what the server had already is shown as a
// duplicate, beside the ledger.
import { DRIVERS_WANTED, expectedOf, runDriver, tryDriver } from '../../harness/drivers.ts';
import { expectCounted } from '../../harness/expected.ts';
import { FaultProxy, type Fault } from '../../harness/fault_proxy.ts';
import { expect, test as base } from '../../harness/fixtures.ts';
import type { Source } from '../../harness/source.ts';

/** Every fault, one after the other; then the line is good. */
const SCRIPT: Fault[] = ['rate limited', 'refused', 'answer lost', 'cut off'];
/** A client may measure its second a little short. */
const EARLY_MS_MAX = 20;

const test = base.extend<{ line: FaultProxy; script: Fault[] }>({
  script: [[], { option: true }],
  line: async ({ server, script }, use) => {
    const proxy = await FaultProxy.start(server.url, script);
    await use(proxy);
    await proxy.stop();
  },
});

/** A browser's driver takes the first failed call for its end unless told otherwise, and exits 1 even so. */
async function drive(driver: string, env: Record<string, string>, source: Source, host: string): Promise<void> {
  if (!driver.startsWith('browser-')) return runDriver(driver, source, 'run-1', { host, env });
  const { output } = await tryDriver(driver, source, 'run-1', { host, env: { ...env, KEEP_GOING: '1' } });
  expect(output).toMatch(/"sent":23,"acked":23/);
}

/** It waited as long as it was told. */
function expectPatience({ patienceMs }: FaultProxy): void {
  expect(patienceMs).not.toEqual([]);
  expect(Math.min(...patienceMs)).toBeGreaterThan(-EARLY_MS_MAX);
}

if (DRIVERS_WANTED) {
  test.describe('every kind of fault', () => {
    test.use({ script: SCRIPT });
    for (const [driver, isPatient] of [
      ['node-segment', true],
      ['py-segment', true],
      ['browser-ajs-npm', true],
      // A flush that was due sooner takes along what waits.
      ['browser-ajs-npm-batching', false],
    ] as const) {
      test(`${driver} loses nothing and doubles nothing`, async ({ server, line }) => {
        const source = await server.createSource('Shop');
        await drive(driver, {}, source, line.url);
        expect(line.unused).toEqual([]);
        expect(line.acknowledgedAgain).toBeGreaterThan(0);
        if (isPatient) expectPatience(line);
        await expectCounted(source, await expectedOf(driver), line.acknowledgedAgain);
      });
    }
  });

  test.describe('the limit of the server itself', () => {
    // 23 calls at once.
    test.use({ serveOptions: ['--rate-limit', '8'] });
    for (const [driver, env, isPatient] of [
      // Forgets to wait when another of its requests succeeds.
      ['node-segment', { FLUSH_AT: '1' }, false],
      ['browser-ajs-npm', {}, true],
    ] as const) {
      test(`${driver} comes again, and everything arrives`, async ({ server, line }) => {
        const source = await server.createSource('Shop');
        await drive(driver, env, source, line.url);

        const { total } = await expectedOf(driver);
        const refused = line.seen.filter(({ status }) => status === 429).length;
        const { steps, reasons } = await source.overview('10m');
        expect(refused).toBeGreaterThan(0);
        expect(steps).toMatchObject({ received: total + refused, failed_on_ingest: refused, eligible: total, duplicates: 0 });
        expect(reasons).toEqual([{ code: 'rate_limited', step: 'failed_on_ingest', count: refused }]);
        expect(line.patienceMs).toHaveLength(refused);
        if (isPatient) expectPatience(line);
      });
    }
  });
}
