// The same bytes for any number of workers, tile size, fusion, kernels and mode: each combination against the plainest one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startingParams } from '../../demos/shared/schema.js';
import { hash, noiseFrame, noiseView, random, withEngine } from './support.js';

const SEPIA = [0.393, 0.769, 0.189, 0, 0, 0.349, 0.686, 0.168, 0, 0, 0.272, 0.534, 0.131, 0, 0, 0, 0, 0, 1, 0];
const TILES = [undefined, { width: 16, height: 16 }, { width: 61, height: 7 }, { width: 65535, height: 65535 }];
const SIZES = [[1, 1], [1, 37], [333, 1], [67, 45], [257, 129]];

/** Each gets a pipeline that does nothing yet, a second frame and the size. */
const PIPELINES = {
  edges: (p) => p.grayscale().gaussianBlur({ sigma: 2 }).sobel().threshold({ value: 64 }),
  'half size': (p, _, width) => p.resize({ width: Math.ceil(width / 2) }).unsharpMask({ sigma: 1.2 }).colorMatrix({ matrix: SEPIA }).gamma({ gamma: 0.8 }),
  'a graph': (p, other) => {
    const start = p.linear({ scale: 1.1, offset: -9 });
    const sharp = start.unsharpMask({ sigma: 0.6 }).invert();
    return start.boxBlur({ radius: 5 }).blend(sharp, { mode: 'multiply', opacity: 0.7 }).blend(other, { mode: 'screen', opacity: 0.4 });
  },
  reductions: (p) => p.equalize().grayscale().median().gaussianBlur({ sigma: 0.7, border: 'constant', borderColor: [9] }).threshold({ auto: 'otsu' }),
  'a turn': (p) => p.rotate90().flip({ axis: 'both' }).boxBlur({ radiusX: 9, radiusY: 0, border: 'reflect' }).threshold({ type: 'toZero', value: 90 }),
  wrapped: (p) => p.gaussianBlur({ sigma: 1.6, border: 'wrap' }).boxBlur({ radius: 2, border: 'wrap' }).contrast({ amount: 1.4 }),
  'up and down': (p, _, width, height) => p.resize({ width: width + 5, height: height * 2, filter: 'bicubic' }).invert().resize({ width, height, filter: 'area' }),
};

/** Hashes of all pipelines over all sizes, from frames and views, by run and by runSync. */
async function hashesOf(engine, sizes) {
  const hashes = {};
  for (const [width, height] of sizes) {
    const frame = noiseFrame(engine, width, height), other = noiseFrame(engine, width, height, 'rgba8', 41);
    const view = noiseView(engine, width, height), otherView = noiseView(engine, width, height, 'rgba8', 41);
    for (const [name, build] of Object.entries(PIPELINES)) {
      const tight = build(engine.pipeline(), other, width, height), loose = build(engine.pipeline(), otherView, width, height);
      const outs = [await tight.run(frame), loose.runSync(view)];
      hashes[`${name}, ${width}×${height}`] = hash(outs[0]);
      assert.equal(hash(outs[1]), hash(outs[0]), `${name}, ${width}×${height}: runSync on views gives what run gives`);
      for (const out of outs) out.dispose();
    }
    for (const each of [frame, other, view, otherView]) each.dispose();
  }
  return hashes;
}

describe('the bytes are the same', () => {
  let expected;
  before(() => withEngine({ mode: 'single', simd: false, fuse: false, tile: TILES[3] }, async (engine) => (expected = await hashesOf(engine, SIZES))));
  after(() => assert.ok(new Set(Object.values(expected)).size > 30, 'and different for different work'));

  for (const [mode, threads] of [['single', 0], ['shared', 0], ['shared', 1], ['shared', 2], ['shared', 3], ['shared', 5]]) {
    for (const simd of [true, false]) {
      test(`in mode ${mode} with ${threads} threads ${simd ? 'with' : 'without'} SIMD, in any tiles, fused or not`, async () => {
        for (const [t, tile] of TILES.entries()) {
          for (const fuse of [true, false]) {
            const half = t % 2 === (fuse ? 0 : 1); // starting threads takes most of the time, then the large image
            if (threads > 2 && half === simd) continue;
            await withEngine({ mode, threads, simd, fuse, tile }, async (engine) => {
              const sizes = half ? SIZES : SIZES.slice(0, 4);
              const hashes = await hashesOf(engine, sizes);
              for (const [what, value] of Object.entries(hashes)) {
                assert.equal(value, expected[what], `${what}, tile ${JSON.stringify(tile)}, fuse ${fuse}`);
              }
            });
          }
        }
      });
    }
  }
});

test('every operation gives the same bytes whether the rows of its images lie close together or not', () => withEngine({ threads: 1 }, async (engine) => {
  const width = 115, height = 77; // no multiple of any pattern's or vector's size
  for (const op of engine.ops) {
    const params = startingParams(op, { width, height });
    for (const format of op.formats.filter((each) => ['rgba8', 'bgra8', 'gray8'].includes(each))) {
      const layers = op.inputs === 2 ? [noiseFrame, noiseView].map((make) => make(engine, width, height, format, 5)) : [];
      const images = [noiseFrame, noiseView].map((make) => make(engine, width, height, format));
      const [close, apart] = images.map((image, i) => engine.pipeline().op(op.name, ...layers.slice(i, i + 1), params).runSync(image));
      assert.equal(hash(apart), hash(close), `${op.name}, ${format}`);
      for (const each of [...layers, ...images, close, apart]) each.dispose();
    }
  }
}));

/** An operation for a chain by chance, for an image of this size and format. */
function anyOperation(next, { width, height, format }) {
  const whole = (min, max) => min + Math.floor(next() * (max - min + 1)), one = (list) => list[whole(0, list.length - 1)];
  const border = one(['reflect101', 'replicate', 'reflect', 'wrap', 'constant']);
  const list = [
    ['invert'], ['gamma', { gamma: 0.3 + next() * 3 }], ['linear', { scale: next() * 3 - 1, offset: whole(-99, 99) }], ['equalize'], ['median'],
    ['boxBlur', { radiusX: whole(0, 9), radiusY: whole(0, 9), border, borderColor: [whole(0, 255)] }], ['gaussianBlur', { sigma: 0.3 + next() * 3, border }],
    ['unsharpMask', { sigma: 0.4 + next() * 2, amount: next() * 4, border }], ['flip', { axis: one(['x', 'y', 'both']) }], ['rotate90', { turns: whole(-3, 3) }],
    ['crop', { x: whole(0, width - 1) >> 3, y: whole(0, height - 1) >> 3, width: Math.ceil(width * 0.8), height: Math.ceil(height * 0.8) }],
    ['resize', { width: whole(1, 150), height: whole(1, 150), filter: one(['nearest', 'bilinear', 'bicubic', 'mitchell', 'lanczos3', 'area']), antialias: next() < 0.7 }],
    ['threshold', { value: whole(0, 255), type: one(['binary', 'trunc', 'toZero', 'toZeroInv']) }],
    ...(format === 'gray8' ? [['sobel', { norm: one(['l1', 'l2']), border }], ['threshold', { auto: one(['otsu', 'triangle']) }], ['toRgba']]
      : [['grayscale'], ['colorMatrix', { matrix: SEPIA }]]),
  ];
  return one(list);
}

test('chains made by chance give the same bytes in one pass and one by one, in any tiles, on any threads', async () => {
  const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);
  const run = (options) => withEngine(options, async (engine) => {
    const results = [];
    for (const seed of SEEDS) {
      const next = random(seed), frame = noiseFrame(engine, 1 + Math.floor(next() * 120), 1 + Math.floor(next() * 90), 'rgba8', seed);
      let pipeline = engine.pipeline(), shape = frame;
      for (let length = 2 + Math.floor(next() * 6); length > 0; length--) {
        pipeline = pipeline.op(...anyOperation(next, shape));
        shape = pipeline.explain(frame.width, frame.height).passes.at(-1);
      }
      const out = await pipeline.run(frame);
      results.push({ seed, chain: JSON.stringify(pipeline.describe()), input: `${frame.width}×${frame.height}`, out: hash(out) });
      frame.dispose();
      out.dispose();
    }
    return results;
  });
  const plain = await run({ mode: 'single', simd: false, fuse: false, tile: TILES[3] });
  for (const options of [
    { threads: 2 }, { threads: 3, tile: TILES[1] }, { threads: 1, tile: TILES[2] }, { threads: 2, fuse: false },
    { mode: 'single', tile: { width: 40, height: 1 } },
  ]) {
    assert.deepEqual(await run(options), plain, JSON.stringify(options));
  }
});
