/** Something before a server that does not let everything through as it is. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server as HttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

import type { Server } from './server.ts';

/** What a proxy changes. */
export interface Changes {
  /** The host that the server is told; otherwise the one that was asked for. */
  host?: string;
  /** The status with which it answers every POST itself. */
  post?: number;
}

export class Proxy {
  /** Whether it lets sockets through. */
  letsSocketsThrough = false;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly listener: HttpServer,
    private readonly server: Server,
    private readonly changes: Changes,
  ) {
    listener.on('connection', (near) => this.open.add(near.on('close', () => this.open.delete(near))));
    listener.on('request', (asked, answer) => this.handOn(asked, answer));
    listener.on('upgrade', (asked, near: Socket) => this.handOnSocket(asked, near));
  }

  static async before(server: Server, changes: Changes): Promise<Proxy> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Proxy(listener, server, changes);
  }

  /** Where it listens, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.listener, 'close');
    this.listener.close();
    for (const near of this.open) near.destroy();
    await closed;
  }

  private handOn(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url, headers } = asked;
    const { host = headers.host, post } = this.changes;
    if (method === 'POST' && post) return void answer.writeHead(post).end();
    const far = request(this.server.url + url, { method, headers: { ...headers, host } }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    asked.pipe(far);
  }

  private handOnSocket(asked: IncomingMessage, near: Socket): void {
    near.on('error', () => {});
    if (!this.letsSocketsThrough) return void near.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    const far = connect(this.server.address);
    far.on('error', () => {}).on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    far.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
    near.pipe(far).pipe(near);
  }
}
