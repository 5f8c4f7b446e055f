import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { temporaryFolder } from '../e2e/command.ts';
import {
  type AddingWorld,
  filesWith,
  settingsFile,
  startAddingWorld,
  startOtherTenant,
} from './adding-world.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { HOSTILE_AGENT } from './console-world.ts';

const executablePath = chromiumPath();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WRONG_SECRET = 'wrong-secret-of-the-test-0123456789';
const EVENTS = 40;
const PHONE = { width: 360, height: 740 };

describe.skipIf(executablePath === undefined)('adding a tenant in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let world: AddingWorld;
  let other: Awaited<ReturnType<typeof startOtherTenant>>;
  const folder = temporaryFolder();
  const otherFolder = temporaryFolder();

  beforeAll(async () => {
    browser = await launchChromium(executablePath ?? '');
    other = await startOtherTenant(otherFolder.path, EVENTS);
    world = await startAddingWorld(folder.path);
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
    await other.stop();
    folder.remove();
    otherFolder.remove();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(world.served.address)) complaints.push(request.url());
    });
  });
  afterEach(async () => {
    // A form that comes back is answered with 422, which Chromium reports like a missing file.
    expect(complaints.filter((text) => !text.includes('status of 422'))).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.close();
  });

  const open = (path: string) => page.goto(`${world.served.address}${path}`);
  const tile = (tenant: string) => page.locator(`#tile-${tenant}`);
  const isColoured = (tenant: string, colour: string) =>
    tile(tenant)
      .and(page.locator(`.${colour}`))
      .waitFor();
  const typedInto = (selector: string) => page.locator(selector).inputValue();

  async function barriers(): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  /** Goes on with Tab until the element is reached, as somebody without a mouse does. */
  async function tabTo(selector: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const isThere = `document.activeElement?.matches(${JSON.stringify(selector)})`;
      if (await page.evaluate(isThere)) return;
    }
    throw new Error(`${selector} can not be reached with the keyboard`);
  }

  /** Types into the fields, in their order, as a person with a keyboard does. */
  async function type(texts: Readonly<Record<string, string>>): Promise<void> {
    for (const [id, text] of Object.entries(texts)) {
      await tabTo(`#${id}`);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(text);
    }
  }

  it('takes a second simulated tenant from pending to green, with the keyboard alone', async () => {
    await open('/');
    await tabTo('#add-tenant');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/add-tenant');
    await type({ 'simulated-name': 'second' });
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tenant/second');
    await isColoured('second', 'amber');
    expect(await tile('second').innerText()).toContain('pending');
    await isColoured('second', 'green');
    expect(await tile('second').innerText()).toContain('collecting');
    expect(await world.collected('second')).toBeGreaterThanOrEqual(5_000);
    expect(JSON.parse(readFileSync(settingsFile(folder.path, 'second'), 'utf8'))).toMatchObject({
      isSimulated: true,
      isAdded: true,
    });
    await open('/');
    expect(await page.locator('.tile').count()).toBe(2);
  });

  it('takes a tenant from a wrong secret to the remedy, and with the right one to green', async () => {
    // Long enough for the tile to be seen before its first poll has ended.
    other.faults.add([{ endpoint: 'logs', request: 2, action: { do: 'delay', ms: 4_000 } }]);
    await open('/add-tenant');
    await type({
      'real-name': 'shop',
      'real-domain': other.host,
      'real-clientId': other.credentials.clientId,
      'real-clientSecret': WRONG_SECRET,
      'real-collectionStart': 'oldest',
    });
    await tabTo('form[action="/add-tenant"] button');
    await page.selectOption('#real-plan', 'essentials');
    await page.keyboard.press('Enter');
    const alert = page.locator('.failed-checks');
    await alert.waitFor();
    expect(await alert.getAttribute('role')).toBe('alert');
    expect(await alert.innerText()).toContain('AUTH0_401_CREDENTIALS');
    expect(await alert.innerText()).toContain(remedyOf('AUTH0_401_CREDENTIALS'));
    expect(await barriers()).toEqual([]);
    expect(await typedInto('#real-domain')).toBe(other.host);
    expect(await typedInto('#real-clientSecret')).toBe('');
    expect(await page.content()).not.toContain(WRONG_SECRET);
    expect(page.url()).not.toContain('secret');
    expect(await world.secrets('shop')).toEqual([undefined, undefined]);
    expect(filesWith(folder.path, WRONG_SECRET)).toEqual([]);

    await type({ 'real-clientSecret': other.credentials.clientSecret });
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tenant/shop');
    await isColoured('shop', 'amber');
    expect(await tile('shop').innerText()).toContain('pending');
    await isColoured('shop', 'green');
    expect(await world.collected('shop')).toBe(EVENTS);
    expect(await world.secrets('shop')).toEqual([other.credentials.clientSecret, undefined]);
    await tabTo('#set-up-checks summary');
    await page.keyboard.press('Enter');
    expect(await page.locator('#set-up-checks').innerText()).toContain('Auth0 accepts');
    expect(await barriers()).toEqual([]);
    expect(await page.content()).not.toContain(other.credentials.clientSecret);
    expect(world.printed()).not.toContain(other.credentials.clientSecret);
  });

  it('shows hostile texts as texts, each wrong one with a sentence at its field', async () => {
    await open('/add-tenant');
    await page.fill('#real-name', HOSTILE_AGENT.slice(0, 32));
    await page.fill('#real-domain', HOSTILE_AGENT);
    await page.fill('#real-clientId', HOSTILE_AGENT);
    await page.fill('#real-clientSecret', HOSTILE_AGENT);
    await page.locator('form[action="/add-tenant"] button').click();
    await page.locator('#real-domain-problem:not(:empty)').waitFor();
    expect(await typedInto('#real-domain')).toBe(HOSTILE_AGENT);
    expect(await page.locator('main img, main script').count()).toBe(0);
    const described = await page
      .getByLabel('Domain', { exact: true })
      .getAttribute('aria-describedby');
    expect(described?.split(' ')).toContain('real-domain-problem');
    expect(await page.getByRole('alert').filter({ hasText: '3 fields' }).count()).toBe(1);
    expect(await barriers()).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'keeps nobody out, in %s and in a narrow window',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(PHONE);
      for (const path of ['/add-tenant', '/tenant/shop', '/credentials/shop']) {
        await open(path);
        expect(await barriers(), path).toEqual([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, path).toBe(PHONE.width);
      }
      complaints = [];
    },
  );

  it('works without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${world.served.address}/credentials/shop`);
    await plain.fill('#credentials-clientId', other.credentials.clientId);
    await plain.fill('#credentials-clientSecret', WRONG_SECRET);
    await plain.locator('.entry button').click();
    await plain.locator('.failed-checks').waitFor();
    expect(await world.secrets('shop')).toEqual([other.credentials.clientSecret, undefined]);
    await context.close();
  });

  it('shows the same tenants when it is started again, and one less when one is removed', async () => {
    await world.stop();
    world = await startAddingWorld(folder.path);
    await open('/tenant/shop');
    await isColoured('shop', 'green');
    await open('/');
    const overview = await browser.newPage();
    await overview.goto(`${world.served.address}/`);
    await overview.locator('#tile-second').waitFor();
    await open('/tenant/second');
    await tabTo('form[action$="/remove"] button');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${world.served.address}/`);
    expect(await page.locator('.tile').count()).toBe(2);
    await overview.locator('#tile-second').waitFor({ state: 'detached' });
    expect(await overview.locator('.tile').count()).toBe(2);
    await overview.close();
    complaints = [];
  });
});
