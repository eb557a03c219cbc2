/** A network namespace: a machine of its own, as far as the network is concerned. */

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** What the names of all namespaces of the tests begin with; the number of the process follows. */
const mark = 'rotunda-test-';
let made = 0;

interface RunningProcess {
  id: number;
  /** What it was started with; the arguments are set apart by zeros. */
  command: string;
}

export class Namespace {
  private constructor(readonly name: string) {}

  static async make(): Promise<Namespace> {
    if (process.getuid?.() !== 0) {
      throw new Error('only root can make the networks of this test: run the tests as root');
    }
    if (made === 0) await clearUp();
    made += 1;
    const namespace = new Namespace(`${mark}${process.pid}-${made}`);
    await ip('netns', 'add', namespace.name);
    await namespace.ip('link', 'set', 'lo', 'up');
    return namespace;
  }

  /** Runs `ip` inside. */
  async ip(...command: string[]): Promise<void> {
    await ip('-n', this.name, ...command);
  }

  /** What comes before a command so that it runs inside. */
  get prefix(): string[] {
    return ['ip', 'netns', 'exec', this.name];
  }

  /** Runs `tc` inside, which comes with `ip`. */
  async tc(...command: string[]): Promise<void> {
    await ip('netns', 'exec', this.name, 'tc', ...command);
  }

  /** Runs a command of the shell inside. */
  async run(command: string): Promise<void> {
    await ip('netns', 'exec', this.name, 'sh', '-c', command);
  }

  /** Everything that runs inside, and all that it started: some programs lock others in further. */
  async processes(): Promise<RunningProcess[]> {
    const listed = (await ip('netns', 'pids', this.name)).split('\n').filter(Boolean).map(Number);
    const all = new Set<number>();
    const add = async (id: number): Promise<void> => {
      if (all.has(id)) return;
      all.add(id);
      for (const child of await childrenOf(id)) await add(child);
    };
    for (const id of listed) await add(id);
    return Promise.all([...all].map(async (id) => ({ id, command: await tell(`/proc/${id}/cmdline`) })));
  }

  /** Removes it, once no program runs in it any more. */
  async remove(): Promise<void> {
    await ip('netns', 'delete', this.name);
  }
}

async function ip(...command: string[]): Promise<string> {
  try {
    return (await run('ip', command)).stdout;
  } catch (error) {
    throw new Error(`a test network cannot be made: ip ${command.join(' ')}`, { cause: error });
  }
}

async function childrenOf(id: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${id}/task`).catch(() => []);
  const lists = await Promise.all(tasks.map((task) => tell(`/proc/${id}/task/${task}/children`)));
  return lists.join(' ').split(' ').filter(Boolean).map(Number);
}

/** What a file says about a process; nothing when it has ended meanwhile. */
function tell(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Removes what test runs left behind that were killed. */
async function clearUp(): Promise<void> {
  for (const line of (await ip('netns', 'list')).split('\n')) {
    const [name = ''] = line.split(' ');
    if (name.startsWith(mark) && !isAlive(Number.parseInt(name.slice(mark.length), 10))) {
      await ip('netns', 'delete', name);
    }
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
