import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';
import { Server } from '../support/server.ts';

test('who finds the room full is told in words, and can try again', async ({ meeting }) => {
  const server = await Server.start('--capacity', '2');
  try {
    const room = server.newRoom();
    const ann = await meeting.joins('Ann', { room });
    const bob = await meeting.joins('Bob', { room });
    const cem = await meeting.arrives('Cem', { room });
    await cem.asksToJoin();
    await expect(cem.page.getByRole('heading', { name: 'This room is full' })).toBeVisible();
    await allMeet(ann, bob);

    await bob.leave();
    await expect(ann.tile('Bob')).toHaveCount(0);
    await cem.button('Try again').click();
    await cem.join();
    await allMeet(ann, cem);
  } finally {
    await server.stop();
  }
});
