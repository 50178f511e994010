// A Headwater process of its own, and the command line beside it.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Source } from './source.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const BINARY = process.env['HEADWATER_BIN'] ?? path.join(REPOSITORY, 'target/debug/headwater');
/** Neither the browser's zone nor the workspace's. */
const SERVER_ZONE = 'Asia/Tokyo';
const POLL_EVERY_MS = 50;
const STOP_WITHIN_MS = 20_000;

/** A preset's word, or two moments. */
export type Range = '10m' | '1h' | '24h' | '7d' | '14d' | `${string}..${string}`;
export const RANGES: readonly Range[] = ['10m', '1h', '24h', '7d', '14d'];

export interface BreakdownRow {
  key: string;
  count: number;
  previous: number;
}

/** What `headwater overview SLUG --json` prints. */
export interface Overview {
  from: string;
  until: string;
  steps: {
    received: number;
    failed_on_ingest: number;
    filtered_at_source: number;
    eligible: number;
    duplicates: number;
  };
  event_type: BreakdownRow[];
  event_name: BreakdownRow[];
  app_version: BreakdownRow[];
  reasons: { code: string; step: string; count: number }[];
}

/** What `headwater events SLUG --json` prints of an event. */
export interface KeptEvent {
  messageId: string;
  type?: string;
  status: string;
  library?: { name: string; version?: string };
  /** The payload. */
  event: { event?: string; name?: string; context?: { app?: { version?: string } } };
}

export class Server {
  readonly url: string;
  /** What it has printed so far. */
  readonly announced: () => string;
  private readonly dataDir: string;
  private readonly child: ChildProcess;
  private readonly exited: Promise<string>;
  private endedEarly: string | undefined;

  private constructor(url: string, dataDir: string, running: Running) {
    this.url = url;
    this.announced = running.output;
    this.dataDir = dataDir;
    this.child = running.child;
    this.exited = running.exited;
    void running.exited.then((how) => (this.endedEarly ??= how));
  }

  /** Starts `headwater serve` or `headwater demo` on a free port in a fresh folder; returns once /healthz answers 200. */
  static async start(command: 'serve' | 'demo', withinMs: number, options: string[] = []): Promise<Server> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'headwater-end2end-'));
    const running = run([command, '--addr', '127.0.0.1:0', '--data-dir', dataDir, ...options]);
    const deadline = Date.now() + withinMs;
    let exit: string | undefined;
    void running.exited.then((how) => (exit = how));
    while (exit === undefined && Date.now() < deadline) {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(running.output())?.[0];
      if (url !== undefined && (await answers(`${url}/healthz`))) {
        return new Server(url, dataDir, running);
      }
      await pause(POLL_EVERY_MS);
    }
    running.child.kill('SIGKILL');
    const why = exit === undefined ? `not ready after ${withinMs / 1000} s` : `ended: ${exit}`;
    throw new Error(`headwater ${command} ${why}\n${running.output()}`);
  }

  /** Its database. */
  get databaseFile(): string {
    return path.join(this.dataDir, 'headwater.db');
  }

  /** Asks it to stop and fails unless it ends by itself with exit code 0. */
  async stop(): Promise<void> {
    if (this.endedEarly !== undefined) {
      throw new Error(`headwater ended in the middle of the test: ${this.endedEarly}\n${this.announced()}`);
    }
    this.child.kill('SIGTERM');
    const late = new AbortController();
    const how = await Promise.race([
      this.exited,
      pause(STOP_WITHIN_MS, 'not at all', { signal: late.signal }).catch(() => 'not at all'),
    ]);
    late.abort();
    if (how !== 'code 0') {
      this.child.kill('SIGKILL');
      throw new Error(`headwater was asked to stop and ended: ${how}\n${this.announced()}`);
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** `headwater source create`, while the server runs. */
  async createSource(name: string, kind = 'http-api'): Promise<Source> {
    const printed = await this.command('source', 'create', '--name', name, '--kind', kind, '--json');
    const { slug, write_key: writeKey } = printed as { slug: string; write_key: string };
    return new Source(this, slug, writeKey);
  }

  /** `headwater source list`, while the server runs. */
  async listSources(): Promise<{ slug: string; name: string; kind: string }[]> {
    return (await this.command('source', 'list', '--json')) as { slug: string; name: string; kind: string }[];
  }

  /** `headwater overview`, while the server runs. */
  async overview(slug: string, range: Range): Promise<Overview> {
    return (await this.command('overview', slug, '--range', range, '--json')) as Overview;
  }

  /** `headwater events`, while the server runs: the newest first, a thousand at most. */
  async events(slug: string): Promise<KeptEvent[]> {
    return (await this.command('events', slug, '--limit', '1000', '--json')) as KeptEvent[];
  }

  private async command(...args: string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(BINARY, [...args, '--data-dir', this.dataDir], { env: environment() });
    return JSON.parse(stdout) as unknown;
  }
}

interface Running {
  child: ChildProcess;
  output: () => string;
  /** How it ended: `code 0`, `signal SIGKILL`. */
  exited: Promise<string>;
}

function run(args: string[]): Running {
  const child = spawn(BINARY, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`${error.message}; build it with: cargo xtask build, or set HEADWATER_BIN`));
    child.on('exit', (code, signal) => resolve(signal === null ? `code ${code}` : `signal ${signal}`));
  });
  return { child, output: () => output, exited };
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, TZ: SERVER_ZONE };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status === 200;
  } catch {
    return false;
  }
}
