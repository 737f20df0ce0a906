import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { start } from './chromium.js';

let chromium, page;

before(async () => {
  chromium = await start();
  page = await chromium.open('demos/image/', { width: 390, height: 844 });
  await page.waitForSelector('#memory .map');
});

after(async () => {
  await chromium?.close();
});

const valueText = () => page.$eval('#memory .map', (map) => map.getAttribute('aria-valuetext'));

test('the memory map is walked with the keyboard, part by part', async () => {
  await page.focus('#memory .map');
  await page.keyboard.press('Home');
  assert.match(await valueText(), /^null guard: 0x000000 to 0x000400/);
  await page.keyboard.press('ArrowRight');
  assert.match(await valueText(), /^static data: 0x000400/);
  await page.keyboard.press('ArrowRight');
  assert.match(await valueText(), /^main stack/);
  assert.equal(await page.$eval('#memory .map-picked', (line) => line.textContent), await valueText());
  assert.equal(await page.$$eval('#memory .is-picked', (list) => list.length), 1);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  assert.match(await valueText(), /^null guard/, 'the first is the end of the way');
});

test('it says how the heap is used, and checks it', async () => {
  assert.match(await page.$eval('#memory .map-foot p', (line) => line.textContent), /^[\d.]+ MB in \d+ blocks; [\d.]+ MB free/);
  await page.click('#memory .map-foot button');
  assert.match(await page.$eval('#memory .map-said', (line) => line.textContent), /^Sound/);
});

test('it is narrow enough for a phone', async () => {
  assert.ok(await page.$eval('#memory', (panel) => panel.getBoundingClientRect().right <= 390 && panel.scrollWidth <= panel.clientWidth));
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
