import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';

/** Somebody is gone for one person, and the server has not first had to notice that they fell silent. */
async function isGone(name: string, forPerson: Participant): Promise<void> {
  await expect(forPerson.tile(name)).toHaveCount(0);
  const reasons = async (): Promise<string[]> =>
    (await forPerson.frames()).flatMap((frame) => /"participant_left".*"reason":"(\w+)"/.exec(frame)?.[1] ?? []);
  await expect.poll(reasons, { message: `why ${name} is gone` }).toEqual(['left']);
  const silences = (await forPerson.frames()).filter((frame) => frame.includes('"presence":"reconnecting"'));
  expect(silences, 'what the server says of those who fell silent').toEqual([]);
}

/** Whether anything of this person is still being captured. */
function isCaptured(person: Participant): Promise<boolean> {
  return person.page.evaluate(() =>
    window.recorder.captured.some(({ stream }) =>
      stream.getTracks().some(({ readyState }) => readyState === 'live'),
    ),
  );
}

/** The name and the id on each tile. */
function participants(person: Participant): Promise<string[]> {
  return person
    .tiles()
    .evaluateAll((tiles) => tiles.map((tile) => `${tile.ariaLabel}: ${tile.getAttribute('data-participant')}`).sort());
}

test('Leave call is seen by the others at once, and lets go of the devices', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);

  await bob.leave();
  await isGone('Bob', ann);
  await expect(bob.page.getByRole('heading', { name: 'You left the meeting' })).toBeVisible();
  await expect.poll(() => isCaptured(bob)).toBe(false);
});

test('closing the tab is seen by the others at once', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.sees('Bob');
  await bob.page.close();
  await isGone('Bob', ann);
});

test('who has left can come back', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await bob.leave();
  await bob.button('Rejoin').click();
  await bob.join();
  await allMeet(ann, bob);
});

test('who turned microphone and camera off finds them off after a reload before the call, and after leaving', async ({
  meeting,
}) => {
  const bob = await meeting.arrives('Bob');
  const areOff = async (): Promise<void> => {
    await expect(bob.button('Turn on microphone')).toBeVisible();
    await expect(bob.button('Turn on camera')).toBeVisible();
  };
  await bob.turnOff('microphone');
  await bob.turnOff('camera');
  await bob.page.reload();
  await bob.hydrated();
  await areOff();
  await bob.join();
  await areOff();
  await bob.turnOn('camera');
  await bob.turnOff('camera');
  await bob.leave();
  await bob.button('Rejoin').click();
  await expect(bob.button('Join now')).toBeVisible();
  await areOff();
  await bob.turnOn('camera');
  await bob.page.reload();
  await bob.hydrated();
  await expect(bob.button('Turn off camera')).toBeVisible();
  await expect(bob.button('Turn on microphone')).toBeVisible();
});

test('loading the page again leads back into the call, in the same seat', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.sees('Bob');
  await bob.page.reload();
  await expect(bob.button('Leave call')).toBeVisible();
  await allMeet(ann, bob);
  await expect(ann.tile('Bob')).toHaveCount(1);
});

test('loading the page again while the server starts again leads back into the call', async ({ meeting, programs }) => {
  const server = await programs.server();
  const room = server.newRoom();
  const ann = await meeting.joins('Ann', { room });
  const bob = await meeting.joins('Bob', { room });
  await allMeet(ann, bob);

  meeting.guard.tolerateLossOfServer();
  await server.kill();
  await server.startAgain();
  await bob.page.reload();
  await expect(bob.button('Leave call')).toBeVisible();
  await allMeet(ann, bob);
  await ann.lists('Ann', 'Bob');
  await bob.lists('Ann', 'Bob');
});

test('a duplicated tab takes no seat of another, and either comes back to its own when it is loaded again', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);

  const before = await ann.media.fragments();
  const eve = await meeting.duplicates(bob, 'Eve');
  await eve.join();
  await allMeet(ann, bob, eve);
  expect(await bob.timesLetIn()).toBe(1);
  expect(await ann.media.fragments(), 'the connection to Bob stands').toEqual(expect.arrayContaining(before));

  const ids = await participants(ann);
  for (const person of [bob, eve]) {
    await person.page.reload();
    await expect(person.button('Leave call')).toBeVisible();
    await allMeet(ann, bob, eve);
    expect(await participants(ann)).toEqual(ids);
  }
});

test('going back in the history leaves the call', async ({ meeting, server }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.visits('Bob');
  await bob.open(server.url);
  await bob.open(meeting.room);
  await bob.join();
  await ann.sees('Bob');
  await bob.page.evaluate(() => history.back());
  await isGone('Bob', ann);
});
