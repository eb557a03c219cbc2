import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('who finds the room full is told in words, and can try again', async ({ meeting, programs }) => {
  const room = (await programs.server('--capacity', '2')).newRoom();
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
});
