import { allMeet } from '../support/participant.ts';
import { expect, test } from '../support/fixtures.ts';

test.describe('with cameras as people have them', () => {
  test.use({ camera: 'full' });

  test('two people open a link, and see and hear each other', async ({ meeting }) => {
    const ann = await meeting.joins('Ann');
    const bob = await meeting.joins('Bob');
    await allMeet(ann, bob);
  });
});

test('three people see and hear each other', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const cem = await meeting.joins('Cem');
  await allMeet(ann, bob, cem);
});

test('four people see and hear each other', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const cem = await meeting.joins('Cem');
  const dora = await meeting.joins('Dora');
  await allMeet(ann, bob, cem, dora);
});

test('people who join at the same moment meet', async ({ meeting }) => {
  const people = await Promise.all(['Ann', 'Bob', 'Cem'].map((name) => meeting.arrives(name)));
  await Promise.all(people.map((person) => person.join()));
  await allMeet(...people);
});

test('New meeting opens a room of its own whose link others can open', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann');
  await ann.open(server.url);
  await ann.button('New meeting').click();
  await ann.page.waitForURL(/\/[^/]+$/);
  await ann.join();

  const bob = await meeting.joins('Bob', { room: ann.page.url() });
  await allMeet(ann, bob);
});

for (const [what, enter] of [
  ['link', (room: string) => room],
  ['code', (room: string) => new URL(room).pathname.slice(1)],
] as const) {
  test(`a ${what} can be pasted on the home page`, async ({ meeting, server }) => {
    await meeting.joins('Ann');
    const bob = await meeting.visits('Bob');
    await bob.open(server.url);
    await bob.page.getByRole('textbox', { name: 'Code or link' }).fill(enter(meeting.room));
    await bob.button('Join').click();
    await bob.join();
    await bob.sees('Ann');
  });
}

test('a link to another server is not taken for a room of this one', async ({ meeting, server }) => {
  const ann = await meeting.visits('Ann');
  await ann.open(server.url);
  await ann.page.getByRole('textbox', { name: 'Code or link' }).fill('https://meet.example/abc-defg-hij');
  await ann.button('Join').click();
  await expect(ann.page.getByRole('alert')).toContainText('leads to another server');
});

test('the name is remembered', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await ann.leave();
  await ann.open(meeting.room);
  await expect(ann.page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Ann');
});
