import type { Locator } from '@playwright/test';

import { inUse, lastSink, refuse, refuseScreen, unplug } from '../support/fake-devices.ts';
import { expect, type Meeting, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';

const busy = { name: 'NotReadableError', message: 'Could not start video source' };

function select(somebody: Participant, name: 'Microphone' | 'Camera' | 'Speaker'): Locator {
  return somebody.page.getByRole('combobox', { name });
}

/** Opens one of the small windows above the bar. */
async function settings(somebody: Participant, name: 'Sound settings' | 'Video settings'): Promise<void> {
  await somebody.button(name).click();
}

test('a list of devices goes back to what is in use when the chosen one is busy', async ({ meeting }) => {
  const ann = await meeting.arrives('Ann', { fakeDevices: true });
  for (const [name, id] of [
    ['Camera', 'cam-2'],
    ['Microphone', 'mic-2'],
  ] as const) {
    const first = `${id.slice(0, -1)}1`;
    await expect(select(ann, name)).toHaveValue(first);
    await refuse(ann.page, id, busy);
    await select(ann, name).selectOption(id);
    const told = `Second ${name.toLowerCase()} cannot be used: another program is using it.`;
    await expect(ann.page.getByText(told)).toBeVisible();
    await expect(ann.page.getByText(`First ${name.toLowerCase()} stays in use.`)).toBeVisible();
    await expect(select(ann, name)).toHaveValue(first);
  }
  expect(await inUse(ann.page)).toEqual(['cam-1', 'mic-1']);
});

test('in the call, a busy camera is told each time it is chosen, and a free one is used', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { fakeDevices: true });
  await settings(ann, 'Video settings');
  await refuse(ann.page, 'cam-2', busy);
  for (const _ of [1, 2]) {
    await select(ann, 'Camera').selectOption('cam-2');
    await expect(select(ann, 'Camera')).toHaveValue('cam-1');
  }
  await expect(ann.page.getByText('First camera stays in use.')).toHaveCount(2);
  await select(ann, 'Camera').selectOption('cam-3');
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-3', 'mic-1']);
  await expect(select(ann, 'Camera')).toHaveValue('cam-3');
});

test('a refused loudspeaker is told, and the list shows the one that is heard', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { fakeDevices: true });
  await settings(ann, 'Sound settings');
  await select(ann, 'Speaker').selectOption('out-2');
  await expect.poll(() => lastSink(ann.page)).toBe('out-2');
  await refuse(ann.page, 'out-3', { name: 'NotAllowedError' });
  await select(ann, 'Speaker').selectOption('out-3');
  await expect(ann.page.getByText('Third speaker cannot be used: the browser does not allow it.')).toBeVisible();
  await expect(select(ann, 'Speaker')).toHaveValue('out-2');
});

test('a loudspeaker that is unplugged gives way to the default for everybody who is heard', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { fakeDevices: true });
  const bob = await meeting.joins('Bob');
  await ann.sees('Bob');
  await settings(ann, 'Sound settings');
  await select(ann, 'Speaker').selectOption('out-3');
  await expect.poll(() => lastSink(ann.page)).toBe('out-3');
  await unplug(ann.page, 'out-3');
  await expect(ann.page.getByText('Your speaker was unplugged')).toBeVisible();
  await expect.poll(() => lastSink(ann.page)).toBe('');
  await expect(select(ann, 'Speaker')).toHaveValue('');
  await bob.sees('Ann');
});

test('a microphone that another one replaces is told without advice', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { fakeDevices: true });
  const bob = await meeting.joins('Bob');
  await bob.media.hears(1);
  await unplug(ann.page, 'mic-1');
  await expect(ann.page.getByText('Your microphone was unplugged or taken away.')).toBeVisible();
  await expect(ann.page.getByText('Second microphone is used now.')).toBeVisible();
  await expect(ann.page.getByText('turn it on again')).toHaveCount(0);
  await bob.media.hears(1);
});

test('a page that is loaded again has the devices of before, and so has the next visit', async ({ meeting }) => {
  const ann = await meeting.arrives('Ann', { fakeDevices: true });
  await select(ann, 'Microphone').selectOption('mic-3');
  await select(ann, 'Camera').selectOption('cam-3');
  await select(ann, 'Speaker').selectOption('out-3');
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-3', 'mic-3']);
  await ann.join();
  const bob = await meeting.joins('Bob');
  await ann.sees('Bob');

  await ann.page.reload();
  await expect(ann.button('Leave call')).toBeVisible();
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-3', 'mic-3']);
  await expect.poll(() => lastSink(ann.page)).toBe('out-3');
  await bob.sees('Ann');

  await ann.leave();
  await ann.open(meeting.room);
  await expect(select(ann, 'Camera')).toHaveValue('cam-3');
  await expect(select(ann, 'Microphone')).toHaveValue('mic-3');
  await expect(select(ann, 'Speaker')).toHaveValue('out-3');
});

test('a camera chosen while it is off is the one of the next load, and one that merely took its place is not kept', async ({
  meeting,
}) => {
  const ann = await meeting.arrives('Ann', { fakeDevices: true });
  await ann.turnOff('camera');
  await select(ann, 'Camera').selectOption('cam-3');
  await ann.page.reload();
  await ann.hydrated();
  await expect(select(ann, 'Camera')).toHaveValue('cam-3');
  await ann.turnOn('camera');
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-3', 'mic-1']);

  await ann.join();
  await unplug(ann.page, 'cam-3');
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-1', 'mic-1']);
  // Loaded again, the browser has all its devices again.
  await ann.page.reload();
  await expect(ann.button('Leave call')).toBeVisible();
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-1', 'mic-1']);
  await ann.leave();
  await ann.open(meeting.room);
  await expect(select(ann, 'Camera')).toHaveValue('cam-3');
});

test('a loudspeaker that is refused while it is in use is not called unplugged', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { fakeDevices: true });
  await settings(ann, 'Sound settings');
  await select(ann, 'Speaker').selectOption('out-2');
  await expect.poll(() => lastSink(ann.page)).toBe('out-2');
  await refuse(ann.page, 'out-2', { name: 'NotAllowedError' });
  const told = expect(ann.page.getByText('the browser does not allow it.')).toBeVisible();
  const [bob] = await Promise.all([meeting.joins('Bob'), told]);
  await expect(ann.page.getByText('unplugged')).toHaveCount(0);
  await expect(select(ann, 'Speaker')).toHaveValue('');
  await bob.sees('Ann');
});

test('a screen that the system refuses is told, and a picker that is closed is not', async ({ meeting }) => {
  const ann = await meeting.joins('Ann', { fakeDevices: true });
  const refused = ann.page.getByText('The system does not let the browser see the screen');
  await refuseScreen(ann.page, { name: 'NotAllowedError', message: 'Permission denied by user' });
  await ann.button('Share screen').click();
  await refuseScreen(ann.page, { name: 'NotAllowedError', message: 'Permission denied by system' });
  await ann.button('Share screen').click();
  await expect(refused).toHaveCount(1);
  await ann.button('Share screen').click();
  await expect(refused).toHaveCount(2);
});

test('a camera that looks at the room is not shown as in a mirror', async ({ meeting }) => {
  const ann = await meeting.arrives('Ann', { fakeDevices: true });
  const video = ann.page.getByRole('group', { name: 'Your picture' }).locator('video');
  await expect(video).toHaveAttribute('data-look', 'mirrored');
  await select(ann, 'Camera').selectOption('cam-3');
  await expect(video).toHaveAttribute('data-look', 'face');
  await ann.join();
  await expect(ann.ownTile().locator('video')).toHaveAttribute('data-look', 'face');
});

/** What a page can be made to fail at, and from which time on that one audio context is asked for it. */
interface Breach {
  method: 'createOscillator' | 'createMediaStreamSource';
  from: number;
}

/** How many audio contexts a page has made, and how many of them are open. */
type Contexts = () => { made: number; open: number };

/** Counts the audio contexts of the next page. */
async function countContexts({ page }: Participant, breach?: Breach): Promise<void> {
  await page.addInitScript((breach) => {
    const made: AudioContext[] = [];
    const contexts: Contexts = () => ({ made: made.length, open: made.filter(({ state }) => state !== 'closed').length });
    Object.assign(window, { contexts });
    window.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        made.push(this);
        if (!breach) return;
        const works = Reflect.get(this, breach.method) as (...given: unknown[]) => unknown;
        let times = 0;
        const breaks = (...given: unknown[]): unknown => {
          times += 1;
          if (times >= breach.from) throw new DOMException('there are no more', 'NotSupportedError');
          return works.apply(this, given);
        };
        Object.defineProperty(this, breach.method, { value: breaks });
      }
    };
  }, breach);
}

/** Somebody on the pre-join page, with fake devices, whose page counts its audio contexts. */
async function counted(meeting: Meeting, breach?: Breach): Promise<Participant> {
  const ann = await meeting.visits('Ann', { fakeDevices: true });
  await countContexts(ann, breach);
  await ann.open(meeting.room);
  await expect.poll(() => inUse(ann.page)).toEqual(['cam-1', 'mic-1']);
  return ann;
}

/** Waits until a page has made so many audio contexts, and has only some of them open. */
async function hasContexts({ page }: Participant, made: number, open: number): Promise<void> {
  const count = (): Promise<ReturnType<Contexts>> =>
    page.evaluate(() => (window as unknown as { contexts: Contexts }).contexts());
  await expect.poll(async () => (await count()).made, { message: 'contexts made' }).toBeGreaterThanOrEqual(made);
  await expect.poll(async () => (await count()).open, { message: 'contexts open' }).toBe(open);
}

test('twenty test sounds in a row leave no audio context open', async ({ meeting }) => {
  const ann = await counted(meeting);
  for (let time = 0; time < 20; time += 1) await ann.button('Play a test sound').click();
  // The one that is left measures the microphone.
  await hasContexts(ann, 21, 1);
});

test('a test sound that fails half way leaves no audio context open', async ({ meeting }) => {
  const ann = await counted(meeting, { method: 'createOscillator', from: 2 });
  for (let time = 0; time < 3; time += 1) await ann.button('Play a test sound').click();
  await hasContexts(ann, 4, 1);
});

test('a microphone whose level cannot be measured works, and leaves no audio context open', async ({ meeting }) => {
  const ann = await counted(meeting, { method: 'createMediaStreamSource', from: 1 });
  await hasContexts(ann, 1, 0);
  await ann.join();
  await expect(ann.button('Turn off microphone')).toBeVisible();
});
