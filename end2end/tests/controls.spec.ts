import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('who turns the microphone off in the call is not heard until it is on again', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);

  await bob.turnOff('microphone');
  await expect(ann.tile('Bob').getByLabel('Muted')).toBeAttached();
  await ann.media.hearsNobody();
  await ann.sees('Bob');

  await bob.turnOn('microphone');
  await expect(ann.tile('Bob').getByLabel('Muted')).not.toBeAttached();
  await ann.media.hears(1);
});

test('who turns the camera off in the call is not seen until it is on again', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);

  await bob.turnOff('camera');
  await expect(ann.tile('Bob').locator('video')).toBeHidden();
  await ann.media.hears(1);

  await bob.turnOn('camera');
  await ann.sees('Bob');
});

test('who joins with both off is neither seen nor heard until they are on', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob');
  await bob.turnOff('microphone');
  await bob.turnOff('camera');
  await bob.join();

  await expect(bob.button('Turn on microphone')).toBeVisible();
  await expect(bob.button('Turn on camera')).toBeVisible();
  await bob.sees('Ann');
  await expect(ann.tile('Bob').getByLabel('Muted')).toBeAttached();
  await expect(ann.tile('Bob').locator('video')).toBeHidden();
  await ann.media.hearsNobody();

  await bob.turnOn('camera');
  await ann.sees('Bob');
  await bob.turnOn('microphone');
  await ann.media.hears(1);
});

test('the camera can be turned off and on before joining', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob');
  await bob.turnOff('camera');
  await bob.turnOn('camera');
  await bob.join();
  await ann.sees('Bob');
});

test('turning the camera off lets go of it', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const isOn = (): Promise<boolean> =>
    ann.page.evaluate(() =>
      window.recorder.captured.some(({ stream }) =>
        stream.getVideoTracks().some(({ readyState }) => readyState === 'live'),
      ),
    );
  await expect.poll(isOn).toBe(true);
  await ann.turnOff('camera');
  await expect.poll(isOn).toBe(false);
});
