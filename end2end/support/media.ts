/** What reaches a person, as the browser's own statistics tell it. */

import { expect, type Locator, type Page } from '@playwright/test';

/** What became of one remote picture. */
interface Picture {
  track: string;
  framesDecoded: number;
  width: number;
  height: number;
}

/** How one end of a connection reaches the other. */
export interface Route {
  /** What it may use: `all`, or `relay` alone. */
  policy: string;
  /** What it uses: `relay` when that is a TURN server's address. */
  type: string;
  address: string;
  port: number;
  /** The username fragments of the two ends, which a restart of ICE changes. */
  local: string;
  remote: string;
}

export class RemoteMedia {
  constructor(private readonly page: Page) {}

  /** Waits until the picture in a tile keeps changing: frames arrive and are decoded. */
  async pictureAdvances(tile: Locator): Promise<void> {
    const before = await this.picture(tile);
    const decoded = async (): Promise<number> => {
      const now = await this.picture(tile);
      if (!now) return 0;
      // A new connection begins to count anew.
      return now.track === before?.track ? now.framesDecoded - before.framesDecoded : now.framesDecoded;
    };
    await expect.poll(decoded, { message: `frames decoded for ${tile}` }).toBeGreaterThan(5);
  }

  /** Waits until the picture in a tile is at least so large. */
  async pictureIsAtLeast(tile: Locator, width: number, height: number): Promise<void> {
    const isLarge = async (): Promise<boolean> => {
      const picture = await this.picture(tile);
      return picture !== null && picture.width >= width && picture.height >= height;
    };
    await expect.poll(isLarge, { message: `the size of ${tile}` }).toBe(true);
  }

  async framesDecoded(tile: Locator): Promise<number> {
    return (await this.picture(tile))?.framesDecoded ?? 0;
  }

  /** Waits until the sound of so many people keeps coming, and is not silence. */
  async hears(people: number): Promise<void> {
    const before = await this.audioEnergy();
    const louder = async (): Promise<number> => {
      const now = await this.audioEnergy();
      return [...now].filter(([connection, energy]) => energy > (before.get(connection) ?? 0)).length;
    };
    await expect.poll(louder, { message: 'people who are heard' }).toBe(people);
  }

  /** Waits until nothing is to be heard any more. */
  async hearsNobody(): Promise<void> {
    let before = await this.audioEnergy();
    const isStill = async (): Promise<boolean> => {
      const now = await this.audioEnergy();
      const same = [...now].every(([connection, energy]) => energy - (before.get(connection) ?? 0) < 1e-6);
      before = now;
      return same;
    };
    // Chromium's pretended microphone beeps twice a second, so a whole second of silence is long.
    await expect.poll(isStill, { intervals: [1_000], message: 'silence' }).toBe(true);
  }

  /** This end's address of the connection that is up. */
  async localAddress(): Promise<string> {
    return (await this.route()).address;
  }

  /** The route from this end, of the connection that is up. */
  route(): Promise<Route> {
    return this.page.evaluate(async () => {
      const isUp = ({ connectionState }: RTCPeerConnection): boolean => connectionState === 'connected';
      const connection = window.recorder.connections.find(isUp);
      const reports = new Map(await connection?.getStats());
      // Chromium names the pair at the transport; Firefox marks the pair itself.
      const all = [...reports.values()];
      const named: unknown = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
      const pair = all.find(({ type, id, selected }) => type === 'candidate-pair' && (selected || id === named));
      const { candidateType, address, port } = reports.get(pair?.localCandidateId) ?? {};
      const policy = connection?.getConfiguration().iceTransportPolicy;
      const fragment = (description?: RTCSessionDescription | null): string =>
        /a=ice-ufrag:(\S+)/.exec(description?.sdp ?? '')?.[1] ?? '';
      return {
        policy: String(policy),
        type: String(candidateType),
        address: String(address),
        port: Number(port),
        local: fragment(connection?.currentLocalDescription),
        remote: fragment(connection?.currentRemoteDescription),
      };
    });
  }

  /** The username fragments of this end, of all connections: a restart of ICE, or a new connection, has others. */
  fragments(): Promise<string[]> {
    return this.page.evaluate(() => {
      // Firefox does not say what the descriptions of a closed connection were.
      const open = window.recorder.connections.filter(({ signalingState }) => signalingState !== 'closed');
      return open.map(({ localDescription }) => /a=ice-ufrag:(\S+)/.exec(localDescription?.sdp ?? '')?.[1] ?? '');
    });
  }

  /**
   * The sound received so far, for each peer connection that is up, by its number: one that is gone
   * since the last look must not lend its sound to the next in line, which would have to be louder
   * than it to count.
   */
  private async audioEnergy(): Promise<Map<number, number>> {
    const energies = await this.page.evaluate(async () => {
      const energy = async (connection: RTCPeerConnection): Promise<number> => {
        let sum = 0;
        for (const report of (await connection.getStats()).values()) {
          if (report.type === 'inbound-rtp' && report.kind === 'audio') sum += report.totalAudioEnergy ?? 0;
        }
        return sum;
      };
      const numbered = [...window.recorder.connections.entries()];
      const areUp = numbered.filter(([, { connectionState }]) => connectionState === 'connected');
      return Promise.all(areUp.map(async ([number, connection]) => [number, await energy(connection)] as const));
    });
    return new Map(energies);
  }

  /** The statistics of exactly the track that a tile shows; `null` when it shows none. */
  private async picture(tile: Locator): Promise<Picture | null> {
    return tile.locator('video').evaluateAll(async ([element]) => {
      const shown = element instanceof HTMLVideoElement ? (element.srcObject as MediaStream | null) : null;
      const ids = shown?.getVideoTracks().map(({ id }) => id) ?? [];
      for (const connection of window.recorder.connections) {
        const receiver = connection.getReceivers().find(({ track }) => ids.includes(track.id));
        if (!receiver) continue;
        for (const report of (await connection.getStats(receiver.track)).values()) {
          if (report.type !== 'inbound-rtp') continue;
          const { framesDecoded = 0, frameWidth = 0, frameHeight = 0 } = report;
          return { track: receiver.track.id, framesDecoded, width: frameWidth, height: frameHeight };
        }
      }
      return null;
    });
  }
}
