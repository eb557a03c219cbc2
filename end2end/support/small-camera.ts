/** A camera that costs little: small pictures, and few of them. */

import type { BrowserContext } from '@playwright/test';

/** Either what the page asks for, or what is enough for everything that is not about the picture. */
export type Camera = 'full' | 'small';

/** From now on the cameras of a browser are small. */
export async function pretendSmallCamera(context: BrowserContext): Promise<void> {
  await context.addInitScript(pretend);
}

function pretend(): void {
  // An insecure page has no such thing.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const { video } = constraints ?? {};
    if (typeof video !== 'object') return getUserMedia(constraints);
    return getUserMedia({ ...constraints, video: { ...video, width: 320, height: 180, frameRate: 10 } });
  };
}
