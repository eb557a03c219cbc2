/** What every test gets: a server, and people who come to it with a browser each. */

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserType,
  expect,
  type Page,
  test as base,
} from '@playwright/test';

import { Balancer } from './balancer.ts';
import { type Devices, pretendDevices } from './devices.ts';
import { offerFakeDevices } from './fake-devices.ts';
import { Guard } from './guard.ts';
import { Network } from './network.ts';
import { Participant } from './participant.ts';
import { installRecorder } from './recorder.ts';
import { type Changes, Proxy } from './proxy.ts';
import { Redis } from './redis.ts';
import { pretendScreen } from './screen.ts';
import { Server } from './server.ts';
import { type Camera, pretendSmallCamera } from './small-camera.ts';

export { expect };

/** How somebody comes, when not in the usual way. */
interface Arrival {
  /** The room's URL; otherwise the room of this test. */
  room?: string;
  /** Another browser than that of the project. */
  browser?: Browser;
  context?: BrowserContextOptions;
  /** Otherwise both work. */
  devices?: Devices;
  /** Whether they have several devices of each kind, with names. */
  fakeDevices?: boolean;
}

/** How a test wants its people's browsers, set with `test.use`. */
export interface Options {
  camera: Camera;
}

/** The people of one test. */
export class Meeting {
  readonly guard = new Guard();
  readonly people: Participant[] = [];
  private lastPage: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly browser: Browser,
    private readonly defaults: BrowserContextOptions,
    private readonly camera: Camera,
    readonly room: string,
  ) {}

  /** Somebody opens the room's link, and waits on the pre-join page. */
  async arrives(name: string, arrival: Arrival = {}): Promise<Participant> {
    const participant = await this.visits(name, arrival);
    await participant.open(arrival.room ?? this.room);
    return participant;
  }

  /** Somebody opens the room's link and goes in. */
  async joins(name: string, arrival: Arrival = {}): Promise<Participant> {
    const participant = await this.arrives(name, arrival);
    await participant.join();
    return participant;
  }

  /** Somebody with a fresh browser, who has opened nothing yet. */
  async visits(name: string, arrival: Arrival = {}): Promise<Participant> {
    const { browser = this.browser, context: options = {}, devices, fakeDevices = false } = arrival;
    const defaults = browser.browserType() === this.browser.browserType() ? this.defaults : {};
    const context = await browser.newContext({ ...defaults, ...options });
    this.guard.watch(context, name);
    if (this.camera === 'small') await pretendSmallCamera(context);
    if (devices) await pretendDevices(context, devices);
    if (browser.browserType().name() === 'firefox') await pretendScreen(context);
    if (fakeDevices) await offerFakeDevices(context);
    await installRecorder(context);
    const participant = new Participant(await this.newPage(context), name);
    this.people.push(participant);
    return participant;
  }

  /** One after the other: Firefox fails to open a page while the window of another one is only half there. */
  private newPage(context: BrowserContext): Promise<Page> {
    const page = this.lastPage.then(() => context.newPage());
    // Whoever asked for a page is told that it did not open; the next one may.
    this.lastPage = page.catch(() => undefined);
    return page;
  }

  /** Somebody opens the page once more, and the new tab gets a copy of what the first one keeps. */
  async duplicates(original: Participant, name: string): Promise<Participant> {
    const opened = original.page.waitForEvent('popup');
    await original.page.evaluate(() => {
      sessionStorage.setItem('kept', 'by the first tab');
      window.open(location.href);
    });
    const copy = new Participant(await opened, name);
    this.people.push(copy);
    await copy.hydrated();
    const kept = await copy.page.evaluate(() => sessionStorage.getItem('kept'));
    expect(kept, 'what a new tab has of the first one').toBe('by the first tab');
    return copy;
  }

  async end(): Promise<void> {
    await Promise.all(this.people.map((participant) => participant.page.context().close()));
  }
}

/** Programs of one test, which end when everybody has left. */
export class Programs {
  private readonly running: { stop(): Promise<unknown> }[] = [];

  constructor(private readonly browserType: BrowserType) {}

  async server(...flags: string[]): Promise<Server> {
    return this.keep(await Server.start(...flags));
  }

  async redis(): Promise<Redis> {
    return this.keep(await Redis.start());
  }

  /** One address for several servers; connections go to the first of them that takes them. */
  async balancer(...servers: Server[]): Promise<Balancer> {
    return this.keep(await Balancer.start(servers.map(({ address }) => address)));
  }

  /** Another address for a server, of something that changes what goes through. */
  async proxy(server: Server, changes: Changes): Promise<Proxy> {
    return this.keep(await Proxy.before(server, changes));
  }

  /** A network for browsers of this test's kind, without a relay unless one is asked for. */
  async network(offers = { relay: false }): Promise<Network> {
    return this.keep(await Network.make(this.browserType, offers));
  }

  async end(): Promise<void> {
    for (const program of this.running.reverse()) await program.stop();
  }

  private keep<T extends { stop(): Promise<unknown> }>(program: T): T {
    this.running.push(program);
    return program;
  }
}

export const test = base.extend<Options & { meeting: Meeting; programs: Programs }, { server: Server }>({
  camera: ['full', { option: true }],

  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      expect(await server.stop(), 'the exit code of the server').toBe(0);
    },
    { scope: 'worker' },
  ],

  programs: async ({ browser }, use) => {
    const programs = new Programs(browser.browserType());
    await use(programs);
    await programs.end();
  },

  // It names the programs, so that they outlive it.
  meeting: async ({ browser, camera, permissions, viewport, server, programs: _ }, use, info) => {
    const meeting = new Meeting(browser, { permissions, viewport }, camera, server.newRoom());
    await use(meeting);
    // Taking a picture of a page provokes errors of its own.
    const { problems } = meeting.guard;
    if (info.status !== info.expectedStatus) {
      for (const { name, page } of meeting.people.filter(({ page }) => !page.isClosed())) {
        await info.attach(name, { body: await page.screenshot(), contentType: 'image/png' });
      }
      await info.attach('server log', { body: server.log, contentType: 'text/plain' });
    }
    await meeting.end();
    expect(problems).toEqual([]);
  },
});
