/** Files that people give each other: made, dropped, awaited and held back in their pages. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { expect, type Locator, type Page } from '@playwright/test';

import type { Participant } from './participant.ts';

declare global {
  interface Window {
    /** Bytes that went into file channels so far, and after how many nothing more may. */
    files: { sent: number; until: number };
    /** What the page has under addresses of its own. */
    blobs: Map<string, Blob>;
  }
}

/** Bytes that look like no others, of which none has to travel to the page. */
export function someBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Drops a file of such bytes on an element, as a hand would. Gives whether the page kept the browser
 * from doing with it what browsers do, which is to show it in the place of the page.
 */
export function drop(on: Locator, name: string, size: number): Promise<boolean> {
  return on.evaluate(
    (element, { name, size }) => {
      const bytes = new DataView(new ArrayBuffer(size));
      let state = 1;
      for (let at = 0; at + 4 <= size; at += 4) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bytes.setUint32(at, state, true);
      }
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      const happens = (type: string): boolean =>
        element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      const isLeftToTheBrowser = ['dragover', 'drop'].map(happens);
      return !isLeftToTheBrowser.includes(true);
    },
    { name, size },
  );
}

/** The message with a file in it, as this person sees it. */
export async function fileIn(person: Participant, name: string): Promise<Locator> {
  return (await person.messages()).filter({ hasText: name });
}

/** Presses *Download*, and gives the digest of what comes. */
export async function downloads(person: Participant, name: string): Promise<string> {
  return comes(person, name, () => person.button(`Download ${name}`).click());
}

/** The digest of the file that comes after something has happened. */
export async function comes(person: Participant, name: string, happens: () => Promise<unknown>): Promise<string> {
  const { page } = person;
  // Playwright hears of what Firefox downloads only when it comes from a server.
  const isTold = page.context().browser()?.browserType().name() === 'chromium';
  const download = isTold ? page.waitForEvent('download') : null;
  await happens();
  const url = await page.getByRole('link', { name: `Save ${name}` }).getAttribute('href');
  const digest = await page.evaluate(async (url) => {
    const bytes = await window.blobs.get(url ?? '')?.arrayBuffer();
    const digest = await crypto.subtle.digest('SHA-256', bytes ?? new ArrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }, url);
  const downloaded = await download;
  if (downloaded) {
    expect(sha256(await readFile(await downloaded.path())), 'the digest of what was downloaded').toBe(digest);
  }
  return digest;
}

/** Remembers in the pages of a browser what they have under addresses of their own. To be called first. */
export async function rememberBlobs(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.blobs = new Map();
    const createObjectURL = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (object) => {
      const url = createObjectURL(object);
      if (object instanceof Blob) window.blobs.set(url, object);
      return url;
    };
  });
}

/** Counts in a page what goes into file channels, and can hold it back. To be called before it joins. */
export async function countFiles(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.files = { sent: 0, until: Infinity };
    const { prototype } = RTCDataChannel;
    const waits = Object.getOwnPropertyDescriptor(prototype, 'bufferedAmount');
    Object.defineProperty(prototype, 'bufferedAmount', {
      get(this: RTCDataChannel): number {
        // As in a channel through which nothing goes.
        const { sent, until } = window.files;
        return this.label === 'files' && sent >= until ? 2 ** 30 : Number(waits?.get?.call(this));
      },
    });
    const send = prototype.send as (data: unknown) => void;
    prototype.send = function (this: RTCDataChannel, data: unknown) {
      if (this.label === 'files' && ArrayBuffer.isView(data)) window.files.sent += data.byteLength;
      send.call(this, data);
    };
  });
}

/** Lets so many more bytes into the file channels of a page, and gives how many have gone so far. */
export function letThrough(page: Page, bytes: number): Promise<number> {
  return page.evaluate((bytes) => {
    window.files.until = window.files.sent + bytes;
    return window.files.sent;
  }, bytes);
}

/** Waits until a file stands still somewhere on its way. */
export async function standsStill(sender: Page, receiver: Participant, name: string): Promise<void> {
  const isHeld = (): Promise<boolean> => sender.evaluate(() => window.files.sent >= window.files.until);
  await expect.poll(isHeld, { message: 'whether it is held back' }).toBe(true);
  await expect(receiver.page.getByRole('progressbar', { name })).toBeVisible();
}
