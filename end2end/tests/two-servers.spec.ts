import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('two servers on one Redis form one meeting', async ({ meeting, programs }) => {
  const redis = await programs.redis();
  const room = (url: string): string => url + new URL(meeting.room).pathname;
  const one = room((await programs.server('--redis-url', redis.url)).url);
  const two = room((await programs.server('--redis-url', redis.url)).url);

  const ann = await meeting.joins('Ann', { room: one });
  const bob = await meeting.joins('Bob', { room: two });
  await allMeet(ann, bob);
  const cem = await meeting.joins('Cem', { room: one });
  await allMeet(ann, bob, cem);

  await bob.leave();
  await expect(ann.tile('Bob')).toHaveCount(0);
  await expect(cem.tile('Bob')).toHaveCount(0);
  await ann.page.close();
  await expect(cem.tile('Ann')).toHaveCount(0);
});
