import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';

/** Has a page receive no voices any more on any of its connections, or receive them again. */
async function receivesVoices(person: Participant, direction: 'sendonly' | 'sendrecv'): Promise<void> {
  await person.page.evaluate((direction) => {
    for (const connection of window.recorder.connections) {
      const [microphone] = connection.getTransceivers();
      if (microphone && connection.signalingState !== 'closed') microphone.direction = direction;
    }
  }, direction);
}

test('who speaks can see how many can hear', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const eve = await meeting.joins('Eve');
  await allMeet(ann, bob, eve);
  const people = await ann.panel('People');
  await expect(people.getByText('2 of 2 can hear you')).toBeVisible();
  await expect(ann.ownTile().getByText('can hear you')).toHaveCount(0);

  await receivesVoices(bob, 'sendonly');
  await expect(people.getByText('1 of 2 can hear you')).toBeVisible();
  await expect(ann.ownTile().getByText('1 of 2 can hear you')).toBeVisible();

  await receivesVoices(bob, 'sendrecv');
  await expect(people.getByText('2 of 2 can hear you')).toBeVisible();
  await expect(ann.ownTile().getByText('can hear you')).toHaveCount(0);

  await ann.turnOff('microphone');
  await expect(people.getByText('can hear you')).toHaveCount(0);
});
