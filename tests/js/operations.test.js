// Each operation against its meaning in reference.js, by run() and runSync(), in every mode. The number is the largest difference
// allowed, in levels.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as ref from './reference.js';
import { createEngine, hash, MODES, noise, noiseFrame, noiseView, pixels, sameBytes } from './support.js';

const TONE = ['rgba8', 'bgra8', 'gray8'];
const GRAY = ['gray8'];
const COLOUR = ['rgba8', 'bgra8'];
const SIZES = [[29, 17], [3, 5], [1, 1], [1, 21]];
const BORDERS = ['reflect101', 'replicate', 'reflect', 'wrap', 'constant'];
const SEPIA = [0.393, 0.769, 0.189, 0, 0, 0.349, 0.686, 0.168, 0, 0, 0.272, 0.534, 0.131, 0, 0, 0, 0, 0, 1, 0];
const MIX = [0.5, -1.2, 0.7, 0.1, 0.25, 3, 0, 0, -1, -0.5, 0.1, 0.2, 0.3, 0.4, 0, 0, 0.5, 0, 0.5, 0.1];
const curve = Array.from({ length: 1024 }, (_, i) => (i * 37 + (i >> 8) * 91) % 256);
/** In the order of the frame's channels. */
const swap = (list, format) => (format === 'bgra8' ? [list[2], list[1], list[0], list[3]] : list);
const rgbaOf = (image, format) => ref.colour(image, 4, (p) => swap(p, format));

/** [name, tolerance, formats, pipeline, expected image]; both get a context: { image, format, width, height }. */
const CASES = [
  ['invert', 0, TONE, (p) => p.invert(), ({ image }) => ref.tone(image, (v) => 255 - v)],
  ['linear', 1, TONE, (p) => p.linear({ scale: 1.7, offset: -20.3 }), ({ image }) => ref.tone(image, (v) => 1.7 * v - 20.3)],
  ['linear, falling', 1, TONE, (p) => p.linear({ scale: -0.83, offset: 240 }), ({ image }) => ref.tone(image, (v) => 240 - 0.83 * v)],
  ['linear that does nothing', 0, TONE, (p) => p.linear(), ({ image }) => image],
  ['brightness', 0, TONE, (p) => p.brightness({ amount: -40 }), ({ image }) => ref.tone(image, (v) => v - 40)],
  ['contrast', 1, TONE, (p) => p.contrast({ amount: 1.3 }), ({ image }) => ref.tone(image, (v) => (v - 128) * 1.3 + 128)],
  ...[0.45, 1, 2.2].map((gamma) => [`gamma ${gamma}`, 0, TONE, (p) => p.gamma({ gamma }), ({ image }) => ref.tone(image, (v) => 255 * (v / 255) ** gamma)]),
  ['lut, one table', 0, TONE, (p) => p.lut({ table: curve.slice(0, 256) }), ({ image }) => ref.tone(image, (v) => curve[v])],
  ['lut, a table for each channel', 0, COLOUR, (p) => p.lut({ table: curve }), ({ image }) => ({ ...image, data: image.data.map((v, i) => curve[(i % 4) * 256 + v]) })],
  ...Object.entries(ref.thresholds).map(([type, apply]) =>
    [`threshold ${type}`, 0, TONE, (p) => p.threshold({ value: 100.7, max: 200, type }), ({ image }) => ref.tone(image, (v) => apply(v, 100, 200))]),
  ['threshold otsu', 0, GRAY, (p) => p.threshold({ auto: 'otsu' }), ({ image }) => ref.tone(image, (v) => (v > ref.otsu(image) ? 255 : 0))],
  ['equalize', 1, TONE, (p) => p.equalize(), ({ image }) => ref.equalize(image)],
  ['grayscale', 1, COLOUR, (p) => p.grayscale(), ({ image, format }) => ref.colour(rgbaOf(image, format), 1, ([r, g, b]) => [0.299 * r + 0.587 * g + 0.114 * b])],
  ...[['sepia', SEPIA], ['any', MIX]].map(([name, m]) =>
    [`colorMatrix, ${name}`, 1, COLOUR, (p) => p.colorMatrix({ matrix: m }), ({ image, format }) =>
      rgbaOf(ref.colour(rgbaOf(image, format), 4, (p) => [0, 1, 2, 3].map((o) => p.reduce((sum, v, c) => sum + v * m[o * 5 + c], 255 * m[o * 5 + 4]))), format)]),
  ['toRgba', 0, TONE, (p) => p.toRgba(), ({ image, format }) => (format === 'gray8' ? ref.colour(image, 4, ([v]) => [v, v, v, 255]) : rgbaOf(image, format))],
  ...BORDERS.map((border) => [`boxBlur, ${border}`, 1, TONE, (p) => p.boxBlur({ radiusX: 4, radiusY: 2, border, borderColor: [200, 100, 50, 25] }),
    ({ image, format }) => ref.correlate(image, ref.boxWeights(4, 2), border, swap([200, 100, 50, 25], format))]),
  ['boxBlur, radius', 1, TONE, (p) => p.boxBlur({ radius: 3 }), ({ image }) => ref.correlate(image, ref.boxWeights(3, 3))],
  ...BORDERS.map((border) => [`gaussianBlur, ${border}`, 1, TONE, (p) => p.gaussianBlur({ sigma: 1.3, border, borderColor: [70] }),
    ({ image }) => ref.correlate(image, ref.gaussianWeights(1.3), border, [70, 70, 70, 255])]),
  ['gaussianBlur, radius', 1, TONE, (p) => p.gaussianBlur({ sigma: 2.5, radius: 2 }), ({ image }) => ref.correlate(image, ref.gaussianWeights(2.5, 2))],
  ['median', 0, TONE, (p) => p.median(), ({ image }) => ref.median3(image)],
  ['unsharpMask', 1, TONE, (p) => p.unsharpMask({ sigma: 1.1 }), ({ image }) => ref.sharpen(image, ref.correlate(image, ref.gaussianWeights(1.1)), 1, 0)],
  ['unsharpMask with a threshold', 1, TONE, (p) => p.unsharpMask({ sigma: 0.8, amount: 2.5, threshold: 9, border: 'replicate' }),
    ({ image, run }) => ref.sharpen(image, { data: run((p) => p.gaussianBlur({ sigma: 0.8, border: 'replicate' })) }, 2.5, 9)],
  ...['l1', 'l2'].flatMap((norm) => BORDERS.map((border) => [`sobel ${norm}, ${border}`, 1, GRAY, (p) => p.sobel({ norm, border, borderColor: [90] }),
    ({ image }) => ref.sobel(image, norm, border, [90])])),
  ['crop', 0, TONE, (p, { width, height }) => p.crop({ x: width >> 1, y: height >> 2, width: width - (width >> 1), height: height - (height >> 1) }),
    ({ image, width, height }) => ref.move(image, width - (width >> 1), height - (height >> 1), (x, y) => [x + (width >> 1), y + (height >> 2)])],
  ...['x', 'y', 'both'].map((axis) => [`flip ${axis}`, 0, TONE, (p) => p.flip({ axis }),
    ({ image, width, height }) => ref.move(image, width, height, (x, y) => [axis === 'y' ? x : width - 1 - x, axis === 'x' ? y : height - 1 - y])]),
  ...[-1, 0, 1, 2, 3, 5].map((turns) => [`rotate90, ${turns} turns`, 0, TONE, (p) => p.rotate90({ turns }), ({ image }) => {
    let turned = image;
    for (let i = 0; i < (turns + 4) % 4; i++) {
      const { width, height } = turned;
      turned = ref.move(turned, height, width, (x, y) => [y, height - 1 - x]);
    }
    return turned;
  }]),
  ...['nearest', 'bilinear', 'bicubic', 'mitchell', 'lanczos3', 'area'].flatMap((filter) => [
    [`resize ${filter}, smaller`, filter === 'nearest' ? 0 : 1, TONE, (p, { width, height }) => p.resize({ width: Math.ceil(width / 2.7), height: Math.ceil(height / 1.9), filter }),
      ({ image, width, height }) => ref.resize(image, Math.ceil(width / 2.7), Math.ceil(height / 1.9), filter)],
    ...(filter === 'area' ? [] : [[`resize ${filter}, larger`, filter === 'nearest' ? 0 : 1, TONE, (p, { width, height }) => p.resize({ width: width * 2 + 1, height: height + 3, filter }),
      ({ image, width, height }) => ref.resize(image, width * 2 + 1, height + 3, filter)]]),
  ]),
  ...['bilinear', 'bicubic'].map((filter) => [`resize ${filter} without antialias`, 1, TONE,
    (p, { width, height }) => p.resize({ width: Math.ceil(width / 3), height: Math.ceil(height / 2), filter, antialias: false }),
    ({ image, width, height }) => ref.resize(image, Math.ceil(width / 3), Math.ceil(height / 2), filter, false)]),
  ['resize by one side', 1, TONE, (p, { width }) => p.resize({ width: width * 2, filter: 'bilinear' }), ({ image, width, height }) => ref.resize(image, width * 2, height * 2, 'bilinear')],
  ...['normal', 'multiply', 'screen'].flatMap((mode) => [1, 0.37].map((opacity) => [`blend ${mode}, opacity ${opacity}`, 1, TONE,
    (p, { other }) => p.blend(other, { mode, opacity }), ({ image, second }) => ref.blend(image, second, mode, opacity)])),
];

const PLANAR = ['bt601', 'bt709'].flatMap((matrix) => ['limited', 'full'].flatMap((range) => ['i420', 'nv12'].map((format) => ({ matrix, range, format }))));

function closeTo(actual, expected, tolerance, what) {
  assert.deepEqual([actual.width, actual.height], [expected.width, expected.height], what);
  const bytes = pixels(actual);
  assert.equal(bytes.length, expected.data.length, what);
  bytes.forEach((value, i) => {
    if (Math.abs(value - expected.data[i]) > tolerance) assert.fail(`${what}: byte ${i} is ${value}, the reference has ${expected.data[i]}`);
  });
}

/** Runs it in every way there is on a frame and a view with the same pixels; gives back the one result. */
async function everyWay(engine, make, width, height, format) {
  const frame = noiseFrame(engine, width, height, format), view = noiseView(engine, width, height, format);
  const other = noiseFrame(engine, width, height, format, 777), input = hash(frame);
  const pipeline = make(engine.pipeline(), { width, height, other });
  const outs = [await pipeline.run(frame), pipeline.runSync(frame), await pipeline.run(view), pipeline.runSync(view)];
  for (const out of outs) assert.equal(hash(out), hash(outs[0]), `${width}×${height} ${format}: every way gives the same bytes`);
  assert.equal(hash(frame), input, 'the input is as it was');
  for (const each of [frame, view, ...outs.slice(1)]) each.dispose();
  return { out: outs[0], other };
}

/** What an expected image is made from: the noise of everyWay(), once more. */
function contextOf(engine, width, height, format) {
  const channels = format === 'gray8' ? 1 : 4;
  const image = { width, height, channels, data: noise(width * height * channels, width * 31 + height) };
  const second = { ...image, data: noise(image.data.length, 777) };
  const run = (build) => pixels(build(engine.pipeline()).runSync(noiseFrame(engine, width, height, format)));
  return { image, second, format, width, height, run };
}

const known = new Map();

/** The modes share what takes long. */
function once(key, compute) {
  if (!known.has(key)) known.set(key, compute());
  return known.get(key);
}

for (const mode of MODES) {
  describe(`in mode ${mode}`, () => {
    let engine;
    before(async () => (engine = await createEngine({ mode, threads: 2 })));
    after(() => engine.dispose());

    for (const [name, tolerance, formats, pipeline, expected] of CASES) {
      test(`${name} does what it means`, async () => {
        for (const format of formats) {
          for (const [width, height] of SIZES) {
            const { out, other } = await everyWay(engine, pipeline, width, height, format);
            closeTo(out, once(`${name} ${width} ${height} ${format}`, () => expected(contextOf(engine, width, height, format))), tolerance, `${width}×${height} ${format}`);
            out.dispose();
            other.dispose();
          }
        }
      });
    }

    for (const { matrix, range, format } of PLANAR) {
      test(`toRgba of ${format} by ${matrix}, ${range}, does what it means`, async () => {
        for (const [width, height] of SIZES) {
          const { out, other } = await everyWay(engine, (p) => p.toRgba({ matrix, range }), width, height, format);
          const read = ref.yuvReader(noise(pixels(other).length, width * 31 + height), width, height, format);
          closeTo(out, ref.make(width, height, 4, (x, y, c) => ref.yuvToRgb(read(x, y), matrix, range)[c]), 1, `${width}×${height}`);
        }
      });
    }

    test('histogram() counts every value of every channel, also of a view', async () => {
      for (const format of TONE) {
        for (const [width, height] of [...SIZES, [301, 203]]) {
          const frame = noiseFrame(engine, width, height, format), channels = format === 'gray8' ? 1 : 4;
          const image = { width, height, channels, data: pixels(frame) };
          const expected = Array.from({ length: channels }, (_, c) => ref.counts(image, c)).flat();
          const result = await engine.histogram(frame);
          assert.ok(result instanceof Uint32Array);
          assert.deepEqual([...result], expected, `${width}×${height} ${format}`);
          assert.deepEqual([...await engine.histogram(noiseView(engine, width, height, format))], expected, `${width}×${height} ${format}, a view`);
        }
      }
    });
  });
}

/** Where parameters depend on each other. */
const PARTICULAR = { convolve: { kernel: [0, -1, 0, -1, 5.5, -1, 0, -1, 0], width: 3, height: 3 } };

/** Parameters that a number of operations can do with: in range, small, and each different from its default where that is easy. */
function plausible(op, all) {
  const params = {};
  for (const param of op.params) {
    if (!(param.required || all)) continue;
    const within = (value) => Math.max(param.min, Math.min(param.max, value));
    if (param.type === 'integer') params[param.name] = within(param.name === 'size' ? 3 : 2); // kernels have odd sides
    else if (param.type === 'number') params[param.name] = within(1.5);
    else if (param.type === 'boolean') params[param.name] = !param.default;
    else if (param.type === 'choice' && param.name !== 'auto') params[param.name] = param.choices.at(-1);
    else if (param.type === 'numbers') params[param.name] = Array.from({ length: param.minCount }, (_, i) => within(((i * 7) % 5) / 4));
  }
  return Object.assign(params, PARTICULAR[op.name]);
}

test('every operation gives the same bytes in both modes, with and without SIMD, whatever its parameters', async () => {
  const engines = await Promise.all(MODES.flatMap((mode) => [true, false].map((simd) => createEngine({ mode, threads: 1, simd }))));
  try {
    for (const op of engines[0].ops) {
      let ran = 0;
      for (const format of op.formats) {
        for (const all of [false, true]) {
          const [first, ...others] = engines.map((engine) => {
            const frame = noiseFrame(engine, 61, 35, format);
            const args = op.inputs === 2 ? [noiseFrame(engine, 61, 35, format, 5), plausible(op, all)] : [plausible(op, all)];
            try {
              return pixels(engine.pipeline().op(op.name, ...args).runSync(frame));
            } catch (error) {
              if (error.code === 'bad-argument' && /must be given|give /.test(error.message)) return undefined; // needs one of several
              throw error;
            }
          });
          if (!first) continue;
          ran++;
          for (const other of others) sameBytes(other, first, `${op.name} of ${format}`);
        }
      }
      assert.ok(ran > 0, `${op.name} was run`);
    }
  } finally {
    for (const engine of engines) await engine.dispose();
  }
});
