// The reference page: every operation shows a result, by mouse, by keyboard, on a phone, in the dark and without isolation.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { createEngine } from '../../js/node/index.js';
import { root, start } from './chromium.js';

const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
let chromium, page, ops;

async function open(hash = '', viewport = undefined, browser = chromium) {
  const opened = await browser.open(`demos/reference/${hash}`, viewport);
  await opened.evaluate(`globalThis.pixelsOf = ${pixelsOf}`);
  await opened.waitForFunction(() => document.documentElement.dataset.state !== 'working', { timeout: 60_000 });
  return opened;
}

const stateOf = (id, on = page) => on.$eval(`#${id}`, ({ dataset }) => dataset.state);
const ready = (id, on = page, state = 'ready') => on.waitForFunction((id, state) => document.getElementById(id).dataset.state === state, { timeout: 30_000 }, id, state);
const shown = (on = page) => on.$$eval('.entry', (entries) => entries.filter(({ hidden }) => !hidden).map(({ id }) => id));
const sumOf = (id, on = page) => on.$eval(`#${id} canvas[aria-label^=After]`, (canvas) =>
  pixelsOf(canvas).reduce((sum, value, i) => (sum + value * ((i % 251) + 1)) % 1_000_003, 0));

/** In the page: a canvas's pixels, read from a copy, as the browser wants it. */
function pixelsOf(canvas) {
  const { width, height } = canvas;
  const copy = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, width, height).data;
}

before(async () => {
  await mkdir(join(root, 'build/screenshots'), { recursive: true });
  const engine = await createEngine({ threads: 0 });
  ops = engine.ops.filter(({ internal }) => !internal);
  await engine.dispose();
  chromium = await start();
  page = await open();
});
after(() => chromium?.close());

test('lists every operation, with a row for each parameter', async () => {
  const rows = await page.$$eval('.entry', (entries) => Object.fromEntries(entries.map((entry) => [entry.id, [...entry.querySelectorAll('tbody th')].map((head) => head.textContent)])));
  for (const { name, params } of ops) assert.deepEqual(rows[name], params.map((param) => param.name), name);
  assert.ok(rows.histogram, 'what measures is there too');
  assert.equal(await page.$$eval('#nav a', (links) => links.length), Object.keys(rows).length);
});

test('makes previews only of what is near', async () => {
  const last = (await shown()).at(-1);
  assert.equal(await stateOf(last), 'waiting');
  await ready((await shown())[0]);
});

test('every operation shows a result that is not what goes in', async () => {
  for (const { name } of ops) {
    await page.$eval(`#${name}`, (entry) => entry.scrollIntoView());
    await page.waitForFunction((id) => ['ready', 'error'].includes(document.getElementById(id).dataset.state), { timeout: 30_000 }, name);
    assert.equal(await stateOf(name), 'ready', await page.$eval(`#${name} .problem`, (problem) => `${problem.textContent}`).catch(() => name));
    const seen = await page.$eval(`#${name}`, (entry) => {
      const [before, after] = entry.querySelectorAll('canvas');
      const pixels = [before, after].map(pixelsOf);
      return {
        size: [after.width, after.height], box: after.getBoundingClientRect().width, flat: pixels[1].every((value, i) => value === pixels[1][i % 4]),
        same: before.width === after.width && before.height === after.height && pixels[0].every((value, i) => value === pixels[1][i]),
      };
    });
    assert.ok(seen.box > 20 && !seen.flat, `${name}: ${JSON.stringify(seen)}`);
    // a conversion changes how a picture is kept and not how it looks
    if (!/^to[A-Z]/.test(name)) assert.ok(!seen.same, `${name} changes nothing`);
  }
});

test('what measures shows its answer', async () => {
  await page.$eval('#histogram', (entry) => entry.scrollIntoView());
  await ready('histogram');
  assert.match(await page.$eval('#histogram output', (output) => output.textContent), /^Uint32Array\(1024\) \[\d+, /);
});

test('a control moved by the keyboard changes the picture and the line of code; Reset brings both back', async () => {
  await page.$eval('#gaussianBlur', (entry) => entry.scrollIntoView());
  const line = () => page.$eval('#gaussianBlur .example code', (code) => code.textContent);
  const before = await sumOf('gaussianBlur');
  assert.equal(await line(), 'const result = await engine.pipeline().gaussianBlur({ sigma: 2 }).run(photo);');
  await page.focus('#gaussianBlur input[type=range]:not(.split)');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await ready('gaussianBlur');
  assert.match(await line(), /sigma: 2\.\d/);
  assert.notEqual(await sumOf('gaussianBlur'), before);
  await page.click('#gaussianBlur .panel > .button');
  await ready('gaussianBlur');
  assert.match(await line(), /sigma: 2 \}/);
  assert.equal(await sumOf('gaussianBlur'), before);
});

test('the line of code is copied by its button', async () => {
  await chromium.browser.defaultBrowserContext().overridePermissions(chromium.url, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write']);
  await page.bringToFront();
  await page.click('#sobel .example button');
  await page.waitForFunction(() => /copied/.test(document.querySelector('#toast').textContent));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'const result = await engine.pipeline().grayscale().sobel().run(photo);');
});

test('a value out of range is the engine’s own message; a result too large to show is refused', async () => {
  const type = async (id, text) => {
    await page.$eval(`#${id} input[type=number]`, (box) => { box.focus(); box.select(); });
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await type('gaussianBlur', '9999');
  await ready('gaussianBlur', page, 'error');
  assert.match(await page.$eval('#gaussianBlur .problem', (problem) => problem.textContent), /sigma must be .*250, got 9999/);
  await type('resize', '60000');
  await ready('resize', page, 'error');
  assert.match(await page.$eval('#resize .problem', (problem) => problem.textContent), /60000 × \d+ pixels, too many/);
  for (const id of ['gaussianBlur', 'resize']) {
    await page.click(`#${id} .panel > .button`);
    await ready(id);
  }
});

test('the search is reached by a key, finds words of names and descriptions, and leads there', async () => {
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('/');
  await page.keyboard.type('gauss');
  assert.ok((await shown()).includes('gaussianBlur'));
  assert.ok(!(await shown()).includes('invert'));
  assert.match(await page.$eval('#status', (status) => status.textContent), /^\d+ operations? found/);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.length > 1 && document.activeElement.id === location.hash.slice(1));
  await page.focus('#search');
  await page.keyboard.press('End');
  await page.keyboard.type(' no such words');
  assert.deepEqual(await shown(), []);
  assert.ok(await page.$eval('#none', ({ hidden }) => !hidden));
  await page.keyboard.press('Escape');
  assert.ok((await shown()).length >= ops.length);
  await page.keyboard.type('gauss');
  await page.evaluate(() => { location.hash = '#invert'; }); // which the search hides
  await page.waitForFunction(() => document.activeElement.id === 'invert');
  assert.ok((await shown()).length >= ops.length);
});

test('the first Tab leads past the contents, and everything that can be used has a name', async () => {
  const fresh = await open();
  await fresh.keyboard.press('Tab');
  assert.equal(await fresh.evaluate(() => document.activeElement.className), 'skip');
  await fresh.keyboard.press('Enter');
  await fresh.keyboard.press('Tab');
  assert.ok(await fresh.evaluate(() => document.querySelector('main').contains(document.activeElement)));
  const nameless = await fresh.evaluate(() => [...document.querySelectorAll('button, input, select, textarea, a')]
    .filter((element) => !(element.textContent.trim() && /^(BUTTON|A)$/.test(element.tagName)) && !element.getAttribute('aria-label') && !element.labels?.length)
    .map((element) => element.outerHTML.slice(0, 120)));
  assert.deepEqual(nameless, []);
  const ids = await fresh.$$eval('[id]', (elements) => elements.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length, 'no id is there twice');
  assert.deepEqual(fresh.complaints, []);
  await fresh.close();
});

test('a link to an operation leads there, now and when the address changes', async () => {
  const top = (id, on) => on.$eval(`#${id}`, (entry) => Math.round(entry.getBoundingClientRect().top));
  const linked = await open('#resize');
  await ready('resize', linked);
  assert.ok(Math.abs(await top('resize', linked)) < 120);
  await linked.evaluate(() => { location.hash = '#sobel'; });
  await ready('sobel', linked);
  assert.ok(Math.abs(await top('sobel', linked)) < 120);
  for (const hash of ['#no-such-operation', '#%E0%A4%A', '#family-tone']) {
    const odd = await open(hash);
    assert.equal(await odd.evaluate(() => document.documentElement.dataset.state), 'ready', hash);
    assert.deepEqual(odd.complaints, []);
    await odd.close();
  }
  await linked.close();
});

test('a phone shows it all without scrolling sideways, in the dark too', async () => {
  for (const scheme of ['light', 'dark']) {
    const phone = await open('#colorMatrix', PHONE);
    await phone.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await ready('colorMatrix', phone);
    const { overflow, ground } = await phone.evaluate(() => ({
      overflow: document.scrollingElement.scrollWidth - innerWidth, ground: getComputedStyle(document.body).backgroundColor,
    }));
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    assert.equal(Number(ground.match(/\d+/)[0]) < 60, scheme === 'dark');
    await phone.screenshot({ path: join(root, `build/screenshots/reference-phone-${scheme}.png`) });
    assert.deepEqual(phone.complaints, []);
    await phone.close();
  }
});

test('without isolation it runs on one thread and shows the same', async () => {
  const plain = await start({ isolate: false });
  try {
    const single = await open('#gaussianBlur', undefined, plain);
    await ready('gaussianBlur', single);
    assert.equal(await single.evaluate(() => crossOriginIsolated), false);
    assert.equal(await sumOf('gaussianBlur', single), await sumOf('gaussianBlur'));
    assert.deepEqual(single.complaints, []);
  } finally {
    await plain.close();
  }
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
