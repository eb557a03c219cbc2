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
const forwarder = fileURLToPath(new URL('forward.mjs', import.meta.url));

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
    for (const link of ['wifi', 'cable'] as const) {
      const end = `${link}${number}`;
      await hub.ip('link', 'add', end, 'type', 'veth', 'peer', 'name', link, 'netns', namespace.name);
      await hub.ip('address', 'add', `${address(number, link, 1)}/24`, 'dev', end);
      await hub.ip('link', 'set', end, 'up');
      await namespace.ip('address', 'add', `${address(number, link, 2)}/24`, 'dev', link);
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

  /** All its addresses. */
  get addresses(): string {
    return `10.${this.number}.0.0/16`;
  }

  /** Takes a link down, as when its plug is pulled. */
  async lose(link: Link): Promise<void> {
    await this.namespace.ip('link', 'set', link, 'down');
  }

  async regain(link: Link): Promise<void> {
    await raise(this.namespace, this.number, link);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    for (const helper of this.helpers) await helper.stop();
    await this.namespace.remove();
  }
}

function address(place: number, link: Link, end: number): string {
  return `10.${place}.${links[link].subnet}.${end}`;
}

/** A link that goes down loses its routes. */
async function raise(namespace: Namespace, place: number, link: Link): Promise<void> {
  await namespace.ip('link', 'set', link, 'up');
  const way = ['via', address(place, link, 1), 'dev', link, 'metric', `${links[link].metric}`];
  await namespace.ip('route', 'add', 'default', ...way);
}
