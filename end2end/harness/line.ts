// A line between the browser and a server that can be lost: open answers end, and what is asked meanwhile waits until the line
// is back, as on a train that goes through a tunnel.
import { createServer, request, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Line {
  readonly url: string;
  private readonly proxy: HttpServer;
  private readonly streams = new Set<ServerResponse>();
  private waiting: (() => void)[] | undefined;
  private refusing = false;

  private constructor(proxy: HttpServer, url: string) {
    this.proxy = proxy;
    this.url = url;
  }

  /** A line to a server; in order. */
  static async to(target: string): Promise<Line> {
    const proxy = createServer((asked, answer) => line.take(asked, answer, target));
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const line = new Line(proxy, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    return line;
  }

  /** Streams end; what is asked from now on waits. */
  lose(): void {
    this.waiting = [];
    for (const stream of this.streams) stream.end();
  }

  /** Streams end, and the next that is asked for is answered like a proxy whose server is not there. */
  refuse(): void {
    this.refusing = true;
    for (const stream of this.streams) stream.end();
  }

  /** What waited goes on. */
  regain(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const go of waiting) go();
  }

  close(): void {
    this.proxy.closeAllConnections();
    this.proxy.close();
  }

  private take(asked: IncomingMessage, answer: ServerResponse, target: string): void {
    if (this.refusing && asked.headers.accept === 'text/event-stream') {
      this.refusing = false;
      answer.writeHead(502).end();
      return;
    }
    const go = (): void => {
      const onward = request(new URL(asked.url ?? '/', target), { method: asked.method, headers: asked.headers });
      onward.on('response', (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
        if (answered.headers['content-type'] === 'text/event-stream') {
          this.streams.add(answer);
          answer.on('close', () => {
            this.streams.delete(answer);
            onward.destroy();
          });
        }
      });
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    };
    if (this.waiting === undefined) go();
    else this.waiting.push(go);
  }
}
