import { expect, test } from '../support/fixtures.ts';

test('the home page can be read without JavaScript', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann', { context: { javaScriptEnabled: false } });
  await ann.page.goto(server.url);
  await expect(ann.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(ann.button('New meeting')).toBeVisible();
});

test('an address where nothing is says so, with a way home', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann');
  // The browser itself says on the console that the page was not found.
  meeting.guard.tolerate(/404/);
  const answer = await ann.page.goto(`${server.url}/no/such/page`);
  expect(answer?.status()).toBe(404);
  await ann.hydrated();
  await expect(ann.page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
});

test('every page forbids what it does not need', async ({ request, server }) => {
  for (const path of ['/', '/some-room']) {
    const headers = (await request.get(server.url + path)).headers();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['permissions-policy']).toContain('camera=(self)');
  }
});

test('files that never change are kept, and come compressed', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  const wasm = ann.page.waitForResponse((response) => response.url().endsWith('.wasm'));
  await ann.open(meeting.room);
  const headers = await (await wasm).allHeaders();
  expect(headers['cache-control']).toContain('immutable');
  expect(headers['content-type']).toBe('application/wasm');
  expect(headers['content-encoding']).toMatch(/^(br|gzip)$/);
});

test('the server says how it is, and stops cleanly', async ({ request, programs }) => {
  const server = await programs.server();
  for (const path of ['/healthz', '/readyz']) {
    expect((await request.get(server.url + path)).status()).toBe(200);
  }
  expect(await server.stop()).toBe(0);
});
