import type { Locator } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { everyTextIsTranslated } from '../support/geometry.ts';
import { Language } from '../support/language.ts';
import type { Participant } from '../support/participant.ts';

const chinese = { locale: 'zh-CN' };

function choice(person: Participant, name = 'Language'): Locator {
  return person.page.getByRole('combobox', { name, exact: true });
}

function title(person: Participant): Locator {
  return person.page.getByRole('heading', { level: 1 });
}

function field(person: Participant, name: string): Locator {
  return person.page.getByRole('textbox', { name, exact: true });
}

/** Follows a video from now on. The answer tells what became of it. */
async function follow(video: Locator): Promise<() => Promise<{ element: string; jumps: number; paused: boolean }>> {
  interface Followed {
    element: HTMLVideoElement;
    time: number;
    jumps: number;
  }
  const followed = await video.evaluateHandle((element: HTMLVideoElement): Followed => {
    const followed = { element, time: element.currentTime, jumps: 0 };
    const look = (): void => {
      if (element.currentTime < followed.time) followed.jumps += 1;
      followed.time = element.currentTime;
      requestAnimationFrame(look);
    };
    look();
    return followed;
  });
  return () =>
    video.evaluate(
      (now: HTMLVideoElement, { element, jumps }) => ({
        element: now === element ? 'the same' : 'another',
        jumps,
        paused: element.paused,
      }),
      followed,
    );
}

test('a browser in Chinese gets a page in Chinese, from the server and from the program', async ({ meeting, server }) => {
  const zh = await Language.of(server, 'zh-Hans');
  const reader = await meeting.visits('读者', { context: { ...chinese, javaScriptEnabled: false } });
  const lei = await meeting.visits('李雷', { context: chinese });
  await reader.page.goto(server.url);
  await lei.open(server.url);
  for (const person of [reader, lei]) {
    await expect(person.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
    await expect(title(person)).toHaveText(zh.say('home.title'));
    await expect(person.button(zh.say('home.new_meeting'))).toBeVisible();
  }
  await expect(choice(lei, zh.say('languages.title'))).toHaveValue('zh-Hans');

  await lei.open(meeting.room);
  await field(lei, zh.say('lobby.your_name')).fill('李雷');
  await lei.button(zh.say('lobby.join_now')).click();
  await expect(lei.button(zh.say('call.leave'))).toBeVisible();
  await expect(lei.tile(zh.say('tile.you', { name: '李雷' }))).toBeVisible();
  await lei.button(zh.say('people.title')).click();
  await expect(lei.page.getByText(zh.say('people.count.other', { count: '1' }))).toBeVisible();
});

test('whoever chooses another language in a call loses nothing', async ({ meeting, server }) => {
  const zh = await Language.of(server, 'zh-Hans');
  const ann = await meeting.joins('Ann');
  const bob = await meeting.joins('Bob');
  await bob.writes('Hello');
  await ann.sees('Bob');
  await ann.reads('Hello');
  await field(ann, 'Send a message to everyone').fill('Half a sen');
  const time = ann.page.getByRole('time');
  await expect(time).toHaveText(/[AP]M/);
  const told = await follow(ann.tile('Bob').locator('video'));

  await ann.button('More options').click();
  await expect(choice(ann).getByRole('option')).toHaveText(['English', '简体中文']);
  await choice(ann).focus();
  await choice(ann).selectOption('简体中文');
  const inChinese = choice(ann, zh.say('languages.title'));
  await expect(inChinese).toHaveValue('zh-Hans');
  expect(await inChinese.evaluate((element) => element === document.activeElement)).toBe(true);
  await expect(ann.page.getByRole('dialog', { name: zh.say('call.more_options') })).toBeVisible();
  await expect(ann.page.getByRole('region', { name: zh.say('chat.title') })).toBeVisible();
  await expect(field(ann, zh.say('chat.field'))).toHaveValue('Half a sen');
  await expect(ann.button(zh.say('devices.turn_off_microphone'))).toBeVisible();
  await expect(ann.tile(zh.say('tile.you', { name: 'Ann' }))).toBeVisible();
  await expect(time).toHaveText(/^\d\d:\d\d$/);
  await expect(ann.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await ann.media.pictureAdvances(ann.tile('Bob'));
  expect(await told()).toEqual({ element: 'the same', jumps: 0, paused: false });

  // It is the page's own choice, and it is remembered.
  await expect(bob.button('Leave call')).toBeVisible();
  await ann.page.reload();
  await expect(ann.button(zh.say('call.leave'))).toBeVisible();
});

test('every text of every page follows the language, and none comes from anywhere else', async ({ meeting, server }) => {
  const strange = (await Language.of(server, 'en')).pseudo();
  const lei = await meeting.visits('李雷');
  await strange.takesThePlaceOfChinese(lei.page.context());
  const choose = async (tag: 'en' | 'zh-Hans'): Promise<void> => {
    const name = tag === 'en' ? strange.say('languages.title') : 'Language';
    await choice(lei, name).selectOption(tag);
  };
  await lei.open(server.url);
  await field(lei, 'Code or link').fill('?');
  await lei.button('Join').click();
  await choose('zh-Hans');
  await everyTextIsTranslated(lei.page, 'home');
  await choose('en');
  await expect(title(lei)).toHaveText('Meet, in a room of your own');

  await lei.open(meeting.room);
  await expect(lei.page.locator('video')).toBeVisible();
  await lei.button('Turn off microphone').click();
  await lei.button('Join now').click();
  await choose('zh-Hans');
  await everyTextIsTranslated(lei.page, 'pre-join');
  await choose('en');
  await lei.join();

  const mei = await meeting.joins('韩梅');
  await lei.sees('韩梅');
  await mei.writes('你好');
  await lei.reads('你好');
  await mei.button('Share screen').click();
  await lei.seesScreenOf('韩梅');
  await lei.button('More options').click();
  await choose('zh-Hans');
  await everyTextIsTranslated(lei.page, 'a call with its chat');
  await lei.page.keyboard.press('Escape');
  await lei.button(strange.say('people.title')).click();
  await lei.button(strange.say('devices.microphone_settings')).click();
  await everyTextIsTranslated(lei.page, 'a call with its people');
  await lei.page.keyboard.press('Escape');
  await lei.button(strange.say('call.leave')).click();
  await expect(lei.button(strange.say('ended.rejoin'))).toBeVisible();
  await everyTextIsTranslated(lei.page, 'the page after a call');
});

test('a language that cannot be fetched is told, and can be chosen again', async ({ meeting, server }) => {
  const zh = await Language.of(server, 'zh-Hans');
  meeting.guard.tolerate(/Failed to load resource|NetworkError/);
  const lei = await meeting.visits('李雷', { context: chinese });
  const file = '**/languages/zh-Hans.json';
  await lei.page.route(file, (route) => route.abort());
  await lei.open(server.url);
  await expect(title(lei)).toHaveText('Meet, in a room of your own');
  await choice(lei).selectOption('zh-Hans');
  await expect(lei.page.getByRole('alert').filter({ hasText: 'This language could not be fetched' })).toBeVisible();
  await expect(choice(lei)).toHaveValue('en');

  await lei.page.unroute(file);
  await choice(lei).selectOption('zh-Hans');
  await expect(title(lei)).toHaveText(zh.say('home.title'));
});
