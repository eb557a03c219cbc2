/** A TURN server of one test's own. */

import { randomUUID } from 'node:crypto';

import type { Namespace } from './namespace.ts';
import { RunningProgram } from './process.ts';

export class Relay {
  private constructor(
    private readonly process: RunningProgram,
    private readonly address: string,
    private readonly secret: string,
  ) {}

  /** Starts one in a namespace, at an address there. It relays datagrams and keeps nothing. */
  static async startIn(namespace: Namespace, address: string): Promise<Relay> {
    const secret = randomUUID();
    const listening = ['--listening-ip', address, '--relay-ip', address, '--no-tcp', '--no-tls', '--no-dtls', '--no-cli'];
    const rights = ['--realm', 'rotunda.test', '--use-auth-secret', '--static-auth-secret', secret];
    const files = ['-n', '--pidfile=', '--log-file', 'stdout'];
    const command = [...namespace.prefix, 'turnserver', ...listening, ...rights, ...files];
    return new Relay((await RunningProgram.start(command, /Total General servers/))[0], address, secret);
  }

  /** With them a server tells people of this relay. */
  get flags(): string[] {
    return ['--turn', `turn:${this.address}`, '--turn-secret', this.secret];
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
