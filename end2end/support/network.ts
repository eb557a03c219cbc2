/**
 * A network of one test's own: a hub with a server in it, and hosts around it, each connected to
 * the hub by Wi-Fi and by a cable. What people send each other goes through the hub, too.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { BrowserType } from '@playwright/test';

import { letOnlyChecksThrough } from './firewall.ts';
import { Namespace } from './namespace.ts';
import { Host } from './host.ts';
import { Relay } from './relay.ts';
import { Server } from './server.ts';

const serverAddress = '10.255.0.1';
/** Browsers trust pages of their own host, so everybody has the server there. */
const pageAddress = { inside: '127.0.0.1:3000', outside: `${serverAddress}:3000` };

export class Network {
  private readonly hosts: Host[] = [];
  /** Numbers of hosts. */
  private taken = 0;

  private constructor(
    private readonly hub: Namespace,
    private readonly directory: string,
    private readonly relay: Relay | null,
    private readonly server: Server,
    private readonly browserType: BrowserType,
  ) {}

  /** A network in which browsers find each other by themselves, or by a relay if there is one. */
  static async make(browserType: BrowserType, offers: { relay: boolean }): Promise<Network> {
    const hub = await Namespace.make();
    await hub.ip('address', 'add', `${serverAddress}/32`, 'dev', 'lo');
    await hub.run('echo 1 > /proc/sys/net/ipv4/ip_forward');
    // As anywhere, nothing gets through that bears an address of another uplink.
    await hub.run('echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter');
    // So that a rule can come before the one for what is the hub's own.
    await hub.ip('rule', 'add', 'priority', '100', 'lookup', 'local');
    await hub.ip('rule', 'delete', 'priority', '0');
    const directory = await mkdtemp(join(tmpdir(), 'rotunda-test-'));
    const relay = offers.relay ? await Relay.startIn(hub, serverAddress) : null;
    const server = await Server.startIn(hub, pageAddress.outside, ...(relay?.flags ?? []));
    return new Network(hub, directory, relay, server, browserType);
  }

  /** A new host with a browser. */
  async host(): Promise<Host> {
    const { hub, directory, browserType } = this;
    this.taken += 1;
    const host = await Host.make({ hub, number: this.taken, pageAddress, directory, browserType });
    this.hosts.push(host);
    return host;
  }

  /** The URL of a room that nobody has used before. */
  newRoom(): string {
    return `http://${pageAddress.inside}${new URL(this.server.newRoom()).pathname}`;
  }

  /** From now on nothing gets from one host to the other. Both still reach the server. */
  async separate(one: Host, other: Host): Promise<void> {
    await this.between('add', one, other);
  }

  async reunite(one: Host, other: Host): Promise<void> {
    await this.between('delete', one, other);
  }

  /**
   * From now on two hosts can check that they reach each other, and nothing else gets from one to
   * the other.
   */
  async letOnlyChecksThrough(one: Host, other: Host): Promise<void> {
    await letOnlyChecksThrough(this.hub, one, other);
  }

  /** From now on nothing gets from one host to the other; the other way everything does. */
  async silence(one: Host, other: Host): Promise<void> {
    await this.rule('add', 'from', one.addresses, 'to', other.addresses);
  }

  async endSilence(one: Host, other: Host): Promise<void> {
    await this.rule('delete', 'from', one.addresses, 'to', other.addresses);
  }

  /** From now on nothing that a host sends arrives anywhere, and nothing arrives there. */
  async cutOff(host: Host): Promise<void> {
    await this.around('add', host);
  }

  async connectAgain(host: Host): Promise<void> {
    await this.around('delete', host);
  }

  /** Ends the server as a power cut would. */
  async killServer(): Promise<void> {
    await this.server.kill();
  }

  async startServerAgain(): Promise<void> {
    await this.server.startAgain();
  }

  async stop(): Promise<void> {
    for (const host of this.hosts) await host.stop();
    await this.server.stop();
    await this.relay?.stop();
    await this.hub.remove();
    await rm(this.directory, { recursive: true });
  }

  private async between(change: 'add' | 'delete', one: Host, other: Host): Promise<void> {
    await this.rule(change, 'from', one.addresses, 'to', other.addresses);
    await this.rule(change, 'from', other.addresses, 'to', one.addresses);
  }

  private async around(change: 'add' | 'delete', host: Host): Promise<void> {
    await this.rule(change, 'from', host.addresses);
    await this.rule(change, 'to', host.addresses);
  }

  /** What it applies to vanishes without a word. */
  private async rule(change: 'add' | 'delete', ...selector: string[]): Promise<void> {
    await this.hub.ip('rule', change, 'priority', '1', ...selector, 'blackhole');
  }
}
