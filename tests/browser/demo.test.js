import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PNG } from 'pngjs';

import { fnv1a } from '../../demos/image/hash.js';
import { root } from './chromium.js';
import { choosePreset, openDemo, opsOf, press, resultHash, settled, startDemo } from './demo-page.js';

let chromium, page, downloads;

before(async () => {
  downloads = await mkdtemp(join(tmpdir(), 'saved-'));
  ({ chromium, page } = await startDemo());
});

after(async () => {
  await chromium?.close();
  await rm(downloads, { recursive: true, force: true });
});

test('an operation is added by typing its name', async () => {
  await choosePreset(page, 'edges');
  const before = await resultHash(page);
  await page.focus('#add');
  await press(page, 'Enter');
  await page.keyboard.type('invert');
  await press(page, 'Enter');
  await page.waitForSelector('.step[data-op=invert]');
  await settled(page);
  assert.deepEqual(await opsOf(page), ['grayscale', 'gaussianBlur', 'sobel', 'threshold', 'invert']);
  assert.notEqual(await resultHash(page), before);
  assert.equal(await page.evaluate(() => document.activeElement.closest('.step')?.dataset.op), 'invert');
});

test('an operation moves by Alt and an arrow and by its buttons, and keeps the focus', async () => {
  await page.keyboard.down('Alt');
  await press(page, 'ArrowUp');
  await page.keyboard.up('Alt');
  await settled(page);
  assert.deepEqual(await opsOf(page), ['grayscale', 'gaussianBlur', 'sobel', 'invert', 'threshold']);
  assert.equal(await page.evaluate(() => document.activeElement.closest('.step')?.dataset.op), 'invert');
  await page.click('.step[data-op=invert] [data-action=down]');
  await settled(page);
  assert.deepEqual((await opsOf(page)).slice(3), ['threshold', 'invert']);
  assert.match(await page.$eval('#status', (element) => element.textContent), /moved to place 5 of 5|Done in/);
});

test('an operation is switched off and removed', async () => {
  const inverted = await resultHash(page);
  await page.click('.step[data-op=invert] [data-action=off]');
  await settled(page);
  const off = await resultHash(page);
  assert.notEqual(off, inverted);
  await page.click('.step[data-op=invert] [data-action=remove]');
  await settled(page);
  assert.equal(await resultHash(page), off);
  assert.deepEqual(await opsOf(page), ['grayscale', 'gaussianBlur', 'sobel', 'threshold']);
});

test('a slider moves by the keyboard, and the number box takes a number', async () => {
  const before = await resultHash(page);
  const slider = await page.$('.step[data-op=gaussianBlur] input[type=range]');
  await slider.focus();
  await press(page, 'ArrowRight', 'ArrowRight', 'ArrowRight');
  await settled(page);
  const moved = await page.$eval('.step[data-op=gaussianBlur] input[type=number]', (box) => Number(box.value));
  assert.ok(moved > 2, `sigma is ${moved}`);
  assert.notEqual(await resultHash(page), before);
  const box = await page.$('.step[data-op=gaussianBlur] input[type=number]');
  await box.click({ count: 3 });
  await page.keyboard.type('2');
  await press(page, 'Enter');
  await settled(page);
  assert.equal(await page.evaluate(() => demo.steps[1].params.sigma), 2);
});

test('a value out of range is the engine’s own message, at the operation', async () => {
  const box = await page.$('.step[data-op=gaussianBlur] input[type=number]');
  await box.click({ count: 3 });
  await page.keyboard.type('9999');
  await press(page, 'Enter');
  await settled(page, 'error');
  assert.match(await page.$eval('.step[data-op=gaussianBlur] .problem', (element) => element.textContent), /gaussianBlur: sigma must be .*250, got 9999/);
  await choosePreset(page, 'edges');
});

test('an operation in the wrong place says why, and one click repairs it', async () => {
  await page.click('.step[data-op=grayscale] [data-action=remove]');
  await settled(page, 'error');
  assert.match(await page.$eval('.step[data-op=sobel] .problem', (element) => element.textContent), /gray8/);
  await page.click('.step[data-op=sobel] .problem button');
  await settled(page);
  assert.deepEqual(await opsOf(page), ['gaussianBlur', 'grayscale', 'sobel', 'threshold']);
});

test('the link in the address gives the same pipeline and the same bytes', async () => {
  await choosePreset(page, 'dream');
  const second = await chromium.open(new URL(page.url()).pathname.slice(1) + new URL(page.url()).hash);
  await settled(second);
  assert.deepEqual(await opsOf(second), await opsOf(page));
  assert.equal(await resultHash(second), await resultHash(page));
  await second.close();
});

test('a damaged link is said and does not stop the page', async () => {
  for (const hash of ['#pipeline=%7Bnonsense', '#pipeline=[{"op":"no such thing"}]&size=own', '#photo=../../etc&size=huge']) {
    const damaged = await openDemo(chromium, `demos/image/${hash}`);
    assert.ok((await opsOf(damaged)).length > 0);
    if (hash.includes('pipeline')) assert.match(await damaged.$eval('#toast', (element) => element.textContent), /link/);
    await damaged.close();
  }
});

test('Save PNG writes the result', async () => {
  const client = await page.createCDPSession();
  await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  await page.click('#save');
  let name;
  for (let i = 0; i < 100 && !name; i++) {
    await new Promise((done) => { setTimeout(done, 50); });
    name = (await readdir(downloads)).find((file) => file.endsWith('.png'));
  }
  const { data, width, height } = PNG.sync.read(await readFile(join(downloads, name)));
  const shown = await page.evaluate(() => ({ width: demo.session.output.width, height: demo.session.output.height }));
  assert.deepEqual({ width, height }, shown);
  assert.equal(fnv1a(data), await resultHash(page));
});

test('a file of one’s own is taken', async () => {
  const input = await page.$('#file');
  await input.uploadFile(join(root, 'demos/images/rocket.jpg'));
  await page.waitForFunction(() => demo.session.input.width === 640);
  await settled(page);
  assert.match(await page.$eval('#credit', (element) => element.textContent), /rocket\.jpg/);
  assert.equal(await page.$('[name=photo]:checked'), null);
});

test('the camera runs live and gives a still picture', async () => {
  await page.click('#camera');
  await page.waitForFunction(() => !document.querySelector('#still').hidden && demo.session.engine.stats().runs > 3, { timeout: 30_000 });
  assert.equal(await page.$eval('.picture-source', (element) => element.tagName), 'VIDEO');
  await page.click('#still');
  await page.waitForFunction(() => document.querySelector('#still').hidden);
  await settled(page);
  assert.equal(await page.$eval('.picture-source', (element) => element.tagName), 'CANVAS');
  await page.click('[name=photo][value=coffee]');
  await page.waitForFunction(() => demo.session.input.width === 600);
  await settled(page);
});

test('the divider between before and after moves by the keyboard', async () => {
  await page.focus('.split');
  await press(page, 'Home');
  assert.match(await page.$eval('.split', (input) => input.getAttribute('aria-valuetext')), /^0 % before/);
  await press(page, 'End');
  assert.match(await page.$eval('.split', (input) => input.getAttribute('aria-valuetext')), /^100 % before/);
});

test('everything that can be used has a name', async () => {
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, select, textarea')]
    .filter((element) => !(element.textContent.trim() && element.tagName === 'BUTTON') && !element.getAttribute('aria-label') && !element.labels?.length)
    .map((element) => element.outerHTML.slice(0, 120)));
  assert.deepEqual(nameless, []);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
