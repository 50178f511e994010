// Once before all tests: copies the SDK drivers to `target/clients` and installs what they call. A problem is kept for the
// tests that need the drivers; the others run.
import { DRIVERS_WANTED, prepareDrivers } from './drivers.ts';

export default async function driversSetup(): Promise<void> {
  if (!DRIVERS_WANTED) {
    console.log('../shared is not here: only the Node SDK of node_sdk.spec.ts is driven');
    return;
  }
  try {
    await prepareDrivers();
  } catch (error) {
    process.env['HEADWATER_DRIVERS_PROBLEM'] = error instanceof Error ? error.message : String(error);
  }
}
