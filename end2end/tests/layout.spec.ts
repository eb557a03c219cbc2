import type { Locator } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';

/** A small phone and a usual one held upright, a tablet, a desk. */
const sizes = [
  { width: 320, height: 568 },
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** Small windows, and a page at 200 %. */
const smallSizes = [
  { width: 320, height: 320 },
  { width: 360, height: 430 },
  { width: 600, height: 400 },
  { width: 720, height: 450 },
];

/** From now on a browser makes no connection to anybody. */
async function makesNoConnection(person: Participant): Promise<void> {
  await person.page.addInitScript(() => {
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct: () => {
        throw new DOMException('pretended', 'UnknownError');
      },
    });
  });
}

/**
 * Waits until no mark, button or name of a tile covers another one, also not across tiles, and none
 * is cut off.
 */
async function nothingIsCovered(person: Participant): Promise<void> {
  const covered = (): Promise<string[]> =>
    person.page.evaluate(() => {
      const marks = [...document.querySelectorAll<HTMLElement>('.nameplate, .tile-state, .pin')];
      const isSelf = (element: Element): boolean => element.closest('.tile')?.getAttribute('data-part') === 'self';
      const selfView = [...document.querySelectorAll<HTMLElement>('.tile[data-part=self]')];
      const meet = (a: Element, b: Element): boolean => {
        const [one, other] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const across = one.left < other.right - 1 && other.left < one.right - 1;
        return across && one.top < other.bottom - 1 && other.top < one.bottom - 1;
      };
      const pairs = marks.flatMap((mark, at) => marks.slice(at + 1).map((other) => [mark, other] as const));
      const under = selfView.flatMap((self) => marks.filter((mark) => !isSelf(mark)).map((mark) => [self, mark] as const));
      const isCut = (mark: Element): boolean => {
        const [inner, outer] = [mark.getBoundingClientRect(), mark.closest('.tile')?.getBoundingClientRect()];
        const isShown = inner.height > 0 && outer !== undefined;
        return isShown && (inner.top < outer.top - 1 || inner.left < outer.left - 1 || inner.right > outer.right + 1);
      };
      const cut = marks.filter((mark) => !mark.matches('.pin') && isCut(mark)).map((mark) => `${mark.className} is cut off`);
      // Two marks of different parts meet only if one of them lies under the self view.
      const covered = [...pairs.filter(([a, b]) => isSelf(a) === isSelf(b)), ...under]
        .filter(([a, b]) => meet(a, b))
        .map(([a, b]) => `${a.className} and ${b.className}`);
      return [...covered, ...cut];
    });
  await expect.poll(covered).toEqual([]);
}

/** Looks at a page at every size: nothing may stick out, and a picture of it is kept. */
async function lookAt(person: Participant, name: string): Promise<void> {
  for (const size of sizes) {
    await person.page.setViewportSize(size);
    const stickingOut = (): Promise<number> =>
      person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(stickingOut, { message: `${name} at ${size.width}` }).toBe(0);
    await nothingIsCovered(person);
    await person.page.screenshot({ path: `results/${name}-${size.width}.png` });
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the home page holds together, ${colorScheme}`, async ({ meeting, server }) => {
    const ann = await meeting.visits('Ann', { context: { colorScheme } });
    await ann.open(server.url);
    await lookAt(ann, `home-${colorScheme}`);
  });

  test(`the pre-join page holds together, ${colorScheme}`, async ({ meeting }) => {
    const ann = await meeting.arrives('Ann', { context: { colorScheme } });
    await expect(ann.page.locator('video')).toBeVisible();
    await lookAt(ann, `lobby-${colorScheme}`);
  });

  test(`the page after the call holds together, ${colorScheme}`, async ({ meeting }) => {
    const ann = await meeting.joins('Ann', { context: { colorScheme } });
    await ann.leave();
    await expect(ann.button('Rejoin')).toBeVisible();
    await lookAt(ann, `left-${colorScheme}`);
  });
}

test('a call of one, two and four holds together', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await lookAt(ann, 'call-of-one');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);
  await lookAt(ann, 'call-of-two');
  const cem = await meeting.joins('Cem');
  const dora = await meeting.joins('Dora');
  await cem.turnOff('camera');
  await dora.turnOff('microphone');
  await ann.sees('Dora');
  await expect(ann.page.getByText('Dora joined')).toHaveCount(0);
  await lookAt(ann, 'call-of-four');
});

test('a call with a panel and a shared screen holds together', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await bob.button('Share screen').click();
  await ann.seesScreenOf('Bob');
  await lookAt(ann, 'share');
  await bob.writes('Shall we begin? The plan is at https://example.org/plan');
  await ann.reads('Shall we begin?');
  await lookAt(ann, 'chat');
  await ann.panel('People');
  await lookAt(ann, 'people');
});

test('what is wrong with a connection covers nothing, and nothing covers it', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const wide = await meeting.joins('W'.repeat(64));
  const bob = await meeting.visits('Bob');
  await makesNoConnection(bob);
  await bob.open(meeting.room);
  await bob.join();
  await expect(bob.tile('Ann').getByText('This browser made no connection; still trying')).toBeVisible();
  for (const size of [...smallSizes, ...sizes, { width: 844, height: 390 }]) {
    await bob.page.setViewportSize(size);
    await nothingIsCovered(bob);
    await bob.page.screenshot({ path: `results/no-connection-${size.width}x${size.height}.png` });
  }

  await wide.button('Share screen').click();
  await ann.seesScreenOf(wide.name);
  const state = ann.tile('Bob').locator('.tile-state');
  // The second is so low that three faces beside a screen are as small as eight in the first.
  for (const height of [390, 192]) {
    await ann.page.setViewportSize({ width: 844, height });
    await nothingIsCovered(ann);
    await expect(state).toBeVisible();
    await ann.page.screenshot({ path: `results/strip-${height}.png` });
  }
});

test('a video is never restarted when people come and go', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await meeting.joins('Bob');
  await ann.sees('Bob');
  const video = await ann.tile('Bob').locator('video').elementHandle();
  const stream = await video?.evaluateHandle((element: HTMLVideoElement) => element.srcObject);

  const cem = await meeting.joins('Cem');
  await ann.sees('Cem');
  await cem.leave();
  await expect(ann.tile('Cem')).toHaveCount(0);

  const isTheSame = await ann
    .tile('Bob')
    .locator('video')
    .evaluate((now: HTMLVideoElement, [video, stream]) => now === video && now.srcObject === stream && !now.paused, [
      video,
      stream,
    ] as const);
  expect(isTheSame).toBe(true);
});

test('what opens over a call fits into a small window, or can be scrolled', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const fits = async (overlay: Locator, what: string): Promise<void> => {
    const inside = (): Promise<boolean> =>
      overlay.evaluate((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const isWhole = element.scrollHeight <= element.clientHeight + 1;
        const canScroll = getComputedStyle(element).overflowY === 'auto';
        const fitsIn = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        return fitsIn && (isWhole || canScroll);
      });
    await expect.poll(inside, { message: what }).toBe(true);
  };
  for (const size of smallSizes) {
    await ann.page.setViewportSize(size);
    for (const name of ['Sound settings', 'Video settings', 'More options']) {
      if (!(await ann.button(name).isVisible())) continue;
      await ann.button(name).click();
      await fits(ann.page.getByRole('dialog', { name }), `${name} at ${size.width}`);
      await ann.page.screenshot({ path: `results/overlay-${name.replace(' ', '-')}-${size.width}.png` });
      await ann.page.keyboard.press('Escape');
    }
    for (const name of ['Chat', 'People'] as const) {
      const panel = await ann.panel(name);
      const { width, height } = size;
      const box = await panel.boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.y ?? -1) >= 0, `${name} at ${width}`).toBe(true);
      expect((box?.x ?? 0) + (box?.width ?? 0), `${name} at ${width}`).toBeLessThanOrEqual(width);
      expect((box?.y ?? 0) + (box?.height ?? 0), `${name} at ${width}`).toBeLessThanOrEqual(height);
      await ann.page.screenshot({ path: `results/panel-${name}-${width}.png` });
    }
    await ann.button('Close panel').click();
  }
});

test('a finger finds the button that pins a tile', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { context: { hasTouch: true, viewport: { width: 360, height: 740 } } });
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);
  // What was clicked so far was clicked with a mouse.
  await ann.page.mouse.move(0, 0);
  const pin = ann.button('Pin Bob');
  await expect(pin).toHaveCSS('opacity', '0');
  await ann.tile('Bob').tap();
  await expect(pin).toHaveCSS('opacity', '1');
  await pin.tap();
  await expect(ann.button('Unpin Bob')).toBeVisible();
});
