import { defineConfig } from '@playwright/test';

import { chromium, firefox } from './support/browsers.ts';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'results/artifacts',
  // Two cores encode and decode every picture of every call; one test at a time is enough for them.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'results/results.json' }]],
  projects: [
    { name: 'chromium', use: chromium },
    {
      name: 'firefox',
      use: firefox,
      // One has both browsers in it already; the other is about the page's shape, not the browser.
      testIgnore: ['mixed-browsers.spec.ts', 'layout.spec.ts'],
    },
  ],
});
