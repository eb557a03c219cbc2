/** Faults that take their time. */

import { setTimeout } from 'node:timers/promises';

/** The fault itself lasts so long. Never to be used to wait for anything. */
export async function lasts(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}
