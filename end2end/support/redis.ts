/** A Redis of the tests' own, that keeps nothing. */

import { freePort, RunningProgram } from './process.ts';

export class Redis {
  private constructor(
    private readonly process: RunningProgram,
    readonly url: string,
  ) {}

  static async start(): Promise<Redis> {
    const port = await freePort();
    const flags = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no'];
    const [process] = await RunningProgram.start('redis-server', flags, /Ready to accept connections/);
    return new Redis(process, `redis://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
