import { firefox as launcher } from '@playwright/test';

import { firefox } from '../support/browsers.ts';
import { expect, test } from '../support/fixtures.ts';
import { allMeet } from '../support/participant.ts';

test('Chromium and Firefox meet in one room', async ({ meeting }) => {
  const browser = await launcher.launch({ ...firefox.launchOptions, channel: 'moz-firefox' });
  try {
    const chris = await meeting.joins('Chris');
    const fay = await meeting.joins('Fay', { browser });
    await allMeet(chris, fay);

    await chris.writes('From Chromium');
    await fay.reads('From Chromium');
    await fay.writes('From Firefox');
    await chris.reads('From Chromium', 'From Firefox');

    await chris.button('Share screen').click();
    await fay.seesScreenOf('Chris');
    await fay.leave();
    await expect(chris.tile('Fay')).toHaveCount(0);
  } finally {
    await browser.close();
  }
});
