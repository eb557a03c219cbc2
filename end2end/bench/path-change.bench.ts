import { farCall, otherThan, uplinkInUse } from '../support/far-call.ts';
import { expect, test } from '../support/fixtures.ts';
import { NOTICEABLE, recovery } from '../support/outage.ts';

const runs = 30;

test('from the loss of an uplink to picture and sound over the next one', async ({ meeting, programs, browserName }) => {
  test.setTimeout(runs * 40_000);
  const { ann, bob, annsHost } = await farCall(meeting, programs);
  let uplink = await uplinkInUse(ann, annsHost);
  await annsHost.lose(otherThan(uplink));
  for (let run = 0; run < runs; run += 1) {
    // The next one comes up as the only one goes down, so it cannot be known before.
    const change = async (): Promise<void> => {
      await annsHost.lose(uplink);
      uplink = otherThan(uplink);
      await annsHost.regain(uplink);
    };
    const time = await recovery(change, ann, bob);
    expect(await uplinkInUse(ann, annsHost), 'the call has moved').toBe(uplink);
    // Less than can be told from a call without a fault counts as that much.
    console.log(`measured path-change ${browserName} ${Math.max(time, NOTICEABLE)}`);
  }
});
