import { readFileSync } from 'node:fs';

import { expect, test } from '../support/fixtures.ts';

/** The URLs that Rotunda takes for its settings. */
function takenUrls(): string[] {
  const table = readFileSync(new URL('../ice-urls.txt', import.meta.url), 'utf8');
  return table.split('\n').filter((line) => line.startsWith('+')).map((line) => line.slice(6));
}

test('the browser takes every server that the operator may name', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann');
  await ann.page.goto(server.url);
  const urls = takenUrls();
  expect(urls.length).toBeGreaterThan(20);
  const refused = await ann.page.evaluate((urls) => {
    const isRefused = (url: string): boolean => {
      try {
        const iceServers = [{ urls: url, username: 'somebody', credential: 'secret' }];
        const connection = new RTCPeerConnection({ iceServers });
        connection.setConfiguration({ iceServers });
        connection.close();
        return false;
      } catch {
        return true;
      }
    };
    return urls.filter(isRefused);
  }, urls);
  expect(refused).toEqual([]);
});

test('a server that a browser does not take keeps nobody from talking', async ({ meeting }) => {
  const strange = JSON.stringify([
    { urls: ['stuns:stun.example.org', 'stun:999.1.1.1', 'stun:a.example:0'] },
    { urls: ['turn:turn.example.org'] },
    { urls: [] },
  ]);
  const ann = await meeting.visits('Ann');
  const told: string[] = [];
  await ann.page.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const changed = String(message).replace('"servers":[]', `"servers":${strange}`);
      if (changed !== message) told.push(changed);
      socket.send(changed);
    });
  });
  await ann.open(meeting.room);
  await ann.join();
  const ben = await meeting.joins('Ben');
  await ann.sees('Ben');
  await ben.sees('Ann');
  expect(told, 'what was told of servers').toHaveLength(1);
});
