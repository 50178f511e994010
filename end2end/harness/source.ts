// A source as a client sees it: where to send events to, and where to look at them.
import type { KeptEvent, Overview, Range, Server } from './server.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Answer {
  status: number;
  body: unknown;
}

export class Source {
  readonly server: Server;
  readonly slug: string;
  readonly writeKey: string;

  constructor(server: Server, slug: string, writeKey: string) {
    this.server = server;
    this.slug = slug;
    this.writeKey = writeKey;
  }

  /** The address of its page: `query` as in `step=failed&range=1h`. */
  href(query = ''): string {
    return `/sources/${this.slug}/overview${query === '' ? '' : `?${query}`}`;
  }

  /** What the command line says of it. */
  async overview(range: Range): Promise<Overview> {
    return this.server.overview(this.slug, range);
  }

  /** Its events as they are kept, the newest first. */
  async events(): Promise<KeptEvent[]> {
    return this.server.events(this.slug);
  }

  /** Posts to `/v1/<call>` with the write key as Basic user. A string is sent as it is. */
  async send(call: string, payload: Json): Promise<Answer> {
    const response = await fetch(`${this.server.url}/v1/${call}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${this.writeKey}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Sends events as one batch and fails unless they are acknowledged. */
  async sendBatch(events: Json[]): Promise<void> {
    const answer = await this.send('batch', { batch: events });
    if (answer.status !== 200 || JSON.stringify(answer.body) !== '{"success":true}') {
      throw new Error(`the batch was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }
}

/** A track event that passes every rule. */
export function track(event: string, version?: string): { [key: string]: Json } {
  const context = version === undefined ? {} : { context: { app: { version } } };
  return { type: 'track', event, userId: 'u1', properties: {}, ...context };
}
