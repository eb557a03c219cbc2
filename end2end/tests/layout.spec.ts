import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';

/** A phone held upright, a tablet, a desk. */
const sizes = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** Looks at a page at every size: nothing may stick out, and a picture of it is kept. */
async function lookAt(person: Participant, name: string): Promise<void> {
  for (const size of sizes) {
    await person.page.setViewportSize(size);
    const stickingOut = (): Promise<number> =>
      person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(stickingOut, { message: `${name} at ${size.width}` }).toBe(0);
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
