import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { jpegDecode } from '../../js/modules-built-in.js';
import { withEngine } from './support.js';

const seed = (name) => new Uint8Array(readFileSync(new URL(`../fuzz/seeds/jpeg/${name}`, import.meta.url)));
const shapeOf = ({ width, height, format }) => `${width}×${height} ${format}`;

/** What comes out of these pictures. */
async function decode(engine, decoder, pictures, params = {}) {
  const shapes = [], sums = [];
  const flow = engine.stages().source(pictures).stage(decoder, params).sink((frame, { number }) => {
    shapes[number] = shapeOf(frame);
    sums[number] = frame.planes.flatMap(({ data, stride, width, height }) =>
      Array.from({ length: height }, (_, y) => data.subarray(y * stride, y * stride + width).reduce((sum, value) => (sum * 31 + value) % 65521, 0)));
  });
  const { skipped, stages } = await flow.done;
  return { shapes, sums, skipped, copied: stages.at(-1).seats.map(({ copied }) => copied) };
}

/** In an engine of its own, twice: the second time leaves nothing behind. */
const decodeOnce = (options, pictures, params) => withEngine(options, async (engine) => {
  const decoder = await engine.load(jpegDecode);
  const result = await decode(engine, decoder, pictures, params), { live } = engine.stats();
  await decode(engine, decoder, pictures, params);
  assert.equal(engine.stats().live, live);
  return result;
});

test('jpeg: pictures of all samplings come out in their formats, whatever they were padded to, and nothing is copied or left', async () => {
  const pictures = ['00', '02', '04', '05', '06'].map(seed);
  const { shapes, skipped, copied } = await decodeOnce({}, pictures);
  assert.deepEqual(shapes, ['17×18 i420', '20×20 i420', '9×9 gray8', '9×9 rgba8', '8×8 rgba8']);
  assert.deepEqual({ skipped, copied }, { skipped: [], copied: [0] });
});

test('jpeg: pictures that are no good are left out with their number and why, the others come', async () => {
  const cut = seed('00').subarray(0, 200), none = new Uint8Array(500).fill(7);
  const { shapes, skipped } = await decodeOnce({}, [cut, seed('04'), none, seed('00')]);
  assert.deepEqual(shapes, [, '9×9 gray8', , '17×18 i420']);
  assert.deepEqual(skipped.map(({ number, code }) => [number, code]), [[0, 'bad-format'], [2, 'bad-format']]);
  assert.match(skipped[0].why, /ends before it is complete/);
  assert.match(skipped[1].why, /no JPEG picture/);
});

test('jpeg: several seats, no threads and unshared memory give the same pictures in the same order', async () => {
  const pictures = Array.from({ length: 40 }, (_, i) => seed(`0${i % 8}`));
  const { shapes, sums } = await decodeOnce({}, pictures, { parallel: 2 });
  assert.equal(shapes.length, 40);
  for (const options of [{ threads: 0 }, { mode: 'single' }]) {
    const other = await decodeOnce(options, pictures);
    assert.deepEqual([other.shapes, other.sums], [shapes, sums]);
  }
});

test('jpeg: megapixels is a parameter within its bounds', async () => {
  const { skipped } = await decodeOnce({}, [seed('00')], { megapixels: 0.01 });
  assert.deepEqual(skipped, []);
  await assert.rejects(decodeOnce({}, [seed('00')], { megapixels: 0.001 }), { code: 'bad-argument', message: /megapixels must be a number between 0.01 and 256, got 0.001/ });
});
