// The drawer of a discard reason: what came instead, the events themselves, and a command that sends one again.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BrowserContext } from '@playwright/test';
import { Drawer, sendFaulty } from '../harness/drawer.ts';
import { expect, test } from '../harness/fixtures.ts';
import { OverviewPage, byName } from '../harness/overview_page.ts';
import type { Json, Source } from '../harness/source.ts';

test('a reason opens its drawer: what it means, what came instead, and a sample with its fault marked', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendFaulty(source);
  const [overview, drawer] = [new OverviewPage(page, javaScriptEnabled), new Drawer(page)];
  await visit(source.href('step=failed&range=1h'));
  await drawer.open('Category field not a string');
  await overview.expectAddress(source.href('step=failed&range=1h&open=category_not_string'));
  await expect(drawer.dialog.locator('.drawer__meta')).toContainText('category_not_string');
  await expect(drawer.dialog.locator('.drawer__meta')).toContainText('3 events');
  await expect(drawer.dialog.locator('.drawer__meta')).toContainText('11.1% of failed');
  await expect(drawer.dialog).toContainText('On a page or screen call, category was empty or not a string.');
  await expect(drawer.dialog.locator('.code--diff .del')).toHaveText('− "category": ["Out\\"door","it\'s"]');
  await expect(drawer.dialog.locator('.code--diff .ins')).toHaveText('+ "category": "Out\\"door / it\'s"');
  expect(await drawer.split('What arrived instead')).toEqual({ 'list of strings': '2', 'empty string': '1' });
  expect(await drawer.split('By app version')).toEqual({ '4.12.0': '3' });
  await expect(drawer.position).toHaveText('3 of 3');

  await expect(drawer.payload.locator('.code__bad')).toHaveText(
    /"category": \["Out\\"door", "it's"\], ← expected a string, got a list of strings/,
  );
  await expect(drawer.payload).toContainText('"app": { "version": "4.12.0" }');
  await expect(drawer.dialog.locator('.sample[open]')).toContainText('analytics.js 2.11.1');
  await expect(drawer.dialog.locator('.sample[open] > summary')).toContainText('list of strings');

  // The page behind is the one that it was, and Back leads to it.
  await page.goBack();
  await expect(drawer.dialog).toHaveCount(0);
  await overview.expectAddress(source.href('step=failed&range=1h'));
  await page.goForward();
  await drawer.shows('Category field not a string');
  await drawer.close();
  await overview.expectAddress(source.href('step=failed&range=1h'));

  // The pin still filters.
  await overview.pin('Category field not a string');
  await overview.expectAddress(source.href('step=failed&reason=category_not_string&range=1h'));
});

test('samples are turned over, ten on a page, and pinned rows narrow them', async ({
  server,
  page,
  visit,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendFaulty(source);
  const [overview, drawer] = [new OverviewPage(page, javaScriptEnabled), new Drawer(page)];
  await visit(source.href('step=failed&range=1h&open=id_not_string'));
  await drawer.shows('Identifier not a string');
  await expect(drawer.position).toHaveText('10 of 24');
  await expect(drawer.messageId).toHaveText('numbered-23');
  await expect(drawer.payload.locator('.code__bad')).toHaveText('  "userId": 63, ← expected a string, got a number');
  expect(await drawer.split('What arrived instead')).toEqual({ 'number, such as 63': '24' });
  expect(await drawer.split('By app version')).toEqual({ '1.0.0': '12', '2.0.0': '12' });

  await drawer.dialog.locator('.sample').nth(1).locator('> summary').click();
  await expect(drawer.messageId).toHaveText('numbered-22');
  await drawer.dialog.getByRole('link', { name: 'Older' }).click();
  await expect(drawer.position).toHaveText('11–20 of 24');
  await overview.expectAddress(source.href('step=failed&range=1h&open=id_not_string&samples=2'));
  await expect(drawer.messageId).toHaveText('numbered-13');
  await drawer.dialog.getByRole('link', { name: 'Older' }).click();
  await expect(drawer.position).toHaveText('21–24 of 24');
  await expect(drawer.dialog.getByRole('link', { name: 'Older' })).toHaveCount(0);
  await page.goBack();
  await expect(drawer.position).toHaveText('11–20 of 24');
  await drawer.dialog.getByRole('link', { name: 'Newer' }).click();
  await expect(drawer.position).toHaveText('10 of 24');

  await visit(source.href('step=failed&range=1h&event=Signed+out&open=id_not_string'));
  await drawer.shows('Identifier not a string');
  await expect(drawer.position).toHaveText('6 of 6');
  await expect(drawer.payload).toContainText('"Signed out"');
  expect(await drawer.split('By app version')).toEqual({ '1.0.0': '6' });
  await visit(source.href('step=failed&range=1h&event=Signed+out&version=2.0.0&open=id_not_string'));
  await expect(drawer.dialog).toContainText('No sample of this reason is in this range.');

  await visit(source.href('step=failed&range=1h&open=id_not_string'));
  await drawer.dialog.getByRole('link', { name: 'Pin this reason' }).click();
  await expect(drawer.dialog).toHaveCount(0);
  await overview.expectTab('Event type');
  expect(byName(await overview.rows())).toEqual({ Track: 24 });
});

test('a copied command sends the sample again and meets the same fate', async ({
  server,
  page,
  visit,
  context,
  javaScriptEnabled,
}) => {
  const source = await server.createSource('Shop');
  await sendFaulty(source);
  const keyed: Json = { type: 'identify', userId: 7, messageId: 'with-key', writeKey: source.writeKey };
  await source.sendBatch([keyed, { type: 'dance', userId: "o'hare" }, { type: 'track', event: 'Nobody' }, 7]);
  await source.send('track', '{"event": tru\n\'"$(echo no)`');
  await source.send('batch', { batch: [] });
  await source.send('track', { event: 'Long', userId: 'u1', messageId: 'm'.repeat(101) });
  await source.send('track', { event: 'Large', userId: 'u1', messageId: 'large', properties: { text: 'x'.repeat(33_000) } });
  const drawer = new Drawer(page);
  for (const reason of [
    'category_not_string',
    'id_not_string',
    'unknown_type',
    'no_user_anon_id',
    'multi_user_error',
    'invalid_json',
    'empty_batch',
    'message_id_too_long',
    'payload_too_large',
  ]) {
    await visit(source.href(`step=failed&range=1h&open=${reason}`));
    const command = await curlOf(drawer, context, javaScriptEnabled ?? true);
    expect(command).toContain('"$WRITE_KEY:"');
    expect(command).not.toContain(source.writeKey);
    expect(await drawer.dialog.innerText()).not.toContain(source.writeKey);
    const before = await countOf(source, reason);
    await runInShell(command, source.writeKey);
    // A second time, too: it is no duplicate of itself.
    await runInShell(command, source.writeKey);
    expect(await countOf(source, reason), reason).toBe(before + 2);
  }
});

test('the export holds the samples of the shown range and filters', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  await sendFaulty(source);
  await visit(source.href('step=failed&range=1h&event=Signed+up&open=id_not_string&samples=2'));
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export samples' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^id_not_string-\d{4}-\d\d-\d\dT\d{6}Z-\d{4}-\d\d-\d\dT\d{6}Z\.jsonl$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(Buffer.from(chunk as Uint8Array));
  const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n').map((line) => JSON.parse(line) as object);
  expect(lines).toHaveLength(18);
  expect(lines[0]).toMatchObject({
    messageId: 'numbered-23',
    type: 'track',
    code: 'id_not_string',
    pointer: '/userId',
    event: { userId: 63, event: 'Signed up' },
  });
  expect((await page.request.get(`/sources/${source.slug}/samples.jsonl?step=failed`)).status()).toBe(404);
  expect((await page.request.get('/sources/nobody/samples.jsonl?step=failed&open=id_not_string')).status()).toBe(404);
});

test('a client’s markup is text', async ({ server, page, visit }) => {
  const source = await server.createSource('Shop');
  const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
  await source.sendBatch([
    { type: 'page', userId: 'u1', category: { [hostile]: hostile }, messageId: hostile, context: { library: { name: hostile } } },
  ]);
  await source.send('track', `${hostile}\u0000`);
  const drawer = new Drawer(page);
  await visit(source.href('step=failed&open=category_not_string'));
  await expect(drawer.payload).toContainText('<script>document.title=');
  await visit(source.href('step=failed&open=invalid_json'));
  await expect(drawer.payload).toContainText(hostile);
  await expect(page.locator('img, .drawer script')).toHaveCount(0);
  await expect(page).toHaveTitle('Shop: overview · Headwater');
});

async function countOf(source: Source, reason: string): Promise<number> {
  return (await source.overview('1h')).reasons.find((row) => row.code === reason)?.count ?? 0;
}

/** The command of the newest sample: from the clipboard, or where there are no scripts from the page. */
async function curlOf(drawer: Drawer, context: BrowserContext, scripted: boolean): Promise<string> {
  const sample = drawer.dialog.locator('.sample[open]');
  if (!scripted) {
    await sample.getByText('Show as cURL').click();
    return (await sample.locator('.sample__curl code').textContent()) ?? '';
  }
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await sample.getByRole('button', { name: 'Copy as cURL' }).click();
  await expect(sample.getByRole('button', { name: 'Copied' })).toBeVisible();
  return drawer.dialog.page().evaluate(() => navigator.clipboard.readText());
}

/** As somebody would who pastes it into a shell. */
async function runInShell(command: string, writeKey: string): Promise<void> {
  const env = { ...process.env, WRITE_KEY: writeKey };
  await promisify(execFile)('bash', ['-c', `${command} --silent --show-error --max-time 20`], { env });
}
