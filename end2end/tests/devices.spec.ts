import { insecureHost } from '../support/browsers.ts';
import { plugCameraIn, unplugCamera } from '../support/devices.ts';
import { expect, test } from '../support/fixtures.ts';

test('who has no devices at all can join, see and hear', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob', { devices: { microphone: 'missing', camera: 'missing' } });
  await expect(bob.page.getByText('No microphone was found').first()).toBeVisible();
  await expect(bob.page.getByText('No camera was found').first()).toBeVisible();
  await bob.join();
  await bob.sees('Ann');
  await bob.media.hears(1);
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'connected');
});

test('two people without devices can write to each other', async ({ meeting }) => {
  const devices = { microphone: 'missing', camera: 'missing' } as const;
  const ann = await meeting.joins('Ann', { devices });
  const bob = await meeting.joins('Bob', { devices });
  await ann.writes('Nobody sees us');
  await bob.reads('Nobody sees us');
});

test('who has only a microphone is heard', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob', { devices: { microphone: 'works', camera: 'missing' } });
  await expect(bob.page.getByText('No camera was found').first()).toBeVisible();
  await bob.join();
  await ann.media.hears(1);
  await bob.sees('Ann');
});

test('who has only a camera is seen', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob', { devices: { microphone: 'missing', camera: 'works' } });
  await expect(bob.page.getByText('No microphone was found').first()).toBeVisible();
  await bob.join();
  await ann.sees('Bob');
  await bob.media.hears(1);
});

test('who says no to both is told how to change that, and can join without', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob', { devices: { microphone: 'denied', camera: 'denied' } });
  await expect(bob.page.getByText('The microphone is blocked').first()).toBeVisible();
  await expect(bob.page.getByText('The camera is blocked').first()).toBeVisible();
  await bob.page.getByRole('textbox', { name: 'Your name' }).fill('Bob');
  await bob.button('Join without camera and microphone').click();
  await expect(bob.button('Leave call')).toBeVisible();
  await bob.sees('Ann');
  await bob.media.hears(1);
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'connected');
});

test('who has a camera that another program holds is told so, and is heard', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob', { devices: { microphone: 'works', camera: 'busy' } });
  await expect(bob.page.getByText('Another program is using the camera').first()).toBeVisible();
  await bob.join();
  await ann.media.hears(1);
});

test('nobody has to answer the browser before joining', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const devices = { microphone: 'unanswered', camera: 'unanswered' } as const;
  const bob = await meeting.joins('Bob', { devices });
  await bob.sees('Ann');
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'connected');
});

test('a camera that is unplugged in the call is missed in words, and can be turned on again', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob', { devices: { microphone: 'works', camera: 'works' } });
  await ann.sees('Bob');

  await unplugCamera(bob.page);
  await expect(bob.page.getByText(/The camera was unplugged|No camera was found/).first()).toBeVisible();
  await expect(ann.tile('Bob').locator('video')).toBeHidden();
  await ann.media.hears(1);

  await plugCameraIn(bob.page);
  await bob.button('Turn on camera').click();
  await ann.sees('Bob');
});

test('a page without https says plainly why there is no camera, and joins all the same', async ({ meeting, server }) => {
  const ann = await meeting.joins('Ann');
  const room = server.at(insecureHost, meeting.room);
  // Chromium calls it an error that a header for secure pages comes with one that is not.
  meeting.guard.tolerate(/Cross-Origin-Opener-Policy header has been ignored/);
  const bob = await meeting.arrives('Bob', { room });
  await expect(bob.page.getByText('opened without https').first()).toBeVisible();
  await bob.join();
  await bob.sees('Ann');
  await bob.media.hears(1);
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'connected');
});
