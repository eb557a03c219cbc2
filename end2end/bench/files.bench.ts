import type { Page } from '@playwright/test';

import { lasts } from '../support/fault.ts';
import { drop, fileIn } from '../support/files.ts';
import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

// What the pictures cost the machine is not what this is about.
test.use({ camera: 'small' });

const size = 200_000_000;
const quiet = 20_000;

/** What became so far of the voices that reach a page. */
interface Voice {
  lost: number;
  received: number;
  concealed: number;
  samples: number;
}

test('what a large file does to the voice that goes beside it', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);
  await drop(ann.ownTile(), 'Film.bin', size);
  await expect(await fileIn(bob, 'Film.bin')).toBeVisible();

  await measure('without', bob.page, () => lasts(quiet));
  await measure('with', bob.page, async () => {
    const comes = bob.page.waitForEvent('download');
    await bob.button('Download Film.bin').click();
    await comes;
  });
});

async function measure(name: string, page: Page, happens: () => Promise<unknown>): Promise<void> {
  const [began, before] = [performance.now(), await voice(page)];
  await happens();
  const [millis, after] = [performance.now() - began, await voice(page)];
  const numbers = [after.lost - before.lost, after.received - before.received];
  numbers.push(after.concealed - before.concealed, after.samples - before.samples);
  console.log(`measured files ${name} ${Math.round(millis)} ${numbers.join(' ')}`);
}

function voice(page: Page): Promise<Voice> {
  return page.evaluate(async () => {
    const voice = { lost: 0, received: 0, concealed: 0, samples: 0 };
    for (const connection of window.recorder.connections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp' || report.kind !== 'audio') continue;
        voice.lost += report.packetsLost ?? 0;
        voice.received += report.packetsReceived ?? 0;
        voice.concealed += report.concealedSamples ?? 0;
        voice.samples += report.totalSamplesReceived ?? 0;
      }
    }
    return voice;
  });
}
