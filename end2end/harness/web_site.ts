// Somebody's web site, on a port of its own: what its pages send to Headwater goes to another origin.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file: its type follows from its path, `/` is the page. */
export type Files = Record<string, string | Buffer>;

export class WebSite {
  readonly url: string;
  private readonly server: HttpServer;

  private constructor(server: HttpServer) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(files: Files): Promise<WebSite> {
    const server = createServer((request, response) => {
      const name = new URL(request.url ?? '/', 'http://site').pathname;
      const file = files[name];
      const type = name.endsWith('.js') ? 'text/javascript' : 'text/html';
      response.writeHead(file === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new WebSite(server);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A page without an icon: browsers would ask for one. */
export function pageOf(...scripts: string[]): string {
  return `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">${scripts.join('\n')}</html>`;
}
