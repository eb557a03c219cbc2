import { readFile } from 'node:fs/promises';

import { expect, type Meeting, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';
import {
  download,
  hasRecorded,
  hasStored,
  pickedBytes,
  presses,
  pretendFullDisk,
  pretendPicker,
  Recording,
  watchRecorder,
} from '../support/recording.ts';

/** Somebody whose browser downloads what it records. */
async function recorder(meeting: Meeting, name: string): Promise<Participant> {
  const person = await meeting.visits(name);
  await watchRecorder(person.page.context());
  await person.open(meeting.room);
  await person.join();
  return person;
}

/** The mark that somebody records. */
function mark(person: Participant): ReturnType<Participant['page']['getByRole']> {
  return person.page.getByRole('status', { name: 'Recording', exact: true });
}

/** Presses a button, and takes what the browser downloads then. */
async function downloads(person: Participant, press: () => Promise<void>): Promise<Recording> {
  const [name, path] = await download(person, press);
  expect(name).toMatch(/^rotunda-[\w-]+-\d{4}-\d\d-\d\d-\d{4}\.webm$/);
  return new Recording(path);
}

test('a meeting is recorded, everybody is told by whom, and the file can be played', async ({ meeting }) => {
  const ann = await recorder(meeting, 'Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);

  await presses(ann, 'Record meeting');
  await expect(mark(ann)).toHaveText('You are recording');
  await expect(mark(bob)).toHaveText('Ann is recording');
  await expect(bob.page.getByText('Ann is recording the meeting')).toBeVisible();
  await hasRecorded(ann, 5);

  const recording = await downloads(ann, () => ann.button('Stop recording').click());
  await expect(mark(bob)).toBeHidden();
  await expect(mark(ann)).toBeHidden();

  const { passed, mixed, stalled } = await ann.page.evaluate(() => window.recordedTime);
  const { audio, video } = await recording.ends();
  const allowed = 0.3 + stalled;
  expect(await recording.streams()).toEqual(['audio', 'video']);
  expect(Math.abs((await recording.duration()) - passed), 'its length').toBeLessThan(allowed);
  // Both begin together and go by their clocks, so that they are in step. An encoder of pictures that gets
  // no processor is behind, and leaves out the last ones.
  expect(Math.abs(audio - mixed), 'the length of the sound').toBeLessThan(allowed);
  expect(video, 'the length of the pictures').toBeLessThan(passed + allowed);
  expect(await recording.hasCues()).toBe(true);
  expect(await recording.showsSomething()).toBe(true);
  expect(await recording.loudness()).toBeGreaterThan(-60);
});

test('what was recorded before a reload is kept, and can be saved and discarded', async ({ meeting, server }) => {
  const ann = await recorder(meeting, 'Ann');
  await presses(ann, 'Record meeting');
  const stored = await hasStored(ann);

  await ann.page.reload();
  await ann.hydrated();
  await expect(ann.page.getByText('Your recording stopped when the page was loaded again.')).toBeVisible();
  await expect(mark(ann)).toBeHidden();
  await ann.button('More options').click();
  const recording = await downloads(ann, () => ann.button('Save recording').click());
  // The head of the file is another one.
  expect(await recording.bytes()).toBeGreaterThan(0.9 * stored);
  expect(await recording.duration()).toBeGreaterThan(0);
  expect(await recording.showsSomething()).toBe(true);

  await ann.open(server.url);
  const kept = ann.page.getByRole('list', { name: 'Recordings in this browser' }).getByRole('listitem');
  await expect(kept).toContainText('went to your downloads');
  await kept.getByRole('button', { name: 'Discard recording' }).click();
  await expect(kept).toHaveCount(0);
  await ann.page.reload();
  await ann.hydrated();
  await expect(kept).toHaveCount(0);
});

test('who is muted is silent in the recording, and sound alone can be recorded', async ({ meeting }) => {
  const ann = await recorder(meeting, 'Ann');
  await ann.turnOff('microphone');
  await presses(ann, 'Record sound only');
  await hasRecorded(ann, 2);
  const recording = await downloads(ann, () => ann.button('Stop recording').click());
  expect(await recording.streams()).toEqual(['audio']);
  expect(await recording.duration()).toBeGreaterThan(1);
  expect(await recording.loudness()).toBeLessThan(-85);
});

test('a recording of the screen ends with the screen, and a picture of it can be saved', async ({ meeting }) => {
  const ann = await recorder(meeting, 'Ann');
  await ann.button('Share screen').click();
  await expect(ann.screenOf('Ann')).toBeVisible();

  const [, picture] = await download(ann, () => presses(ann, 'Save a picture of the screen'));
  const png = await readFile(picture);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16), 'its width').toBeGreaterThanOrEqual(1280);

  await presses(ann, 'Record the shared screen');
  await hasRecorded(ann, 1);
  const recording = await downloads(ann, () => ann.button('Stop sharing').click());
  expect(await recording.size()).toEqual({ width: 1920, height: 1080 });
  expect(await recording.showsSomething()).toBe(true);
});

test('who picks no file finds the recording before the next call, and picks one there', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  await pretendPicker(ann.page.context());
  await ann.open(meeting.room);
  await ann.join();
  await presses(ann, 'Record my camera');
  await hasRecorded(ann, 1);
  await ann.leave();
  const kept = ann.page.getByRole('list', { name: 'Recordings in this browser' }).getByRole('listitem');
  await expect(kept).toContainText('was not saved');

  await ann.open(meeting.room);
  await expect(kept).toContainText('was not saved');
  // The first question of this page is answered with no, too.
  await kept.getByRole('button', { name: 'Save recording' }).click();
  await kept.getByRole('button', { name: 'Save recording' }).click();
  await expect(kept).toHaveCount(0);
  expect(await pickedBytes(ann.page)).toBeGreaterThan(1000);
});

test('a full disk ends the recording, and what was recorded is kept', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  await watchRecorder(ann.page.context());
  await pretendFullDisk(ann.page.context(), 2);
  await ann.open(meeting.room);
  await ann.join();
  await presses(ann, 'Record sound only');
  await expect(ann.page.getByText('The recording stopped: there is no room left')).toBeVisible();
  await expect(mark(ann)).toBeHidden();
  await ann.button('More options').click();
  const kept = ann.page.getByRole('list', { name: 'Recordings in this browser' }).getByRole('listitem');
  await expect(kept).toContainText('was not saved');
  await expect(kept).toContainText(/ · 0:0\d · /);
});
