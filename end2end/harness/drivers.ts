// Drivers of real SDKs. They live outside the repository (`../shared/clients`, or under HEADWATER_SHARED), read-only: they
// run from a copy under `target`.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Source } from './source.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const SHARED = process.env['HEADWATER_SHARED'] ?? path.resolve(REPOSITORY, '../shared');
const CLIENTS = path.join(REPOSITORY, 'target/clients');
/** Holds the digest of what was copied; written last. */
const INSTALLED = path.join(CLIENTS, '.installed');
const OUTPUT_BYTES_MAX = 16 << 20;

/** Events that a driver must have been counted with. `name` is null where the call has none. */
export interface ExpectedCount {
  type: string;
  name: string | null;
  app_version: string;
  count: number;
}

export interface Expected {
  total: number;
  counts: ExpectedCount[];
}

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
  await execute('bash', ['install.sh', 'node', 'python'], {});
  await writeFile(INSTALLED, digest);
}

/** Runs a driver against a source; fails unless it exits 0. */
export async function runDriver(driver: string, source: Source, runId: string): Promise<void> {
  throwIfMissing();
  await execute('bash', ['run.sh', driver], {
    HOST: source.server.url,
    WRITE_KEY: source.writeKey,
    RUN_ID: runId,
    SCALE: '1',
  });
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

async function execute(command: string, args: string[], env: Record<string, string>): Promise<void> {
  try {
    await promisify(execFile)(command, args, {
      cwd: CLIENTS,
      env: { ...process.env, ...env },
      maxBuffer: OUTPUT_BYTES_MAX,
    });
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${args.join(' ')}: ${message}\n${stdout ?? ''}\n${stderr ?? ''}`);
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
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
