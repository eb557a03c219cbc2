/** A watch over what reaches people: the longest time without a new picture, and without sound. */

import { expect, test } from '@playwright/test';

import type { Participant } from './participant.ts';

/** What reached one person from another over a stretch of time. Times are in milliseconds. */
interface Reached {
  /** The longest time in which no new frame was decoded. */
  picture: number;
  /** The longest time in which no packet of sound came. Somebody silent still sends a few a second. */
  sound: number;
  /** How much sound had to be made up because it did not come in time. */
  madeUp: number;
  /** When the last gap ended, of picture or sound, that lasted half a second, as `Date.now()`; 0 when there was none. */
  restored: number;
  /** Whether anything but silence was heard. */
  heard: boolean;
  /** Whether there was a tile for the other person all the time. */
  shown: boolean;
}

interface Found {
  /** What came from the others, by their names. */
  reached: Reached[];
  /** What came over a link to which nothing happens, if there was one. */
  control: Reached | null;
}

declare global {
  interface Window {
    /** Ends the watch that was begun in this page. */
    endWatch(): Promise<Found>;
  }
}

/** How often tests look, in milliseconds. */
const interval = 250;
/**
 * How much longer, in milliseconds, media may pause than they do in the same browsers at the same
 * time where nothing happens to them. Two cores that run a whole meeting, and a page or a server that
 * starts, make everything stutter; a connection that has to be repaired is silent for about as long
 * before anybody does something.
 */
const longestPause = 2_000;

export class Watch {
  private constructor(
    private readonly people: Participant[],
    /** By what each of them was connected when the watch began. */
    private readonly fragments: string[][],
  ) {}

  /** Begins to watch what each of some people gets from the others, and what their browsers let through. */
  static over(...people: Participant[]): Promise<Watch> {
    return Watch.begin({ interval, control: true }, people);
  }

  /** Looks every so many milliseconds, and at the others alone. */
  static every(interval: number, ...people: Participant[]): Promise<Watch> {
    return Watch.begin({ interval, control: false }, people);
  }

  private static async begin(how: { interval: number; control: boolean }, people: Participant[]): Promise<Watch> {
    const others = (one: Participant): string[] => people.filter((other) => other !== one).map(({ name }) => name);
    await Promise.all(people.map((one) => one.page.evaluate(watch, { names: others(one), ...how })));
    return new Watch(people, await fragmentsOf(people));
  }

  /** Ends it and reports the longest gaps. */
  async end(during: string): Promise<Reached[]> {
    const { all } = await this.stop(during);
    return all;
  }

  /**
   * Ends it: no connection was made anew or repaired, and pictures and sound of everybody paused for everybody
   * at most `longestPause` longer than where nothing happened.
   */
  async findsNoRepair(during: string): Promise<void> {
    const fragments = await fragmentsOf(this.people);
    for (const [index, before] of this.fragments.entries()) {
      expect(fragments[index], 'no connection was made anew or repaired').toEqual(expect.arrayContaining(before));
    }
    const { all, controls } = await this.stop(during);
    expect(controls.length, 'links to which nothing happened').toBe(this.people.length);
    const usual = longest(controls);
    for (const { picture, sound, heard, shown } of all) {
      expect(picture, 'the longest time without a picture').toBeLessThan(usual.picture + longestPause);
      expect(sound, 'the longest time without sound').toBeLessThan(usual.sound + longestPause);
      expect(heard, 'something is heard').toBe(true);
      expect(shown, 'the other person is shown as being there').toBe(true);
    }
  }

  private async stop(during: string): Promise<{ all: Reached[]; controls: Reached[] }> {
    const found = await Promise.all(this.people.map(({ page }) => page.evaluate(() => window.endWatch())));
    const all = found.flatMap(({ reached }) => reached);
    const controls = found.flatMap(({ control }) => control ?? []);
    report(during, longest(all));
    if (controls.length > 0) report(`${during}, where nothing happened`, longest(controls));
    return { all, controls };
  }
}

type Gaps = Pick<Reached, 'picture' | 'sound' | 'madeUp'>;

function longest(all: Reached[]): Gaps {
  const most = (what: keyof Gaps): number => Math.max(...all.map((reached) => reached[what]));
  return { picture: most('picture'), sound: most('sound'), madeUp: most('madeUp') };
}

function fragmentsOf(people: Participant[]): Promise<string[][]> {
  return Promise.all(people.map(({ media }) => media.fragments()));
}

function report(during: string, { picture, sound, madeUp }: Gaps): void {
  const description = `${during}: no picture for ${picture} ms and no sound for ${sound} ms at most, ${madeUp} ms of sound made up`;
  console.log(description);
  test.info().annotations.push({ type: 'longest gap', description });
}

/** Runs in the page. */
function watch(how: { names: string[]; interval: number; control: boolean }): void {
  const { names, interval } = how;
  /** What is known of somebody at one moment. */
  interface Sample {
    track: string;
    frames: number;
    packets: number;
    energy: number;
    madeUp: number;
  }

  const tileOf = (name: string): Element | null => document.querySelector(`[role=group][aria-label="${name}"]`);

  const connectionOf = (track: MediaStreamTrack): RTCPeerConnection | undefined =>
    window.recorder.connections.find((connection) =>
      connection.getReceivers().some((receiver) => receiver.track.id === track.id),
    );

  /** `undefined` while there is no picture of this person at all. */
  const lookAt = async (name: string): Promise<Sample | undefined> => {
    const video = tileOf(name)?.querySelector('video');
    const [track] = (video?.srcObject as MediaStream | null)?.getVideoTracks() ?? [];
    const connection = track && connectionOf(track);
    return track && connection && read(connection, track);
  };

  const read = async (connection: RTCPeerConnection, track: MediaStreamTrack): Promise<Sample> => {
    const sample = { track: track.id, frames: 0, packets: 0, energy: 0, madeUp: 0 };
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      if (report.kind === 'video' && report.trackIdentifier === track.id) sample.frames = report.framesDecoded ?? 0;
      if (report.kind !== 'audio') continue;
      const { concealedSamples = 0, silentConcealedSamples = 0 } = report;
      sample.packets += report.packetsReceived;
      sample.energy += report.totalAudioEnergy ?? 0;
      sample.madeUp += (concealedSamples - silentConcealedSamples) / 48;
    }
    return sample;
  };

  /**
   * The longest time in which a count was seen not to grow. Time in which nobody looked does not
   * count: where the count has grown meanwhile, the page was busy and the media went on.
   */
  class Gap {
    private since = performance.now();
    private lasted = 0;
    longest = 0;
    /** When the last one ended that lasted half a second. */
    restored = 0;

    look(grew: boolean): void {
      const now = performance.now();
      if (grew) {
        if (this.lasted > 500) this.restored = Date.now();
        [this.since, this.lasted] = [now, 0];
      } else {
        this.lasted = now - this.since;
        this.longest = Math.max(this.longest, Math.round(this.lasted));
      }
    }
  }

  let over = false;
  const follow = async (look: () => Promise<Sample | undefined>, isThere: () => boolean): Promise<Reached> => {
    const [picture, sound] = [new Gap(), new Gap()];
    let [heard, shown, madeUp] = [false, true, 0];
    let before = await look();
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, interval));
      shown &&= isThere();
      const now = await look();
      // Of a new connection, what it has brought so far is new.
      const base = before && now && before.track === now.track ? before : { frames: 0, packets: 0, energy: 0, madeUp: 0 };
      picture.look(now !== undefined && now.frames > base.frames);
      sound.look(now !== undefined && now.packets > base.packets);
      if (now) {
        heard ||= now.energy > base.energy;
        madeUp += now.madeUp - base.madeUp;
        before = now;
      }
    }
    const restored = Math.max(picture.restored, sound.restored);
    return { picture: picture.longest, sound: sound.longest, madeUp: Math.round(madeUp), restored, heard, shown };
  };

  /** Follows a link of the page to itself, of which the recorder and the call know nothing, from its first picture on. */
  const compare = async (): Promise<Reached> => {
    const Connection = Object.getPrototypeOf(window.RTCPeerConnection) as typeof RTCPeerConnection;
    const [near, far] = [new Connection(), new Connection()];
    near.onicecandidate = ({ candidate }) => void (candidate && far.addIceCandidate(candidate));
    far.onicecandidate = ({ candidate }) => void (candidate && near.addIceCandidate(candidate));
    const own = window.recorder.captured.filter(({ how }) => how === 'user').flatMap(({ stream }) => stream.getTracks());
    for (const track of own) if (track.readyState === 'live') near.addTrack(track);
    const sent = await near.createOffer();
    await Promise.all([far.setRemoteDescription(sent), near.setLocalDescription(sent)]);
    const answer = await far.createAnswer();
    await Promise.all([near.setRemoteDescription(answer), far.setLocalDescription(answer)]);
    const picture = far.getReceivers().find(({ track }) => track.kind === 'video');
    if (!picture) throw new Error('a page without a camera has nothing to compare with');
    const look = (): Promise<Sample> => read(far, picture.track);
    while (!over && (await look()).frames === 0) await new Promise((resolve) => setTimeout(resolve, interval));
    const reached = await follow(look, () => true);
    near.close();
    far.close();
    return reached;
  };

  const reached = Promise.all(names.map((name) => follow(() => lookAt(name), () => tileOf(name) !== null)));
  const control = how.control ? compare() : null;
  window.endWatch = async () => {
    over = true;
    return { reached: await reached, control: await control };
  };
}
