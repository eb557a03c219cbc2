import { defineConfig } from '@playwright/test';

import { chromium, firefox } from './support/browsers.ts';
import { minute } from './support/fault.ts';
import type { Options } from './support/fixtures.ts';

export default defineConfig<Options>({
  testDir: 'tests',
  outputDir: 'results/artifacts',
  // Two cores encode and decode every picture of every call; one test at a time is enough for them.
  workers: 1,
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
    { name: 'chromium', use: chromium },
    {
      name: 'firefox',
      use: firefox,
      testIgnore: [
        // Has both browsers in it already.
        'mixed-browsers.spec.ts',
        // About the page's shape and texts, which are the same program in both.
        'layout.spec.ts',
        'languages-layout.spec.ts',
        'texts.spec.ts',
        'people.spec.ts',
        'hands.spec.ts',
        'chat-messages.spec.ts',
        // About the server and Redis. What a browser makes of a server that is gone is in others.
        'addresses.spec.ts',
        'full-room.spec.ts',
        'page.spec.ts',
        'two-servers.spec.ts',
        'several-servers.spec.ts',
      ],
    },
  ],
});
