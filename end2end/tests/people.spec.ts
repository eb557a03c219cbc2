import { expect, test } from '../support/fixtures.ts';

test('People lists who is there as they come and go', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await ann.lists('Ann');
  const bob = await meeting.joins('Bob');
  await ann.lists('Ann', 'Bob');
  await bob.lists('Ann', 'Bob');
  const cem = await meeting.joins('Cem');
  await ann.lists('Ann', 'Bob', 'Cem');
  await cem.lists('Ann', 'Bob', 'Cem');
  await bob.leave();
  await ann.lists('Ann', 'Cem');
});

test('two people of the same name are two people', async ({ meeting }) => {
  const one = await meeting.joins('Ann');
  await meeting.joins('Ann');
  await expect((await one.panel('People')).getByRole('listitem')).toHaveCount(2);
  await one.sees('Ann');
});

test('coming and going is told', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.arrives('Bob');
  // A notice does not stay, so whoever looks afterwards may come too late.
  const isTold = (notice: string): Promise<void> => expect(ann.page.getByText(notice).first()).toBeVisible();
  await Promise.all([isTold('Bob joined'), bob.join()]);
  await Promise.all([isTold('Bob left'), bob.leave()]);
});
