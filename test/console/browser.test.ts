import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConsole } from '../../lambda/console.ts';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { temporaryFolder } from '../e2e/command.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import {
  type ConsoleWorld,
  HOSTILE_AGENT,
  HOSTILE_USER,
  startConsoleWorld,
  writeHostileEvents,
} from './console-world.ts';

const executablePath = chromiumPath();
if (executablePath === undefined) {
  process.stderr.write(
    'The console is not tested in a browser: no Chromium was found. Install it, or name it in CHROMIUM_PATH.\n',
  );
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** About the ground that CloudWatch puts behind a widget. */
const DASHBOARD = { light: '#ffffff', dark: '#161d26' } as const;
const PHONE = { width: 360, height: 740 };

describe.skipIf(executablePath === undefined)('the console in Chromium', () => {
  let browser: Browser;
  let world: ConsoleWorld;
  let page: Page;
  let complaints: string[];
  let folder: ReturnType<typeof temporaryFolder>;

  beforeAll(async () => {
    folder = temporaryFolder();
    browser = await launchChromium(executablePath ?? '');
    world = await startConsoleWorld('--events-file', writeHostileEvents(folder.path));
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
    folder.remove();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    // The browser says here what its Content-Security-Policy stopped, and what a script threw.
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(world.served.address)) complaints.push(request.url());
    });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('#hostile, main img, main script').count()).toBe(0);
    await page.close();
  });

  const open = (path: string) => page.goto(`${world.served.address}${path}`);
  const tile = () => page.locator('#tile-acme');

  /** What axe finds that keeps people out. */
  async function barriers(): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  /** Goes on with Tab until the element is reached, as somebody without a mouse does. */
  async function tabTo(selector: string): Promise<void> {
    const reached = () =>
      page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`);
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      if (await reached()) return;
    }
    throw new Error(`${selector} can not be reached with the keyboard`);
  }

  it('follows a tenant from pending to green, to red with the remedy, and back, by itself', async () => {
    await open('/');
    await tile().and(page.locator('.amber')).waitFor();
    expect(await tile().innerText()).toContain('pending');
    await world.tick();
    await tile().and(page.locator('.green')).waitFor();
    expect(await tile().innerText()).toContain('collecting');
    world.revoke(true);
    await world.tick();
    await tile().and(page.locator('.red')).waitFor();
    const text = await tile().innerText();
    expect(text).toContain('AUTH0_401_CREDENTIALS');
    expect(text).toContain(remedyOf('AUTH0_401_CREDENTIALS'));
    expect(await page.getByRole('status').innerText()).toBe('1 tenant: 1 red (acme)');
    expect(await barriers()).toEqual([]);
    world.revoke(false);
    await world.tick();
    await tile().and(page.locator('.green')).waitFor();
    expect(await page.getByRole('status').innerText()).toBe('1 tenant: 1 green');
  });

  it('finds events and shows them raw, with the keyboard alone', async () => {
    await open('/');
    await tabTo('#query');
    await page.keyboard.type('type:f ip:203.0.113.9');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?**');
    expect(await page.locator('#found').innerText()).toMatch(/^2 events/);
    await tabTo('.hits summary');
    await page.keyboard.press('Enter');
    const raw = JSON.parse(await page.locator('.hits details[open] pre').innerText());
    expect(raw).toMatchObject({ user_agent: HOSTILE_AGENT, user_name: HOSTILE_USER });
    expect(await page.locator('.hits summary').first().innerText()).toContain(HOSTILE_USER);
    const box = page.getByRole('searchbox', { name: 'Search the events' });
    expect(await box.inputValue()).toBe('type:f ip:203.0.113.9');
  });

  it('tells the story of an incident, and leads to its events', async () => {
    await open('/');
    await tabTo('.incidents a');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/incident/**');
    const story = await page.locator('.story').innerText();
    expect(story).toContain('What to do:');
    expect(story).toContain(HOSTILE_USER);
    await tabTo('.timeline a');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?**');
    expect(await page.locator('#found').innerText()).toMatch(/^1 event,/);
  });

  it('pauses, resumes and verifies with the keyboard alone', async () => {
    await open('/tenant/acme');
    await tabTo('form[action$="/pause"] button');
    await page.keyboard.press('Enter');
    await tile().and(page.locator('.amber')).waitFor();
    expect(world.control.isPaused).toBe(true);
    expect(new URL(page.url()).pathname).toBe('/tenant/acme');
    await tabTo('form[action$="/resume"] button');
    await page.keyboard.press('Enter');
    await tile().and(page.locator('.green')).waitFor();
    expect(world.control.isPaused).toBe(false);
    await tabTo('#verify');
    await page.keyboard.press('Enter');
    await page.getByText('Complete:').waitFor();
    expect(await page.locator('#proof').innerText()).toContain('each there once and unchanged');
  });

  it('keeps the focus and what was opened while it is updated', async () => {
    await open('/');
    await tabTo('#chart-table summary');
    await page.keyboard.press('Enter');
    await page.evaluate("document.querySelector('#chart').dataset.old = 'yes'");
    await page.locator('#chart:not([data-old])').waitFor();
    expect(await page.locator('#chart-table').getAttribute('open')).toBe('');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
  });

  it.each(['light', 'dark'] as const)('keeps nobody out, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await open('/');
    const incident = await page.locator('.incidents a').first().getAttribute('href');
    const queries = ['type:f', 'colour:red'].map((q) => `/search?q=${encodeURIComponent(q)}`);
    for (const path of ['/', '/tenant/acme', incident ?? '', ...queries, '/nothing-here']) {
      complaints = [];
      await open(path);
      await page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true",
      );
      expect(await barriers(), path).toEqual([]);
    }
    complaints = [];
  });

  it('fits into a narrow window', async () => {
    await page.setViewportSize(PHONE);
    for (const path of ['/', '/tenant/acme', '/search?q=type%3Af']) {
      await open(path);
      await page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true",
      );
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width, path).toBe(PHONE.width);
    }
  });

  it.each(['light', 'dark'] as const)('is the same in the widget, in %s', async (theme) => {
    const widget = createConsole(world.run.aws.resources);
    const params = { tenants: [{ name: 'acme', plan: 'enterprise' }] };
    const answer = await widget(
      { widgetContext: { theme, params } },
      { invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:console' },
    );
    await page.setContent(
      `<!doctype html><html lang="en"><title>Dashboard</title><style>body { background: ${DASHBOARD[theme]} }</style><main>${answer}</main>`,
    );
    expect(await tile().innerText()).toContain('collecting');
    expect(await page.locator('button.link').count()).toBe(2);
    expect(await barriers()).toEqual([]);
    await tabTo('button.link');
  });
});
