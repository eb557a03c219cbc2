import { farCall } from '../support/far-call.ts';
import { minute } from '../support/fault.ts';
import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';

// Several attempts have to come to nothing first, and each is given more time than the one before.
test.describe.configure({ timeout: 8 * minute });
const patience = { timeout: 4 * minute };

/** Waits until two people have this connection to each other. */
async function bothAre(connection: 'connected' | 'failed', one: Participant, other: Participant): Promise<void> {
  await expect(one.tile(other.name)).toHaveAttribute('data-connection', connection, patience);
  await expect(other.tile(one.name)).toHaveAttribute('data-connection', connection, patience);
}

test('two people between whom nothing but checks gets through meet over the relay', async ({ meeting, programs }) => {
  meeting.guard.tolerateLossOfNetwork();
  const network = await programs.network({ relay: true });
  const [annsHost, bobsHost] = [await network.host(), await network.host()];
  await network.letOnlyChecksThrough(annsHost, bobsHost);
  const room = network.newRoom();
  const ann = await meeting.joins('Ann', { room, browser: annsHost.browser });
  const bob = await meeting.joins('Bob', { room, browser: bobsHost.browser });
  await Promise.all([ann.findsAWay(), bob.findsAWay()]);
  await bothAre('connected', ann, bob);
  await allMeet(ann, bob);
  for (const { media } of [ann, bob]) expect(await media.route()).toMatchObject({ policy: 'relay', type: 'relay' });
});

test('two people who cannot reach each other are told, and stay with the others until they can', async ({
  meeting,
  programs,
}) => {
  const { network, ann, bob, annsHost, bobsHost } = await farCall(meeting, programs);
  const { browser } = await network.host();
  const cem = await meeting.joins('Cem', { room: ann.page.url(), browser });
  await allMeet(ann, bob, cem);

  await network.separate(annsHost, bobsHost);
  await bothAre('failed', ann, bob);
  await expect(ann.tile('Bob')).toContainText('No connection; still trying');
  await Promise.all([ann.sees('Cem'), bob.sees('Cem'), cem.sees('Ann'), cem.sees('Bob')]);
  await Promise.all([ann.media.hears(1), bob.media.hears(1), cem.media.hears(2)]);

  await network.reunite(annsHost, bobsHost);
  await bothAre('connected', ann, bob);
  await allMeet(ann, bob, cem);
});
