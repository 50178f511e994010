// One page in a fresh browser profile, as `cargo xtask bench page` asks: `node page.mjs ADDRESS [LIVE_SECONDS]` prints JSON.
// It waits until scripts have taken the page over, uses it (other tab, other range and back), then leaves it open.
import { chromium } from '@playwright/test';

const [address, liveSeconds = '0'] = process.argv.slice(2);
const SETTLE_MS = 2_000;

/** Runs before the page's own scripts. The router asks for `popstate` as the last thing before the page is drawn. */
function watch() {
  const seen = (window.headwaterBench = { awakeAt: undefined, tasks: [], shifts: [] });
  const listen = window.addEventListener.bind(window);
  window.addEventListener = (type, listener, options) => {
    listen(type, listener, options);
    if (type === 'popstate' && seen.awakeAt === undefined) {
      // A page wakes in a task of its own, its content in the next, the rows in the third; the fourth finds all of them awake.
      const awakeIn = (tasks) => {
        if (tasks === 0) seen.awakeAt ??= performance.now();
        else setTimeout(awakeIn, 0, tasks - 1);
      };
      requestAnimationFrame(() => requestAnimationFrame(() => awakeIn(4)));
    }
  };
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('longtask', (task) => seen.tasks.push({ at: task.startTime, ms: task.duration }));
  observe('layout-shift', (shift) => {
    if (!shift.hadRecentInput) seen.shifts.push(shift.value);
  });
}

/** Bytes as they came over the wire, heads included, by kind. */
async function countBytes(session) {
  const bytes = { document: 0, script: 0, wasm: 0, stylesheet: 0, font: 0, other: 0 };
  const kinds = new Map();
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    const isWasm = response.mimeType === 'application/wasm';
    const kind = isWasm ? 'wasm' : type.toLowerCase();
    kinds.set(requestId, kind in bytes ? kind : 'other');
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind !== undefined) bytes[kind] += encodedDataLength;
  });
  await session.send('Network.enable');
  return bytes;
}

async function heapBytes(session) {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

async function use(page) {
  const url = new URL(address);
  for (const [name, value] of [['by', 'version'], ['range', '24h'], ['range', '14d'], ['by', 'name']]) {
    const link = page.locator(`main a[href*="${name}=${value}"]`).first();
    if ((await link.count()) === 0) continue;
    await link.click();
    await page.waitForURL((now) => now.searchParams.get(name) === value || now.search !== url.search);
    await page.waitForTimeout(SETTLE_MS / 2);
  }
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const session = await page.context().newCDPSession(page);
await page.addInitScript(watch);
const bytes = await countBytes(session);
await page.goto(address, { waitUntil: 'load' });
await page.waitForFunction(() => window.headwaterBench.awakeAt !== undefined);
await page.waitForTimeout(SETTLE_MS);
const firstBytes = { ...bytes };
const timing = await page.evaluate(() => {
  const [entry] = performance.getEntriesByType('navigation');
  return { ttfbMs: entry.responseStart - entry.requestStart, awakeMs: window.headwaterBench.awakeAt };
});
const heapBefore = await heapBytes(session);
await use(page);
if (Number(liveSeconds) > 0) {
  await page.goto(address, { waitUntil: 'load' });
  await page.waitForFunction(() => window.headwaterBench.awakeAt !== undefined);
  await page.waitForTimeout(Number(liveSeconds) * 1_000);
}
const seen = await page.evaluate(() => window.headwaterBench);
const late = seen.tasks.filter((task) => task.at > seen.awakeAt);
const result = {
  ...timing,
  bytes: firstBytes,
  longestTaskMs: Math.max(0, ...late.map((task) => task.ms)),
  layoutShift: seen.shifts.reduce((sum, value) => sum + value, 0),
  heapBefore,
  heapAfter: await heapBytes(session),
};
await browser.close();
console.log(JSON.stringify(result));
