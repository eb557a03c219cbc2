/** A call between two people who sit at hosts of their own. */

import type { Meeting, Programs } from './fixtures.ts';
import type { Network } from './network.ts';
import { allMeet, type Participant } from './participant.ts';
import type { Host, Uplink } from './host.ts';

export interface FarCall {
  network: Network;
  ann: Participant;
  bob: Participant;
  annsHost: Host;
  bobsHost: Host;
}

/** Ann and Bob see and hear each other. What breaks when a network does may break. */
export async function farCall(meeting: Meeting, programs: Programs): Promise<FarCall> {
  meeting.guard.tolerateLossOfNetwork();
  const network = await programs.network();
  const [annsHost, bobsHost] = [await network.host(), await network.host()];
  const room = network.newRoom();
  const ann = await meeting.joins('Ann', { room, browser: annsHost.browser });
  const bob = await meeting.joins('Bob', { room, browser: bobsHost.browser });
  await allMeet(ann, bob);
  return { network, ann, bob, annsHost, bobsHost };
}

/** The uplink over which the only connection of somebody goes now. */
export async function uplinkInUse(person: Participant, host: Host): Promise<Uplink> {
  return host.uplinkOf(await person.media.localAddress());
}

export function otherThan(uplink: Uplink): Uplink {
  return uplink === 'wifi' ? 'cable' : 'wifi';
}
