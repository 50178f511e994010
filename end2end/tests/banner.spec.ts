// While events cannot be stored, every page says so; then it goes by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import AxeBuilder from '@axe-core/playwright';
import { DRIVERS_WANTED } from '../harness/drivers.ts';
import { expect, test } from '../harness/fixtures.ts';
import { track } from '../harness/source.ts';

const LOCK = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("begin immediate")
print("locked", flush=True)
sys.stdin.read()
`;

// Python has SQLite in it, and is wanted by the drivers, too.
if (DRIVERS_WANTED) {
  test('a locked database is on every page until it is free again', async ({
    server,
    page,
    visit,
    javaScriptEnabled,
  }) => {
    const source = await server.createSource('Shop');
    await source.sendBatch([track('Before')]);
    const banner = page.getByRole('alert');
    // The reader's zone, or without JavaScript the workspace's; never the server's.
    const zone = javaScriptEnabled ? /^\d+ \w+ \d{4}, \d\d:\d\d:\d\d E[SD]T$/ : /:\d\d UTC$/;
    await visit('/sources');
    await expect(banner).toHaveCount(0);

    const lock = spawn('python3', ['-c', LOCK, server.databaseFile], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(lock.stdout, 'data');
    const answer = await source.send('track', track('During'));
    expect(answer.status).toBe(503);
    for (const address of [source.href(), '/docs/tracking-api', '/sources']) {
      await visit(address);
      await expect(banner).toContainText('Events cannot be stored at the moment');
      await expect(banner).toContainText('Another process holds the database.');
      await expect(banner.locator('time')).toHaveText(zone);
    }
    if (javaScriptEnabled) {
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }

    lock.stdin.end();
    await once(lock, 'exit');
    if (javaScriptEnabled) {
      await expect(banner).toHaveCount(0);
    } else {
      await expect(async () => {
        await visit('/sources');
        await expect(banner).toHaveCount(0, { timeout: 500 });
      }).toPass();
    }
    await source.sendBatch([track('After')]);
    expect((await source.overview('10m')).steps.received).toBe(2);
  });
}
