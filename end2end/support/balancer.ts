/** Several servers behind one address: what an operator's reverse proxy does, and no more. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

export class Balancer {
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly listener: Server,
    private targets: NetConnectOpts[],
  ) {
    listener.on('connection', (near) => {
      this.open.add(near.on('close', () => this.open.delete(near)));
      this.handOn(near, [...this.targets]);
    });
  }

  /** Hands connections on to the first of some targets that takes them. */
  static async start(targets: NetConnectOpts[], port = 0): Promise<Balancer> {
    const listener = createServer({ pauseOnConnect: true }).listen(port, '127.0.0.1');
    await once(listener, 'listening');
    return new Balancer(listener, targets);
  }

  /** Where it listens, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  /** Tries the targets in another order from now on. Connections that are open stay. */
  prefer(...targets: NetConnectOpts[]): void {
    this.targets = targets;
  }

  /** Breaks all connections that are open. */
  cut(): void {
    for (const near of this.open) near.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.listener, 'close');
    this.listener.close();
    this.cut();
    await closed;
  }

  private handOn(near: Socket, [target, ...others]: NetConnectOpts[]): void {
    near.on('error', () => {});
    if (!target) return void near.destroy();
    const far = connect(target);
    far.once('error', () => this.handOn(near, others));
    far.once('connect', () => {
      // An error is followed by the close, and what befalls one end befalls the other.
      far.removeAllListeners('error').on('error', () => {}).on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      near.pipe(far).pipe(near);
    });
  }
}
