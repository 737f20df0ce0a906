import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createEngine } from '../../js/node/index.js';
import { startBlank } from './chromium.js';

const DESCRIPTION = [{ op: 'grayscale' }, { op: 'gaussianBlur', sigma: 2 }, { op: 'sobel' }];
const WIDTH = 301;
const HEIGHT = 199;

let chromium, page;

before(async () => {
  ({ chromium, page } = await startBlank());
});

after(async () => {
  await chromium?.close();
});

async function inWorker(threads) {
  return page.evaluate(async (description, width, height, threads) => {
    const worker = new Worker('/tests/browser/pages/sync-worker.js', { type: 'module' });
    try {
      const answer = new Promise((done, failed) => { worker.onmessage = ({ data }) => done(data); worker.onerror = failed; });
      worker.postMessage({ pixels: pattern(width, height).data, width, height, description, threads });
      const { pixels, ...rest } = await answer;
      return { ...rest, pixels: pixels && Array.from(pixels) };
    } finally {
      worker.terminate();
    }
  }, DESCRIPTION, WIDTH, HEIGHT, threads);
}

async function inNode() {
  const engine = await createEngine({ threads: 0 });
  try {
    const input = engine.frameFrom(Uint8Array.from(await page.evaluate((w, h) => Array.from(pattern(w, h).data), WIDTH, HEIGHT)), WIDTH, HEIGHT);
    const out = await engine.pipeline(DESCRIPTION).run(input);
    return Array.from(out.data);
  } finally {
    await engine.dispose();
  }
}

test('runSync works in a worker, with helpers and without, and gives the bytes that Node gives', async () => {
  const expected = await inNode();
  for (const threads of [2, 0]) {
    const seen = await inWorker(threads);
    assert.equal(seen.error, undefined);
    assert.deepEqual([seen.mode, seen.threads], ['shared', threads]);
    assert.deepEqual(seen.pixels, expected);
    assert.equal(seen.report.path, 'webgl2');
    assert.deepEqual(seen.shown, [WIDTH, HEIGHT]);
  }
});

test("runSync on a window's main thread is an error that says what to do", async () => {
  const seen = await page.evaluate(() => codeOf(() => engine.pipeline().invert().runSync(engine.frame(4, 4))));
  assert.match(seen, /^unsupported: runSync: .*run\(\)/);
});

test('what capture copied is counted in the stats', async () => {
  const [before, later] = await page.evaluate(async () => {
    const read = () => engine.stats().copied.capture ?? 0;
    const counted = [read()];
    await capture(engine, pattern(10, 10));
    return [...counted, read()];
  });
  assert.equal(later - before, 400);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
