// How the demo runs and how it looks: workers, fusion, copying and no isolation give the same bytes; phone, light and dark.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { fnv1a } from '../../demos/image/hash.js';
import { createEngine } from '../../js/node/index.js';
import { root, start } from './chromium.js';
import { choosePreset, EDGES, link, openDemo, press, resultHash, settled, startDemo } from './demo-page.js';

let chromium, page;

before(async () => {
  await mkdir(join(root, 'build/screenshots'), { recursive: true });
  ({ chromium, page } = await startDemo());
});

after(async () => {
  await chromium?.close();
});

async function inputOf(page) {
  const { base64, ...shape } = await page.evaluate(() => {
    const { width, height, format, data } = demo.session.input;
    let text = '';
    for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.slice(i, i + 32768));
    return { width, height, format, base64: btoa(text) };
  });
  return { ...shape, bytes: Buffer.from(base64, 'base64') };
}

test('a built-in photo is processed by two workers as soon as the page is open', async () => {
  const first = await openDemo(chromium, 'demos/image/');
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
    const { bytes, width, height, format } = await inputOf(page);
    const out = await engine.pipeline(EDGES).run(engine.frameFrom(bytes, width, height, { format }));
    assert.equal(await resultHash(page), fnv1a(out.data));
  } finally {
    await engine.dispose();
  }
});

test('without isolation the page says so, runs on one thread and gives the same bytes', async () => {
  const plain = await start({ isolate: false });
  try {
    const single = await plain.open(link(EDGES));
    await settled(single);
    assert.equal(await single.evaluate(() => crossOriginIsolated), false);
    assert.equal(await resultHash(single), await resultHash(page));
    assert.match(await single.$eval('#notice', (element) => element.textContent), /one thread.*Cross-Origin-Embedder-Policy/);
    assert.ok(await single.$eval('#workers', (input) => input.disabled));
    await single.screenshot({ path: join(root, 'build/screenshots/single-thread.png') });
    assert.deepEqual(single.complaints, []);
  } finally {
    await plain.close();
  }
});

test('fusion, workers and copying change the way, not the bytes', async () => {
  await choosePreset(page, 'edges');
  const expected = await resultHash(page);
  const passes = () => page.$$eval('.pass', (list) => list.length);
  assert.equal(await passes(), 1);
  await page.click('#fused');
  await settled(page);
  assert.equal(await resultHash(page), expected);
  assert.equal(await passes(), 4);

  await page.focus('#workers');
  await press(page, 'Home');
  await settled(page);
  assert.equal(await page.evaluate(() => demo.session.engine.threads), 1);
  assert.equal(await resultHash(page), expected);

  await page.click('#copying');
  await settled(page);
  assert.equal(await resultHash(page), expected);
  const counts = () => page.$$eval('.edge-count', (list) => list.map(({ textContent }) => Number(textContent)));
  assert.deepEqual((await counts())[1], 8, 'four operations, in and out');

  for (const id of ['#copying', '#fused']) await page.click(id);
  await page.focus('#workers');
  await press(page, 'End');
  await settled(page);
  assert.deepEqual(await counts(), [1, 0, 0]);
  assert.equal(await resultHash(page), expected);
  assert.ok((await page.$$('.chart-row')).length >= 3);
});

test('all ways are measured side by side and agree', async () => {
  await page.click('#measure');
  await page.waitForFunction(() => !document.querySelector('#measure').disabled, { timeout: 60_000 });
  await settled(page);
  const rows = await page.$$eval('.chart-row', (list) => list.map((row) => row.getAttribute('aria-label')));
  assert.equal(rows.length, 5);
  assert.match(rows[0], /^Copying/);
  rows.forEach((row) => assert.match(row, /median [\d.]+ m?s, middle half/));
  assert.match(await page.$eval('.same', (element) => element.textContent), /same bytes/);
});

test('a phone shows it all without scrolling sideways, in the dark too', async () => {
  for (const scheme of ['light', 'dark']) {
    const phone = await chromium.open('demos/image/', { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await phone.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await settled(phone);
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
