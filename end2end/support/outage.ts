/** Faults that interrupt a call for certain, and how long it takes to come back. */

import { allMeet, type Participant } from './participant.ts';
import { Watch } from './watch.ts';

/** A shorter gap, in milliseconds, is none: a call without a fault has such, too. */
export const NOTICEABLE = 500;

/**
 * Waits until everybody has pictures and sound of everybody again. Returns the milliseconds from
 * the end of the fault until then; 0 when they never lacked them for half a second. It is looked at
 * in the pages, every 50 ms.
 */
export async function recovery(fault: () => Promise<void>, ...people: Participant[]): Promise<number> {
  const watch = await Watch.every(50, ...people);
  await fault();
  const over = Date.now();
  await allMeet(...people);
  // What was still on its way when the fault began may have passed for a meeting.
  await allMeet(...people);
  const restored = Math.max(...(await watch.end('around the fault')).map((reached) => reached.restored));
  return Math.max(0, restored - over);
}
