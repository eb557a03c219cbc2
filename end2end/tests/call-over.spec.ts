import type { Page } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';

declare global {
  interface Window {
    /** What a page has asked for and not given back. */
    held: { intervals: Set<unknown>; wakeLocks: Set<EventTarget>; wakeLocksAsked: number };
  }
}

/** Counts the intervals and wake locks of a page. Not every test machine has a screen to keep awake. */
async function watchWhatIsHeld(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const held = { intervals: new Set<unknown>(), wakeLocks: new Set<EventTarget>(), wakeLocksAsked: 0 };
    window.held = held;
    const [begin, end] = [window.setInterval.bind(window), window.clearInterval.bind(window)];
    window.setInterval = ((...given: Parameters<typeof begin>) => {
      const interval = begin(...given);
      held.intervals.add(interval);
      return interval;
    }) as typeof window.setInterval;
    window.clearInterval = (interval) => {
      held.intervals.delete(interval);
      end(interval);
    };
    const request = async (): Promise<EventTarget> => {
      held.wakeLocksAsked += 1;
      const sentinel = new EventTarget();
      held.wakeLocks.add(sentinel);
      Object.defineProperty(sentinel, 'released', { get: () => !held.wakeLocks.has(sentinel) });
      return Object.assign(sentinel, { release: async () => void held.wakeLocks.delete(sentinel) });
    };
    Object.defineProperty(navigator, 'wakeLock', { value: { request } });
  });
}

const heldBy = (page: Page): Promise<{ intervals: number; wakeLocks: number; devices: number }> =>
  page.evaluate(() => ({
    intervals: window.held.intervals.size,
    wakeLocks: window.held.wakeLocks.size,
    devices: window.recorder.captured
      .flatMap(({ stream }) => stream.getTracks())
      .filter(({ readyState }) => readyState === 'live').length,
  }));

const nothing = { intervals: 0, wakeLocks: 0, devices: 0 };

test('a page whose call the server ended holds nothing any more', async ({ meeting, programs }) => {
  const room = (await programs.server('--capacity', '2')).newRoom();
  await meeting.joins('Ann', { room });
  await meeting.joins('Bob', { room });
  const cem = await meeting.visits('Cem');
  await watchWhatIsHeld(cem.page);
  await cem.open(room);
  await expect.poll(async () => (await heldBy(cem.page)).devices).toBe(2);
  await cem.asksToJoin();
  await expect(cem.page.getByRole('heading', { name: 'This room is full' })).toBeVisible();
  await expect.poll(() => heldBy(cem.page)).toEqual(nothing);
});

test('the screen stays awake during a call, also after the page was hidden, and not longer', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  await watchWhatIsHeld(ann.page);
  await ann.open(meeting.room);
  const wakeLocks = async (): Promise<number> => (await heldBy(ann.page)).wakeLocks;
  expect(await wakeLocks()).toBe(0);
  await ann.join();
  await expect.poll(wakeLocks).toBe(1);

  // A browser takes the lock away when it hides the page.
  await ann.page.evaluate(() => {
    window.held.wakeLocks.clear();
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(wakeLocks).toBe(1);
  expect(await ann.page.evaluate(() => window.held.wakeLocksAsked)).toBe(2);

  await ann.leave();
  await expect.poll(() => heldBy(ann.page)).toEqual(nothing);
});
