// Once before all tests: copies the SDK drivers to `target/clients` and installs what they call. A problem is kept for the
// tests that need the drivers; the others run.
import { prepareDrivers } from './drivers.ts';

export default async function driversSetup(): Promise<void> {
  try {
    await prepareDrivers();
  } catch (error) {
    process.env['HEADWATER_DRIVERS_PROBLEM'] = error instanceof Error ? error.message : String(error);
  }
}
