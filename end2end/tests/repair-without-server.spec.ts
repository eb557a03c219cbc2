import { type FarCall, farCall } from '../support/far-call.ts';
import { minute } from '../support/fault.ts';
import { expect, type Meeting, type Programs, test } from '../support/fixtures.ts';
import type { Route } from '../support/media.ts';
import { allMeet, connectionsMade } from '../support/participant.ts';
import { Watch } from '../support/watch.ts';

function routes({ ann, bob }: FarCall): Promise<[Route, Route]> {
  return Promise.all([ann.media.route(), bob.media.route()]);
}

/** Whether two ends have both left what they had before, and have the same now. */
function haveMovedOn(before: [Route, Route], [ann, bob]: [Route, Route]): boolean {
  const agree = ann.local === bob.remote && bob.local === ann.remote;
  const hasMoved = (now: Route, then: Route): boolean => now.local !== then.local && now.port !== then.port;
  return agree && hasMoved(ann, before[0]) && hasMoved(bob, before[1]);
}

/** Ann and Bob, whose server is dead, get over a fault by a restart of ICE, and nothing else. */
async function restartsIce(
  meeting: Meeting,
  programs: Programs,
  fault: (call: FarCall) => Promise<void>,
): Promise<void> {
  const call = await farCall(meeting, programs);
  const { network, ann, bob } = call;
  const made = await connectionsMade(ann, bob);
  await network.killServer();
  for (const person of [ann, bob]) await person.isToldThatTheServerIsAway();

  const before = await routes(call);
  const watch = await Watch.every(250, ann, bob);
  await fault(call);
  // After an interruption, a data channel tries again after ever longer pauses.
  const patience = { message: 'ICE was restarted', timeout: 2 * minute };
  await expect.poll(async () => haveMovedOn(before, await routes(call)), patience).toBe(true);
  await allMeet(ann, bob);
  await watch.end('around a restart of ICE without the server');
  await ann.writes('Still here');
  await bob.reads('Still here');
  for (const person of [ann, bob]) await person.isToldThatTheServerIsAway();

  await network.startServerAgain();
  for (const person of [ann, bob]) await person.isBackAtTheServer();
  await allMeet(ann, bob);
  expect(await connectionsMade(ann, bob)).toEqual(made);
}

test('while the server is dead, ICE is restarted when a browser has a network again', async ({ meeting, programs }) => {
  await restartsIce(meeting, programs, async ({ ann }) => {
    // The browser says so, and the path in use stays as it was.
    await ann.page.context().setOffline(true);
    await ann.page.context().setOffline(false);
  });
});

test('while the server is dead, ICE is restarted when two people did not reach each other for a moment', async ({
  meeting,
  programs,
}) => {
  await restartsIce(meeting, programs, async ({ network, ann, bob, annsHost, bobsHost }) => {
    await network.separate(annsHost, bobsHost);
    await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'reconnecting');
    await expect(bob.tile('Ann')).toHaveAttribute('data-connection', 'reconnecting');
    await network.reunite(annsHost, bobsHost);
  });
});
