import { lasts } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';

/** How long the server is away, in seconds. */
const outages = [1, 4, 15, 60];
const runs = 2;
/** How many people are in each room: some have somebody to tell them that the server is back. */
const rooms = [1, 1, 1, 1, 2, 2, 3];

declare global {
  interface Window {
    /** When a server let this page in, each time, in milliseconds since 1970. */
    letIn: number[];
  }
}

function noteWhenLetIn(): void {
  window.letIn = [];
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        if (String(data).includes('"message":{"type":"joined"')) window.letIn.push(Date.now());
      });
    }
  };
}

test('pages are back soon after the only server, however long it was away', async ({ meeting, programs, browserName }) => {
  test.setTimeout(900_000);
  meeting.guard.tolerateLossOfServer();
  const server = await programs.server();
  const people: Participant[] = [];
  for (const size of rooms) {
    const room = server.newRoom();
    for (let number = 0; number < size; number += 1) {
      const devices = { microphone: 'missing', camera: 'missing' } as const;
      const person = await meeting.visits(`Person ${people.length}`, { devices });
      await person.page.addInitScript(noteWhenLetIn);
      await person.open(room);
      await person.join();
      people.push(person);
    }
  }
  for (const seconds of outages) {
    for (let run = 0; run < runs; run += 1) {
      await server.kill();
      await lasts(seconds * 1000);
      await server.startAgain();
      const back = Date.now();
      for (const { page } of people) {
        const since = back - 500;
        await page.waitForFunction((at) => window.letIn.some((time) => time > at), since, { timeout: 30_000 });
        const times = await page.evaluate(() => window.letIn);
        const first = times.find((time) => time > since) ?? NaN;
        console.log(`measured return ${browserName} after ${seconds} s ${Math.max(0, first - back)}`);
      }
      expect(people.length).toBeGreaterThanOrEqual(10);
      // Long enough to be a call again, and not the rest of the last outage.
      await lasts(2000);
    }
  }
});
