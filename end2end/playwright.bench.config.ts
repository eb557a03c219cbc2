import { defineConfig } from '@playwright/test';

import { chromium, firefox } from './support/browsers.ts';

/** How faults are borne, which each browser does in its own way. */
const faults = ['path-change', 'blackout', 'server-loss', 'return'].map((name) => `bench/${name}.bench.ts`);

export default defineConfig({
  testDir: '.',
  testMatch: ['bench/*.bench.ts', 'pictures/*.picture.ts'],
  outputDir: 'results/artifacts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  projects: [
    { name: 'chromium', use: chromium },
    { name: 'firefox', use: firefox, testMatch: faults },
  ],
});
