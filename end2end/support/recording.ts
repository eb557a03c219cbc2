/** What is recorded, and what other programs find in the file. */

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type BrowserContext, expect, type Page } from '@playwright/test';

import { downloadsFolder } from './browsers.ts';
import type { Participant } from './participant.ts';

const run = promisify(execFile);

type Kind = 'audio' | 'video';

/** All in seconds. */
interface RecordedTime {
  /** From its start to its stop. */
  passed: number;
  /** How much sound was mixed: the clock of a sound card that is not there goes slower on a busy machine. */
  mixed: number;
  /** For how long the page drew nothing at most. */
  stalled: number;
}

declare global {
  interface Window {
    /** What the page's last recorder should have recorded. */
    recordedTime: RecordedTime;
  }
}

/** Remembers for how long a page records, and leaves it no way to ask for a file: it downloads. */
export async function watchRecorder(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Reflect.deleteProperty(window, 'showSaveFilePicker');
    const now = (): number => performance.now() / 1000;
    const time = { passed: 0, mixed: 0, stalled: 0 };
    window.recordedTime = time;
    let drawn = 0;
    const noteDrawing = (): void => {
      time.stalled = Math.max(time.stalled, now() - drawn);
      drawn = now();
    };
    // The last one that was made before a recorder mixes for it.
    let mixer: AudioContext | undefined;
    window.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        mixer = this;
      }
    };
    window.MediaRecorder = class extends MediaRecorder {
      private began = { at: 0, mixed: 0 };
      private readonly mixed = mixer;

      override start(timeslice?: number): void {
        this.began = { at: now(), mixed: this.mixed?.currentTime ?? 0 };
        drawn = this.began.at;
        time.stalled = 0;
        super.start(timeslice);
      }

      override stop(): void {
        noteDrawing();
        time.passed = now() - this.began.at;
        time.mixed = (this.mixed?.currentTime ?? 0) - this.began.mixed;
        super.stop();
      }
    };
    const { drawImage } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.drawImage = function (...what: unknown[]): void {
      noteDrawing();
      Reflect.apply(drawImage, this, what);
    };
  });
}

/** Whoever is asked for a file says no the first time, and then picks one. */
export async function pretendPicker(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    let times = 0;
    const showSaveFilePicker = async (): Promise<FileSystemFileHandle> => {
      times += 1;
      if (times === 1) throw new DOMException('pretended', 'AbortError');
      const files = await navigator.storage.getDirectory();
      return files.getFileHandle('picked', { create: true });
    };
    Object.assign(window, { showSaveFilePicker });
  });
}

/** There is room on the disk for so many parts of a recording, and for the note of what it is. */
export async function pretendFullDisk(context: BrowserContext, parts: number): Promise<void> {
  await context.addInitScript((room) => {
    // An empty page that is no secure context has no such thing.
    if (!('FileSystemWritableFileStream' in window)) return;
    let written = 0;
    const { write } = FileSystemWritableFileStream.prototype;
    FileSystemWritableFileStream.prototype.write = async function (data) {
      written += 1;
      if (written > room) throw new DOMException('pretended', 'QuotaExceededError');
      await write.call(this, data);
    };
  }, parts + 1);
}

/** The size of the file that was picked; 0 while there is none. */
export function pickedBytes(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const files = await navigator.storage.getDirectory();
    const file = await files.getFileHandle('picked').catch(() => null);
    return (await file?.getFile())?.size ?? 0;
  });
}

/** Presses an item of *More options*, which closes with it. */
export async function presses(person: Participant, item: string): Promise<void> {
  await person.button('More options').click();
  const options = person.page.getByRole('dialog', { name: 'More options' });
  await options.getByRole('button', { name: item, exact: true }).click();
  await expect(options).toBeHidden();
}

/** Waits until so much of what somebody records is stored that its size is shown, and gives that, in bytes. */
export async function hasStored(person: Participant): Promise<number> {
  const stored = async (): Promise<number> => {
    const shown = (await person.page.getByRole('timer').textContent()) ?? '';
    return Number(/ ([\d.]+) MB$/.exec(shown)?.[1]) * 1_000_000;
  };
  let bytes = 0;
  await expect.poll(async () => (bytes = await stored()), { message: 'bytes stored' }).toBeGreaterThan(0);
  return bytes;
}

/** Waits until so many seconds of what somebody records are stored. */
export async function hasRecorded(person: Participant, seconds: number): Promise<void> {
  const stored = async (): Promise<number> => {
    const shown = (await person.page.getByRole('timer').textContent()) ?? '';
    return Number(/^0:(\d\d) /.exec(shown)?.[1]);
  };
  await expect.poll(stored, { message: 'seconds recorded' }).toBeGreaterThanOrEqual(seconds);
}

/** Presses something, and waits for what the browser downloads then. Gives its name, and where it is. */
export async function download(person: Participant, press: () => Promise<void>): Promise<[name: string, path: string]> {
  const { page } = person;
  if (page.context().browser()?.browserType().name() === 'chromium') {
    const begins = page.waitForEvent('download');
    await press();
    const file = await begins;
    return [file.suggestedFilename(), await file.path()];
  }
  // Playwright does not understand how Firefox tells it of a download.
  await mkdir(downloadsFolder, { recursive: true });
  const before = await readdir(downloadsFolder);
  const arrived = async (): Promise<string[]> => {
    const names = (await readdir(downloadsFolder)).filter((name) => !before.includes(name) && !name.endsWith('.part'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(downloadsFolder, name))).size));
    return names.filter((_, at) => sizes[at]);
  };
  await press();
  await expect.poll(arrived, { message: 'what is downloaded' }).toHaveLength(1);
  const [name = ''] = await arrived();
  return [name, join(downloadsFolder, name)];
}

/** A file that came out of it, as FFmpeg reads it. */
export class Recording {
  constructor(private readonly path: string) {}

  /** The kinds of its streams: `audio`, `video`. */
  async streams(): Promise<string[]> {
    const { streams } = await this.probe<{ streams: { codec_type: string }[] }>('-show_streams');
    return streams.map(({ codec_type }) => codec_type).sort();
  }

  /** How long it says it is, in seconds. */
  async duration(): Promise<number> {
    const { format } = await this.probe<{ format: { duration?: string } }>('-show_format');
    return Number(format.duration);
  }

  /** Its size in bytes. */
  async bytes(): Promise<number> {
    return (await stat(this.path)).size;
  }

  /** Where each kind of stream really ends, in seconds. */
  async ends(): Promise<{ audio: number; video: number }> {
    const end = async (kind: Kind): Promise<number> => Math.max(...(await this.times(kind)));
    return { audio: await end('audio'), video: await end('video') };
  }

  /** When each piece of a stream begins, in seconds. */
  private async times(kind: Kind): Promise<number[]> {
    const { packets } = await this.probe<{ packets: { codec_type: string; pts_time: string }[] }>('-show_packets');
    return packets.filter(({ codec_type }) => codec_type === kind).map(({ pts_time }) => Number(pts_time));
  }

  /** The width and height of the first picture. */
  async size(): Promise<{ width: number; height: number }> {
    const { streams } = await this.probe<{ streams: { width?: number; height?: number }[] }>('-show_streams');
    const { width = 0, height = 0 } = streams.find((stream) => stream.width) ?? {};
    return { width, height };
  }

  /** Whether it has an index, without which players cannot seek: [Cues](https://www.rfc-editor.org/rfc/rfc9559#name-cues-element). */
  async hasCues(): Promise<boolean> {
    return (await readFile(this.path)).includes(Buffer.from('1c53bb6b', 'hex'));
  }

  /** Whether there is something to be seen in the end. At first the recorder may wait for a picture. */
  async showsSomething(): Promise<boolean> {
    const black = (await this.filter('-vf', 'blackdetect=d=0.05')).matchAll(/black_end:([\d.]+)/g);
    const { video } = await this.ends();
    return [...black].every(([, end]) => Number(end) < video - 0.05);
  }

  /** How loud it is on average, in decibels below the loudest there is. */
  async loudness(): Promise<number> {
    const said = await this.filter('-af', 'volumedetect');
    return Number(/mean_volume: (-?[\d.]+) dB/.exec(said)?.[1]);
  }

  private async probe<T>(what: string): Promise<T> {
    const { stdout } = await run('ffprobe', ['-v', 'error', '-of', 'json', what, this.path], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout) as T;
  }

  private async filter(kind: string, filter: string): Promise<string> {
    const { stderr } = await run('ffmpeg', ['-hide_banner', '-i', this.path, kind, filter, '-f', 'null', '-']);
    return stderr;
  }
}
