import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where Chromium is: as the environment says, or where it usually is. */
export const chromiumPath = (): string | undefined =>
  process.env['CHROMIUM_PATH'] ?? USUAL_PATHS.find((path) => existsSync(path));

export const launchChromium = (executablePath: string): Promise<Browser> =>
  // What is loaded comes from this machine only; containers seldom have what the sandbox needs.
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
