/** A program of the tests: started, waited for by what it says, and stopped by its own process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

export class RunningProgram {
  /** Everything it wrote. */
  log = '';

  private constructor(private readonly child: ChildProcess) {}

  /** Starts a program and waits until a line of its output matches; returns the match, too. */
  static async start(command: string[], ready: RegExp): Promise<[RunningProgram, RegExpExecArray]> {
    const [path = '', ...flags] = command;
    const child = spawn(path, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new RunningProgram(child);
    const found = new Promise<RegExpExecArray>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          program.log += `${line}\n`;
          const match = ready.exec(line);
          if (match) resolve(match);
        });
      }
      child.once('error', reject);
      child.once('close', (code) => {
        reject(new Error(`${path} ended with ${code} before it was ready:\n${program.log}`));
      });
    });
    return [program, await found];
  }

  /** Asks it to end, and waits until it has. Returns its exit code. */
  stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
