/** The two browsers of the tests: those of the system, with devices that are not real. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { BrowserType, LaunchOptions, PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test';

type Use = Partial<PlaywrightTestOptions & PlaywrightWorkerOptions>;

/** Where what browsers download arrives. */
export const downloadsFolder = fileURLToPath(new URL('../results/downloads', import.meta.url));

/** A name that leads here but is no `localhost`, so that browsers do not trust its pages. */
export const insecureHost = 'meet.test';

/** The first of some programs that is on the `PATH`. */
function program(...names: string[]): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error(`none of ${names.join(', ')} is on the PATH; install one of them`);
}

const programs: Record<string, string> = {
  chromium: program('chromium', 'chromium-browser', 'google-chrome'),
  firefox: program('firefox-esr', 'firefox'),
};

/** The program of a browser. */
export function programOf(browser: BrowserType): string {
  return programs[browser.name()] ?? '';
}

const chromiumLaunch: LaunchOptions = {
  executablePath: programs['chromium'],
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
    `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`,
  ],
};

const firefoxLaunch: LaunchOptions = {
  executablePath: programs['firefox'],
  downloadsPath: downloadsFolder,
  firefoxUserPrefs: {
    'media.navigator.streams.fake': true,
    'media.navigator.permission.disabled': true,
    // A loudspeaker that is not there: without any, what is mixed in a page stands still.
    'media.cubeb.force_mock_context': true,
    // People without devices have only names for addresses, which nobody on a test machine knows.
    'media.peerconnection.ice.obfuscate_host_addresses': false,
    'network.dns.localDomains': insecureHost,
  },
};

export const chromium: Use = {
  browserName: 'chromium',
  launchOptions: chromiumLaunch,
  permissions: ['camera', 'microphone'],
};

export const firefox: Use = {
  browserName: 'firefox',
  channel: 'moz-firefox',
  launchOptions: firefoxLaunch,
};
