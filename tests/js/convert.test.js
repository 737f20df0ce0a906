// Frames of several planes as outputs: toI420, toNv12, toBgra through whole pipelines, against the formulas of the standards.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { yuvReader, yuvToRgb } from './reference.js';
import { createEngine, hash, MODES, noiseFrame, noiseView, pixels, sameBytes, throwsCode, withEngine } from './support.js';

const SIZES = [[64, 48], [29, 17], [3, 5], [1, 1], [1, 21], [40, 1]];
const SHARES = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722] };
const KINDS = ['bt601', 'bt709'].flatMap((matrix) => ['limited', 'full'].map((range) => ({ matrix, range })));
const half = (n) => (n + 1) >> 1;

/** Y, U, V of a colour: ITU-R BT.601-7, BT.709-6; H.273 for the ranges. */
function rgbToYuv([r, g, b], matrix, range) {
  const [red, blue] = SHARES[matrix], luma = red * r + (1 - red - blue) * g + blue * b, limited = range === 'limited';
  const chroma = limited ? 224 / 255 : 1;
  return [limited ? 16 + (luma * 219) / 255 : luma, 128 + (chroma * (b - luma)) / 2 / (1 - blue), 128 + (chroma * (r - luma)) / 2 / (1 - red)];
}

/** The mean of a block of pixels, as far as it lies within the image. */
function meanOf(data, width, height, pixel, order, x, y, side) {
  const sum = [0, 0, 0];
  let count = 0;
  for (let j = y; j < Math.min(height, y + side); j++) {
    for (let i = x; i < Math.min(width, x + side); i++, count++) order.forEach((from, c) => (sum[c] += data[(j * width + i) * pixel + from]));
  }
  return sum.map((v) => v / count);
}

/** What the planes should be, one after the other. */
function expectedPlanes(data, width, height, from, to, { matrix, range }) {
  const pixel = from === 'gray8' ? 1 : 4, order = from === 'gray8' ? [0, 0, 0] : from === 'bgra8' ? [2, 1, 0] : [0, 1, 2];
  const at = (x, y, side) => rgbToYuv(meanOf(data, width, height, pixel, order, x, y, side), matrix, range);
  const grid = (w, h, f) => Array.from({ length: w * h }, (_, i) => f(i % w, Math.floor(i / w)));
  const y = grid(width, height, (i, j) => at(i, j, 1)[0]);
  const chroma = grid(half(width), half(height), (i, j) => at(2 * i, 2 * j, 2).slice(1));
  return to === 'nv12' ? [...y, ...chroma.flat()] : [...y, ...chroma.map(([u]) => u), ...chroma.map(([, v]) => v)];
}

function closeTo(frame, expected, within, what) {
  const got = pixels(frame);
  assert.equal(got.length, expected.length, what);
  got.forEach((value, i) => {
    const level = Math.min(255, Math.max(0, Math.floor(expected[i] + 0.5)));
    if (Math.abs(value - level) > within) assert.fail(`${what}: byte ${i} is ${value}, expected ${level}`);
  });
}

const into = (pipeline, format, params) => (format === 'nv12' ? pipeline.toNv12(params) : pipeline.toI420(params));

for (const mode of MODES) {
  describe(`planes as output, in mode ${mode}`, () => {
    let engine;
    before(async () => (engine = await createEngine({ mode, threads: 2 })));
    after(() => engine.dispose());

    for (const to of ['i420', 'nv12']) {
      for (const kind of KINDS) {
        test(`${to} by ${kind.matrix}, ${kind.range}, follows the standard, from frames and views of any format`, async () => {
          for (const from of ['rgba8', 'bgra8', 'gray8']) {
            for (const [width, height] of SIZES) {
              const frame = noiseFrame(engine, width, height, from), view = noiseView(engine, width, height, from);
              const pipeline = into(engine.pipeline(), to, kind);
              const out = await pipeline.run(frame), other = pipeline.runSync(view);
              assert.deepEqual([out.format, out.width, out.height], [to, width, height]);
              closeTo(out, expectedPlanes(pixels(frame), width, height, from, to, kind), 1, `${width}×${height} ${from}`);
              sameBytes(pixels(out), pixels(other), 'a view');
              for (const each of [frame, view, out, other]) each.dispose();
            }
          }
        });
      }

      test(`${to} can be the given output, also a view of a larger frame`, async () => {
        const input = noiseFrame(engine, 30, 22, 'rgba8'), large = engine.frame(50, 40, { format: to }), expected = await into(engine.pipeline(), to).run(input);
        const before = hash(large), output = large.view(10, 8, 30, 22);
        assert.equal(await into(engine.pipeline(), to).run(input, { output }), output);
        sameBytes(pixels(output), pixels(expected), 'the view');
        for (const plane of output.planes) for (let y = 0; y < plane.height; y++) plane.data.fill(0, y * plane.stride, y * plane.stride + plane.width * (to === 'nv12' && plane !== output.planes[0] ? 2 : 1));
        assert.equal(hash(large), before, 'what lies around it is as it was');
      });

      test(`${to} in the middle of a pipeline and in place`, async () => {
        const input = noiseFrame(engine, 61, 35, to), kept = pixels(input);
        const there = (p) => into(p.toRgba().boxBlur({ radius: 2 }).invert(), to);
        const expected = await there(engine.pipeline()).run(input);
        sameBytes(pixels(input), kept, 'the input');
        const middle = await into(there(engine.pipeline()).toRgba(), to).run(input);
        const separately = await into(engine.pipeline().toRgba(), to).run(expected);
        sameBytes(pixels(middle), pixels(separately), 'in the middle');
        assert.equal(await there(engine.pipeline()).run(input, { output: input }), input);
        sameBytes(pixels(input), pixels(expected), 'in place');
      });
    }

    test('i420 and nv12 into each other lose nothing, in place or beside', async () => {
      for (const [width, height] of SIZES) {
        const i420 = noiseFrame(engine, width, height, 'i420');
        const back = await engine.pipeline().toNv12({ matrix: 'bt709' }).toI420().run(i420);
        sameBytes(pixels(back), pixels(i420), `${width}×${height}`);
        const before = pixels(i420);
        await engine.pipeline().toI420().run(i420, { output: i420 });
        sameBytes(pixels(i420), before, 'in place');
      }
    });

    test('toBgra is toRgba with red and blue swapped, from every format', async () => {
      for (const from of ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12']) {
        for (const [width, height] of SIZES) {
          const frame = noiseFrame(engine, width, height, from);
          const bgra = await engine.pipeline().toBgra({ range: 'full' }).run(frame), rgba = pixels(await engine.pipeline().toRgba({ range: 'full' }).run(frame));
          assert.equal(bgra.format, 'bgra8');
          sameBytes(pixels(bgra), rgba.map((_, i) => rgba[i % 4 === 0 ? i + 2 : i % 4 === 2 ? i - 2 : i]), `${width}×${height} ${from}`);
        }
      }
    });

    test('a picture comes back from YUV as near as its bytes allow', async () => {
      const frame = engine.frame(64, 64), { data } = frame;
      for (let i = 0; i < 64 * 64; i++) data.set([(i >> 7) << 3, ((i % 64) >> 1) << 3, 128, 255], i * 4);
      for (const kind of KINDS) {
        const back = await engine.pipeline().toNv12(kind).toRgba(kind).run(frame);
        pixels(back).forEach((value, i) => assert.ok(Math.abs(value - data[i]) <= 3, `byte ${i}: ${value}, was ${data[i]}`));
        const read = yuvReader(pixels(await engine.pipeline().toNv12(kind).run(frame)), 64, 64, 'nv12');
        const [r] = yuvToRgb(read(9, 20), kind.matrix, kind.range);
        assert.ok(Math.abs(r - data[(20 * 64 + 9) * 4]) <= 3);
      }
    });

    test('mask takes a gray8 mask on a frame with colours, and says so where it cannot', async () => {
      const frame = noiseFrame(engine, 33, 21, 'rgba8'), mask = noiseFrame(engine, 33, 21, 'gray8', 5);
      const source = pixels(frame), shares = pixels(mask), out = pixels(await engine.pipeline().mask(mask).run(frame));
      out.forEach((value, i) => assert.equal(value, i % 4 < 3 ? source[i] : Math.floor((source[i] * shares[i >> 2]) / 255 + 0.5), `byte ${i}`));
      const blurred = await engine.pipeline().boxBlur({ radius: 3 }).mask(engine.pipeline().grayscale().gaussianBlur({ sigma: 2 })).run(frame);
      const soft = await engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).run(frame);
      sameBytes(pixels(blurred), pixels(await engine.pipeline().boxBlur({ radius: 3 }).mask(soft).run(frame)), 'a pipeline as mask');
      throwsCode('bad-format', () => engine.pipeline().mask(frame).runSync(mask), 'mask', 'alike');
      throwsCode('bad-format', () => engine.pipeline().add(mask).runSync(frame), 'add', 'alike');
    });
  });
}

test('tiles of any size, threads, fusion and kernels give the same planes', async () => {
  const outs = [];
  const blur = (p) => p.gaussianBlur({ sigma: 1.5 }).resize({ width: 83, height: 57, filter: 'bicubic' }).boxBlur({ radius: 3 }).toI420();
  for (const options of [{ threads: 0 }, { threads: 3 }, { tile: { width: 7, height: 5 } }, { tile: { width: 33, height: 1 } }, { tile: { width: 500, height: 3 } }, { fuse: false }, { simd: false }]) {
    await withEngine({ threads: 1, ...options }, async (engine) => outs.push([options, pixels(await blur(engine.pipeline()).run(noiseFrame(engine, 131, 97, 'rgba8')))]));
  }
  for (const [options, bytes] of outs) sameBytes(bytes, outs[0][1], JSON.stringify(options));
});
