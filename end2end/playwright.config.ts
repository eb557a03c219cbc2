import { defineConfig } from '@playwright/test';

import { chromium, firefox } from './support/browsers.ts';
import { minute } from './support/fault.ts';
import type { Options } from './support/fixtures.ts';

/** Run one after the other, when all others are over; alone with `--no-deps`. */
const alone = 'flood.spec.ts';

export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'results/artifacts',
  // Most of the time a test waits for what takes its time, so that two share two cores well.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  // Far more than anything takes, on a machine that has other work, too: the limits are there so that
  // what never comes ends a test, and cost nothing otherwise.
  timeout: 5 * minute,
  expect: { timeout: minute },
  reporter: [['list'], ['json', { outputFile: 'results/results.json' }]],
  use: { camera: 'small' },
  projects: [
    { name: 'chromium', use: chromium, testIgnore: alone },
    {
      name: 'firefox',
      use: firefox,
      // One has both browsers in it already; the other is about the page's shape, not the browser.
      testIgnore: ['mixed-browsers.spec.ts', 'layout.spec.ts', alone],
    },
    // What measures a browser has the machine for itself.
    { name: 'chromium alone', use: chromium, testMatch: alone, dependencies: ['chromium', 'firefox'] },
    { name: 'firefox alone', use: firefox, testMatch: alone, dependencies: ['chromium alone'] },
  ],
});
