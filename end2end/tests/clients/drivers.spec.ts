// Every driver of `../shared/clients`, unchanged: it succeeds, and the server has counted what `expected.json` says.
import { DRIVERS_WANTED, expectedOf, listDrivers, runDriver } from '../../harness/drivers.ts';
import { expectCounted } from '../../harness/expected.ts';
import { test } from '../../harness/fixtures.ts';

/** Events that a driver sends twice on purpose. */
const SENT_TWICE = ['curl-duplicate'];

/** Beside the list, because no SDK that runs here makes it: what the mobile SDKs put on the wire. */
const MOBILE = 'curl-mobile';

for (const driver of listDrivers()) {
  test(`${driver} is counted as expected`, async ({ server }) => {
    const expected = await expectedOf(driver);
    const source = await server.createSource('Shop');
    await runDriver(driver, source, 'run-1');
    await expectCounted(source, expected, SENT_TWICE.includes(driver) ? expected.total : 0);
  });
}

if (DRIVERS_WANTED) {
  test('the wire form of the mobile SDKs is counted like a batch', async ({ server }) => {
    const source = await server.createSource('Shop');
    await runDriver(MOBILE, source, 'run-1');
    await expectCounted(source, await expectedOf('curl-batch'));
  });
}
