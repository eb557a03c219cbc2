import { expect, test } from '../support/fixtures.ts';
import type { Participant } from '../support/participant.ts';

/** Presses a key of a layout that the test's keyboard does not have. */
async function press(person: Participant, key: string, code: string, more: Record<string, boolean> = {}): Promise<void> {
  const event = { key, code, bubbles: true, cancelable: true, ...more };
  await person.page.evaluate((event) => document.body.dispatchEvent(new KeyboardEvent('keydown', event)), event);
}

test('shortcuts work on a keyboard for another script, and leave composed texts alone', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await press(ann, 'ь', 'KeyM');
  await expect(ann.button('Turn on microphone')).toBeVisible();
  await press(ann, 'в', 'KeyD', { ctrlKey: true });
  await expect(ann.button('Turn off microphone')).toBeVisible();
  await press(ann, ',', 'KeyM');
  await press(ann, 'µ', 'KeyM', { modifierAltGraph: true });
  await press(ann, 'm', 'KeyM', { isComposing: true });
  await press(ann, 'м', 'KeyV');
  await expect(ann.button('Turn on camera')).toBeVisible();
  await expect(ann.button('Turn off microphone')).toBeVisible();
});

test('single letters can be switched off, and stay so', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await ann.button('More options').click();
  const letters = ann.page.getByRole('switch', { name: 'Keyboard shortcuts' });
  await expect(letters).toBeChecked();
  await letters.click();
  await expect(letters).not.toBeChecked();
  await ann.page.keyboard.press('Escape');

  // A call goes on where the page is loaded again.
  await ann.page.reload();
  await ann.hydrated();
  await expect(ann.button('Leave call')).toBeVisible();
  await ann.page.keyboard.press('m');
  await ann.page.keyboard.press('Control+e');
  await expect(ann.button('Turn on camera')).toBeVisible();
  await expect(ann.button('Turn off microphone')).toBeVisible();
});
