// The video demo with files of one's own, damaged ones among them, on one thread, and with both ways measured.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { root, start } from './chromium.js';
import { media, numbers, openCodec, playThrough, stateIs, textOf, useFile } from './codec-page.js';

const SMALL = 40; // frames of small.avi
let chromium, page, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videos-'));
  chromium = await start();
  page = await openCodec(chromium);
});

after(async () => {
  await chromium?.close();
  await rm(folder, { recursive: true, force: true });
});

/** small.avi with the scan of some pictures overwritten, from behind their headers on. */
async function damagedVideo(pictures) {
  const bytes = await readFile(media('small.avi'));
  let at = -1;
  for (let number = 0; number < SMALL; number++) {
    at = bytes.indexOf('00dc', at + 1);
    const soi = at + 8;
    if (bytes.readUInt16BE(soi) !== 0xffd8) number--; // the four letters in the index
    else if (pictures.includes(number)) bytes.writeUInt16BE(0, soi);
  }
  const path = join(folder, 'damaged.avi');
  await writeFile(path, bytes);
  return path;
}

test('a file of one’s own is played', async () => {
  await useFile(page, media('small.avi'));
  assert.match(await textOf(page, '.terminal.start'), /^320 × 180, 25 a second, 40 frames/);
  assert.match(await textOf(page, '#credit'), /small\.avi/);
  assert.equal(await page.$eval('#built-in', (button) => button.getAttribute('aria-pressed')), 'false');
  await playThrough(page);
  assert.deepEqual(await numbers(page), Array.from({ length: SMALL }, (_, i) => i));
});

test('both ways are measured: copying moves five blocks a frame, and the ratio is told', async () => {
  await page.click('#measure');
  await stateIs(page, 'measuring');
  await page.waitForFunction(() => document.querySelector('#bench').dataset.measured, { timeout: 120_000 });
  const rows = await page.$$eval('#bench .chart-row', (rows) => rows.map((row) => row.getAttribute('aria-label')));
  assert.equal(rows.length, 3);
  assert.match(rows[0], /^Copying, .* 3 runs$/);
  assert.match(rows[1], /^One memory, 1 decoder, .* 3 runs$/);
  assert.match(rows[2], /^One memory, 2 decoders, .* 3 runs$/);
  assert.match(await textOf(page, '.verdict'), /^\d+(\.\d)? times the frames: .*Copying moved 5 blocks, \d+ KB for each frame/);
  assert.ok(Number(await page.$eval('#bench', ({ dataset }) => dataset.measured)) > 0);
  await stateIs(page, 'ready');
});

test('measuring is broken off by the same button', async () => {
  await page.evaluate(() => new Promise((resolve) => { // in the page: a click from here may come when all is measured
    const button = document.querySelector('#measure');
    const observer = new MutationObserver(() => {
      if (!/^Measuring [1-9]/.test(button.textContent)) return;
      observer.disconnect();
      button.click();
      resolve(undefined);
    });
    observer.observe(button, { childList: true, characterData: true, subtree: true });
    button.click();
  }));
  await page.waitForFunction(() => document.querySelector('#measure').textContent === 'Measure both ways');
  await stateIs(page, 'ready');
  assert.equal(await textOf(page, '.verdict'), '');
});

test('pictures that cannot be decoded are left out, and each says why', async () => {
  await useFile(page, await damagedVideo([3, 17, 39]));
  await playThrough(page);
  assert.deepEqual(await numbers(page), Array.from({ length: SMALL }, (_, i) => i).filter((i) => ![3, 17, 39].includes(i)));
  const rows = await page.$$eval('#skipped tbody tr', (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  assert.deepEqual(rows.map(([number, at]) => [number, at]), [['3', '0.12 s'], ['17', '0.68 s'], ['39', '1.56 s']]);
  assert.ok(rows.every(([, , why]) => why.length > 10), JSON.stringify(rows));
  assert.match(await textOf(page, '#skipped'), /37 frames came through/);
});

test('what is no video is said, and the page goes on', async () => {
  await useFile(page, join(root, 'demos/images/rocket.jpg'));
  assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'error');
  assert.match(await textOf(page, '#toast'), /aviDemux/);
  await useFile(page, media('small.avi'));
  await playThrough(page);
  assert.equal((await numbers(page)).length, SMALL);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});

test('without shared memory it plays the same frames on one thread, and says so', async () => {
  const alone = await start({ isolate: false });
  try {
    const other = await openCodec(alone);
    assert.match(await textOf(other, '#notice'), /one thread/);
    assert.equal(await other.$eval('#decoders', ({ disabled }) => disabled), true);
    await useFile(other, media('small.avi'));
    await playThrough(other);
    assert.deepEqual(await numbers(other), Array.from({ length: SMALL }, (_, i) => i));
    assert.equal(await other.evaluate(() => document.documentElement.dataset.copiedBetween), '0');
    assert.deepEqual(other.complaints, []);
  } finally {
    await alone.close();
  }
});
