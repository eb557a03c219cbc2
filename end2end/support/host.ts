/** Where somebody sits who has a network: a namespace with Wi-Fi and a cable, and a browser in it. */

import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Browser, BrowserType } from '@playwright/test';

import { Balancer } from './balancer.ts';
import { programOf } from './browsers.ts';
import { Namespace } from './namespace.ts';
import { freePort, RunningProgram } from './process.ts';

export type Uplink = 'wifi' | 'cable';

/** The gateway with the lowest metric is the one that is used. */
const uplinks: Record<Uplink, { subnet: number; metric: number }> = {
  wifi: { subnet: 1, metric: 100 },
  cable: { subnet: 2, metric: 200 },
};
const names = Object.keys(uplinks) as Uplink[];
const forwarder = fileURLToPath(new URL('forward.mjs', import.meta.url));

/** The command of a process in which pages run, in Chromium and in Firefox. */
const pageProcess = /--type=renderer|-isForBrowser/;

/** What a host is made of. */
interface Parts {
  /** Where the uplinks of all hosts lead. */
  hub: Namespace;
  /** Unlike that of any other host at this hub. */
  number: number;
  /** Where the server is seen from inside, and where it really is. */
  pageAddress: { inside: string; outside: string };
  /** For socket files and programs. */
  directory: string;
  browserType: BrowserType;
}

export class Host {
  private constructor(
    private readonly number: number,
    private readonly namespace: Namespace,
    readonly browser: Browser,
    private readonly helpers: { stop(): Promise<unknown> }[],
  ) {}

  static async make(parts: Parts): Promise<Host> {
    const { hub, number, pageAddress, directory, browserType } = parts;
    const namespace = await Namespace.make();
    for (const uplink of names) {
      const end = farEnd(uplink, number);
      await hub.ip('link', 'add', end, 'type', 'veth', 'peer', 'name', uplink, 'netns', namespace.name);
      await hub.ip('address', 'add', `${address(number, uplink, 1)}/24`, 'dev', end);
      await hub.ip('link', 'set', end, 'up');
      await raise(namespace, number, uplink);
    }

    // Firefox is driven through a port, which nobody outside the namespace reaches by itself.
    const socket = join(directory, `${number}.socket`);
    const driver = await freePort();
    const ways = [pageAddress.inside, pageAddress.outside, socket, `127.0.0.1:${driver}`];
    const [forwarding] = await RunningProgram.start([...namespace.prefix, 'node', forwarder, ...ways], /forwarding/);
    const gate = await Balancer.start([{ path: socket }], driver);

    const flags = browserType.name() === 'firefox' ? [`--remote-debugging-port=${driver}`] : [];
    const command = [...namespace.prefix, programOf(browserType), ...flags];
    const executablePath = join(directory, `${number}.sh`);
    await writeFile(executablePath, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
    await chmod(executablePath, 0o755);
    const browser = await browserType.launch({ executablePath });
    return new Host(number, namespace, browser, [gate, forwarding]);
  }

  /** The hub's ends of its uplinks. */
  get farEnds(): string[] {
    return names.map((uplink) => farEnd(uplink, this.number));
  }

  /** All its addresses. */
  get addresses(): string {
    return `10.${this.number}.0.0/16`;
  }

  /** The uplink that has an address. */
  uplinkOf(own: string): Uplink {
    const uplink = names.find((uplink) => own === address(this.number, uplink, 2));
    if (!uplink) throw new Error(`no uplink here has the address ${own}`);
    return uplink;
  }

  /** Takes an uplink down, as when its plug is pulled. Its address goes with it. */
  async lose(uplink: Uplink): Promise<void> {
    await this.namespace.ip('link', 'set', uplink, 'down');
    await this.namespace.ip('address', 'flush', 'dev', uplink);
  }

  async regain(uplink: Uplink): Promise<void> {
    await raise(this.namespace, this.number, uplink);
  }

  /** Everything stands still, as when the computer sleeps. Returns what ends it. */
  sleep(): Promise<() => void> {
    return this.halt(/./);
  }

  /** The pages stand still and the rest of the browser does not. Returns what ends it. */
  freezePages(): Promise<() => void> {
    return this.halt(pageProcess);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    for (const helper of this.helpers) await helper.stop();
    await this.namespace.remove();
  }

  private async halt(which: RegExp): Promise<() => void> {
    const halted = (await this.namespace.processes()).filter(({ command }) => which.test(command));
    for (const { id } of halted) process.kill(id, 'SIGSTOP');
    return () => {
      for (const { id } of halted) process.kill(id, 'SIGCONT');
    };
  }
}

function farEnd(uplink: Uplink, number: number): string {
  return `${uplink}${number}`;
}

function address(number: number, uplink: Uplink, end: number): string {
  return `10.${number}.${uplinks[uplink].subnet}.${end}`;
}

async function raise(namespace: Namespace, number: number, uplink: Uplink): Promise<void> {
  await namespace.ip('link', 'set', uplink, 'up');
  await namespace.ip('address', 'add', `${address(number, uplink, 2)}/24`, 'dev', uplink);
  const way = ['via', address(number, uplink, 1), 'dev', uplink, 'metric', `${uplinks[uplink].metric}`];
  await namespace.ip('route', 'add', 'default', ...way);
}
