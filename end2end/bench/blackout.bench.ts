import { farCall } from '../support/far-call.ts';
import { lasts } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { recovery } from '../support/outage.ts';

const runs = 30;
const duration = 10_000;

test('from the end of a blackout of 10 s to picture and sound', async ({ meeting, programs, browserName }) => {
  test.setTimeout(runs * 60_000);
  const { network, ann, bob, annsHost } = await farCall(meeting, programs);
  const silent = async (): Promise<void> => {
    await network.cutOff(annsHost);
    await lasts(duration);
    await network.connectAgain(annsHost);
  };
  const plain = async (): Promise<void> => {
    await Promise.all([annsHost.lose('wifi'), annsHost.lose('cable')]);
    await lasts(duration);
    await Promise.all([annsHost.regain('wifi'), annsHost.regain('cable')]);
  };
  for (let run = 0; run < runs; run += 1) {
    // The computer itself learns of every other one: its uplinks are down.
    const time = await recovery(run % 2 === 0 ? silent : plain, ann, bob);
    expect(time, 'the blackout was noticed').toBeGreaterThan(0);
    console.log(`measured blackout ${browserName} ${time}`);
  }
});
