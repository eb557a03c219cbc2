/** A camera that shows somebody, drawn, for pictures of calls. */

import type { BrowserContext } from '@playwright/test';

/** How somebody looks: colours in CSS. */
export interface Appearance {
  wall: [string, string];
  hair: string;
  skin: string;
  shirt: string;
}

export async function drawCamera(context: BrowserContext, appearance: Appearance): Promise<void> {
  await context.addInitScript(pretend, appearance);
}

function pretend({ wall, hair, skin, shirt }: Appearance): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return;
  const width = 1280;
  const height = 720;

  const draw = (pen: CanvasRenderingContext2D, time: number): void => {
    const light = pen.createLinearGradient(0, 0, width, height);
    light.addColorStop(0, wall[0]);
    light.addColorStop(1, wall[1]);
    pen.fillStyle = light;
    pen.fillRect(0, 0, width, height);

    const sway = Math.sin(time / 900) * 8;
    const ellipse = (x: number, y: number, rx: number, ry: number, colour: string): void => {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.ellipse(width / 2 + x + sway, y, rx, ry, 0, 0, 2 * Math.PI);
      pen.fill();
    };
    ellipse(0, 330, 158, 186, hair);
    ellipse(0, 700, 300, 190, shirt);
    ellipse(0, 500, 58, 80, skin);
    ellipse(0, 345, 124, 158, skin);
    ellipse(0, 222, 132, 66, hair);
    ellipse(-48, 345, 11, 13, '#2a211c');
    ellipse(48, 345, 11, 13, '#2a211c');
    ellipse(0, 428, 36, 10 + Math.abs(Math.sin(time / 260)) * 6, '#8d3b34');
  };

  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext('2d');
    for (const camera of pen ? stream.getVideoTracks() : []) {
      const paint = (): void => draw(pen!, performance.now());
      paint();
      setInterval(paint, 66);
      const [drawn] = canvas.captureStream(15).getVideoTracks();
      if (!drawn) continue;
      camera.stop();
      stream.removeTrack(camera);
      stream.addTrack(drawn);
    }
    return stream;
  };
}
