// Programs of ours (`clients/`) that send their plan through SDKs; `cargo xtask test` installs what they call.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { NO_VERSION, allOf, type Expected, type ExpectedCount } from './expected.ts';
import type { Source } from './source.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
/** Where the programs lie. */
export const CLIENTS = path.join(REPOSITORY, 'end2end/clients');
const PYTHON_ENVIRONMENTS = path.join(REPOSITORY, 'target/clients-python');
/** Where Rust programs are compiled. */
export const RUST_TARGET = path.join(REPOSITORY, 'target/clients-rust');
const RUST_PROGRAM = path.join(RUST_TARGET, 'debug/segment-client');
/** The slowest SDK gives up within it. */
const ENDED_WITHIN_MS = 45_000;

/** Whether the Python programs are to be run: they are installed, or the CI says that they must. */
export const PYTHON_WANTED = process.env['CI'] !== undefined || existsSync(PYTHON_ENVIRONMENTS);

/** The same for Rust programs. */
export const RUST_WANTED = process.env['CI'] !== undefined || existsSync(RUST_TARGET);

export interface Program {
  command: string;
  args: string[];
}

export function node(script: string, ...args: string[]): Program {
  return { command: process.execPath, args: [path.join(CLIENTS, script), ...args] };
}

export function python(program: string): Program {
  const script = path.join(CLIENTS, 'python', `${program}.py`);
  return { command: path.join(PYTHON_ENVIRONMENTS, program, 'bin/python'), args: [script] };
}

export function rust(...args: string[]): Program {
  return { command: RUST_PROGRAM, args };
}

/** Runs a program against a source; fails unless it exits 0. */
export async function runProgram({ command, args }: Program, source: Source): Promise<void> {
  const where = { HOST: source.server.url, WRITE_KEY: source.writeKey };
  const env = { ...process.env, ...where, PYTHONDONTWRITEBYTECODE: '1' };
  try {
    await promisify(execFile)(command, args, { env, timeout: ENDED_WITHIN_MS });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n(cargo xtask test installs what it calls)`);
  }
}

/** What the programs send, but for the calls that their SDK does not have. */
export function planWithout(...types: string[]): Expected {
  const plan = JSON.parse(readFileSync(path.join(CLIENTS, 'plan.json'), 'utf8')) as ExpectedCount[];
  return allOf(plan.filter((row) => !types.includes(row.type)));
}

/** For Jitsu's SDK: it has neither screen nor alias, no version with identify, and a page's name in its properties. */
export function jitsusPlan(): Expected {
  const plan = planWithout('screen', 'alias');
  const counts = plan.counts.map((row) => ({
    ...row,
    name: row.type === 'page' ? null : row.name,
    app_version: row.type === 'identify' ? NO_VERSION : row.app_version,
  }));
  return { ...plan, counts };
}
