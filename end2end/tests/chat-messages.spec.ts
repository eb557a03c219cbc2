import type { Locator } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';

/** Presses one of the options of a message. */
async function option(message: Locator, name: string): Promise<void> {
  await message.getByRole('button', { name: 'Options for this message' }).click();
  await message.getByRole('button', { name, exact: true }).click();
}

async function sends(person: Participant, text: string, field = 'Send a message to everyone'): Promise<void> {
  const chat = await person.panel('Chat');
  await chat.getByRole('textbox', { name: field }).fill(text);
  await chat.getByRole('button', { name: 'Send message' }).click();
}

test('a message can be changed and taken back by whoever wrote it, for everybody', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.writes('See you at noon', 'My password is 1234');
  await bob.reads('See you at noon', 'My password is 1234');
  const [first, second] = [(await ann.messages()).nth(0), (await ann.messages()).nth(1)];
  await expect(first.getByRole('img', { name: 'Delivered' })).toBeVisible();

  await (await ann.panel('Chat')).getByRole('textbox').fill('half a sent');
  await option(first, 'Edit');
  await sends(ann, 'See you at one');
  const field = (await ann.panel('Chat')).getByRole('textbox');
  await expect(field, 'what was being written before').toHaveValue('half a sent');
  await option(second, 'Delete');
  await bob.reads('See you at one', 'This message was deleted.');
  await expect((await bob.messages()).nth(0)).toContainText('edited');
  await expect((await bob.panel('Chat')).getByText('1234')).toHaveCount(0);
  const bobs = (await bob.messages()).nth(0);
  await bobs.getByRole('button', { name: 'Options for this message' }).click();
  await expect(bobs.getByRole('button', { name: 'Edit' })).toHaveCount(0);

  const cem = await meeting.joins('Cem');
  await cem.reads('See you at one');
  await expect(await cem.messages()).toHaveCount(1);
});

test('a message can be answered and reacted to', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.writes('Tea?');
  await bob.reads('Tea?');
  await option((await bob.messages()).first(), 'Reply');
  await sends(bob, 'Please');
  const answer = (await ann.messages()).nth(1);
  await expect(answer.getByRole('blockquote')).toHaveText('Ann: Tea?');

  await option((await bob.messages()).first(), 'Heart');
  const heart = (await ann.messages()).first().getByRole('button', { name: /^Heart/ });
  await expect(heart).toHaveAccessibleName('Heart: Bob');
  await heart.click();
  await expect(heart).toHaveAccessibleName(/^Heart: (Ann and Bob|Bob and Ann)$/);
  await expect(heart).toHaveAttribute('aria-pressed', 'true');
  await heart.click();
  await expect(heart).toHaveAccessibleName('Heart: Bob');
  expect(await (await ann.messages()).count(), 'a reaction is no message').toBe(2);
});

test('what is for one alone reaches nobody else', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  const cem = await meeting.joins('Cem');
  await ann.lists('Ann', 'Bob', 'Cem');
  const chat = await ann.panel('Chat');
  await chat.getByRole('combobox', { name: 'Send to' }).selectOption('Bob');
  await sends(ann, 'Just for you', 'Send a message to Bob');
  await bob.reads('Just for you');
  await expect((await bob.messages()).first()).toContainText('to you alone');
  await expect((await ann.messages()).first()).toContainText('to Bob alone');
  // What follows is behind it on every way.
  await chat.getByRole('combobox', { name: 'Send to' }).selectOption('Everyone');
  await sends(ann, 'For all');
  await cem.reads('For all');
  await expect(await cem.messages()).toHaveCount(1);

  // What is being written for somebody who leaves becomes no message for everyone.
  await chat.getByRole('combobox', { name: 'Send to' }).selectOption('Bob');
  await bob.leave();
  await expect(chat.getByText('The person it is for has left.')).toBeVisible();
  await chat.getByRole('textbox', { name: 'Send a message to Bob' }).fill('Another secret');
  await expect(chat.getByRole('button', { name: 'Send message' })).toBeDisabled();
});

test('whoever writes is seen to write, and the chat can be kept', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await bob.panel('Chat');
  const isSeen = expect((await bob.panel('Chat')).getByText('Ann is writing…')).toBeVisible();
  const field = (await ann.panel('Chat')).getByRole('textbox');
  await Promise.all([isSeen, field.pressSequentially('To keep')]);
  await field.press('Enter');
  await bob.reads('To keep');
  await expect((await bob.panel('Chat')).getByText('Ann is writing…')).toBeHidden();

  const download = bob.page.waitForEvent('download');
  await bob.button('Save as text').click();
  const stream = await (await download).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  expect(Buffer.concat(chunks).toString()).toMatch(/^\[.+\] Ann: To keep\n$/);
});
