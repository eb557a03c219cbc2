import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('whose seat was taken while the socket was gone is told so, stays in the call, and gets the next seat', async ({
  meeting,
  programs,
}) => {
  const server = await programs.server('--capacity', '2', '--grace', '1s');
  const gate = await programs.balancer(server);
  const room = server.newRoom();
  const ann = await meeting.joins('Ann', { room });
  const bob = await meeting.joins('Bob', { room: room.replace(server.url, gate.url) });
  await allMeet(ann, bob);

  meeting.guard.tolerateLossOfServer();
  gate.prefer();
  gate.cut();
  const cem = await meeting.visits('Cem');
  // Until then the seat is still kept for Bob.
  await expect(async () => {
    await cem.open(room);
    await cem.asksToJoin();
    await expect(cem.button('Leave call')).toBeVisible({ timeout: 1000 });
  }).toPass();
  gate.prefer(server.address);
  await expect(bob.page.getByText('Your seat in the room was taken while you were away.')).toBeVisible();
  await expect(bob.tile('Ann')).toBeVisible();

  await cem.leave();
  await expect(ann.tile('Cem')).toHaveCount(0);
  await bob.button('Try again').click();
  await expect(bob.page.getByText('Your seat in the room was taken')).toBeHidden();
  await allMeet(ann, bob);
});

test('a page behind a proxy that changes the host says that the server takes no calls from there', async ({
  meeting,
  programs,
  server,
}) => {
  const proxy = await programs.proxy(server, { host: 'elsewhere.test' });
  meeting.guard.tolerateLossOfServer();
  const ann = await meeting.arrives('Ann', { room: server.newRoom().replace(server.url, proxy.url) });
  await ann.asksToJoin();
  await expect(ann.page.getByText('This server does not take calls from this address.')).toBeVisible();
});

test('a page gets in as soon as something before the server lets sockets through, whatever else it answers', async ({
  meeting,
  programs,
  server,
}) => {
  const proxy = await programs.proxy(server, { post: 405 });
  meeting.guard.tolerateLossOfServer();
  const ann = await meeting.arrives('Ann', { room: server.newRoom().replace(server.url, proxy.url) });
  await ann.asksToJoin();
  await expect(ann.page.getByText('lets no calls (WebSockets) through')).toBeVisible();
  proxy.letsSocketsThrough = true;
  await expect(ann.button('Leave call')).toBeVisible();
});

test('whoever wants in while the server cannot reach its rooms is told so, and is in once it can', async ({
  meeting,
  programs,
}) => {
  const redis = await programs.redis();
  const server = await programs.server('--redis-url', redis.url);
  const ann = await meeting.arrives('Ann', { room: server.newRoom() });
  await redis.kill();
  await ann.asksToJoin();
  const told = ann.page.getByText('The server cannot reach what it keeps its rooms in.');
  await expect(told).toBeVisible();
  await redis.startAgain();
  await expect(ann.button('Leave call')).toBeVisible();
  await expect(told).toBeHidden();
});

test('a browser without WebRTC is told on the pre-join page, and cannot go in', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  await ann.page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await ann.open(meeting.room);
  await expect(ann.page.getByText('WebRTC is switched off or missing in this browser')).toBeVisible();
  await expect(ann.button(/^Join (now|without camera and microphone)$/)).toBeDisabled();
});
