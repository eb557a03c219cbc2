import { expect, test } from '../support/fixtures.ts';

test('a link that caught the end of its sentence leads two people into one room', async ({ meeting }) => {
  const room = new URL(meeting.room);
  const ann = await meeting.arrives('Ann', { room: `${room.href}.` });
  await expect(ann.page).toHaveURL(room.href);
  await ann.join();
  const shouted = new URL(room.pathname.toUpperCase(), room).href;
  const ben = await meeting.joins('Ben', { room: shouted });
  await expect(ben.page).toHaveURL(room.href);
  await ann.sees('Ben');
});

test('an address with a dot in it where nothing is says so, too', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann');
  // The browser itself says on the console that the page was not found.
  meeting.guard.tolerate(/404/);
  const answer = await ann.page.goto(`${server.url}/no-such.file`);
  expect(answer?.status()).toBe(404);
  await ann.hydrated();
  await expect(ann.page.getByRole('heading', { level: 1 })).toBeVisible();
});
