// The video demo as a test sees it: opened, driven, and asked when it has settled.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './chromium.js';

export const media = (name) => {
  const path = join(root, 'build/media', name);
  if (!existsSync(path)) throw new Error(`${path} is not there: make media`);
  return path;
};

export const stateIs = (page, ...states) =>
  page.waitForFunction((states) => states.includes(document.documentElement.dataset.state), { timeout: 120_000 }, states);

export async function openCodec(chromium, viewport) {
  media('lane.avi');
  const page = await chromium.open('demos/codec/', viewport);
  await stateIs(page, 'ready', 'error');
  return page;
}

export const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent);
export const numbers = (page) => page.evaluate(() => demo.shown.numbers);

/** Switches repeating off, plays from where the page is, and waits for the end. */
export async function playThrough(page) {
  await page.evaluate(() => { const repeat = document.querySelector('#repeat'); if (repeat.checked) repeat.click(); });
  await page.click('#play');
  await stateIs(page, 'ready', 'error');
}

export async function useFile(page, path) {
  const before = await page.evaluate(() => document.documentElement.dataset.opened);
  await (await page.$('#file')).uploadFile(path);
  await page.waitForFunction((before) => document.documentElement.dataset.opened !== before, { timeout: 120_000 }, before);
}
