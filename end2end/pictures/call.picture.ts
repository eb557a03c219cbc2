import { expect, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';
import { type Appearance, drawCamera } from '../support/drawn-camera.ts';

const people: Record<string, Appearance> = {
  Maya: { wall: ['#3b5b70', '#20313f'], hair: '#241a17', skin: '#b97f5a', shirt: '#e2b34a' },
  Jonas: { wall: ['#c9bda9', '#8a7d69'], hair: '#7a4a25', skin: '#e8bf9f', shirt: '#2f5d56' },
  Aylin: { wall: ['#7b6a8f', '#3d3450'], hair: '#3a2116', skin: '#dba985', shirt: '#c8d3de' },
  Kwame: { wall: ['#a7b59a', '#66755c'], hair: '#14100f', skin: '#6f4a34', shirt: '#b9483b' },
};

test('a call of four', async ({ meeting, server }) => {
  test.setTimeout(180_000);
  const room = `${server.url}/weekly-round`;
  const present: Participant[] = [];
  for (const [name, appearance] of Object.entries(people)) {
    const person = await meeting.visits(name, { context: { viewport: { width: 1440, height: 900 } } });
    await drawCamera(person.page.context(), appearance);
    await person.open(room);
    await person.join();
    present.push(person);
  }
  const [maya, jonas, aylin] = present as [Participant, Participant, Participant, Participant];
  await aylin.turnOff('microphone');
  await jonas.writes('Here is the plan: https://example.org/plan');
  await maya.writes('Thank you, I have it in front of me.');
  for (const other of present.slice(1)) {
    await maya.sees(other.name);
    await maya.media.pictureIsAtLeast(maya.tile(other.name), 320, 180);
  }
  await expect(maya.page.getByText(/ (joined|left)$/)).toHaveCount(0);
  await maya.page.mouse.move(720, 895);
  await maya.page.screenshot({ path: '../docs/images/call.png' });
});
