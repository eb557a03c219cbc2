import { drop } from '../support/files.ts';
import { expect, type Meeting, test } from '../support/fixtures.ts';
import { everythingHasRoom } from '../support/geometry.ts';
import { Language } from '../support/language.ts';
import type { Participant } from '../support/participant.ts';
import { download, watchRecorder } from '../support/recording.ts';
import type { Server } from '../support/server.ts';

/** A small phone and a usual one held upright, a tablet, a desk. */
const sizes = [
  { width: 320, height: 568 },
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** Somebody whose browser speaks one of the languages. */
class Reader {
  private constructor(
    readonly person: Participant,
    private readonly language: Language,
    private readonly name: string,
  ) {}

  static async comes(meeting: Meeting, server: Server, name: 'Chinese' | 'pseudo', devices?: 'denied'): Promise<Reader> {
    const denied = { microphone: 'denied', camera: 'denied' } as const;
    const context = { locale: 'zh-CN', reducedMotion: 'reduce' } as const;
    const person = await meeting.visits('Ann', { context, ...(devices ? { devices: denied } : {}) });
    if (name === 'Chinese') return new Reader(person, await Language.of(server, 'zh-Hans'), name);
    const language = (await Language.of(server, 'en')).pseudo();
    await language.takesThePlaceOfChinese(person.page.context());
    return new Reader(person, language, name);
  }

  say(place: string, put: Record<string, string> = {}): string {
    return this.language.say(place, put);
  }

  async presses(place: string): Promise<void> {
    await this.person.button(this.say(place)).click();
  }

  async joins(room: string): Promise<void> {
    await this.person.open(room);
    await this.person.page.getByRole('textbox', { name: this.say('lobby.your_name') }).fill('Ann');
    await this.presses('lobby.join_now');
    await expect(this.person.button(this.say('call.leave'))).toBeVisible();
  }

  /** Looks at what is there at every size. */
  async findsRoom(state: string): Promise<void> {
    const { page } = this.person;
    for (const size of sizes) {
      await page.setViewportSize(size);
      await everythingHasRoom(page, `${state} in ${this.name} at ${size.width}`);
      const picture = `results/${this.name}-${state.replaceAll(' ', '-')}-${size.width}.png`;
      if (size === sizes.at(0) || size === sizes.at(-1)) await page.screenshot({ path: picture });
    }
  }
}

for (const name of ['Chinese', 'pseudo'] as const) {
  test(`the pages around a call have room for ${name}`, async ({ meeting, server }) => {
    meeting.guard.tolerate(/404/);
    const ann = await Reader.comes(meeting, server, name, 'denied');
    const { page } = ann.person;
    await ann.person.open(`${server.url}/no/such/page`);
    await ann.findsRoom('not found');
    await ann.person.open(`${server.url}/ab`);
    await ann.findsRoom('no room');

    await ann.person.open(meeting.room);
    await expect(page.getByText(ann.say('problems.camera.denied'))).toBeVisible();
    await ann.presses('lobby.join_without_devices');
    await ann.findsRoom('pre-join');
    await page.getByRole('textbox', { name: ann.say('lobby.your_name') }).fill('Ann');
    await ann.presses('lobby.join_without_devices');
    await ann.presses('call.leave');
    await expect(ann.person.button(ann.say('ended.rejoin'))).toBeVisible();
    await ann.findsRoom('left');

    await ann.person.open(server.url);
    await page.getByRole('textbox', { name: ann.say('home.code_or_link') }).fill('https://elsewhere.example/abc-defg-hij');
    await ann.presses('home.join');
    await ann.findsRoom('home');
    await page.getByRole('textbox', { name: ann.say('home.code_or_link') }).fill('');
    await ann.findsRoom('home before');
  });

  test(`a call has room for ${name}`, async ({ meeting, programs }) => {
    meeting.guard.tolerateLossOfServer();
    const server = await programs.server();
    const room = server.newRoom();
    const ann = await Reader.comes(meeting, server, name);
    const { page } = ann.person;
    await watchRecorder(page.context());
    await ann.joins(room);
    await ann.findsRoom('alone');
    const bob = await meeting.joins('Bob', { room });
    await ann.person.sees('Bob');
    await page.keyboard.press('h');
    await bob.button('Raise hand').click();
    await expect(page.getByLabel(ann.say('tile.hand'))).toHaveCount(2);
    await ann.findsRoom('two');
    await ann.presses('call.more_options');
    await ann.findsRoom('more options');
    await ann.presses('recording.meeting');
    await expect(page.getByRole('status', { name: ann.say('recording.mark'), exact: true })).toHaveText(
      ann.say('recording.by_you'),
    );
    await ann.findsRoom('recording');
    await download(ann.person, () => ann.presses('recording.stop'));
    await page.setViewportSize({ width: 768, height: 1024 });
    for (const menu of ['devices.microphone_settings', 'devices.camera_settings', 'reactions.title']) {
      await ann.presses(menu);
      await everythingHasRoom(page, `${menu} in ${name}`);
      await page.keyboard.press('Escape');
    }
    await ann.presses('chat.title');
    await ann.findsRoom('empty chat');
    await bob.writes('Shall we begin?');
    await expect(page.getByRole('listitem')).toHaveCount(1);
    await drop(bob.ownTile(), `What ${'we said '.repeat(9)}.odt`, 1_234_567);
    await expect(page.getByRole('listitem')).toHaveCount(2);
    await ann.findsRoom('chat');
    await ann.presses('people.title');
    await ann.findsRoom('people');
    await ann.presses('call.close_panel');

    await server.kill();
    await expect(page.getByText(ann.say('call.away.unreachable'))).toBeVisible();
    await ann.findsRoom('without the server');
  });
}
