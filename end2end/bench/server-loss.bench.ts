import { lasts } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';
import { Watch } from '../support/watch.ts';

const runs = 10;
/** How long the server is dead, in milliseconds. */
const dead = 3_000;

test('media while the only server is killed, or stopped, and started again', async ({ meeting, programs, browserName }) => {
  test.setTimeout(runs * 60_000);
  meeting.guard.tolerateLossOfServer();
  const server = await programs.server();
  const room = server.newRoom();
  const people: Participant[] = [];
  for (const name of ['Ann', 'Bob', 'Cem']) people.push(await meeting.joins(name, { room }));
  await allMeet(...people);

  const measure = async (what: string, happens: () => Promise<void>): Promise<number> => {
    const start = performance.now();
    const watch = await Watch.every(50, ...people);
    await happens();
    const gaps = (await watch.end(what)).map(({ picture, sound }) => Math.max(picture, sound));
    console.log(`measured server-loss ${browserName} ${what} ${Math.max(...gaps)}`);
    return performance.now() - start;
  };
  const isAway = async (leave: () => Promise<unknown>): Promise<void> => {
    await leave();
    await lasts(dead);
    await server.startAgain();
    for (const person of people) await person.isBackAtTheServer();
  };
  for (let run = 0; run < runs; run += 1) {
    const time = await measure('while the server is killed', () => isAway(() => server.kill()));
    await measure('while nothing happens', () => lasts(time));
    await measure('while the server is stopped', () => isAway(() => server.stop()));
  }
  for (const person of people) expect(await person.connectionsMade()).toBe(2);
});
