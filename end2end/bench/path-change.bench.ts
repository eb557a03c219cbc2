import { farCall, linkInUse, otherThan } from '../support/far-call.ts';
import { expect, test } from '../support/fixtures.ts';
import { NOTICEABLE, recovery } from '../support/outage.ts';

const runs = 30;

test('from the loss of a link to picture and sound over the next one', async ({ meeting, programs, browserName }) => {
  test.setTimeout(runs * 40_000);
  const { ann, bob, annsPlace } = await farCall(meeting, programs);
  let link = await linkInUse(ann, annsPlace);
  await annsPlace.lose(otherThan(link));
  for (let run = 0; run < runs; run += 1) {
    // The next one comes up as the only one goes down, so it cannot be known before.
    const change = async (): Promise<void> => {
      await annsPlace.lose(link);
      link = otherThan(link);
      await annsPlace.regain(link);
    };
    const time = await recovery(change, ann, bob);
    expect(await linkInUse(ann, annsPlace), 'the call has moved').toBe(link);
    // Less than can be told from a call without a fault counts as that much.
    console.log(`measured path-change ${browserName} ${Math.max(time, NOTICEABLE)}`);
  }
});
