import { farCall } from '../support/far-call.ts';
import { lasts } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { recovery } from '../support/outage.ts';

const runs = 30;
const duration = 10_000;

test('from the end of a blackout of 10 s to picture and sound', async ({ meeting, programs, browserName }) => {
  test.setTimeout(runs * 60_000);
  const { network, ann, bob, annsPlace } = await farCall(meeting, programs);
  const silent = async (): Promise<void> => {
    await network.cutOff(annsPlace);
    await lasts(duration);
    await network.connectAgain(annsPlace);
  };
  const plain = async (): Promise<void> => {
    await Promise.all([annsPlace.lose('wifi'), annsPlace.lose('cable')]);
    await lasts(duration);
    await Promise.all([annsPlace.regain('wifi'), annsPlace.regain('cable')]);
  };
  for (let run = 0; run < runs; run += 1) {
    // The computer itself learns of every other one: its links are down.
    const time = await recovery(run % 2 === 0 ? silent : plain, ann, bob);
    expect(time, 'the blackout was noticed').toBeGreaterThan(0);
    console.log(`measured blackout ${browserName} ${time}`);
  }
});
