import { expect, test } from '../support/fixtures.ts';
import { allMeet, connectionsMade } from '../support/participant.ts';
import { Watch } from '../support/watch.ts';

test('a call goes on while the only server is dead, and is whole again when it is back', async ({ meeting, programs }) => {
  const server = await programs.server();
  const room = server.newRoom();
  const ann = await meeting.joins('Ann', { room });
  const bob = await meeting.joins('Bob', { room });
  const cem = await meeting.joins('Cem', { room });
  const everybody = [ann, bob, cem];
  await allMeet(...everybody);
  const made = await connectionsMade(...everybody);
  const watch = await Watch.over(...everybody);

  meeting.guard.tolerateLossOfServer();
  await server.kill();
  for (const person of everybody) await person.isToldThatTheServerIsAway();
  await ann.writes('Still here');
  await bob.reads('Still here');
  await cem.reads('Still here');
  await ann.button('Share screen').click();
  await bob.seesScreenOf('Ann');
  await cem.seesScreenOf('Ann');

  await server.startAgain();
  for (const person of everybody) await person.isBackAtTheServer();
  await watch.findsNoRepair('while the server was dead');
  expect(await connectionsMade(...everybody)).toEqual(made);

  const dan = await meeting.joins('Dan', { room });
  await allMeet(...everybody, dan);
  await dan.seesScreenOf('Ann');
});

test('a call goes on while the only server is stopped and started again', async ({ meeting, programs }) => {
  const server = await programs.server();
  const room = server.newRoom();
  const ann = await meeting.joins('Ann', { room });
  const bob = await meeting.joins('Bob', { room });
  await allMeet(ann, bob);
  const made = await connectionsMade(ann, bob);
  const watch = await Watch.over(ann, bob);

  meeting.guard.tolerateLossOfServer();
  expect(await server.stop()).toBe(0);
  for (const person of [ann, bob]) await person.isToldThatTheServerIsAway();
  await server.startAgain();
  for (const person of [ann, bob]) await person.isBackAtTheServer();
  await watch.findsNoRepair('while the server was stopped and started again');
  expect(await connectionsMade(ann, bob)).toEqual(made);

  const cem = await meeting.joins('Cem', { room });
  await allMeet(ann, bob, cem);
});
