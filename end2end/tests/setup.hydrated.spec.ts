// What the setup page does by itself, and the lines that take long to run: once is enough.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '../harness/fixtures.ts';
import { CLIENTS, RUST_TARGET, RUST_WANTED } from '../harness/programs.ts';
import { firstEventIsShown, setup, snippet } from '../harness/setup_page.ts';
import { track } from '../harness/source.ts';

const run = promisify(execFile);
const FIVE_MINUTES = '05:01';

if (RUST_WANTED) {
  test('the lines for Rust are a program', async ({ server, page, visit }) => {
    test.setTimeout(180_000);
    const source = await server.createSource('Back end', 'rust');
    await visit(setup(source));
    const folder = await mkdtemp(path.join(tmpdir(), 'headwater-rust-'));
    await mkdir(path.join(folder, 'src'));
    // With the dependencies that are compiled already; under a name of its own, because the program of the clients lies there.
    const manifest = await readFile(path.join(CLIENTS, 'rust/Cargo.toml'), 'utf8');
    await writeFile(path.join(folder, 'Cargo.toml'), manifest.replace('segment-client', 'copied-lines'));
    await copyFile(path.join(CLIENTS, 'rust/Cargo.lock'), path.join(folder, 'Cargo.lock'));
    await writeFile(path.join(folder, 'src/main.rs'), await snippet(page, 'Rust'));
    const target = ['--target-dir', RUST_TARGET];
    await run('cargo', ['run', '--offline', '--quiet', ...target], { cwd: folder, timeout: 150_000 });
    await rm(folder, { recursive: true });
    await firstEventIsShown(page, visit, source, 'Order Completed');
  });
}

test('after five minutes of silence the page says so and opens what to look at', async ({ server, page }) => {
  const source = await server.createSource('Quiet');
  await page.clock.install();
  // Once connected the page asks what came meanwhile; from then on nothing happens.
  const asked = page.waitForResponse(/source_heard/);
  await page.goto(setup(source));
  await asked;
  const aside = page.getByRole('complementary');
  await expect(aside.getByRole('heading')).toHaveText('Listening for your first event…');
  await expect(aside.locator('details')).not.toHaveAttribute('open');
  await expect(async () => {
    await page.clock.fastForward(FIVE_MINUTES);
    await expect(aside.getByRole('heading')).toHaveText('Still nothing after 5 min', { timeout: 500 });
    await expect(aside.getByText('Is an ad blocker on?')).toBeVisible({ timeout: 500 });
  }).toPass();
});

test('the first event appears by itself, and so does the next one, refused', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await visit(setup(source));
  const aside = page.getByRole('complementary');
  await expect(aside.getByRole('heading')).toHaveText('Listening for your first event…');
  await expect(page.getByText('Shop is enabled and ready to receive events.')).toBeVisible();
  await page.evaluate(() => ((window as Untouched).untouched = true));

  await source.sendBatch([{ ...track('Order Completed'), properties: { revenue: 129.5 } }]);
  await expect(aside.getByRole('heading')).toHaveText('Events arrive');
  await expect(aside.getByRole('status')).toHaveText('Order Completed arrived.');
  await expect(aside.getByText('Eligible')).toBeVisible();
  await expect(aside.getByRole('region', { name: 'Payload of the newest event' })).toContainText('129.5');
  // The head knows it, too.
  await expect(page.getByRole('banner').or(page.locator('.page-head')).getByText('last event').first()).toBeVisible();
  await expect(page.getByText('Shop is enabled and ready')).toHaveCount(0);

  await source.sendBatch([{ ...track('Signed up'), userId: 42 }]);
  await expect(aside.getByText('Failed on ingest')).toBeVisible();
  await expect(aside.locator('.code__bad')).toContainText('42');
  await expect(aside.locator('a[href$="#reason-id_not_string"]')).toBeVisible();
  // All that on the page that was opened.
  expect(await page.evaluate(() => (window as Untouched).untouched)).toBe(true);
});

interface Untouched {
  untouched?: boolean;
}
