import { test } from '../support/fixtures.ts';

const runs = 12;

test('from Join now to the first frame of somebody else', async ({ meeting }) => {
  await meeting.joins('Ann');
  for (let run = 0; run < runs; run += 1) {
    const bob = await meeting.arrives('Bob');
    // The clock runs in the page itself, from the click to the frame on the screen.
    const measured = bob.page.evaluate(async () => {
      const pressed = new Promise<number>((resolve) => {
        document.addEventListener('click', () => resolve(performance.now()), { capture: true, once: true });
      });
      const shown = new Promise<number>((resolve) => {
        const watch = (): void => {
          const video = document.querySelector<HTMLVideoElement>('[role=group][aria-label=Ann] video');
          if (!video) return void requestAnimationFrame(watch);
          video.requestVideoFrameCallback(() => resolve(performance.now()));
        };
        watch();
      });
      return (await shown) - (await pressed);
    });
    await bob.join();
    console.log(`measured join ${Math.round(await measured)}`);
    await bob.page.context().close();
  }
});
