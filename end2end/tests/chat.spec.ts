import { expect, test } from '../support/fixtures.ts';

test('messages arrive in the order they were written, in both directions', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const said = ['One', 'Two', 'Three', 'Four', 'Five'];
  await ann.writes(...said);
  await bob.reads(...said);
  await bob.writes('Six');
  await ann.reads(...said, 'Six');
  await expect((await ann.messages()).last()).toContainText('Bob');
});

test('no text ever passes the server', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.writes('the-secret-of-ann');
  await bob.reads('the-secret-of-ann');
  await bob.writes('the-secret-of-bob');
  await ann.reads('the-secret-of-ann', 'the-secret-of-bob');

  for (const person of [ann, bob]) {
    const frames = await person.frames();
    expect(frames.length, 'frames that were recorded').toBeGreaterThan(0);
    expect(frames.filter((frame) => frame.includes('the-secret'))).toEqual([]);
  }
});

test('a message has a time, and may have several lines', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const field = (await ann.panel('Chat')).getByRole('textbox', { name: 'Send a message to everyone' });
  await field.fill('First line');
  await field.press('Shift+Enter');
  await field.pressSequentially('Second line');
  await field.press('Enter');

  const message = (await bob.messages()).first();
  await expect(message).toContainText(/First line\s*Second line/);
  await expect(message.locator('time')).toHaveText(/\d/);
  await expect(field).toHaveValue('');
});

test('links can be clicked, and nothing else becomes markup', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.writes('<b>see</b> https://example.org/a?b=c and javascript:alert(1)');

  const message = (await bob.messages()).first();
  await expect(message).toContainText('<b>see</b>');
  const links = message.getByRole('link');
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAttribute('href', 'https://example.org/a?b=c');
  await expect(links).toHaveAttribute('target', '_blank');
  await expect(links).toHaveAttribute('rel', /noopener.*noreferrer/);
});

test('what was not read yet is counted until the panel is opened', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.writes('One');
  await expect(bob.button('Chat')).toHaveAccessibleDescription('1 unread message');
  await ann.writes('Two');
  await expect(bob.button('Chat')).toHaveAccessibleDescription('2 unread messages');
  await bob.reads('One', 'Two');
  await expect(bob.button('Chat')).toHaveAccessibleDescription('');
  expect(await bob.page.getByRole('status').getByText('Two').count(), 'notices of what is read now').toBe(0);
});

test('a newcomer reads what two wrote in turn in the order in which they wrote it', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const said = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
  for (const [index, text] of said.entries()) {
    const [writer, reader] = index % 2 === 0 ? [ann, bob] : [bob, ann];
    await writer.writes(text);
    await reader.reads(...said.slice(0, index + 1));
  }
  const cleo = await meeting.joins('Cleo');
  await cleo.reads(...said);
});

test('what was written is there after a reload, for oneself and for whoever comes later', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await ann.writes('Alone');
  await ann.page.reload();
  await ann.reads('Alone');
  await expect((await ann.messages()).first()).toContainText('You');

  const bob = await meeting.joins('Bob');
  await bob.reads('Alone');
  await ann.writes('Together');
  await bob.reads('Alone', 'Together');
  await ann.leave();
  await expect(bob.tile('Ann')).toBeHidden();
  const cleo = await meeting.joins('Cleo');
  await cleo.reads('Alone', 'Together');
  await expect((await cleo.messages()).last()).toContainText('Ann');
  await expect((await cleo.messages()).last()).toContainText('passed on by Bob');
  await ann.button('Rejoin').click();
  await ann.join();
  await ann.reads('Alone', 'Together');
});

test('a reload loses neither what is being written nor what was not read yet', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await bob.writes('One');
  await ann.reads('One');
  const field = ann.page.getByRole('textbox', { name: 'Send a message to everyone' });
  await field.fill('Half a sentence');
  await ann.button('Close panel').click();
  await bob.writes('Two', 'Three');
  await expect(ann.button('Chat')).toHaveAccessibleDescription('2 unread messages');

  await ann.page.reload();
  await expect(ann.button('Chat')).toHaveAccessibleDescription('2 unread messages');
  await bob.writes('Four');
  await expect(ann.button('Chat')).toHaveAccessibleDescription('3 unread messages');
  await ann.reads('One', 'Two', 'Three', 'Four');
  await expect(field).toHaveValue('Half a sentence');
});
