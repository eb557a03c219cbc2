import { lasts } from '../support/fault.ts';
import { expect, type Meeting, type Programs, test } from '../support/fixtures.ts';
import { allMeet, connectionsMade, type Participant } from '../support/participant.ts';
import type { Redis } from '../support/redis.ts';
import type { Server } from '../support/server.ts';
import { Watch } from '../support/watch.ts';

/** Three people in one room behind one address: Ann and Bob on the first server, Cem on the second. */
interface Call {
  redis: Redis;
  one: Server;
  two: Server;
  room: string;
  people: [ann: Participant, bob: Participant, cem: Participant];
}

async function call(meeting: Meeting, programs: Programs): Promise<Call> {
  const redis = await programs.redis();
  const one = await programs.server('--redis-url', redis.url);
  const two = await programs.server('--redis-url', redis.url);
  const balancer = await programs.balancer(one, two);
  const room = balancer.url + new URL(meeting.room).pathname;
  const ann = await meeting.joins('Ann', { room });
  const bob = await meeting.joins('Bob', { room });
  balancer.prefer(two.address, one.address);
  const cem = await meeting.joins('Cem', { room });
  await allMeet(ann, bob, cem);
  return { redis, one, two, room, people: [ann, bob, cem] };
}

/** Waits until somebody has been let in, or back in, so many times. */
async function isIn(person: Participant, times: number): Promise<void> {
  await expect.poll(() => person.timesLetIn(), { message: `${person.name} is in` }).toBe(times);
}

/** Waits until a server could not let somebody in. */
async function isRefused(person: Participant): Promise<void> {
  const refusals = async (): Promise<number> =>
    (await person.frames()).filter((frame) => frame.includes('"code":"unavailable"')).length;
  await expect.poll(refusals, { message: `${person.name} cannot come in` }).toBeGreaterThan(0);
}

test('people come back through the other server when theirs dies, and when it is stopped', async ({
  meeting,
  programs,
}) => {
  const { one, two, people } = await call(meeting, programs);
  const [ann, bob, cem] = people;
  meeting.guard.tolerateLossOfServer();

  const made = await connectionsMade(...people);
  const death = await Watch.over(...people);
  await one.kill();
  await isIn(ann, 2);
  await isIn(bob, 2);
  await death.findsNoRepair('while one of two servers died');
  expect(await cem.timesLetIn()).toBe(1);

  await one.startAgain();
  const stop = await Watch.over(...people);
  expect(await two.stop()).toBe(0);
  await isIn(ann, 3);
  await isIn(bob, 3);
  await isIn(cem, 2);
  await stop.findsNoRepair('while one of two servers was stopped');
  expect(await connectionsMade(...people)).toEqual(made);
});

test('Redis forgets everything, and nobody in the call can tell', async ({ meeting, programs }) => {
  const { redis, room, people } = await call(meeting, programs);
  const watch = await Watch.over(...people);
  await redis.forgetEverything();
  const dan = await meeting.joins('Dan', { room });
  await allMeet(...people, dan);
  await watch.findsNoRepair('while Redis had forgotten everything');
  for (const person of people) expect(await person.timesLetIn()).toBe(1);
});

test('Redis dies and comes back with nothing, and nobody in the call can tell', async ({ meeting, programs }) => {
  const { redis, room, people } = await call(meeting, programs);
  const watch = await Watch.over(...people);
  const made = await connectionsMade(...people);
  await redis.kill();
  await lasts(5_000);
  await redis.startAgain();
  expect(await connectionsMade(...people)).toEqual(made);
  const dan = await meeting.joins('Dan', { room });
  await allMeet(...people, dan);
  await watch.findsNoRepair('while Redis was dead');
  for (const person of people) expect(await person.timesLetIn()).toBe(1);
});

test('whoever loads the page again while Redis is away, even twice, is the same person when it is back', async ({
  meeting,
  programs,
}) => {
  const { redis, people } = await call(meeting, programs);
  const [ann, bob, cem] = people;
  await redis.kill();
  for (let load = 0; load < 2; load += 1) {
    await ann.page.reload();
    await isRefused(ann);
  }
  await redis.startAgain();
  await allMeet(...people);
  for (const person of people) await person.lists('Ann', 'Bob', 'Cem');
  expect(await bob.timesLetIn()).toBe(1);
  expect(await cem.timesLetIn()).toBe(1);
});
