/** Where somebody sits who has a network: a namespace with Wi-Fi and a cable, and a browser in it. */

import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Browser, BrowserType } from '@playwright/test';

import { Balancer } from './balancer.ts';
import { programOf } from './browsers.ts';
import { Namespace } from './namespace.ts';
import { freePort, RunningProgram } from './process.ts';

export type Link = 'wifi' | 'cable';

/** The gateway with the lowest metric is the one that is used. */
const links: Record<Link, { subnet: number; metric: number }> = {
  wifi: { subnet: 1, metric: 100 },
  cable: { subnet: 2, metric: 200 },
};
const names = Object.keys(links) as Link[];
const forwarder = fileURLToPath(new URL('forward.mjs', import.meta.url));

/** The command of a process in which pages run, in Chromium and in Firefox. */
const pageProcess = /--type=renderer|-isForBrowser/;

/** What a place is made of. */
interface Plan {
  /** Where the links of all places lead. */
  hub: Namespace;
  /** Unlike that of any other place at this hub. */
  number: number;
  /** Where the server is seen from inside, and where it really is. */
  door: { inside: string; outside: string };
  /** For socket files and programs. */
  directory: string;
  browserType: BrowserType;
}

export class Place {
  private constructor(
    private readonly number: number,
    private readonly namespace: Namespace,
    readonly browser: Browser,
    private readonly helpers: { stop(): Promise<unknown> }[],
  ) {}

  static async make(plan: Plan): Promise<Place> {
    const { hub, number, door, directory, browserType } = plan;
    const namespace = await Namespace.make();
    for (const link of names) {
      const end = farEnd(link, number);
      await hub.ip('link', 'add', end, 'type', 'veth', 'peer', 'name', link, 'netns', namespace.name);
      await hub.ip('address', 'add', `${address(number, link, 1)}/24`, 'dev', end);
      await hub.ip('link', 'set', end, 'up');
      await raise(namespace, number, link);
    }

    // Firefox is driven through a port, which nobody outside the namespace reaches by itself.
    const socket = join(directory, `${number}.socket`);
    const driver = await freePort();
    const ways = [door.inside, door.outside, socket, `127.0.0.1:${driver}`];
    const [forwarding] = await RunningProgram.start([...namespace.prefix, 'node', forwarder, ...ways], /forwarding/);
    const gate = await Balancer.start([{ path: socket }], driver);

    const flags = browserType.name() === 'firefox' ? [`--remote-debugging-port=${driver}`] : [];
    const command = [...namespace.prefix, programOf(browserType), ...flags];
    const executablePath = join(directory, `${number}.sh`);
    await writeFile(executablePath, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
    await chmod(executablePath, 0o755);
    const browser = await browserType.launch({ executablePath });
    return new Place(number, namespace, browser, [gate, forwarding]);
  }

  /** The hub's ends of its links. */
  get farEnds(): string[] {
    return names.map((link) => farEnd(link, this.number));
  }

  /** All its addresses. */
  get addresses(): string {
    return `10.${this.number}.0.0/16`;
  }

  /** The link that has an address. */
  linkOf(own: string): Link {
    const link = names.find((link) => own === address(this.number, link, 2));
    if (!link) throw new Error(`no link here has the address ${own}`);
    return link;
  }

  /** Takes a link down, as when its plug is pulled. Its address goes with it. */
  async lose(link: Link): Promise<void> {
    await this.namespace.ip('link', 'set', link, 'down');
    await this.namespace.ip('address', 'flush', 'dev', link);
  }

  async regain(link: Link): Promise<void> {
    await raise(this.namespace, this.number, link);
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

function farEnd(link: Link, place: number): string {
  return `${link}${place}`;
}

function address(place: number, link: Link, end: number): string {
  return `10.${place}.${links[link].subnet}.${end}`;
}

async function raise(namespace: Namespace, place: number, link: Link): Promise<void> {
  await namespace.ip('link', 'set', link, 'up');
  await namespace.ip('address', 'add', `${address(place, link, 2)}/24`, 'dev', link);
  const way = ['via', address(place, link, 1), 'dev', link, 'metric', `${links[link].metric}`];
  await namespace.ip('route', 'add', 'default', ...way);
}
