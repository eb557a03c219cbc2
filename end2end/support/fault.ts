/** Faults that take their time. */

import { setTimeout } from 'node:timers/promises';

import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** Milliseconds. */
    standstill: number;
  }
}

export const minute = 60_000;

/** The fault itself lasts so long. Never to be used to wait for anything. */
export async function lasts(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}

/** Takes from now on the longest time in which a page did nothing at all. */
export async function recordStandstill(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    let last = Date.now();
    window.standstill = 0;
    setInterval(() => {
      window.standstill = Math.max(window.standstill, Date.now() - last);
      last = Date.now();
    }, 100);
  });
  return () => page.evaluate(() => window.standstill);
}
