import { farCall } from '../support/far-call.ts';
import { lasts, minute, recordStandstill } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('a tab that was frozen for a minute, and a computer that slept, are back in the call', async ({
  meeting,
  programs,
}) => {
  const { network, ann, bob, bobsHost } = await farCall(meeting, programs);
  const room = ann.page.url();
  const cemsHost = await network.host();
  const cem = await meeting.joins('Cem', { room, browser: cemsHost.browser });
  await allMeet(ann, bob, cem);

  const standstills = [await recordStandstill(bob.page), await recordStandstill(cem.page)];
  const thaw = await bobsHost.freezePages();
  const wake = await cemsHost.sleep();
  await lasts(minute);
  thaw();
  wake();
  await allMeet(ann, bob, cem);
  for (const standstill of standstills) expect(await standstill()).toBeGreaterThan(0.9 * minute);
  for (const person of [ann, bob, cem]) await person.lists('Ann', 'Bob', 'Cem');
});
