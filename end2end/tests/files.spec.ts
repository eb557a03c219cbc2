import {
  comes,
  countFiles,
  downloads,
  drop,
  fileIn,
  letThrough,
  rememberBlobs,
  sha256,
  someBytes,
  standsStill,
} from '../support/files.ts';
import { expect, type Meeting, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';

const small = 300_000;
const large = 12_000_000;

/** Somebody goes in whose page says what is in its files. */
async function joins(meeting: Meeting, name: string): Promise<Participant> {
  const person = await meeting.visits(name);
  await Promise.all([rememberBlobs(person.page), countFiles(person.page)]);
  await person.open(meeting.room);
  await person.join();
  return person;
}

test('a file that is dropped on the call arrives byte for byte, and goes on when whoever gave it is gone', async ({
  meeting,
}) => {
  const ann = await meeting.joins('Ann');
  const bob = await joins(meeting, 'Bob');
  expect(await drop(ann.ownTile(), '../Notes.bin', small), 'whether the page stays').toBe(true);
  await expect(await fileIn(ann, 'Notes.bin')).toBeVisible();
  await expect(await fileIn(bob, 'Notes.bin')).toContainText('Ann');

  expect(await downloads(bob, 'Notes.bin')).toBe(sha256(someBytes(small)));
  await expect(bob.page.getByRole('link', { name: 'Save Notes.bin' })).toHaveAttribute('download', 'Notes.bin');

  await ann.leave();
  await expect(bob.tile('Ann')).toHaveCount(0);
  const cleo = await joins(meeting, 'Cleo');
  await expect(await fileIn(cleo, 'Notes.bin')).toContainText('Ann');
  expect(await downloads(cleo, 'Notes.bin')).toBe(sha256(someBytes(small)));
});

test('a file on its way is cancelled, outlasts the loss of the link and a reload, and is not sent twice', async ({
  meeting,
}) => {
  const ann = await joins(meeting, 'Ann');
  const bob = await joins(meeting, 'Bob');
  const chat = await ann.panel('Chat');
  const chooser = ann.page.waitForEvent('filechooser');
  await chat.getByRole('button', { name: 'Attach file' }).click();
  const buffer = someBytes(large);
  await (await chooser).setFiles({ name: 'Film.bin', mimeType: 'video/mp4', buffer });
  await expect(await fileIn(bob, 'Film.bin')).toBeVisible();

  await letThrough(ann.page, large / 4);
  await bob.button('Download Film.bin').click();
  await standsStill(ann.page, bob, 'Film.bin');
  await bob.button('Cancel Film.bin').click();
  await expect(bob.page.getByRole('progressbar')).toHaveCount(0);

  await letThrough(ann.page, large / 2);
  await bob.button('Download Film.bin').click();
  await standsStill(ann.page, bob, 'Film.bin');
  const made = await bob.connectionsMade();
  await ann.page.evaluate(() => { window.recorder.connections.at(-1)?.close(); });
  await expect.poll(() => bob.connectionsMade(), { message: 'connections made' }).toBeGreaterThan(made);
  const before = await letThrough(ann.page, large / 4);
  await standsStill(ann.page, bob, 'Film.bin');
  await bob.page.reload();
  await bob.panel('Chat');
  const digest = await comes(bob, 'Film.bin', () => letThrough(ann.page, large));
  expect(digest).toBe(sha256(buffer));
  const sent = await ann.page.evaluate(() => window.files.sent);
  expect(sent - before, 'bytes sent after the link was lost').toBeLessThan(large * 0.8);
});

test('a file that is dropped before the call changes nothing', async ({ meeting, browserName }) => {
  const ann = await meeting.arrives('Ann');
  const field = ann.page.getByRole('textbox', { name: 'Your name' });
  expect(await drop(field, 'Notes.html', small), 'whether the page stays').toBe(true);
  if (browserName === 'chromium') {
    // What a hand does, up to what the browser makes of it.
    const session = await ann.page.context().newCDPSession(ann.page);
    const data = { items: [], files: [import.meta.filename], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
    }
  }
  await ann.join();
  expect(ann.page.url()).toBe(meeting.room);
});
