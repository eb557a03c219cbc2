import { farCall, linkInUse, otherThan } from '../support/far-call.ts';
import { lasts } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { recovery } from '../support/outage.ts';
import { allMeet } from '../support/participant.ts';

test('two people who cannot reach each other find each other again when they can', async ({ meeting, programs }) => {
  const { network, ann, bob, annsPlace, bobsPlace } = await farCall(meeting, programs);
  await network.separate(annsPlace, bobsPlace);
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'reconnecting');
  await expect(bob.tile('Ann')).toHaveAttribute('data-connection', 'reconnecting');
  await network.reunite(annsPlace, bobsPlace);
  await allMeet(ann, bob);
});

test('a link on which nothing arrives at one end is repaired as soon as something can', async ({ meeting, programs }) => {
  const { network, ann, bob, annsPlace, bobsPlace } = await farCall(meeting, programs);
  await network.silence(annsPlace, bobsPlace);
  await expect(bob.tile('Ann')).toHaveAttribute('data-connection', 'reconnecting');
  await expect(ann.tile('Bob')).toHaveAttribute('data-connection', 'reconnecting');
  await network.endSilence(annsPlace, bobsPlace);
  await allMeet(ann, bob);
});

test('a call moves to the other link when the one that it uses is lost', async ({ meeting, programs }) => {
  const { ann, bob, annsPlace } = await farCall(meeting, programs);
  const link = await linkInUse(ann, annsPlace);
  await recovery(() => annsPlace.lose(link), ann, bob);
  expect(await linkInUse(ann, annsPlace)).toBe(otherThan(link));
});

test('a call moves to a link that comes up when the only one is lost', async ({ meeting, programs }) => {
  const { ann, bob, annsPlace } = await farCall(meeting, programs);
  await annsPlace.lose('cable');
  await allMeet(ann, bob);
  const change = async (): Promise<void> => {
    await annsPlace.lose('wifi');
    await annsPlace.regain('cable');
  };
  await recovery(change, ann, bob);
  expect(await linkInUse(ann, annsPlace)).toBe('cable');
});

test('a call comes back after ten seconds without any network', async ({ meeting, programs }) => {
  const { network, ann, bob, annsPlace } = await farCall(meeting, programs);
  const blackout = async (): Promise<void> => {
    await network.cutOff(annsPlace);
    await lasts(10_000);
    await network.connectAgain(annsPlace);
  };
  await recovery(blackout, ann, bob);
});
