import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fill, hash, MODES, noise, noiseFrame, pixels, rejectsCode, sameBytes, throwsCode, until, warmUp, withEngine } from './support.js';

const half = (side) => Math.ceil(side / 2);

/** Width and height of each plane, and bytes of a sample. */
const PLANES = {
  rgba8: (w, h) => [[w, h, 4]],
  bgra8: (w, h) => [[w, h, 4]],
  gray8: (w, h) => [[w, h, 1]],
  i420: (w, h) => [[w, h, 1], [half(w), half(h), 1], [half(w), half(h), 1]],
  nv12: (w, h) => [[w, h, 1], [half(w), half(h), 2]],
};

describe('a frame', () => {
  for (const format of Object.keys(PLANES)) {
    test(`of ${format} has its planes tight and one after the other, at odd sizes too`, () =>
      withEngine({ threads: 0 }, (engine) => {
        for (const [width, height] of [[1, 1], [2, 2], [3, 1], [1, 3], [67, 33], [64, 5]]) {
          const frame = engine.frame(width, height, { format });
          assert.deepEqual([frame.width, frame.height, frame.format], [width, height, format]);
          let pointer = frame.pointer;
          const expected = PLANES[format](width, height);
          assert.equal(frame.planes.length, expected.length);
          frame.planes.forEach((plane, p) => {
            const [w, h, sample] = expected[p];
            assert.deepEqual([plane.width, plane.height, plane.stride, plane.data.length], [w, h, w * sample, w * h * sample]);
            assert.equal(plane.data.byteOffset, pointer);
            pointer += plane.data.length;
          });
          assert.equal(frame.byteLength, pointer - frame.pointer);
          assert.equal(frame.stride, frame.planes[0].stride);
          assert.ok(frame.data instanceof Uint8ClampedArray);
          assert.deepEqual([frame.data.buffer, frame.data.byteOffset, frame.data.length], [engine.memory.buffer, frame.pointer, frame.byteLength]);
          assert.ok(frame.data.every((value) => value === 0), 'zeroed');
        }
      }));
  }

  test('is zeroed though its memory was in use before', () =>
    withEngine({ threads: 0 }, (engine) => {
      const used = noiseFrame(engine, 300, 200), { pointer, byteLength } = used;
      used.dispose();
      const frames = Array.from({ length: 20 }, () => engine.frame(77, 55));
      assert.ok(frames.some((frame) => frame.pointer >= pointer && frame.pointer < pointer + byteLength), 'some have that memory');
      for (const { data } of frames) assert.ok(data.every((value) => value === 0));
    }));

  test('is rgba8 when nothing is said, and has a handle that is never 0', () =>
    withEngine({ threads: 0 }, (engine) => {
      const frame = engine.frame(2, 2);
      assert.equal(frame.format, 'rgba8');
      assert.ok(frame.handle > 0 && frame.handle < 2 ** 32);
      assert.equal(frame.pointer % 64, 0);
    }));

  for (const [args, code, ...parts] of [
    [[0, 5], 'bad-argument', 'width', '1', '65535', 'got 0'], [[5, 65536], 'bad-argument', 'height', '65535', '65536'],
    [[2.5, 5], 'bad-argument', 'width', 'whole number', '2.5'],
    [['7', 5], 'bad-argument', 'width', "'7'"], [[NaN, 5], 'bad-argument', 'width', 'NaN'],
    [[5], 'bad-argument', 'height', 'undefined'], [[-3, 5], 'bad-argument', 'width', '-3'],
    [[5, 5, { format: 'rgb' }], 'bad-format', 'rgba8', 'bgra8', 'gray8', 'i420', 'nv12', 'rgb'], [[5, 5, { format: 0 }], 'bad-format', 'rgba8', '0'],
  ]) {
    test(`is refused as frame(${args.map((arg) => JSON.stringify(arg)).join(', ')})`, () =>
      withEngine({ threads: 0 }, (engine) => throwsCode(code, () => engine.frame(...args), 'frame', ...parts)));
  }

  test('can be made of bytes in any kind of array, which are copied', () =>
    withEngine({ threads: 0 }, (engine) => {
      const bytes = noise(5 * 3 * 4);
      const inside = new Uint8Array(100);
      inside.set(bytes, 7);
      for (const given of [bytes, new Uint8ClampedArray(bytes), bytes.slice().buffer, Buffer.from(bytes), inside.subarray(7, 67)]) {
        const frame = engine.frameFrom(given, 5, 3);
        sameBytes(pixels(frame), bytes);
        assert.deepEqual([frame.origin.path, frame.origin.copies, frame.origin.bytes], ['frameFrom', 1, 60]);
        assert.ok(frame.origin.why.length > 10);
      }
      sameBytes(pixels(engine.frameFrom(noise(9 + 4 + 4), 3, 3, { format: 'i420' })), noise(17));
    }));

  test('cannot be made of anything else, nor of too few or too many bytes', () =>
    withEngine({ threads: 0 }, async (engine) => {
      const live = await warmUp(engine);
      for (const given of [null, undefined, 'pixels', [1, 2, 3, 4], new Uint16Array(2), new Float32Array(1), new DataView(new ArrayBuffer(4))]) {
        throwsCode('bad-argument', () => engine.frameFrom(given, 1, 1), 'frameFrom', 'bytes');
      }
      for (const length of [0, 59, 61]) throwsCode('bad-argument', () => engine.frameFrom(new Uint8Array(length), 5, 3), 'frameFrom', '60 bytes', '5×3 rgba8', length);
      assert.equal(engine.stats().live, live);
    }));
});

describe('a view', () => {
  test('shows the same pixels without a copy, nested ones too', () =>
    withEngine({ threads: 0 }, (engine) => {
      const frame = noiseFrame(engine, 31, 23), { live } = engine.stats();
      const view = frame.view(5, 3, 20, 17), inner = view.view(2, 4, 7, 9);
      assert.ok(engine.stats().live - live < 1000, 'no pixels were allocated');
      assert.deepEqual([view.stride, inner.stride], [31 * 4, 31 * 4]);
      assert.equal(inner.pointer, frame.pointer + ((3 + 4) * 31 + 5 + 2) * 4);
      assert.equal(inner.byteLength, 8 * 31 * 4 + 7 * 4, 'from the first pixel to the last');
      inner.data[0] = 201;
      assert.equal(frame.data[(7 * 31 + 7) * 4], 201);
      sameBytes(pixels(inner), pixels(engine.pipeline().crop({ x: 7, y: 7, width: 7, height: 9 }).runSync(frame)));
    }));

  test('may be the whole frame, or its last pixel', () =>
    withEngine({ threads: 0 }, (engine) => {
      const frame = noiseFrame(engine, 9, 7);
      assert.equal(hash(frame.view(0, 0, 9, 7)), hash(frame));
      sameBytes(pixels(frame.view(8, 6, 1, 1)), pixels(frame).slice(-4));
    }));

  for (const format of ['i420', 'nv12']) {
    test(`of ${format} begins at even places and may have odd sides`, () =>
      withEngine({ threads: 0 }, (engine) => {
        const frame = noiseFrame(engine, 15, 11, format), view = frame.view(4, 2, 7, 5);
        view.planes.forEach((plane, p) => {
          const [w, h, sample] = PLANES[format](7, 5)[p], whole = frame.planes[p], step = p ? 2 : 1;
          assert.deepEqual([plane.width, plane.height, plane.stride], [w, h, whole.stride]);
          assert.equal(plane.data.byteOffset, whole.data.byteOffset + (2 / step) * whole.stride + (4 / step) * sample);
        });
        const rgba = engine.pipeline().toRgba();
        sameBytes(pixels(rgba.runSync(view)), pixels(rgba.crop({ x: 4, y: 2, width: 7, height: 5 }).runSync(frame)));
        for (const [x, y] of [[1, 0], [0, 1], [3, 3]]) throwsCode('bad-argument', () => frame.view(x, y, 2, 2), 'even');
      }));
  }

  for (const [args, ...parts] of [
    [[0, 0, 10, 1], '10', '9'], [[0, 0, 1, 8], '8', '7'], [[9, 0, 1, 1], '9'], [[0, 7, 1, 1], '7'], [[5, 5, 5, 3], '5'], [[-1, 0, 1, 1], 'x', '-1'],
    [[0, 0, 0, 1], 'one pixel'], [[0, 0, 1, 0], 'one pixel'], [[0.5, 0, 1, 1], 'x', '0.5'], [[0, NaN, 1, 1], 'y', 'NaN'], [[0, 0, Infinity, 1], 'width', 'Infinity'],
    [[4294967295, 0, 2, 1], 'x', '4294967295'], [[0, 0, 4294967297, 1], 'width'], [[0, 0, 1], 'height', 'undefined'], [['3', 0, 1, 1], 'x', "'3'"],
  ]) {
    test(`of a 9×7 frame is refused as view(${args.join(', ')})`, () =>
      withEngine({ threads: 0 }, (engine) => {
        const frame = engine.frame(9, 7), { live } = engine.stats();
        throwsCode('bad-argument', () => frame.view(...args), ...parts);
        assert.equal(engine.stats().live, live);
      }));
  }

  test('keeps the pixels of a frame that is disposed of, until it is disposed of itself', () =>
    withEngine({ threads: 0 }, async (engine) => {
      const live = await warmUp(engine);
      const frame = noiseFrame(engine, 40, 30), view = frame.view(1, 2, 30, 20), inner = view.view(3, 3, 5, 5);
      const before = hash(inner);
      frame.dispose();
      view.dispose();
      noiseFrame(engine, 40, 30, 'rgba8', 99).dispose();
      assert.equal(hash(inner), before);
      inner.dispose();
      assert.equal(engine.stats().live, live);
      assert.deepEqual(engine.leaks(), []);
    }));
});

describe('clone()', () => {
  for (const format of Object.keys(PLANES)) {
    test(`of ${format} has the same pixels and is a frame of its own`, () =>
      withEngine({ threads: 0 }, (engine) => {
        const frame = noiseFrame(engine, 13, 9, format), copy = frame.clone();
        assert.equal(hash(copy), hash(frame));
        copy.data.fill(1);
        assert.notEqual(hash(copy), hash(frame));
        frame.dispose();
        assert.ok(copy.data.every((value) => value === 1));
      }));
  }

  test('of a view has tight rows', () =>
    withEngine({ threads: 0 }, (engine) => {
      for (const format of ['rgba8', 'nv12', 'i420']) {
        const view = noiseFrame(engine, 21, 13, format).view(2, 4, 9, 5), copy = view.clone();
        assert.equal(hash(copy), hash(view));
        assert.equal(copy.stride, format === 'rgba8' ? 36 : 9);
        assert.equal(copy.byteLength, pixels(copy).length);
      }
    }));
});

describe('dispose()', () => {
  for (const mode of MODES) {
    test(`makes every use throw 'stale-handle', in mode ${mode}`, () =>
      withEngine({ mode, threads: 1 }, async (engine) => {
        const frame = noiseFrame(engine, 8, 6), other = noiseFrame(engine, 8, 6, 'rgba8', 3), view = frame.view(1, 1, 2, 2);
        const invert = engine.pipeline().invert(), over = engine.pipeline().blend(frame);
        frame.dispose();
        for (const use of [
          () => frame.data, () => frame.planes, () => frame.stride, () => frame.pointer, () => frame.handle, () => frame.byteLength,
          () => frame.view(0, 0, 1, 1), () => frame.clone(), () => invert.runSync(frame), () => invert.runSync(other, { output: frame }), () => over.runSync(other),
        ]) throwsCode('stale-handle', use, 'disposed of');
        await rejectsCode('stale-handle', invert.run(frame));
        await rejectsCode('stale-handle', invert.run(other, { output: frame }));
        await rejectsCode('stale-handle', over.run(other));
        await rejectsCode('stale-handle', engine.histogram(frame));
        assert.equal(view.data.length, 8 * 4 + 8, 'a view lives on');
      }));
  }

  test('may be called twice, and takes nothing from the frame that has the memory now', () =>
    withEngine({ threads: 0 }, async (engine) => {
      const live = await warmUp(engine);
      const frame = engine.frame(9, 9), { pointer } = frame;
      frame.dispose();
      const next = noiseFrame(engine, 9, 9);
      assert.equal(next.pointer, pointer, 'the same memory');
      frame.dispose();
      frame.dispose();
      assert.equal(next.data.length, 324);
      next.dispose();
      assert.equal(engine.stats().live, live);
    }));

  test('is what `using` calls', () =>
    withEngine({ threads: 0 }, (engine) => {
      const frame = engine.frame(3, 3);
      frame[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
      throwsCode('stale-handle', () => frame.data);
    }));

  test('gives handles that are not used again soon', () =>
    withEngine({ threads: 0 }, (engine) => {
      const seen = new Set();
      for (let i = 0; i < 3000; i++) {
        const frame = engine.frame(1, 1);
        seen.add(frame.handle);
        frame.dispose();
      }
      assert.equal(seen.size, 3000);
    }));
});
