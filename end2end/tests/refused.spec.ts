import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('whose place was taken while the socket was gone is told so, stays in the call, and gets the next place', async ({
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
  // Until then the place is still kept for Bob.
  await expect(async () => {
    await cem.open(room);
    await cem.asksToJoin();
    await expect(cem.button('Leave call')).toBeVisible({ timeout: 1000 });
  }).toPass();
  gate.prefer(server.place);
  await expect(bob.page.getByText('Your place in the room was taken while you were away.')).toBeVisible();
  await expect(bob.tile('Ann')).toBeVisible();

  await cem.leave();
  await expect(ann.tile('Cem')).toHaveCount(0);
  await bob.button('Try again').click();
  await expect(bob.page.getByText('Your place in the room was taken')).toBeHidden();
  await allMeet(ann, bob);
});

test('a page behind a proxy that changes the host says that the server takes no calls from there', async ({ meeting, server }) => {
  const proxy = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const far = request(server.url + url, { method, headers: { ...headers, host: 'elsewhere.test' } }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    asked.pipe(far);
  });
  proxy.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n'));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;

  meeting.guard.tolerateLossOfServer();
  const ann = await meeting.arrives('Ann', { room: server.newRoom().replace(server.url, `http://127.0.0.1:${port}`) });
  await ann.asksToJoin();
  await expect(ann.page.getByText('This server does not take calls from this address.')).toBeVisible();
  proxy.closeAllConnections();
  proxy.close();
});

test('a browser without WebRTC is told before the door, and cannot go in', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  await ann.page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await ann.open(meeting.room);
  await expect(ann.page.getByText('WebRTC is switched off or missing in this browser')).toBeVisible();
  await expect(ann.button(/^Join (now|without camera and microphone)$/)).toBeDisabled();
});
