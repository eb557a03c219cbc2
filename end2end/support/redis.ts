/** A Redis of the tests' own, that keeps nothing. */

import { once } from 'node:events';
import { connect } from 'node:net';

import { freePort, RunningProgram } from './process.ts';

export class Redis {
  private constructor(
    private process: RunningProgram,
    private readonly port: number,
  ) {}

  static async start(): Promise<Redis> {
    const port = await freePort();
    return new Redis(await launch(port), port);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Makes it forget everything, as a mistaken operator would. */
  async forgetEverything(): Promise<void> {
    const socket = connect(this.port, '127.0.0.1').setEncoding('utf8');
    socket.write('FLUSHALL\r\n');
    const [answer] = await once(socket, 'data');
    socket.destroy();
    if (answer !== '+OK\r\n') throw new Error(`Redis does not want to forget: ${answer}`);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.process.kill();
  }

  /** Starts it again at the same address, after it was killed. It is empty. */
  async startAgain(): Promise<void> {
    this.process = await launch(this.port);
  }
}

async function launch(port: number): Promise<RunningProgram> {
  const flags = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no'];
  return (await RunningProgram.start(['redis-server', ...flags], /Ready to accept connections/))[0];
}
