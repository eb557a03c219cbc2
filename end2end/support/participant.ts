/** Somebody with a browser. Controls are found by what assistive technology calls them. */

import { expect, type Locator, type Page } from '@playwright/test';

import { RemoteMedia } from './media.ts';

export type Device = 'microphone' | 'camera';

const serverIsAway =
  'The connection to the server is lost; trying again. You still see, hear and can write to everybody here, ' +
  'but nobody new can see you or come to you.';

export class Participant {
  /** What reaches this person from the others. */
  readonly media: RemoteMedia;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.media = new RemoteMedia(page);
  }

  /** Opens a page and waits until it reacts to clicks. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.hydrated();
  }

  async hydrated(): Promise<void> {
    await this.page.locator('body[data-hydrated]').waitFor();
  }

  /** Goes in from the pre-join page, and waits to be in. */
  async join(): Promise<void> {
    await this.asksToJoin();
    await expect(this.button('Leave call')).toBeVisible();
  }

  /** Presses the button, whatever comes of it. */
  async asksToJoin(): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(this.name);
    await this.button(/^Join (now|without camera and microphone)$/).click();
  }

  async leave(): Promise<void> {
    await this.button('Leave call').click();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  async turnOff(device: Device): Promise<void> {
    await this.button(`Turn off ${device}`).click();
    await expect(this.button(`Turn on ${device}`)).toBeVisible();
  }

  async turnOn(device: Device): Promise<void> {
    await this.button(`Turn on ${device}`).click();
    await expect(this.button(`Turn off ${device}`)).toBeVisible();
  }

  /** The tile of somebody else. */
  tile(name: string): Locator {
    return this.page.getByRole('group', { name, exact: true });
  }

  ownTile(): Locator {
    return this.tile(`${this.name} (you)`);
  }

  screenOf(name: string): Locator {
    return this.tile(`${name}'s screen`);
  }

  /** All tiles, one's own and shares too. */
  tiles(): Locator {
    return this.page.locator('[data-participant]');
  }

  /** Waits until pictures of somebody keep coming. */
  async sees(name: string): Promise<void> {
    await expect(this.tile(name)).toHaveAttribute('data-connection', 'connected');
    await this.media.pictureAdvances(this.tile(name));
  }

  async seesScreenOf(name: string): Promise<void> {
    await this.media.pictureAdvances(this.screenOf(name));
  }

  /** The side panel of a name, open. */
  async panel(name: 'Chat' | 'People'): Promise<Locator> {
    const panel = this.page.getByRole('region', { name, exact: true });
    if (!(await panel.isVisible())) await this.button(name).click();
    await expect(panel).toBeVisible();
    return panel;
  }

  async writes(...lines: string[]): Promise<void> {
    const chat = await this.panel('Chat');
    for (const line of lines) {
      await chat.getByRole('textbox', { name: 'Send a message to everyone' }).fill(line);
      await chat.getByRole('button', { name: 'Send message' }).click();
    }
  }

  /** The messages that this person sees, oldest first. */
  async messages(): Promise<Locator> {
    return (await this.panel('Chat')).getByRole('listitem');
  }

  /** Waits until the messages are these texts, in this order. */
  async reads(...texts: string[]): Promise<void> {
    await expect(await this.messages()).toContainText(texts);
  }

  /** Waits until the People panel lists exactly these names, in any order. */
  async lists(...names: string[]): Promise<void> {
    const entries = (await this.panel('People')).getByRole('listitem');
    await expect(entries).toHaveCount(names.length);
    for (const name of names) await expect(entries.filter({ hasText: name })).toHaveCount(1);
  }

  /** Waits until the page says that the server cannot be reached. */
  async isToldThatTheServerIsAway(): Promise<void> {
    await expect(this.page.getByText(serverIsAway)).toBeVisible();
  }

  /** Waits until the page says it no more. */
  async isBackAtTheServer(): Promise<void> {
    await expect(this.page.getByText(serverIsAway)).toBeHidden();
  }

  /** Every text that went over this person's sockets so far. */
  frames(): Promise<string[]> {
    return this.page.evaluate(() => window.recorder.frames);
  }

  /** How often a server let this page in, or back in. */
  async timesLetIn(): Promise<number> {
    return (await this.frames()).filter((frame) => frame.includes('"message":{"type":"joined"')).length;
  }

  /** Waits until ICE has found a way without being told to take the relay, whatever gets through. */
  async findsAWay(): Promise<void> {
    const isFound = (): Promise<boolean> =>
      this.page.evaluate(() =>
        window.recorder.connections.some((connection) => {
          const isFree = connection.getConfiguration().iceTransportPolicy === 'all';
          return isFree && ['connected', 'completed'].includes(connection.iceConnectionState);
        }),
      );
    await expect.poll(isFound, { message: `whether ICE of ${this.name} finds a way` }).toBe(true);
  }

  /** How many peer connections this person's page ever made. */
  connectionsMade(): Promise<number> {
    return this.page.evaluate(() => window.recorder.connections.length);
  }
}

/**
 * How many peer connections each of some people ever made. A slow machine may have needed more than
 * one until they met, so what counts is whether there are more afterwards.
 */
export function connectionsMade(...people: Participant[]): Promise<number[]> {
  return Promise.all(people.map((person) => person.connectionsMade()));
}

/** Waits until everybody sees and hears everybody else. */
export async function allMeet(...people: Participant[]): Promise<void> {
  const meets = (one: Participant): Promise<void>[] => [
    ...people.filter((other) => other !== one).map((other) => one.sees(other.name)),
    one.media.hears(people.length - 1),
  ];
  await Promise.all(people.flatMap(meets));
}
