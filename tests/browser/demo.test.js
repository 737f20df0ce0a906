import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PNG } from 'pngjs';

import { fnv1a } from '../../demos/image/hash.js';
import { createEngine } from '../../js/node/index.js';
import { root, start } from './chromium.js';

const EDGES = [{ op: 'grayscale' }, { op: 'gaussianBlur', sigma: 2 }, { op: 'sobel' }, { op: 'threshold', value: 48 }];
const link = (pipeline, photo = 'chelsea', size = 'own') => `demos/image/#${new URLSearchParams({ photo, size, pipeline: JSON.stringify(pipeline) })}`;

let chromium, page, downloads;

before(async () => {
  chromium = await start();
  await mkdir(join(root, 'build/screenshots'), { recursive: true });
  downloads = await mkdtemp(join(tmpdir(), 'saved-'));
  page = await open(link(EDGES));
});

after(async () => {
  await chromium?.close();
  await rm(downloads, { recursive: true, force: true });
});

async function open(path, viewport) {
  const opened = await chromium.open(path, viewport);
  await settled('ready', opened);
  return opened;
}

/** The page notes what it is asked for before an event handler returns, so this cannot see the state from before. */
async function settled(state = 'ready', on = page) {
  await on.waitForFunction((state) => document.documentElement.dataset.state === state, { timeout: 60_000 }, state);
}

const resultHash = (on = page) => on.evaluate(() => document.documentElement.dataset.resultHash);
const ops = (on = page) => on.$$eval('.step', (steps) => steps.map(({ dataset }) => dataset.op));
const pressed = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };

async function preset(id) {
  await page.click(`[data-preset="${id}"]`);
  await settled();
}

async function inputOf(on = page) {
  const { base64, ...shape } = await on.evaluate(() => {
    const { width, height, format, data } = demo.session.input;
    let text = '';
    for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.slice(i, i + 32768));
    return { width, height, format, base64: btoa(text) };
  });
  return { ...shape, bytes: Buffer.from(base64, 'base64') };
}

test('a built-in photo is processed by two workers as soon as the page is open', async () => {
  const first = await open('demos/image/');
  assert.ok(await first.evaluate(() => crossOriginIsolated && demo.session.engine.threads >= 2));
  // On a busy machine one worker may be quicker than the other wakes up: give both a few chances.
  await first.evaluate(async () => {
    for (let i = 0; i < 30 && demo.session.engine.stats().tiles.filter((tiles) => tiles > 0).length < 2; i++) await demo.work.ask();
  });
  const tiles = await first.evaluate(() => demo.session.engine.stats().tiles);
  assert.ok(tiles.slice(1).filter((count) => count > 0).length >= 2, `tiles by lane: ${tiles}`);
  assert.ok((await first.$$('.preset')).length >= 4);
  assert.match(await first.$eval('#credit', (element) => element.textContent), /Stéfan van der Walt, CC0/);
  await first.screenshot({ path: join(root, 'build/screenshots/desktop-light.png') });
  assert.deepEqual(first.complaints, []);
  await first.close();
});

test('the result is the bytes that Node computes', async () => {
  const engine = await createEngine({ threads: 0 });
  try {
    const { bytes, width, height, format } = await inputOf();
    const out = await engine.pipeline(EDGES).run(engine.frameFrom(bytes, width, height, { format }));
    assert.equal(await resultHash(), fnv1a(out.data));
  } finally {
    await engine.dispose();
  }
});

test('without isolation the page says so, runs on one thread and gives the same bytes', async () => {
  const open = await start({ isolate: false });
  try {
    const single = await open.open(link(EDGES));
    await settled('ready', single);
    assert.equal(await single.evaluate(() => crossOriginIsolated), false);
    assert.equal(await resultHash(single), await resultHash());
    assert.match(await single.$eval('#notice', (element) => element.textContent), /one thread.*Cross-Origin-Embedder-Policy/);
    assert.ok(await single.$eval('#workers', (input) => input.disabled));
    await single.screenshot({ path: join(root, 'build/screenshots/single-thread.png') });
    assert.deepEqual(single.complaints, []);
  } finally {
    await open.close();
  }
});

test('an operation is added by typing its name', async () => {
  await preset('edges');
  const before = await resultHash();
  await page.focus('#add');
  await pressed('Enter');
  await page.keyboard.type('invert');
  await pressed('Enter');
  await page.waitForSelector('.step[data-op=invert]');
  await settled();
  assert.deepEqual(await ops(), ['grayscale', 'gaussianBlur', 'sobel', 'threshold', 'invert']);
  assert.notEqual(await resultHash(), before);
  assert.equal(await page.evaluate(() => document.activeElement.closest('.step')?.dataset.op), 'invert');
});

test('an operation moves by Alt and an arrow and by its buttons, and keeps the focus', async () => {
  await page.keyboard.down('Alt');
  await pressed('ArrowUp');
  await page.keyboard.up('Alt');
  await settled();
  assert.deepEqual(await ops(), ['grayscale', 'gaussianBlur', 'sobel', 'invert', 'threshold']);
  assert.equal(await page.evaluate(() => document.activeElement.closest('.step')?.dataset.op), 'invert');
  await page.click('.step[data-op=invert] [data-action=down]');
  await settled();
  assert.deepEqual((await ops()).slice(3), ['threshold', 'invert']);
  assert.match(await page.$eval('#status', (element) => element.textContent), /moved to place 5 of 5|Done in/);
});

test('an operation is switched off and removed', async () => {
  const inverted = await resultHash();
  await page.click('.step[data-op=invert] [data-action=off]');
  await settled();
  const off = await resultHash();
  assert.notEqual(off, inverted);
  await page.click('.step[data-op=invert] [data-action=remove]');
  await settled();
  assert.equal(await resultHash(), off);
  assert.deepEqual(await ops(), ['grayscale', 'gaussianBlur', 'sobel', 'threshold']);
});

test('a slider moves by the keyboard, and the number box takes a number', async () => {
  const before = await resultHash();
  const slider = await page.$('.step[data-op=gaussianBlur] input[type=range]');
  await slider.focus();
  await pressed('ArrowRight', 'ArrowRight', 'ArrowRight');
  await settled();
  const moved = await page.$eval('.step[data-op=gaussianBlur] input[type=number]', (box) => Number(box.value));
  assert.ok(moved > 2, `sigma is ${moved}`);
  assert.notEqual(await resultHash(), before);
  const box = await page.$('.step[data-op=gaussianBlur] input[type=number]');
  await box.click({ count: 3 });
  await page.keyboard.type('2');
  await pressed('Enter');
  await settled();
  assert.equal(await page.evaluate(() => demo.steps[1].params.sigma), 2);
});

test('a value out of range is the engine’s own message, at the operation', async () => {
  const box = await page.$('.step[data-op=gaussianBlur] input[type=number]');
  await box.click({ count: 3 });
  await page.keyboard.type('9999');
  await pressed('Enter');
  await settled('error');
  assert.match(await page.$eval('.step[data-op=gaussianBlur] .problem', (element) => element.textContent), /gaussianBlur: sigma must be .*250, got 9999/);
  await preset('edges');
});

test('an operation in the wrong place says why, and one click repairs it', async () => {
  await page.click('.step[data-op=grayscale] [data-action=remove]');
  await settled('error');
  assert.match(await page.$eval('.step[data-op=sobel] .problem', (element) => element.textContent), /gray8/);
  await page.click('.step[data-op=sobel] .problem button');
  await settled();
  assert.deepEqual(await ops(), ['gaussianBlur', 'grayscale', 'sobel', 'threshold']);
});

test('fusion, workers and copying change the way, not the bytes', async () => {
  await preset('edges');
  const expected = await resultHash();
  const passes = () => page.$$eval('.pass', (list) => list.length);
  assert.equal(await passes(), 1);
  await page.click('#fused');
  await settled();
  assert.equal(await resultHash(), expected);
  assert.equal(await passes(), 4);

  await page.focus('#workers');
  await pressed('Home');
  await settled();
  assert.equal(await page.evaluate(() => demo.session.engine.threads), 1);
  assert.equal(await resultHash(), expected);

  await page.click('#copying');
  await settled();
  assert.equal(await resultHash(), expected);
  const counts = () => page.$$eval('.edge-count', (list) => list.map(({ textContent }) => Number(textContent)));
  assert.deepEqual((await counts())[1], 8, 'four operations, in and out');

  for (const id of ['#copying', '#fused']) await page.click(id);
  await page.focus('#workers');
  await pressed('End');
  await settled();
  assert.deepEqual(await counts(), [1, 0, 0]);
  assert.equal(await resultHash(), expected);
  assert.ok((await page.$$('.chart-row')).length >= 3);
});

test('all ways are measured side by side and agree', async () => {
  await page.click('#measure');
  await page.waitForFunction(() => !document.querySelector('#measure').disabled, { timeout: 60_000 });
  await settled();
  const rows = await page.$$eval('.chart-row', (list) => list.map((row) => row.getAttribute('aria-label')));
  assert.equal(rows.length, 5);
  assert.match(rows[0], /^Copying/);
  rows.forEach((row) => assert.match(row, /median [\d.]+ m?s, middle half/));
  assert.match(await page.$eval('.same', (element) => element.textContent), /same bytes/);
});

test('the link in the address gives the same pipeline and the same bytes', async () => {
  await preset('dream');
  const second = await chromium.open(new URL(page.url()).pathname.slice(1) + new URL(page.url()).hash);
  await settled('ready', second);
  assert.deepEqual(await ops(second), await ops());
  assert.equal(await resultHash(second), await resultHash());
  await second.close();
});

test('a damaged link is said and does not stop the page', async () => {
  for (const hash of ['#pipeline=%7Bnonsense', '#pipeline=[{"op":"no such thing"}]&size=own', '#photo=../../etc&size=huge']) {
    const damaged = await open(`demos/image/${hash}`);
    assert.ok((await ops(damaged)).length > 0);
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
  assert.equal(fnv1a(data), await resultHash());
});

test('a file of one’s own is taken', async () => {
  const input = await page.$('#file');
  await input.uploadFile(join(root, 'demos/images/rocket.jpg'));
  await page.waitForFunction(() => demo.session.input.width === 640);
  await settled();
  assert.match(await page.$eval('#credit', (element) => element.textContent), /rocket\.jpg/);
  assert.equal(await page.$('[name=photo]:checked'), null);
});

test('the camera runs live and gives a still picture', async () => {
  await page.click('#camera');
  await page.waitForFunction(() => !document.querySelector('#still').hidden && demo.session.engine.stats().runs > 3, { timeout: 30_000 });
  assert.equal(await page.$eval('.picture-source', (element) => element.tagName), 'VIDEO');
  await page.click('#still');
  await page.waitForFunction(() => document.querySelector('#still').hidden);
  await settled();
  assert.equal(await page.$eval('.picture-source', (element) => element.tagName), 'CANVAS');
  await page.click('[name=photo][value=coffee]');
  await page.waitForFunction(() => demo.session.input.width === 600);
  await settled();
});

test('the divider between before and after moves by the keyboard', async () => {
  await page.focus('.split');
  await pressed('Home');
  assert.match(await page.$eval('.split', (input) => input.getAttribute('aria-valuetext')), /^0 % before/);
  await pressed('End');
  assert.match(await page.$eval('.split', (input) => input.getAttribute('aria-valuetext')), /^100 % before/);
});

test('everything that can be used has a name', async () => {
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, select, textarea')]
    .filter((element) => !(element.textContent.trim() && element.tagName === 'BUTTON') && !element.getAttribute('aria-label') && !element.labels?.length)
    .map((element) => element.outerHTML.slice(0, 120)));
  assert.deepEqual(nameless, []);
});

test('a phone shows it all without scrolling sideways, in the dark too', async () => {
  for (const scheme of ['light', 'dark']) {
    const phone = await chromium.open('demos/image/', { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await phone.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await settled('ready', phone);
    const { overflow, ground } = await phone.evaluate(() => ({
      overflow: document.scrollingElement.scrollWidth - innerWidth, ground: getComputedStyle(document.body).backgroundColor,
    }));
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    assert.equal(Number(ground.match(/\d+/)[0]) < 60, scheme === 'dark');
    await phone.screenshot({ path: join(root, `build/screenshots/phone-${scheme}.png`), fullPage: true });
    assert.deepEqual(phone.complaints, []);
    await phone.close();
  }
});

test('dark follows the system, and the button changes it', async () => {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  const ground = () => page.evaluate(() => Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0]));
  assert.ok(await ground() < 60);
  await page.screenshot({ path: join(root, 'build/screenshots/desktop-dark.png'), fullPage: true });
  await page.click('#theme');
  assert.ok(await ground() > 180);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
