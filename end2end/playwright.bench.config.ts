import { defineConfig } from '@playwright/test';

import { chromium } from './support/browsers.ts';

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
  projects: [{ name: 'chromium', use: chromium }],
});
