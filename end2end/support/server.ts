/** The real `rotunda`, as it is shipped. */

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import type { Namespace } from './namespace.ts';
import { RunningProgram } from './process.ts';

const program = fileURLToPath(new URL('../../dist/rotunda', import.meta.url));

export class Server {
  private constructor(
    private process: RunningProgram,
    /** What starts it again at the same address. */
    private readonly command: string[],
    /** Where it listens, without a slash at the end. */
    readonly url: string,
  ) {}

  /** Starts one on a free port, with further flags, and waits until it says that it is ready. */
  static async start(...flags: string[]): Promise<Server> {
    const [process, url] = await launch([program, '--listen', '127.0.0.1:0', ...flags]);
    return new Server(process, [program, '--listen', new URL(url).host, ...flags], url);
  }

  /** Starts one in a namespace, with further flags. */
  static async startIn(namespace: Namespace, address: string, ...flags: string[]): Promise<Server> {
    const command = [...namespace.prefix, program, '--listen', address, ...flags];
    const [process, url] = await launch(command);
    return new Server(process, command, url);
  }

  /** Where a balancer finds it. */
  get address(): { host: string; port: number } {
    const { hostname, port } = new URL(this.url);
    return { host: hostname, port: Number(port) };
  }

  /** The URL of a room that nobody has used before. */
  newRoom(): string {
    return `${this.url}/test-${randomUUID()}`;
  }

  /** The same address as people see it who come by another name for this host. */
  at(hostname: string, url: string = this.url): string {
    const address = new URL(url);
    address.hostname = hostname;
    return address.href;
  }

  get log(): string {
    return this.process.log;
  }

  /** Ends it as an operator would. Returns its exit code. */
  stop(): Promise<number | null> {
    return this.process.stop();
  }

  /** Ends it as a power cut would. */
  kill(): Promise<void> {
    return this.process.kill();
  }

  /** Starts it again at the same address, after it was stopped or killed. */
  async startAgain(): Promise<void> {
    [this.process] = await launch(this.command);
  }
}

async function launch(command: string[]): Promise<[RunningProgram, string]> {
  const [process, match] = await RunningProgram.start(command, /ready at (http:\/\/\S+)/);
  return [process, match[1] ?? ''];
}
