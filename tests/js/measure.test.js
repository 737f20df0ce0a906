// What the engine measures of frames, against plain loops over their pixels; the same for any number of threads.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MODES, createEngine, hashBytes, noise, noiseFrame, noiseView, pixels, rejectsCode, returnsTo, throwsCode, warmUp, withEngine } from './support.js';

const SIZES = [[1, 1], [1, 9], [9, 1], [7, 5], [8, 8], [11, 13], [67, 35], [301, 203]];
const FORMATS = ['rgba8', 'bgra8', 'gray8'];
const channelsOf = ({ format }) => (format === 'gray8' ? 1 : 4);

/** Calls the body with noise of every format and size, also as a view whose rows are not tight. */
async function forAll(engine, body) {
  for (const format of FORMATS) {
    for (const [width, height] of SIZES) {
      for (const make of [noiseFrame, noiseView]) {
        const frame = make(engine, width, height, format);
        await body(frame, pixels(frame), `${width}×${height} ${format} ${make.name}`);
        frame.dispose();
      }
    }
  }
}

/** The channel's values. */
const valuesOf = (bytes, channels, c) => bytes.filter((_, i) => i % channels === c);
const close = (actual, expected, what) => assert.ok(actual === expected || Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, not ${expected}`);

function checkStatistics({ min, max, mean, stddev }, bytes, channels, what) {
  for (const list of [min, max, mean, stddev]) assert.equal(list.length, channels, what);
  for (let c = 0; c < channels; c++) {
    const values = valuesOf(bytes, channels, c), average = values.reduce((sum, v) => sum + v, 0) / values.length;
    assert.equal(min[c], values.reduce((a, b) => Math.min(a, b)), `${what}: min`);
    assert.equal(max[c], values.reduce((a, b) => Math.max(a, b)), `${what}: max`);
    close(mean[c], average, `${what}: mean`);
    close(stddev[c], Math.sqrt(values.reduce((sum, v) => sum + (v - average) ** 2, 0) / values.length), `${what}: stddev`);
  }
}

/** Structural similarity of one window of n pixels, straight from the paper. */
function similarity(a, b) {
  const n = a.length, meanOf = (list) => list.reduce((sum, v) => sum + v, 0) / n, meanA = meanOf(a), meanB = meanOf(b);
  const spread = (p, meanP, q, meanQ) => p.reduce((sum, v, i) => sum + (v - meanP) * (q[i] - meanQ), 0) / Math.max(1, n - 1);
  const c1 = (0.01 * 255) ** 2, c2 = (0.03 * 255) ** 2;
  return ((2 * meanA * meanB + c1) * (2 * spread(a, meanA, b, meanB) + c2))
    / ((meanA ** 2 + meanB ** 2 + c1) * (spread(a, meanA, a, meanA) + spread(b, meanB, b, meanB) + c2));
}

/** Mean over windows of 8×8 every 4 pixels, of every channel. */
function meanSimilarity(a, b, width, height, channels) {
  const wide = Math.min(8, width), high = Math.min(8, height), all = [];
  for (let y = 0; y + high <= height; y += 4) {
    for (let x = 0; x + wide <= width; x += 4) {
      for (let c = 0; c < channels; c++) {
        const window = (bytes) => Array.from({ length: wide * high }, (_, i) =>
          bytes[((y + Math.floor(i / wide)) * width + x + (i % wide)) * channels + c]);
        all.push(similarity(window(a), window(b)));
      }
    }
  }
  return all.reduce((sum, v) => sum + v, 0) / all.length;
}

const bytesOf = (words) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

function checkIntegral({ sum, width, height, channels }, bytes, frame, what) {
  assert.deepEqual([width, height, channels], [frame.width + 1, frame.height + 1, channelsOf(frame)], what);
  assert.ok(sum instanceof Uint32Array && sum.length === width * height * channels, what);
  const expected = new Uint32Array(sum.length), row = width * channels;
  for (let y = 1; y < height; y++) {
    for (let i = channels; i < row; i++) {
      const value = bytes[(y - 1) * (row - channels) + i - channels];
      expected[y * row + i] = value + expected[(y - 1) * row + i] + expected[y * row + i - channels] - expected[(y - 1) * row + i - channels];
    }
  }
  assert.equal(hashBytes(bytesOf(sum)), hashBytes(bytesOf(expected)), what);
}

for (const mode of MODES) {
  describe(`measurements, ${mode}`, () => {
    for (const simd of [true, false]) {
      const options = { mode, threads: mode === 'shared' ? 3 : 0, simd };

      test(`statistics() are those of plain loops (simd ${simd})`, () => withEngine(options, (engine) =>
        forAll(engine, async (frame, bytes, what) => {
          const found = await engine.statistics(frame);
          checkStatistics(found, bytes, channelsOf(frame), what);
          assert.deepEqual(engine.statisticsSync(frame), found, what);
        })));

      test(`integral() sums up everything above and to the left (simd ${simd})`, () => withEngine(options, (engine) =>
        forAll(engine, async (frame, bytes, what) => {
          for (const found of [await engine.integral(frame), engine.integralSync(frame)]) {
            checkIntegral(found, bytes, frame, what);
            found.dispose();
          }
        })));

      test(`integral() of what threads share, too (simd ${simd})`, () => withEngine(options, async (engine) => {
        for (const [width, height, format] of [[1403, 801, 'rgba8'], [2503, 1701, 'gray8']]) {
          const frame = noiseFrame(engine, width, height, format), found = await engine.integral(frame);
          checkIntegral(found, pixels(frame), frame, `${width}×${height} ${format}`);
          found.dispose();
        }
      }));

      test(`compare() gives the error, its decibels, the similarity and the largest difference (simd ${simd})`, () => withEngine(options, (engine) =>
        forAll(engine, async (frame, bytes, what) => {
          const channels = channelsOf(frame), { width, height, format } = frame;
          const near = bytes.map((v, i) => v ^ (i % 7)), other = engine.frameFrom(near, width, height, { format });
          const found = await engine.compare(frame, other);
          const mse = bytes.reduce((sum, v, i) => sum + (v - near[i]) ** 2, 0) / bytes.length;
          close(found.mse, mse, `${what}: mse`);
          close(found.psnr, 10 * Math.log10(255 * 255 / mse), `${what}: psnr`);
          assert.equal(found.maxDiff, bytes.reduce((most, v, i) => Math.max(most, Math.abs(v - near[i])), 0), `${what}: maxDiff`);
          assert.ok(Math.abs(found.ssim - meanSimilarity(bytes, near, width, height, channels)) < 1e-8, `${what}: ssim ${found.ssim}`);
          assert.deepEqual(engine.compareSync(frame, other), found, what);
          other.dispose();
        })));
    }

    test('equal frames are alike: no error, infinite decibels, similarity 1', () => withEngine({ mode, threads: 0 }, async (engine) => {
      for (const [width, height] of SIZES) {
        const frame = noiseFrame(engine, width, height), found = await engine.compare(frame, frame);
        assert.deepEqual(found, { mse: 0, psnr: Infinity, ssim: 1, maxDiff: 0 });
      }
    }));
  });
}

test('histogramSync() counts what histogram() counts', () => withEngine({ threads: 2 }, async (engine) => {
  const frame = noiseFrame(engine, 301, 203);
  assert.deepEqual(engine.histogramSync(frame), await engine.histogram(frame));
}));

test('measurements are the same for any number of threads', async () => {
  const found = [];
  for (const threads of [0, 1, 2, 5]) {
    await withEngine({ threads }, async (engine) => {
      const a = engine.frameFrom(noise(640 * 481 * 4, 1), 640, 481), b = engine.frameFrom(noise(640 * 481 * 4, 2), 640, 481);
      const sums = [a, noiseFrame(engine, 1301, 907)].map((frame) => hashBytes(bytesOf(engine.integralSync(frame).sum)));
      found.push({ statistics: await engine.statistics(a), compare: await engine.compare(a, b), sums });
    });
  }
  for (const other of found.slice(1)) assert.deepEqual(other, found[0]);
});

test('the largest sums are exact', () => withEngine({ threads: 2 }, async (engine) => {
  const frame = engine.frame(4093, 4115, { format: 'gray8' }); // 16842695 pixels
  frame.data.fill(255);
  const { sum } = await engine.integral(frame), { mean, stddev } = await engine.statistics(frame);
  assert.equal(sum.at(-1), 255 * 4093 * 4115);
  assert.deepEqual([mean, stddev], [[255], [0]]);
}));

test('measurements refuse what they cannot do and say why', () => withEngine({ threads: 0 }, async (engine) => {
  const gray = engine.frame(8, 8, { format: 'gray8' }), planar = engine.frame(8, 8, { format: 'i420' });
  for (const name of ['statistics', 'integral', 'histogram']) {
    await rejectsCode('bad-argument', engine[name]({}), name, 'a frame');
    await rejectsCode('bad-format', engine[name](planar), name, 'gray8', 'i420');
    throwsCode('bad-format', () => engine[`${name}Sync`](planar), name);
  }
  await rejectsCode('bad-argument', engine.compare(gray), 'compare', 'a frame');
  await rejectsCode('bad-format', engine.compare(gray, engine.frame(8, 8)), 'compare', '8×8 gray8', '8×8 rgba8');
  await rejectsCode('bad-argument', engine.compare(gray, engine.frame(8, 9, { format: 'gray8' })), 'compare', '8×9');
  const large = engine.frame(4104, 4105, { format: 'gray8' });
  await rejectsCode('unsupported', engine.integral(large), 'integral', '4104×4105', '16843009');
  const other = await createEngine({ threads: 0 });
  await rejectsCode('bad-argument', engine.statistics(other.frame(2, 2)), 'another engine');
  await other.dispose();
  const stale = engine.frame(2, 2);
  stale.dispose();
  await rejectsCode('stale-handle', engine.compare(gray, stale));
}));

test('a measurement leaves no memory behind', () => withEngine({ threads: 2 }, async (engine) => {
  const frame = noiseFrame(engine, 300, 200), live = await warmUp(engine);
  for (let i = 0; i < 5; i++) {
    const [table] = await Promise.all([engine.integral(frame), engine.compare(frame, frame), engine.statistics(frame), engine.histogram(frame)]);
    table.dispose();
    engine.statisticsSync(frame);
    await rejectsCode('aborted', engine.integral(frame, { signal: AbortSignal.abort() }));
    const controller = new AbortController(), late = engine.integral(frame, { signal: controller.signal });
    controller.abort();
    await late.then((whole) => whole.dispose(), (error) => assert.equal(error.code, 'aborted'));
  }
  await returnsTo(engine, live);
}));

test('a summed-area table lies in the engine’s memory until it is disposed of', () => withEngine({ threads: 1 }, async (engine) => {
  const frame = noiseFrame(engine, 300, 200), held = engine.stats().live;
  const table = await engine.integral(frame), last = table.sum.at(-1);
  assert.equal(table.sum.buffer, engine.memory.buffer);
  assert.ok(engine.stats().live - held >= 301 * 201 * 4 * 4);
  engine.alloc(100 << 20); // the memory grows
  assert.equal(table.sum.at(-1), last);
  assert.equal(table.sum.buffer, engine.memory.buffer);
  table.dispose();
  table.dispose();
  throwsCode('stale-handle', () => table.sum, 'integral');
}));
