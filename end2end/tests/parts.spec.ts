import type { Page } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

/** The part of the program that makes a call. */
const part = /\/pkg\/split_call\.[^/]*\.wasm$/;

/** Keeps that part from a page until it is let through. */
class Held {
  letThrough!: () => void;
  asked!: Promise<void>;

  static async from(page: Page): Promise<Held> {
    const held = new Held();
    const through = new Promise<void>((resolve) => (held.letThrough = resolve));
    held.asked = new Promise((resolve) =>
      page.route(part, async (route) => {
        resolve();
        await through;
        await route.continue();
      }),
    );
    return held;
  }
}

test('the pre-join page can be used before what makes a call is there, and joining waits for that', async ({ meeting }) => {
  const bob = await meeting.joins('Bob');
  const ann = await meeting.visits('Ann');
  const held = await Held.from(ann.page);
  await ann.open(meeting.room);
  await held.asked;
  await ann.turnOff('camera');
  await ann.asksToJoin();
  await expect(ann.button('Joining…')).toBeDisabled();
  await expect(ann.page.getByText('Loading the call…')).toBeVisible();
  // What is asked for meanwhile is not lost.
  await ann.turnOn('camera');
  held.letThrough();
  await allMeet(ann, bob);
});

test('a part that cannot be fetched is told, and tried again until it can', async ({ meeting }) => {
  // The browser and the program say on the console what they could not load.
  meeting.guard.tolerate(/Failed to (load resource|fetch)|NetworkError|split_call/);
  const ann = await meeting.visits('Ann');
  await ann.page.route(part, (route) => route.abort());
  await ann.open(meeting.room);
  await ann.asksToJoin();
  await expect(ann.page.getByText('part of this page is missing. Trying again')).toBeVisible();
  await ann.page.unroute(part);
  await expect(ann.button('Leave call')).toBeVisible();
});

test('a page that is loaded again comes back, however late the part comes', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);
  await ann.writes('Wait for me');
  const held = await Held.from(ann.page);
  await ann.page.reload();
  await held.asked;
  await expect(ann.button('Joining…')).toBeVisible();
  held.letThrough();
  await allMeet(ann, bob);
  await ann.reads('Wait for me');
});

test('a page of a release that is gone offers to load the one of today', async ({ meeting }) => {
  meeting.guard.tolerate(/Failed to (load resource|fetch)|NetworkError|404|split_call|WebAssembly/);
  const ann = await meeting.visits('Ann');
  await ann.page.route(part, (route) => route.fulfill({ status: 404 }));
  await ann.open(meeting.room);
  await ann.asksToJoin();
  await expect(ann.page.getByText('part of this page is missing')).toBeVisible();
  const again = ann.page.waitForEvent('load');
  await ann.button('Reload').click();
  await again;
  await ann.page.unroute(part);
  await ann.hydrated();
  await ann.join();
});

test('whoever goes home where its part is missing gets it from the server', async ({ meeting }) => {
  meeting.guard.tolerate(/Failed to (load resource|fetch)|NetworkError|404|split_home|WebAssembly/);
  const ann = await meeting.visits('Ann');
  const home = /\/pkg\/split_home\.[^/]*\.wasm$/;
  await ann.page.route(home, (route) => route.fulfill({ status: 404 }));
  await ann.open(meeting.room);
  const loaded = ann.page.waitForEvent('load');
  await ann.page.getByRole('link', { name: 'Rotunda' }).click();
  await loaded;
  await ann.page.unroute(home);
  await ann.hydrated();
  await expect(ann.button('New meeting')).toBeVisible();
});
