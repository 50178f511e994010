// Drivers of real SDKs. They live outside the repository (`../shared/clients`, or under HEADWATER_SHARED), read-only: they
// run from a copy under `target`.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Expected } from './expected.ts';
import type { Source } from './source.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const SHARED = process.env['HEADWATER_SHARED'] ?? path.resolve(REPOSITORY, '../shared');
const CLIENTS = path.join(REPOSITORY, 'target/clients');
/** Holds the digest of what was copied; written last. */
const INSTALLED = path.join(CLIENTS, '.installed');
/** What `install.sh` installs. */
const GROUPS = ['node', 'python', 'browser'];
const OUTPUT_BYTES_MAX = 16 << 20;

/**
 * Whether the drivers are to be run: they lie beside the repository, or somebody (the CI, HEADWATER_SHARED) says that they
 * must. Whoever clones only the repository has `node_sdk.spec.ts`.
 */
export const DRIVERS_WANTED =
  process.env['CI'] !== undefined ||
  process.env['HEADWATER_SHARED'] !== undefined ||
  existsSync(path.join(SHARED, 'clients'));

/** Copies and installs the drivers, unless this very version of them is there. */
export async function prepareDrivers(): Promise<void> {
  const from = path.join(SHARED, 'clients');
  if (!existsSync(path.join(from, 'run.sh'))) {
    throw new Error(
      `The drivers of real SDKs are not at ${from}. They are no part of this repository: ` +
        'put the folder `shared` beside it, or name it in HEADWATER_SHARED.',
    );
  }
  const digest = await digestOf(from);
  if (existsSync(INSTALLED) && (await readFile(INSTALLED, 'utf8')) === digest) return;
  console.log('Installing the drivers of real SDKs in target/clients …');
  await rm(CLIENTS, { recursive: true, force: true });
  await cp(from, CLIENTS, { recursive: true });
  await makeWritable(CLIENTS);
  await execute('bash', ['install.sh', ...GROUPS], {});
  await writeFile(INSTALLED, digest);
}

/** How to run a driver. */
export interface DriverOptions {
  /** Where it sends to, if not to the source's server itself. */
  host?: string;
  /** Variables of the drivers' README. */
  env?: Record<string, string>;
}

/** What a driver printed of itself. */
export interface Ran {
  succeeded: boolean;
  output: string;
}

/** Runs a driver against a source; fails unless it exits 0. */
export async function runDriver(
  driver: string,
  source: Source,
  runId: string,
  options: DriverOptions = {},
): Promise<void> {
  const { succeeded, output } = await tryDriver(driver, source, runId, options);
  if (!succeeded) throw new Error(`run.sh ${driver}: ${output}`);
}

/** The same, for drivers that take a fault on the way for a failure. */
export async function tryDriver(
  driver: string,
  source: Source,
  runId: string,
  { host, env }: DriverOptions,
): Promise<Ran> {
  throwIfMissing();
  const variables = { HOST: host ?? source.server.url, WRITE_KEY: source.writeKey, RUN_ID: runId, SCALE: '1', ...env };
  try {
    return { succeeded: true, output: await execute('bash', ['run.sh', driver], variables) };
  } catch (error) {
    return { succeeded: false, output: (error as Error).message };
  }
}

/** All drivers, by their names in `expected.json`; none where they are not wanted. */
export function listDrivers(): string[] {
  const expected = path.join(SHARED, 'clients/expected.json');
  if (!DRIVERS_WANTED || !existsSync(expected)) return [];
  const file = JSON.parse(readFileSync(expected, 'utf8')) as { drivers: object };
  return Object.keys(file.drivers);
}

/** What `expected.json` says of a driver. */
export async function expectedOf(driver: string): Promise<Expected> {
  throwIfMissing();
  const file = JSON.parse(await readFile(path.join(CLIENTS, 'expected.json'), 'utf8')) as {
    drivers: Record<string, Expected>;
  };
  const expected = file.drivers[driver];
  if (expected === undefined) throw new Error(`expected.json knows no driver ${driver}`);
  return expected;
}

function throwIfMissing(): void {
  const problem = process.env['HEADWATER_DRIVERS_PROBLEM'];
  if (problem !== undefined) throw new Error(problem);
}

async function execute(command: string, args: string[], env: Record<string, string>): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: CLIENTS,
      env: { ...process.env, ...env },
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    return stdout;
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${args.join(' ')}: ${message}\n${stdout ?? ''}\n${stderr ?? ''}`);
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256').update(GROUPS.join());
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    hash.update(path.relative(folder, file)).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    await chmod(file, entry.isDirectory() || file.endsWith('.sh') ? 0o755 : 0o644);
  }
}
