/** Devices that are missing, refused or broken, as a page would meet them. */

import type { BrowserContext } from '@playwright/test';

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

export async function pretendDevices(context: BrowserContext, devices: Devices): Promise<void> {
  await context.addInitScript(pretend, devices);
}

function pretend({ microphone, camera }: Devices): void {
  const real = navigator.mediaDevices;
  const errors = { missing: 'NotFoundError', denied: 'NotAllowedError', busy: 'NotReadableError' };
  const ask = async (outcome: Outcome): Promise<void> => {
    if (outcome === 'unanswered') await new Promise(() => {});
    else if (outcome !== 'works') throw new DOMException(`pretended: ${outcome}`, errors[outcome]);
  };

  const getUserMedia = real.getUserMedia.bind(real);
  real.getUserMedia = async (constraints) => {
    if (constraints?.audio) await ask(microphone);
    if (constraints?.video) await ask(camera);
    return getUserMedia(constraints);
  };

  const enumerateDevices = real.enumerateDevices.bind(real);
  real.enumerateDevices = async () => {
    const isThere = ({ kind }: MediaDeviceInfo): boolean =>
      !(kind === 'audioinput' && microphone === 'missing') && !(kind === 'videoinput' && camera === 'missing');
    return (await enumerateDevices()).filter(isThere);
  };
}
