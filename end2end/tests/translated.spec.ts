import { expect, test } from '../support/fixtures.ts';
import { pretendTranslator } from '../support/translator.ts';

for (const translation of ['wraps', 'replaces'] as const) {
  test(`a page that the browser translates shows what changes: it ${translation} texts`, async ({ meeting }) => {
    const ann = await meeting.visits('Ann');
    await pretendTranslator(ann.page.context(), translation);
    await ann.open(meeting.room);
    await ann.turnOff('camera');
    await expect(ann.page.getByText('Your camera is off')).toBeVisible();
    await ann.join();
    expect(await ann.page.locator('font').count(), 'texts that were translated').toBeGreaterThan(0);

    const people = await ann.panel('People');
    await expect(people.getByText('1 person in the room')).toBeVisible();
    const bob = await meeting.joins('Bob');
    await expect(people.getByText('2 people in the room')).toBeVisible();
    await ann.lists('Ann', 'Bob');
    await expect(ann.tile('Bob')).toContainText('Bob');
    await expect(ann.tile('Bob')).not.toContainText('Connecting');

    await bob.writes('One');
    const badge = ann.button('Chat').locator('.badge');
    await expect(badge).toHaveText('1');
    await expect(ann.button('Chat')).toHaveAccessibleDescription('1 unread message');
    await bob.writes('Two');
    await expect(badge).toHaveText('2');
    await ann.reads('One', 'Two');
    await expect(ann.page.getByRole('heading', { name: 'Chat' })).toBeVisible();
    await expect(badge).toBeHidden();

    await bob.leave();
    await expect(ann.tile('Bob')).toHaveCount(0);
    await ann.panel('People');
    await expect(ann.page.getByText('1 person in the room')).toBeVisible();
    await ann.lists('Ann');
    await ann.leave();
    await ann.button('Rejoin').click();
    await expect(ann.button('Join now')).toBeVisible();
  });
}
