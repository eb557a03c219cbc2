import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';
import { Redis } from '../support/redis.ts';
import { Server } from '../support/server.ts';

test('two servers on one Redis form one meeting', async ({ meeting }) => {
  const redis = await Redis.start();
  const servers = await Promise.all([1, 2].map(() => Server.start('--redis-url', redis.url)));
  try {
    const [one, two] = servers.map((server) => server.url + new URL(meeting.room).pathname);
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
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await redis.stop();
  }
});
