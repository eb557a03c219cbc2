import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

const away = /connection to the server is lost/;

test('a call goes on while the server is away, and is whole again when it is back', async ({ meeting, programs }) => {
  const server = await programs.server();
  const room = server.newRoom();
  const ann = await meeting.joins('Ann', { room });
  const bob = await meeting.joins('Bob', { room });
  await allMeet(ann, bob);
  const made = [await ann.connectionsMade(), await bob.connectionsMade()];

  // The browsers say on the console that the socket cannot be opened.
  meeting.guard.tolerate(/WebSocket|wss?:\/\//);
  await server.kill();
  await expect(ann.page.getByText(away)).toBeVisible();
  await expect(bob.page.getByText(away)).toBeVisible();
  await allMeet(ann, bob);
  await ann.writes('Still here');
  await bob.reads('Still here');

  await server.startAgain();
  await expect(ann.page.getByText(away)).toBeHidden();
  await expect(bob.page.getByText(away)).toBeHidden();
  await allMeet(ann, bob);
  expect([await ann.connectionsMade(), await bob.connectionsMade()]).toEqual(made);

  const cem = await meeting.joins('Cem', { room });
  await allMeet(ann, bob, cem);
});
