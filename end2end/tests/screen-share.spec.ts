import { expect, test } from '../support/fixtures.ts';
import { allMeet, type Participant } from '../support/participant.ts';

/** What the browser does when somebody presses its own "Stop sharing". */
function pressesTheBrowsersOwnStop(sharer: Participant): Promise<void> {
  return sharer.page.evaluate(() => {
    for (const { how, stream } of window.recorder.captured) {
      if (how !== 'display') continue;
      for (const track of stream.getTracks()) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    }
  });
}

test('a shared screen is seen as a tile of its own, large enough to read', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await allMeet(ann, bob);

  await ann.button('Share screen').click();
  await bob.seesScreenOf('Ann');
  await bob.media.pictureIsAtLeast(bob.screenOf('Ann'), 1280, 720);
  await bob.sees('Ann');
  await expect(ann.screenOf('Ann')).toBeVisible();
});

test('the share ends for everybody when its button is pressed', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.button('Share screen').click();
  await bob.seesScreenOf('Ann');

  await ann.button('Stop sharing').click();
  await expect(bob.screenOf('Ann')).toHaveCount(0);
  await expect(ann.screenOf('Ann')).toHaveCount(0);
  await expect(ann.button('Share screen')).toBeVisible();
  await bob.sees('Ann');
});

test("the share ends for everybody when the browser's own stop is pressed", async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.button('Share screen').click();
  await bob.seesScreenOf('Ann');

  await pressesTheBrowsersOwnStop(ann);
  await expect(bob.screenOf('Ann')).toHaveCount(0);
  await expect(ann.button('Share screen')).toBeVisible();
});

test('who comes late sees what is shared, and a second share beside it', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  await ann.button('Share screen').click();
  await expect(ann.screenOf('Ann')).toBeVisible();

  const bob = await meeting.joins('Bob');
  await bob.seesScreenOf('Ann');
  await bob.button('Share screen').click();
  await ann.seesScreenOf('Bob');
  await bob.seesScreenOf('Ann');
});

test('a screen can be shared again after it was stopped', async ({ meeting }) => {
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await ann.button('Share screen').click();
  await bob.seesScreenOf('Ann');
  await ann.button('Stop sharing').click();
  await expect(bob.screenOf('Ann')).toHaveCount(0);

  await ann.button('Share screen').click();
  await bob.seesScreenOf('Ann');
});
