/**
 * Fake devices: several microphones, cameras and loudspeakers with names, of which any can
 * be busy, refused or unplugged. The page captures the browser's own devices under these names.
 */

import type { BrowserContext, Page } from '@playwright/test';

type Kind = 'audioinput' | 'videoinput' | 'audiooutput';

/** How a request for a device that cannot be had ends. */
export interface Refusal {
  name: string;
  message?: string;
}

export interface FakeDevice {
  kind: Kind;
  deviceId: string;
  label: string;
  facingMode?: 'user' | 'environment';
}

interface FakeDevices {
  devices: FakeDevice[];
  /** Refusals by device id. */
  refused: Record<string, Refusal>;
  /** How every request for a screen ends, if not with a screen. */
  screen?: Refusal;
  /** The loudspeakers that were set, newest last. */
  sinks: string[];
}

declare global {
  interface Window {
    fakeDevices: FakeDevices;
  }
}

const device = (kind: Kind, deviceId: string, label: string): FakeDevice => ({ kind, deviceId, label });

/** Three of each kind. */
export const threeOfEach: FakeDevice[] = [
  device('audioinput', 'mic-1', 'First microphone'),
  device('audioinput', 'mic-2', 'Second microphone'),
  device('audioinput', 'mic-3', 'Third microphone'),
  device('videoinput', 'cam-1', 'First camera'),
  device('videoinput', 'cam-2', 'Second camera'),
  { ...device('videoinput', 'cam-3', 'Rear camera'), facingMode: 'environment' },
  device('audiooutput', 'out-1', 'First speaker'),
  device('audiooutput', 'out-2', 'Second speaker'),
  device('audiooutput', 'out-3', 'Third speaker'),
];

export async function offerFakeDevices(context: BrowserContext, devices: FakeDevice[] = threeOfEach): Promise<void> {
  await context.addInitScript(pretend, devices);
}

/** From now on a device cannot be had. */
export async function refuse(page: Page, deviceId: string, refusal: Refusal): Promise<void> {
  await page.evaluate(([id, refusal]) => void (window.fakeDevices.refused[id] = refusal), [deviceId, refusal] as const);
}

/** From now on no screen can be had. */
export async function refuseScreen(page: Page, refusal: Refusal): Promise<void> {
  await page.evaluate((refusal) => void (window.fakeDevices.screen = refusal), refusal);
}

/** Pulls a plug. */
export async function unplug(page: Page, deviceId: string): Promise<void> {
  await page.evaluate((id) => {
    window.fakeDevices.devices = window.fakeDevices.devices.filter((device) => device.deviceId !== id);
    for (const track of window.recorder.captured.flatMap(({ stream }) => stream.getTracks())) {
      if (track.readyState === 'ended' || track.getSettings().deviceId !== id) continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }, deviceId);
}

/** The ids of the devices whose tracks are live. */
export function inUse(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const tracks = window.recorder.captured.flatMap(({ stream }) => stream.getTracks());
    const live = tracks.filter(({ readyState }) => readyState === 'live');
    return live.map((track) => track.getSettings().deviceId ?? '').sort();
  });
}

/** The loudspeaker that was set last; empty is the default. */
export function lastSink(page: Page): Promise<string | undefined> {
  return page.evaluate(() => window.fakeDevices.sinks.at(-1));
}

function pretend(devices: FakeDevice[]): void {
  // An insecure page has no such thing.
  const real = navigator.mediaDevices as MediaDevices | undefined;
  if (!real) return;
  const fakeDevices: FakeDevices = { devices, refused: {}, sinks: [] };
  window.fakeDevices = fakeDevices;
  const fail = ({ name, message }: Refusal): never => {
    throw new DOMException(message, name);
  };

  real.enumerateDevices = async () =>
    fakeDevices.devices.map((device) => ({ ...device, groupId: '', toJSON: () => device }) as MediaDeviceInfo);

  const find = (kind: Kind, request: boolean | MediaTrackConstraints | undefined): FakeDevice | undefined => {
    if (!request) return undefined;
    const constraint = typeof request === 'object' ? request.deviceId : undefined;
    const { exact, ideal } = typeof constraint === 'object' ? (constraint as ConstrainDOMStringParameters) : {};
    const there = fakeDevices.devices.filter((device) => device.kind === kind);
    const found = there.find(({ deviceId }) => deviceId === (exact ?? ideal)) ?? (exact ? undefined : there[0]);
    if (!found) return fail({ name: exact ? 'OverconstrainedError' : 'NotFoundError' });
    const refusal = fakeDevices.refused[found.deviceId];
    return refusal ? fail(refusal) : found;
  };
  const anyDevice = (request: boolean | MediaTrackConstraints | undefined): boolean | MediaTrackConstraints => {
    if (typeof request !== 'object') return request ?? false;
    const { deviceId: _, ...rest } = request;
    return rest;
  };

  const getUserMedia = real.getUserMedia.bind(real);
  real.getUserMedia = async ({ audio, video } = {}) => {
    const found = [find('audioinput', audio), find('videoinput', video)].filter((it) => it !== undefined);
    const stream = await getUserMedia({ audio: anyDevice(audio), video: anyDevice(video) });
    for (const track of stream.getTracks()) {
      const of = found.find(({ kind }) => kind.startsWith(track.kind));
      const settings = track.getSettings.bind(track);
      track.getSettings = () => ({ ...settings(), deviceId: of?.deviceId, facingMode: of?.facingMode });
      Object.defineProperty(track, 'label', { value: of?.label });
    }
    return stream;
  };

  const getDisplayMedia = real.getDisplayMedia.bind(real);
  real.getDisplayMedia = (options) => (fakeDevices.screen ? Promise.reject(new DOMException(fakeDevices.screen.message, fakeDevices.screen.name)) : getDisplayMedia(options));

  HTMLMediaElement.prototype.setSinkId = async (id: string) => {
    const refusal = fakeDevices.refused[id];
    if (refusal) fail(refusal);
    if (id && !fakeDevices.devices.some(({ deviceId }) => deviceId === id)) fail({ name: 'NotFoundError' });
    fakeDevices.sinks.push(id);
  };
}
