import { expect, test } from '../support/fixtures.ts';

test('hands are seen by everybody in the order in which they went up', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.lists('Ann', 'Bob');
  const isTold = expect(ann.page.getByText('Bob raised a hand').first()).toBeVisible();
  await Promise.all([isTold, bob.button('Raise hand').click()]);
  await expect(ann.tile('Bob').getByLabel('Hand raised')).toBeVisible();
  // By key, as the habit of other products is.
  await ann.page.keyboard.press('h');
  await expect(ann.button('Lower hand')).toBeVisible();

  const cem = await meeting.joins('Cem');
  for (const person of [ann, bob, cem]) {
    const entries = (await person.panel('People')).getByRole('listitem');
    await expect(entries.getByLabel(/^Hand raised/)).toHaveCount(2);
    await expect(entries).toContainText(['Bob', 'Ann', 'Cem']);
    await expect(entries.nth(1).getByLabel('Hand raised, number 2')).toBeVisible();
  }

  await bob.button('Lower hand').click();
  const entries = (await cem.panel('People')).getByRole('listitem');
  await expect(entries).toContainText(['Ann', 'Bob', 'Cem']);
  await expect(entries.getByLabel('Hand raised, number 1')).toBeVisible();
  await expect(cem.tile('Bob').getByLabel('Hand raised')).toBeHidden();
});

test('a reaction floats on the tile of whoever shows it, and is announced once', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.sees('Bob');
  await bob.button('Reactions').click();
  const reactions = bob.page.getByRole('dialog', { name: 'Reactions' });
  const offered = reactions.getByRole('button');
  const names = ['Thumbs up', 'Clapping', 'Heart', 'Laughing', 'Surprised', 'Party'];
  for (const [index, name] of names.entries()) await expect(offered.nth(index)).toHaveAccessibleName(name);

  const announced = ann.page.getByText('Bob: Clapping');
  const isShown = Promise.all([
    expect(ann.tile('Bob').getByText('👏')).toBeVisible(),
    expect(bob.ownTile().getByText('👏')).toBeVisible(),
    expect(announced).toHaveCount(1),
  ]);
  await Promise.all([isShown, reactions.getByRole('button', { name: 'Clapping' }).click()]);
  await expect(ann.tile('Bob').getByText('👏')).toBeHidden();
  await expect(bob.ownTile().getByText('👏')).toBeHidden();
});

test('on a phone both are among the options', async ({ meeting }) => {
  const context = { viewport: { width: 360, height: 740 } };
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob', { context });
  await expect(bob.button('Raise hand')).toBeHidden();
  await bob.button('More options').click();
  await bob.button('Raise hand').click();
  await expect(ann.tile('Bob').getByLabel('Hand raised')).toBeVisible();
  const isShown = expect(ann.tile('Bob').getByText('🎉')).toBeVisible();
  await Promise.all([isShown, bob.button('Party').click()]);
});
