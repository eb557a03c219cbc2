import type { Page } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

declare global {
  interface Window {
    /** Ends the count that was begun in this page, and gives the frames a second. */
    endCount(): Promise<number>;
  }
}

const flood = 10_000;

test('whoever sends ten thousand messages is named, and the pages of the others go on', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const mallory = await meeting.joins('Mallory');
  await allMeet(ann, bob, mallory);
  await bob.writes('before');
  await ann.reads('before');
  const chat = await ann.panel('Chat');

  const quiet = { frames: await usualFrames(ann.page), click: await click(ann.page) };
  const sends = async (): Promise<void> => {
    await mallory.page.evaluate(sendsAFlood, flood);
    await hasArrived(mallory.page);
  };
  // The page of whoever sends, two that receive and the browser between them share the machine: this
  // is what they leave to a page that does not read a word of it.
  const unread = await framesDuringMessages(ann.page, async () => {
    const reads = await Promise.all([ann, bob].map(({ page }) => page.evaluateHandle(readsNoChat)));
    await sends();
    await Promise.all(reads.map((again) => again.evaluate((begin) => { begin(); })));
  });
  let during = 0;
  const frames = await framesDuringMessages(ann.page, async () => {
    await mallory.page.evaluate(sendsAFlood, flood);
    // At once, for the notice does not stay for long.
    const isNamed = expect(ann.page.getByText(/Mallory sends too much at once/).first()).toBeVisible();
    [during] = await Promise.all([click(ann.page), isNamed]);
    await hasArrived(mallory.page);
  });
  const again = await framesDuringMessages(ann.page, sends);
  const description =
    `a flood of ${flood} messages: ${frames.toFixed(0)} frames a second and ${during.toFixed(0)} ms for a click, ` +
    `${again.toFixed(0)} frames during another one, ${unread.toFixed(0)} in a page that reads nothing of it, ` +
    `${quiet.frames.toFixed(0)} and ${quiet.click.toFixed(0)} ms without any`;
  console.log(description);
  test.info().annotations.push({ type: 'flood', description });
  // A page that works on every message has no frames left.
  for (const drawn of [frames, again]) {
    expect(drawn, 'frames a second during a flood').toBeGreaterThan(quiet.frames / 8);
  }
  expect(during, 'milliseconds for a click during the flood').toBeLessThan(5000);

  expect(await chat.getByRole('listitem').count(), 'messages that are shown').toBeLessThan(300);
  await bob.writes('after');
  await expect(chat.getByRole('listitem').filter({ hasText: 'after' })).toBeVisible();
  await ann.sees('Bob');
});

/**
 * The frames a second that a page draws from the first message that comes to it to the last, and for
 * a second at least: a flood that is over after two frames says nothing about a page that drew one.
 */
async function framesDuringMessages(page: Page, happens: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const [drawn, came]: [number[], number[]] = [[], []];
    const channels = [...window.recorder.channels];
    const note = (): void => { came.push(performance.now()); };
    for (const channel of channels) channel.addEventListener('message', note, { capture: true });
    let over = false;
    const draw = (now: number): void => {
      drawn.push(now);
      if (!over) requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
    window.endCount = async () => {
      for (const channel of channels) channel.removeEventListener('message', note, { capture: true });
      const [first = 0, last = 0] = [came[0], came.at(-1)];
      const end = Math.max(last, first + 1000);
      while (performance.now() < end) await new Promise(requestAnimationFrame);
      over = true;
      return (drawn.filter((at) => at >= first && at <= end).length * 1000) / (end - first);
    };
  });
  await happens();
  return page.evaluate(() => window.endCount());
}

/** The frames a second that a page draws to which nothing happens. */
async function usualFrames(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const [began, frames] = [performance.now(), 100];
    for (let frame = 0; frame < frames; frame += 1) await new Promise(requestAnimationFrame);
    return (frames * 1000) / (performance.now() - began);
  });
}

/** How many milliseconds the microphone's button takes to show that it was pressed. */
async function click(page: Page): Promise<number> {
  const button = page.getByRole('button', { name: /^Turn (on|off) microphone$/ });
  return button.evaluate(async (element: HTMLElement) => {
    const name = element.getAttribute('aria-label');
    const began = performance.now();
    // As a hand does: the click waits for whatever the page is doing.
    await new Promise((resolve) => setTimeout(resolve));
    element.click();
    while (element.getAttribute('aria-label') === name) await new Promise((resolve) => setTimeout(resolve));
    return performance.now() - began;
  });
}

/** Runs in the page of whoever means harm. */
function sendsAFlood(count: number): void {
  const channels = window.recorder.channels.filter(({ readyState }) => readyState === 'open');
  for (let number = 0; number < count; number += 1) {
    const message = { number, clock: number, at: Date.now(), text: `line ${number}` };
    const text = JSON.stringify({ type: 'chat', late: false, message });
    for (const channel of channels) channel.send(text);
  }
}

/** Keeps chat from a page, and gives what ends that. */
function readsNoChat(): () => void {
  const keep = (event: MessageEvent<string>): void => {
    if (event.data.startsWith('{"type":"chat"')) event.stopImmediatePropagation();
  };
  const { channels } = window.recorder;
  // Listeners that capture come before those that the page has added.
  for (const channel of channels) channel.addEventListener('message', keep, { capture: true });
  return () => {
    for (const channel of channels) channel.removeEventListener('message', keep, { capture: true });
  };
}

/** Waits until everything that was sent has been taken at the other ends. */
async function hasArrived(page: Page): Promise<void> {
  const waits = (): Promise<number> =>
    page.evaluate(() => Math.max(...window.recorder.channels.map(({ bufferedAmount }) => bufferedAmount)));
  await expect.poll(waits, { message: 'bytes that wait to be sent' }).toBe(0);
}
