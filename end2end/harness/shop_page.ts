// Somebody's web page with lines that were copied from ours: in a browser of its own, in which scripts run whatever the test's does.
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { build } from 'esbuild';
import { WebSite, pageOf, type Files } from './web_site.ts';

const END2END = path.resolve(import.meta.dirname, '..');

/** Opens a page with these files until `done` is over; fails if it said anything in its console. */
export async function onShopPage(browser: Browser, files: Files, done: () => Promise<void>): Promise<void> {
  const site = await WebSite.open(files);
  const context = await browser.newContext({ javaScriptEnabled: true });
  const complaints: string[] = [];
  context.on('console', (message) => complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(error.error().message));
  const page = await context.newPage();
  await page.goto(site.url);
  await done();
  await context.close();
  await site.close();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

/** What a build makes of a program that imports packages: a page with it. */
export async function bundledPage(program: string): Promise<Files> {
  const stdin = { contents: program, resolveDir: END2END };
  const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false, logLevel: 'silent' });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('nothing was built');
  return { '/': pageOf('<script type="module" src="/shop.js"></script>'), '/shop.js': Buffer.from(bundle.contents) };
}
