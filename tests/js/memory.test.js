import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine, hash, MODES, noise, noiseFrame, pixels, rejectsCode, returnsTo, sameBytes, throwsCode, warmUp, withEngine } from './support.js';

const PAGE = 65536;
const pages = (mb) => (mb << 20) / PAGE;
const memoryOf = (mode, initial = 4, maximum = 32) => new WebAssembly.Memory({ initial: pages(initial), maximum: pages(maximum), shared: mode === 'shared' });

describe('memory', () => {
  test('has the sizes asked for, rounded up to pages', () =>
    withEngine({ threads: 0, memory: { initial: (3 << 20) + 1, maximum: 5 << 20 } }, (engine) => {
      assert.equal(engine.memory.buffer.byteLength, (3 << 20) + PAGE);
      throwsCode('out-of-memory', () => engine.frame(1200, 1200), '1200×1200', 'rgba8', 1200 * 1200 * 4, 'memory.maximum');
    }));

  test('may have an initial size beyond the default maximum’s default, and a maximum below the default initial size', async () => {
    await withEngine({ threads: 0, memory: { maximum: 8 << 20 } }, (engine) => assert.ok(engine.memory.buffer.byteLength <= 8 << 20));
  });

  for (const mode of MODES) {
    test(`of your own is used, in mode ${mode}`, () => {
      const memory = memoryOf(mode);
      return withEngine({ mode, threads: 1, memory }, (engine) => {
        assert.equal(engine.memory, memory);
        const frame = noiseFrame(engine, 13, 11);
        sameBytes(new Uint8Array(memory.buffer, frame.pointer, frame.byteLength), noise(13 * 11 * 4, 13 * 31 + 11));
      });
    });

    test(`of your own is refused when it is too small, in mode ${mode}`, () =>
      rejectsCode('bad-argument', createEngine({ mode, memory: memoryOf(mode, 1) }), 'memory', 'at least', 1 << 20));

    test(`of your own is refused when something lives in it already, in mode ${mode}`, async () => {
      const memory = memoryOf(mode);
      new Uint8Array(memory.buffer)[40000] = 1;
      await rejectsCode('bad-argument', createEngine({ mode, memory }), 'in use');
      const engines = memoryOf(mode);
      await withEngine({ mode, threads: 0, memory: engines }, async (engine) => {
        const frame = noiseFrame(engine, 7, 5), before = hash(frame);
        await rejectsCode('bad-argument', createEngine({ mode, threads: 0, memory: engines }), 'in use');
        assert.equal(hash(frame), before);
      });
    });

    test(`grows when it must, and frame.data is of the current buffer and has its pixels, in mode ${mode}`, () =>
      withEngine({ mode, threads: 2, memory: { initial: 4 << 20, maximum: 48 << 20 } }, async (engine) => {
        const frame = noiseFrame(engine, 501, 401), before = hash(frame), old = engine.memory.buffer, oldData = frame.data;
        const large = engine.frame(1500, 1000);
        assert.notEqual(engine.memory.buffer, old);
        assert.equal(frame.data.buffer, engine.memory.buffer);
        assert.equal(large.data.buffer, engine.memory.buffer);
        assert.equal(hash(frame), before);
        if (mode === 'shared') sameBytes(oldData, frame.data, 'an old view still shows the same bytes');
        const out = await engine.pipeline().invert().run(large);
        assert.ok(out.data.every((value, i) => value === (i % 4 === 3 ? 0 : 255)), 'workers reach the new pages');
        assert.equal(frame.data, frame.data, 'the view is made once per buffer');
      }));

    test(`that somebody else grows stays the engine’s own up to there, in mode ${mode}`, () =>
      withEngine({ mode, threads: 1, memory: { initial: 4 << 20, maximum: 48 << 20 } }, (engine) => {
        const frame = noiseFrame(engine, 101, 99), before = hash(frame);
        const end = engine.memory.buffer.byteLength;
        engine.memory.grow(3);
        new Uint8Array(engine.memory.buffer, end, 3 * PAGE).fill(77);
        const frames = Array.from({ length: 5 }, () => engine.frame(1000, 500));
        for (const { data } of frames) data.fill(1);
        assert.equal(hash(frame), before);
        assert.ok(new Uint8Array(engine.memory.buffer, end, 3 * PAGE).every((value) => value === 77), 'nothing is put into those pages');
        isWhole(engine);
      }));

    test(`that is full gives 'out-of-memory' and leaves everything as it is, in mode ${mode}`, () =>
      withEngine({ mode, threads: 1, memory: { initial: 4 << 20, maximum: 8 << 20 } }, async (engine) => {
        await warmUp(engine);
        const frames = [];
        const error = throwsCode('out-of-memory', () => {
          for (;;) frames.push(noiseFrame(engine, 257, 255, 'rgba8', frames.length));
        }, '257×255', 'dispose of frames');
        assert.match(error.message, /^frame: /);
        assert.ok(frames.length > 10);
        const hashes = frames.map(hash), { live, blocks } = engine.stats();
        throwsCode('out-of-memory', () => engine.frame(65535, 65535), 65535 * 65535 * 4);
        throwsCode('out-of-memory', () => engine.alloc(1 << 20));
        throwsCode('out-of-memory', () => frames[0].clone());
        const blur = engine.pipeline().gaussianBlur({ sigma: 3 });
        await rejectsCode('out-of-memory', blur.run(frames[0]));
        throwsCode('out-of-memory', () => blur.runSync(frames[0]));
        assert.deepEqual(frames.map(hash), hashes);
        await returnsTo(engine, live);
        assert.equal(engine.stats().blocks, blocks);
        frames.pop().dispose();
        const again = noiseFrame(engine, 257, 255);
        assert.equal(again.width, 257);
        isWhole(engine);
      }));
  }

  test('of the wrong kind for the mode is refused', async () => {
    await rejectsCode('bad-argument', createEngine({ mode: 'shared', memory: memoryOf('single') }), 'shared: true');
    await rejectsCode('bad-argument', createEngine({ mode: 'single', memory: memoryOf('shared') }), 'not shared');
  });

  test('that is freed is filled in debug, so that using it shows', () =>
    withEngine({ threads: 0, debug: true }, (engine) => {
      const frame = noiseFrame(engine, 50, 40), { pointer, byteLength } = frame;
      frame.dispose();
      assert.ok(new Uint8Array(engine.memory.buffer, pointer + 64, byteLength - 64).every((value) => value === 0xdd));
    }));
});

describe('alloc()', () => {
  test('gives zero-copy memory at the alignment asked for, and takes it back', () =>
    withEngine({ threads: 0 }, (engine) => {
      const { live } = engine.stats();
      for (const align of [1, 2, 64, 4096, 65536]) {
        const block = engine.alloc(1001, { align });
        assert.equal(block.pointer % align, 0);
        assert.equal(block.data.length, 1001);
        assert.equal(block.data.buffer, engine.memory.buffer);
        block.data.fill(9);
        block.free();
      }
      assert.equal(engine.stats().live, live);
    }));

  test('refuses to free twice', () =>
    withEngine({ threads: 0 }, (engine) => {
      const block = engine.alloc(5);
      block.free();
      throwsCode('stale-handle', () => block.free());
    }));

  for (const [args, ...parts] of [
    [[0], 'bytes', '1', 'got 0'], [[-5], 'bytes', '-5'], [[1.5], 'bytes', '1.5'], [['9'], 'bytes', "'9'"],
    [[NaN], 'bytes', 'NaN'], [[], 'bytes', 'undefined'],
    [[2 ** 33], 'bytes', 2 ** 32], [[8, { align: 3 }], 'align', 'power of two', 'got 3'],
    [[8, { align: 131072 }], 'align', '65536'], [[8, { align: '8' }], 'align', "'8'"],
  ]) {
    test(`refuses ${JSON.stringify(args)}`, () => withEngine({ threads: 0 }, (engine) => throwsCode('bad-argument', () => engine.alloc(...args), 'alloc', ...parts)));
  }
});

/** Every byte of memory is in exactly one region, and what is known to live somewhere does. */
function isWhole(engine) {
  const regions = engine.layout();
  let at = 0;
  for (const { name, start, end } of regions) {
    assert.equal(start, at, `'${name}' begins where the region before it ends`);
    assert.ok(end > start, `'${name}' is not empty`);
    at = end;
  }
  assert.equal(at, engine.memory.buffer.byteLength, 'the last region ends where memory ends');
  return regions;
}

describe('layout()', () => {
  for (const mode of MODES) {
    test(`covers all of memory without gaps or overlaps, before and after work, in mode ${mode}`, () =>
      withEngine({ mode, threads: 2, memory: { initial: 4 << 20, maximum: 64 << 20 } }, async (engine) => {
        isWhole(engine);
        const frames = [noiseFrame(engine, 33, 21), noiseFrame(engine, 7, 5, 'i420'), engine.frame(1200, 900), engine.frame(1, 1, { format: 'gray8' })];
        frames.splice(2, 1)[0].dispose();
        const out = await engine.pipeline().gaussianBlur({ sigma: 2 }).run(frames[0]);
        const block = engine.alloc(777);
        const regions = isWhole(engine);
        const holds = (name, pointer, bytes) => regions.some((r) => r.name === name && r.start <= pointer && r.end >= pointer + bytes);
        for (const frame of [...frames, out]) {
          assert.ok(holds(`frame ${frame.width}×${frame.height} ${frame.format}`, frame.pointer, frame.byteLength), `frame ${frame.width}×${frame.height}`);
        }
        assert.ok(holds('user', block.pointer, 777));
        const stacks = regions.filter(({ name }) => /^worker \d+ stack$/.test(name));
        assert.equal(stacks.length, engine.threads);
        assert.deepEqual(regions.slice(0, 2).map(({ kind }) => kind), ['guard', 'static']);
      }));
  }

  test('says what is there without a pool, too', () => withEngine({ threads: 0 }, isWhole));
});

describe('stats() and leaks()', () => {
  for (const mode of MODES) {
    test(`are exact after runs and disposals, in mode ${mode}`, () =>
      withEngine({ mode, threads: 2 }, async (engine) => {
        const live = await warmUp(engine);
        const { runs } = engine.stats();
        const edges = engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).sobel().threshold({ auto: 'otsu' });
        for (const [width, height] of [[1, 1], [37, 1], [640, 481]]) {
          const frame = noiseFrame(engine, width, height);
          const outs = [await edges.run(frame), edges.runSync(frame)];
          assert.equal(engine.stats().frames, 3);
          assert.equal(engine.leaks().length, 3);
          for (const each of [frame, ...outs]) each.dispose();
          await returnsTo(engine, live, `after ${width}×${height}`);
        }
        const after = engine.stats();
        assert.equal(after.runs, runs + 6);
        assert.equal(after.inFlight, 0);
        assert.equal(after.aborted + after.failed, 0);
        assert.equal(after.frames, 0);
        assert.deepEqual(engine.leaks(), []);
        assert.ok(after.peak >= 640 * 481 * 4 && after.peak <= after.committed);
        assert.ok(after.used >= after.live);
      }));

    test(`are exact after errors of every kind, in mode ${mode}`, () =>
      withEngine({ mode, threads: 2 }, async (engine) => {
        const live = await warmUp(engine);
        const frame = noiseFrame(engine, 50, 40), small = engine.frame(5, 5), planar = engine.frame(5, 5, { format: 'i420' });
        const invert = engine.pipeline().invert(), before = engine.stats();
        for (let i = 0; i < 3; i++) {
          await rejectsCode('bad-argument', invert.run(frame, { output: small }));
          await rejectsCode('bad-format', invert.run(planar));
          await rejectsCode('bad-argument', engine.pipeline().crop({ x: 40, y: 0, width: 20, height: 20 }).run(frame));
          await rejectsCode('bad-argument', engine.pipeline().blend(small).run(frame));
          await rejectsCode('bad-argument', invert.run(frame, { signal: {} }), 'signal');
          await rejectsCode('bad-argument', invert.run(frame, { onProgress: 5 }), 'onProgress');
          throwsCode('bad-argument', () => invert.runSync(frame, { output: small }));
          throwsCode('bad-argument', () => engine.pipeline().boxBlur().runSync(frame), 'boxBlur', 'radius');
          throwsCode('bad-argument', () => engine.frame(0, 5));
          throwsCode('bad-argument', () => engine.frameFrom(new Uint8Array(3), 1, 1));
          throwsCode('bad-argument', () => frame.view(0, 0, 51, 1));
        }
        await returnsTo(engine, before.live);
        assert.equal(engine.stats().frames, 3);
        assert.equal(engine.leaks().length, 3);
        for (const each of [frame, small, planar]) each.dispose();
        await returnsTo(engine, live);
      }));
  }

  test('count the bytes that an edge has copied', () =>
    withEngine({ threads: 0 }, (engine) => {
      assert.deepEqual(engine.stats().copied, {});
      engine.frameFrom(new Uint8Array(5 * 3 * 4), 5, 3);
      engine.frameFrom(new Uint8Array(7), 7, 1, { format: 'gray8' });
      engine.countCopy('canvas', 100);
      assert.deepEqual(engine.stats().copied, { frameFrom: 67, canvas: 100 });
    }));

  test('count no copy while pipelines run', () =>
    withEngine({ threads: 2 }, async (engine) => {
      const frame = engine.frame(300, 200);
      await engine.pipeline().gaussianBlur({ sigma: 2 }).equalize().run(frame);
      assert.deepEqual(engine.stats().copied, {});
    }));

  test('say where an undisposed frame was made, when debug is on', () =>
    withEngine({ threads: 0, debug: true }, (engine) => {
      const frame = engine.frame(17, 9, { format: 'nv12' });
      const [leak, ...others] = engine.leaks();
      assert.deepEqual(others, []);
      assert.deepEqual({ ...leak, stack: '' }, { width: 17, height: 9, format: 'nv12', bytes: pixels(frame).length, stack: '', collected: false });
      assert.match(leak.stack, /memory\.test\.js/);
      frame.dispose();
      assert.deepEqual(engine.leaks(), []);
    }));
});
