/** A call between two people who sit in places of their own. */

import type { Meeting, Programs } from './fixtures.ts';
import type { Network } from './network.ts';
import { allMeet, type Participant } from './participant.ts';
import type { Link, Place } from './place.ts';

export interface FarCall {
  network: Network;
  ann: Participant;
  bob: Participant;
  annsPlace: Place;
  bobsPlace: Place;
}

/** Ann and Bob see and hear each other. What breaks when a network does may break. */
export async function farCall(meeting: Meeting, programs: Programs): Promise<FarCall> {
  meeting.guard.tolerateLossOfNetwork();
  const network = await programs.network();
  const [annsPlace, bobsPlace] = [await network.place(), await network.place()];
  const room = network.newRoom();
  const ann = await meeting.joins('Ann', { room, browser: annsPlace.browser });
  const bob = await meeting.joins('Bob', { room, browser: bobsPlace.browser });
  await allMeet(ann, bob);
  return { network, ann, bob, annsPlace, bobsPlace };
}

/** The link over which the only connection of somebody goes now. */
export async function linkInUse(person: Participant, place: Place): Promise<Link> {
  return place.linkOf(await person.media.localAddress());
}

export function otherThan(link: Link): Link {
  return link === 'wifi' ? 'cable' : 'wifi';
}
