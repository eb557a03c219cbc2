/** Devices that are missing, refused or broken, as a page would meet them. */

import type { BrowserContext, Page } from '@playwright/test';

/** What comes of asking for a device. */
type Outcome =
  | 'works'
  /** There is none. */
  | 'missing'
  /** The person says no. */
  | 'denied'
  /** Another program holds it. */
  | 'busy'
  /** The person has not answered the browser's question yet. */
  | 'unanswered';

export interface Devices {
  microphone: Outcome;
  camera: Outcome;
}

declare global {
  interface Window {
    /** What comes of asking for a device from now on. */
    pretended: Devices;
  }
}

export async function pretendDevices(context: BrowserContext, devices: Devices): Promise<void> {
  await context.addInitScript(pretend, devices);
}

/** Takes the camera away, as when somebody pulls its plug. */
export async function unplugCamera(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.pretended.camera = 'missing';
    for (const track of window.recorder.captured.flatMap(({ stream }) => stream.getVideoTracks())) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  });
}

/** Puts the camera back. */
export async function plugCameraIn(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.pretended.camera = 'works';
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  });
}

function pretend(devices: Devices): void {
  window.pretended = devices;
  // The empty page before the first one has no such thing.
  const real = navigator.mediaDevices as MediaDevices | undefined;
  if (!real) return;
  const errors = { missing: 'NotFoundError', denied: 'NotAllowedError', busy: 'NotReadableError' };
  const ask = async (outcome: Outcome): Promise<void> => {
    if (outcome === 'unanswered') await new Promise(() => {});
    else if (outcome !== 'works') throw new DOMException(`pretended: ${outcome}`, errors[outcome]);
  };

  const getUserMedia = real.getUserMedia.bind(real);
  real.getUserMedia = async (constraints) => {
    if (constraints?.audio) await ask(devices.microphone);
    if (constraints?.video) await ask(devices.camera);
    return getUserMedia(constraints);
  };

  const enumerateDevices = real.enumerateDevices.bind(real);
  real.enumerateDevices = async () => {
    const isThere = ({ kind }: MediaDeviceInfo): boolean =>
      !(kind === 'audioinput' && devices.microphone === 'missing') &&
      !(kind === 'videoinput' && devices.camera === 'missing');
    return (await enumerateDevices()).filter(isThere);
  };
}
