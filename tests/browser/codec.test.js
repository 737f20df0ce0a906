// The video demo in a real browser: what is played, and that it is what was decoded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { start } from './chromium.js';
import { numbers, openCodec, playThrough, stateIs, textOf } from './codec-page.js';

const FRAMES = 160;
const all = Array.from({ length: FRAMES }, (_, i) => i);
let chromium, page;

before(async () => {
  chromium = await start();
  page = await openCodec(chromium);
});

after(async () => { await chromium?.close(); });

/** The page reads back the first and the last picture that it draws: how many pixels of the canvas are not the frame's. */
const watchCanvas = () => page.evaluate((last) => {
  const { screen, shown } = demo, present = screen.present;
  shown.wrong = [];
  screen.present = (frame) => {
    const report = present(frame);
    if (shown.wrong.length > 0 && shown.numbers.at(-1) !== last) return report;
    const gl = screen.canvas.getContext('webgl2'), { width, height, data, stride } = frame;
    const read = new Uint32Array(width * height), expected = new Uint32Array(data.slice().buffer);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(read.buffer));
    let wrong = 0;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (read[(height - 1 - y) * width + x] !== expected[(y * stride) / 4 + x]) wrong++;
    shown.wrong.push(wrong);
    shown.colours = new Set(expected).size;
    return report;
  };
}, FRAMES - 1);

test('it opens with the first frame on the screen and says what the video is', async () => {
  assert.match(await textOf(page, '.terminal.start'), /^1920 × 1080, 25 a second, 160 frames, /);
  assert.deepEqual(await page.evaluate(() => [demo.screen.canvas.width, demo.screen.canvas.height, demo.screen.backend]), [1920, 1080, 'webgl2']);
  assert.equal(await page.$eval('.big-play', (button) => button.hidden), false);
});

test('all frames come in order, and what is drawn is what was decoded', async () => {
  await watchCanvas();
  await playThrough(page);
  assert.deepEqual(await numbers(page), all);
  const { wrong, colours } = await page.evaluate(() => demo.shown);
  assert.deepEqual(wrong, [0, 0], 'pixels that differ');
  assert.ok(colours > 1000, `${colours} colours`);
  assert.match(await textOf(page, '#summary'), /^on average, 160 frames in /);
  assert.match(await textOf(page, '#skipped'), /160 frames came through.*Nothing was left out/s);
});

test('nothing is copied between stages, and the edges say what they copied', async () => {
  assert.equal(await page.evaluate(() => document.documentElement.dataset.copiedBetween), '0');
  const edges = await page.$$eval('.edges li', (items) => items.map((item) => [item.querySelector('.edge-count').textContent, item.querySelector('.edge-name').firstChild.data]));
  assert.deepEqual(edges, [['1', 'File into memory'], ['0', 'Demuxer to decoder'], ['0', 'Decoder to renderer'], ['0', 'Frame to the screen']]);
});

test('every thread shows what it does', async () => {
  await page.evaluate(() => { document.querySelector('#repeat').click(); });
  await page.click('.big-play');
  await page.waitForFunction(() => document.querySelectorAll('.strip').length === 4 && document.querySelectorAll('.strip path.is-busy[d*=V]').length === 4);
  const names = await page.$$eval('.strip', (strips) => strips.map((strip) => strip.getAttribute('aria-label')));
  assert.deepEqual(names.map((name) => name.replace(/:.*/, '')), ['aviDemux', 'jpegDecode 1', 'jpegDecode 2', 'render']);
  assert.ok(names.every((name) => /at work \d+ % of the time, waiting for room \d+ %/.test(name)), names.join());
  await page.waitForFunction(() => Number(document.documentElement.dataset.runs) >= 3, { timeout: 60_000 }); // it repeats
});

test('it pauses where it is, goes on with the next frame, and stops at the first', async () => {
  await page.click('#play');
  await stateIs(page, 'paused');
  const paused = await page.evaluate(async () => {
    await new Promise((done) => { setTimeout(done, 300); }); // frames that came before the pause are shown
    const before = demo.shown.numbers.length;
    await new Promise((done) => { setTimeout(done, 500); });
    return [before, demo.shown.numbers.length];
  });
  assert.equal(paused[1], paused[0]);
  await page.click('#play');
  await page.waitForFunction((count) => demo.shown.numbers.length !== count, {}, paused[1]);
  const shown = await numbers(page);
  assert.deepEqual(shown, all.slice(shown[0], shown[0] + shown.length));
  await page.click('#stop');
  await stateIs(page, 'ready');
  await page.waitForFunction(() => document.querySelector('#seek').value === '0');
});

test('the position is reached by the keyboard, also while nothing plays', async () => {
  await page.focus('#seek');
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelector('#seek').getAttribute('aria-valuetext') === 'frame 159, 6.36 s');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => document.querySelector('#seek').getAttribute('aria-valuetext') === 'frame 158, 6.32 s');
  await page.$eval('#seek', (seek) => { seek.value = 100; seek.dispatchEvent(new Event('change')); });
  await page.waitForFunction(() => /^frame 100,/.test(document.querySelector('#seek').getAttribute('aria-valuetext')));
  await playThrough(page);
  assert.deepEqual(await numbers(page), all.slice(100));
});

test('decoders and size change in the middle, and it goes on with the next frame', async () => {
  await page.$eval('#seek', (seek) => { seek.value = 20; seek.dispatchEvent(new Event('change')); });
  await page.waitForFunction(() => /^frame 20,/.test(document.querySelector('#seek').getAttribute('aria-valuetext')));
  await page.click('#play');
  await page.waitForFunction(() => demo.shown.numbers[0] === 20 && demo.shown.numbers.length > 5);
  await page.click('#play');
  await stateIs(page, 'paused');
  const last = (await numbers(page)).at(-1);
  await page.focus('#decoders');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.querySelectorAll('[data-stage=jpegDecode] .seat').length === 1);
  await page.click('input[name=width][value=half]');
  await page.waitForFunction(() => demo.player.settings.look.width === 960 && demo.shown.numbers.length === 0);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'paused');
  await page.click('#play');
  await stateIs(page, 'ready');
  assert.deepEqual(await numbers(page), all.slice(last + 1));
  assert.deepEqual(await page.evaluate(() => [demo.screen.canvas.width, demo.screen.canvas.height]), [960, 540]);
});

test('at its own rate it keeps to the time', async () => {
  await page.click('input[name=pace][value=video]');
  const start = performance.now();
  await playThrough(page);
  const seconds = (performance.now() - start) / 1000;
  assert.ok(seconds >= 6.3, `${seconds} s for 6.36 s of video`); // slower where the machine is
  assert.deepEqual(await numbers(page), all);
});

test('everything that can be used has a name', async () => {
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, select, textarea')]
    .filter((element) => !(element.textContent.trim() && element.tagName === 'BUTTON') && !element.getAttribute('aria-label') && !element.labels?.length)
    .map((element) => element.outerHTML.slice(0, 120)));
  assert.deepEqual(nameless, []);
});

test('on a phone nothing is wider than the screen', async () => {
  await page.setViewport({ width: 390, height: 844 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
