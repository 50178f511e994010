// Between an SDK and the server: does to requests with events what its script says, then lets everything pass. Writes down
// what it saw, so that a test can tell what was sent twice and how long a client waited.
import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What happens to a request: two faults keep it from the server, two lose the server's answer. */
export type Fault = 'rate limited' | 'refused' | 'answer lost' | 'cut off';

/** A request with events. */
export interface Seen {
  arrivedAtMs: number;
  answeredAtMs: number;
  messageIds: string[];
  fault: Fault | undefined;
  /** What the server answered; undefined if the request was kept from it. */
  status: number | undefined;
  /** How long the client was told to wait. */
  retryAfterMs: number | undefined;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export class FaultProxy {
  /** In the order of arrival. */
  readonly seen: Seen[] = [];
  private readonly target: URL;
  private readonly script: Fault[];
  private readonly server: HttpServer;

  private constructor(target: string, script: Fault[]) {
    this.target = new URL(target);
    this.script = [...script];
    this.server = createServer((request, response) => {
      void this.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** Stands in front of a server. The script's faults are for the first requests with events, one each. */
  static async start(target: string, script: Fault[] = []): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, script);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Faults that no request has met yet. */
  get unused(): readonly Fault[] {
    return this.script;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** How many of the events that the server acknowledged it had acknowledged before. */
  get acknowledgedAgain(): number {
    const acknowledged = this.seen.filter(({ status }) => status === 200).flatMap(({ messageIds }) => messageIds);
    return acknowledged.length - new Set(acknowledged).size;
  }

  /** For each request that was told to wait: how much longer than that its events stayed away, at least. */
  get patienceMs(): number[] {
    return this.seen.flatMap(({ answeredAtMs, messageIds, retryAfterMs }, i) => {
      if (retryAfterMs === undefined) return [];
      const again = this.seen.slice(i + 1).find((later) => later.messageIds.some((id) => messageIds.includes(id)));
      return again === undefined ? [] : [again.arrivedAtMs - answeredAtMs - retryAfterMs];
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (!hasEvents(request)) return reply(response, await this.forward(request, body));

    const fault = this.script.shift();
    const seen: Seen = {
      arrivedAtMs: performance.now(),
      answeredAtMs: Infinity,
      messageIds: messageIdsOf(request, body),
      fault,
      status: undefined,
      retryAfterMs: undefined,
    };
    this.seen.push(seen);
    const answer = await this.answer(seen, request, body);
    seen.answeredAtMs = performance.now();
    if (answer === undefined) response.destroy();
    else reply(response, answer);
    seen.retryAfterMs = answer === undefined ? undefined : retryAfterOf(answer);
  }

  /** What the client gets; undefined if it gets nothing. */
  private async answer(seen: Seen, request: IncomingMessage, body: Buffer): Promise<Answer | undefined> {
    if (seen.fault === 'rate limited') return refusal(429);
    if (seen.fault === 'refused') return refusal(500);
    const answer = await this.forward(request, body);
    seen.status = answer.status;
    if (seen.fault === 'cut off') return undefined;
    return seen.fault === 'answer lost' ? refusal(500) : answer;
  }

  /** The request as it came, `Host` included: settings documents name the host that was asked. */
  private async forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, headers, url: path } = request;
    const { hostname, port } = this.target;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send({ hostname, port, method, path, headers }, resolve).on('error', reject).end(body);
    });
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer) };
  }
}

function hasEvents({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url !== '/v1/m';
}

/** As a gateway would refuse: readable for pages of other sites. */
function refusal(status: 429 | 500): Answer {
  const body = Buffer.from(JSON.stringify({ code: 'fault', message: 'made by a test' }));
  const headers: IncomingHttpHeaders = {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'Retry-After, X-RateLimit-Reset',
  };
  if (status === 429) Object.assign(headers, { 'retry-after': '1', 'x-ratelimit-reset': '1' });
  return { status, headers, body };
}

function retryAfterOf({ headers }: Answer): number | undefined {
  const seconds = headers['retry-after'];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function messageIdsOf(request: IncomingMessage, body: Buffer): string[] {
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const payload = JSON.parse(text.toString()) as { messageId: string; batch?: { messageId: string }[] };
  return (payload.batch ?? [payload]).map(({ messageId }) => messageId);
}
