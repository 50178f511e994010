// Every journey with JavaScript and without; what clients send, once. Three zones that differ: the browser's (here), the server process's
// (`harness/server.ts`) and the workspace's (UTC for `serve`, Europe/Amsterdam for `demo`).
import { defineConfig } from '@playwright/test';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './harness/drivers_setup.ts',
  // Two cores: one for the browser, one for the server.
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  // Debug builds on a busy machine; a test that needs this long has failed.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./harness/closing_line.ts']],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath, args },
    viewport: { width: 1440, height: 900 },
    timezoneId: 'America/New_York',
    // Numbers and dates on pages must not follow the browser's language.
    locale: 'de-DE',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'hydrated', use: { javaScriptEnabled: true }, testIgnore: '**/clients/**' },
    { name: 'no-js', use: { javaScriptEnabled: false }, testIgnore: ['**/clients/**', '**/*.hydrated.spec.ts'] },
    {
      name: 'clients',
      testDir: 'tests/clients',
      // A page of theirs has no other host than this machine: names do not resolve.
      use: {
        launchOptions: { executablePath, args: [...args, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'] },
      },
    },
  ],
});
