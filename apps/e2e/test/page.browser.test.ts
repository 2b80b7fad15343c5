import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Platform } from '../src/platform.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function findBrowser(): string | undefined {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      continue; // not this one
    }
  }
  return undefined;
}

const executablePath = findBrowser();
const isRequired = process.env['SIGNALBOX_REQUIRE_BROWSER'] === '1';

describe.skipIf(executablePath === undefined && !isRequired)('the page of the shop, in a real browser', () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    if (executablePath === undefined) {
      throw new Error(
        'SIGNALBOX_REQUIRE_BROWSER=1, but no Chromium is on the PATH; see tools/browser/ensure-browser.sh',
      );
    }
    browser = await chromium.launch({ executablePath, args: FLAGS });
    platform = await Platform.start();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await platform[Symbol.asyncDispose]();
  });

  it('shows every instance with its configuration version and who answered', async () => {
    const page = await browser.newPage({ viewport: { width: 1100, height: 760 } });
    await page.goto(platform.url('gateway', '/'));
    await page.waitForSelector('#orders tr');

    expect(await page.locator('#fleet tr').count()).toBe(5);
    expect(await page.locator('#fleet tr .answered').count()).toBe(3);
    expect(await page.locator('#title').textContent()).toBe('Signalbox Outfitters');
    const screenshot = process.env['SIGNALBOX_SCREENSHOT'];
    if (screenshot !== undefined) {
      await page.screenshot({ path: screenshot });
    }
    await page.close();
  });

  it('follows a change of configuration without being loaded again', async () => {
    const page = await browser.newPage();
    await page.goto(platform.url('gateway', '/'));
    await page.waitForSelector('#orders tr');
    let loads = 0;
    page.on('load', () => (loads += 1));

    const { body } = await platform.update({
      service: 'orders',
      environment: 'production',
      set: { greeting: 'Seen live' },
    });
    const version = String(body['version']).slice(0, 10);

    await page.waitForFunction(`document.getElementById('greeting').textContent === 'Seen live'`);
    await page.waitForFunction(`document.querySelector('[data-instance=orders-2]').textContent.includes('${version}')`);
    expect(loads).toBe(0);
    await page.close();
  });

  it('says what is wrong while nobody can answer, and recovers', async () => {
    const page = await browser.newPage();
    await page.goto(platform.url('gateway', '/'));
    await page.waitForSelector('#orders tr');
    const names = ['orders-1', 'orders-2'];

    await Promise.all(names.map((name) => platform.fleet.process(name).stop()));
    await page.waitForSelector('#problem:not([hidden])');
    expect(await page.locator('#problem').textContent()).toContain('no routable instance of orders');

    await Promise.all(names.map((name) => platform.fleet.startInstance(platform.demoSpec('orders', name))));
    await page.waitForSelector('#problem', { state: 'hidden' });
    await page.close();
  });
});
