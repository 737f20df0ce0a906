// One browser and one server for a test file. Pages collect what they print; a test that ends with printed errors fails.

import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

import { serve } from '../../web/serve.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const FLAGS = [
  '--no-sandbox', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required',
  '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic',
];

/**
 * @param {object} [options]
 * @param {boolean} [options.isolate]
 * @returns {Promise<{browser, url: string, open(path: string, viewport?: object): Promise<Page>, close(): Promise<void>}>}
 */
export async function start({ isolate = true } = {}) {
  const server = await serve({ root, port: 0, isolate });
  const browser = await puppeteer.launch({
    browser: 'chrome', executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS,
  });
  return {
    browser,
    url: server.url,
    async open(path, viewport = { width: 1280, height: 900 }) {
      const page = await browser.newPage();
      page.complaints = [];
      page.on('pageerror', (error) => page.complaints.push(error.stack ?? String(error)));
      page.on('console', (message) => {
        if (['error', 'warn'].includes(message.type())) page.complaints.push(`${message.type()}: ${message.text()}`);
      });
      await page.setViewport(viewport);
      await page.goto(new URL(path, server.url).href);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** With a page that has nothing but an engine. */
export async function startBlank() {
  const chromium = await start(), page = await chromium.open('tests/browser/pages/blank.html');
  await page.waitForFunction(() => globalThis.engine);
  return { chromium, page };
}
