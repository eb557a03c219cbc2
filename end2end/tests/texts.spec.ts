import type { Locator } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';

/** Whether nothing in a place runs out of it sideways. */
async function holdsTogether(place: Locator): Promise<void> {
  const overflow = (): Promise<number> =>
    place.evaluate((element) => {
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
