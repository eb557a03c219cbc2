/** A language that the page speaks, to find things by what they are called in it. */

import type { BrowserContext } from '@playwright/test';

import type { Server } from './server.ts';

/** The texts of a language, as the server has them. */
type Texts = string | { [part: string]: Texts };

const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const accented = 'áƀçđéƒĝĥíĵķłḿñóƥʠŕšţúṽŵẋýžÁƁÇĐÉƑĜĤÍĴĶŁḾÑÓƤɊŔŠŢÚṼŴẊÝŽ';

export class Language {
  private constructor(private readonly texts: Texts) {}

  /** One that the server has, by its tag. */
  static async of(server: Server, tag: 'en' | 'zh-Hans'): Promise<Language> {
    const answer = await fetch(`${server.url}/languages/${tag}.json`);
    return new Language((await answer.json()) as Texts);
  }

  /**
   * This one made into another: every text is accented, longer by some 40 percent, and in brackets. What
   * does not fit shows, and so does what does not come from the catalogue: it alone has plain letters.
   */
  pseudo(): Language {
    return new Language(pseudo(this.texts));
  }

  /** The text of a place in the catalogue, as `home.join`, with what is to be put in. */
  say(place: string, put: Record<string, string> = {}): string {
    const part = (texts: Texts | undefined, name: string): Texts | undefined =>
      typeof texts === 'object' ? texts[name] : undefined;
    const text = place.split('.').reduce<Texts | undefined>(part, this.texts);
    if (typeof text !== 'string') throw new Error(`the catalogue has no text ${place}`);
    return Object.entries(put).reduce((text, [slot, value]) => text.replace(`{${slot}}`, value), text);
  }

  /** From now on pages that ask for Chinese get these texts. */
  async takesThePlaceOfChinese(context: BrowserContext): Promise<void> {
    await context.route('**/languages/zh-Hans.json', (route) => route.fulfill({ json: this.texts }));
  }
}

function pseudo(texts: Texts): Texts {
  if (typeof texts !== 'string') {
    return Object.fromEntries(Object.entries(texts).map(([name, part]) => [name, pseudo(part)]));
  }
  if (!texts.trim()) return texts;
  // What is put in stays as it is.
  const pieces = texts.split(/(\{\w+\})/).map((piece) => (piece.startsWith('{') ? piece : stretch(piece)));
  return `[${pieces.join('')}]`;
}

/** Accents every letter, and doubles the vowels. */
function stretch(text: string): string {
  const letters = [...accented];
  const change = (letter: string): string => letters[plain.indexOf(letter)] ?? letter;
  return [...text].map((letter) => change(letter).repeat(/[aeiouy]/i.test(letter) ? 2 : 1)).join('');
}
