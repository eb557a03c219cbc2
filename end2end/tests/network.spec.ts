import { farCall, otherThan, uplinkInUse } from '../support/far-call.ts';
import { lasts } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { recovery } from '../support/outage.ts';
import { allMeet } from '../support/participant.ts';

test('two people who cannot reach each other find each other again when they can', async ({ meeting, programs }) => {
  const { network, ann, bob, annsHost, bobsHost } = await farCall(meeting, programs);
  await network.separate(annsHost, bobsHost);
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'reconnecting');
  await expect(bob.tile('Ann')).toHaveAttribute('data-connection', 'reconnecting');
  await network.reunite(annsHost, bobsHost);
  await allMeet(ann, bob);
});

test('a link on which nothing arrives at one end is repaired as soon as something can', async ({ meeting, programs }) => {
  const { network, ann, bob, annsHost, bobsHost } = await farCall(meeting, programs);
  await network.silence(annsHost, bobsHost);
  await expect(bob.tile('Ann')).toHaveAttribute('data-connection', 'reconnecting');
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'reconnecting');
  await network.endSilence(annsHost, bobsHost);
  await allMeet(ann, bob);
});

test('a call moves to the other uplink when the one that it uses is lost', async ({ meeting, programs }) => {
  const { ann, bob, annsHost } = await farCall(meeting, programs);
  const uplink = await uplinkInUse(ann, annsHost);
  await recovery(() => annsHost.lose(uplink), ann, bob);
  expect(await uplinkInUse(ann, annsHost)).toBe(otherThan(uplink));
});

test('a call moves to an uplink that comes up when the only one is lost', async ({ meeting, programs }) => {
  const { ann, bob, annsHost } = await farCall(meeting, programs);
  await annsHost.lose('cable');
  await allMeet(ann, bob);
  const change = async (): Promise<void> => {
    await annsHost.lose('wifi');
    await annsHost.regain('cable');
  };
  await recovery(change, ann, bob);
  expect(await uplinkInUse(ann, annsHost)).toBe('cable');
});

test('a call comes back after ten seconds without any network', async ({ meeting, programs }) => {
  const { network, ann, bob, annsHost } = await farCall(meeting, programs);
  const blackout = async (): Promise<void> => {
    await network.cutOff(annsHost);
    await lasts(10_000);
    await network.connectAgain(annsHost);
  };
  await recovery(blackout, ann, bob);
});
