/** A screen to share for a browser that has none: Firefox without a desktop. */

import type { BrowserContext } from '@playwright/test';

export async function pretendScreen(context: BrowserContext): Promise<void> {
  await context.addInitScript(pretend);
}

function pretend(): void {
  // An insecure page has no such thing.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return;
  devices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const pen = canvas.getContext('2d');
    let step = 0;
    const draw = (): void => {
      if (!pen) return;
      step += 1;
      pen.fillStyle = `hsl(${step % 360} 60% 40%)`;
      pen.fillRect(0, 0, canvas.width, canvas.height);
    };
    draw();
    const stream = canvas.captureStream(15);
    const timer = setInterval(() => {
      if (stream.active) draw();
      else clearInterval(timer);
    }, 66);
    return stream;
  };
}
