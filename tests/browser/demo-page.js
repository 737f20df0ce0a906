// The demo as a test sees it: opened, driven, and asked when it has settled.

import { start } from './chromium.js';

export const EDGES = [{ op: 'grayscale' }, { op: 'gaussianBlur', sigma: 2 }, { op: 'sobel' }, { op: 'threshold', value: 48 }];

/** The demo's address with a pipeline, a photo and a size in it. */
export const link = (pipeline, photo = 'chelsea', size = 'own') =>
  `demos/image/#${new URLSearchParams({ photo, size, pipeline: JSON.stringify(pipeline) })}`;

/** The page notes what it is asked for before an event handler returns, so this cannot see the state from before. */
export async function settled(page, state = 'ready') {
  await page.waitForFunction((state) => document.documentElement.dataset.state === state, { timeout: 60_000 }, state);
}

export async function openDemo(chromium, path, viewport) {
  const page = await chromium.open(path, viewport);
  await settled(page);
  return page;
}

export async function startDemo() {
  const chromium = await start();
  return { chromium, page: await openDemo(chromium, link(EDGES)) };
}

export async function choosePreset(page, id) {
  await page.click(`[data-preset="${id}"]`);
  await settled(page);
}

export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

export const resultHash = (page) => page.evaluate(() => document.documentElement.dataset.resultHash);
export const opsOf = (page) => page.$$eval('.step', (steps) => steps.map(({ dataset }) => dataset.op));
