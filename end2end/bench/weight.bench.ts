import type { Request } from '@playwright/test';

import { test } from '../support/fixtures.ts';

const kinds: Record<string, string> = { document: 'html', stylesheet: 'css', script: 'js' };

function kindOf(request: Request): string {
  if (request.url().includes('/split_call.')) return 'call';
  if (request.url().includes('.wasm')) return 'wasm';
  return kinds[request.resourceType()] ?? 'other';
}

test('bytes of the pre-join page, and of a call', async ({ meeting }) => {
  const ann = await meeting.visits('Ann');
  const requests: Request[] = [];
  ann.page.on('requestfinished', (request) => requests.push(request));
  await ann.open(meeting.room);
  await ann.join();
  for (const request of requests) {
    const { responseBodySize } = await request.sizes();
    console.log(`measured weight ${kindOf(request)} ${responseBodySize}`);
  }
});
