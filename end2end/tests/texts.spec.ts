import type { Locator } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';

/** A notice as it was when it appeared. */
interface SeenToast {
  text: string;
  direction: string;
  /** The directions of what is somebody's in it. */
  foreign: string[];
  /** How far it runs out of the window. */
  overflow: number;
}

declare global {
  interface Window {
    toastsSeen: SeenToast[];
  }
}

/** Keeps from now on how notices look; they do not stay long. */
async function watchToasts(person: Participant): Promise<void> {
  await person.page.evaluate(() => {
    window.toastsSeen = [];
    const look = (toast: Element): SeenToast => ({
      text: toast.textContent ?? '',
      direction: getComputedStyle(toast).direction,
      foreign: [...toast.querySelectorAll('bdi')].map((piece) => getComputedStyle(piece).direction),
      overflow: Math.max(0, toast.getBoundingClientRect().right - innerWidth, toast.scrollWidth - toast.clientWidth),
    });
    new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
      window.toastsSeen.push(...added.filter((element) => element.matches('.toast')).map(look));
    }).observe(document.body, { childList: true, subtree: true });
  });
}

/** Whether nothing in an element runs out of it sideways. */
async function holdsTogether(element: Locator): Promise<void> {
  const overflow = (): Promise<number> =>
    element.evaluate((element) => {
      const { left, right } = element.getBoundingClientRect();
      const boxes = [...element.querySelectorAll('.chat-sender, time, .chat-text, .person, .toast')];
      const rects = boxes.map((box) => box.getBoundingClientRect());
      return Math.max(0, ...rects.map((box) => Math.max(box.right - right, left - box.left)));
    });
  await expect.poll(overflow).toBeLessThanOrEqual(1);
}

test('long names and words stay inside, and names in Hebrew leave the time alone', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const wide = await meeting.joins('W'.repeat(64));
  await wide.writes('x'.repeat(500), `https://example.org/${'y'.repeat(300)}`);
  const hebrew = await meeting.joins('אבגדה');
  await hebrew.writes('שלום');

  await ann.reads('xxx', 'yyy', 'שלום');
  await holdsTogether(await ann.panel('Chat'));
  // The sender is one run of its own: the time stands after it, in one piece.
  const head = (await ann.messages()).last();
  const isolated = head.getByText('אבגדה').evaluate((element) => getComputedStyle(element).unicodeBidi);
  expect(await isolated).toMatch(/isolate/);
  const time = head.locator('time');
  expect((await time.boundingBox())?.x).toBeGreaterThan((await head.getByText('אבגדה').boundingBox())?.x ?? 0);
  await holdsTogether(await ann.panel('People'));
});

test('a name in Hebrew changes the direction of nothing that is said about it', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const hebrew = await meeting.joins('אבגדה');
  const wide = await meeting.joins('W'.repeat(64));
  await ann.sees(hebrew.name);
  await ann.sees(wide.name);

  await watchToasts(ann);
  await hebrew.writes('שלום, world!');
  await wide.writes('x'.repeat(500));
  const seen = (): Promise<SeenToast[]> => ann.page.evaluate(() => window.toastsSeen.filter(({ text }) => text.includes(': ')));
  await expect.poll(async () => (await seen()).length).toBe(2);
  const [first, second] = await seen();
  expect(first).toMatchObject({ direction: 'ltr', foreign: ['rtl', 'rtl'], overflow: 0 });
  expect(second).toMatchObject({ direction: 'ltr', foreign: ['ltr', 'ltr'], overflow: 0 });

  // The name alone has the line; in a sentence of ours it stands where the sentence has it.
  await expect(ann.tile(hebrew.name).locator('.name')).toHaveCSS('direction', 'rtl');
  const own = hebrew.ownTile().locator('.name');
  await expect(own).toHaveCSS('direction', 'ltr');
  await expect(own.locator('bdi')).toHaveCSS('direction', 'rtl');
  const [name, ours] = [await own.locator('bdi').boundingBox(), await own.locator('span').boundingBox()];
  expect(ours?.x).toBeGreaterThan(name?.x ?? Infinity);

  const tile = await ann.tile(wide.name).boundingBox();
  const plate = await ann.tile(wide.name).locator('.nameplate').boundingBox();
  expect((plate?.x ?? 0) + (plate?.width ?? Infinity)).toBeLessThanOrEqual((tile?.x ?? 0) + (tile?.width ?? 0));
});

test('what somebody writes covers nothing that others wrote', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await ann.writes(`Z${'\u0301'.repeat(2000)}`, `a${'\n'.repeat(2000)}b`, 'Next');
  const texts = (await ann.messages()).locator('.chat-text');
  await expect(texts).toHaveCount(3);
  const high = await texts.evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height / innerHeight));
  expect(Math.max(...high), 'of the height of the window').toBeLessThan(0.7);
  await expect(texts.first()).toHaveCSS('overflow-y', 'auto');
});

test('nobody comes in under a name that shows nothing', async ({ meeting }) => {
  const ann = await meeting.arrives('Ann');
  const field = ann.page.getByRole('textbox', { name: 'Your name' });
  for (const nothing of ['\u3164', '\u2800\u2800', '\u115f', '\u{e0041}\u{e0042}', '\u200d\ufe0f', '\u0301']) {
    await field.fill(nothing);
    await ann.button('Join now').click();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
});

test('a link to a room is found however it is written', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann');
  const { host } = new URL(server.url);
  const field = ann.page.getByRole('textbox', { name: 'Code or link' });
  for (const text of [
    `HTTP://${host}/abc-defg-hij`,
    `https://${host}/abc-defg-hij`,
    `Join me: ${server.url}/abc-defg-hij.`,
    `https://elsewhere.example/xyz or ${host}/abc-defg-hij`,
  ]) {
    await ann.open(server.url);
    await field.fill(text);
    await ann.button('Join').click();
    await expect(ann.page).toHaveURL(`${server.url}/abc-defg-hij`);
  }
  await ann.open(server.url);
  await field.fill('https://elsewhere.example/abc-defg-hij');
  await ann.button('Join').click();
  await expect(ann.page.getByText('This link leads to another server.')).toBeVisible();
});
