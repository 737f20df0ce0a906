import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { show } from '../../js/errors.js';
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

  for (const [memory, ...parts] of [
    [new SharedArrayBuffer(4 << 20), 'WebAssembly.Memory', 'SharedArrayBuffer'], [new ArrayBuffer(4 << 20), 'ArrayBuffer'], [[], 'Array'],
    [64 << 20, '67108864'], ['64MB', "'64MB'"], [null, 'null'], [true, 'true'], [{ buffer: new ArrayBuffer(8) }, 'WebAssembly.Memory'],
    [{ initial: 1 << 20 }, 'initial', '2097152'], [{ maximum: 2 ** 33 }, 'maximum', '4294967296'], [{ initial: '4' }, 'initial', "'4'"],
    [{ maximum: Infinity }, 'maximum', 'Infinity'], [{ initial: NaN }, 'initial', 'NaN'], [{ initial: 8 << 20, maximum: 4 << 20 }, 'at most memory.maximum'],
    [{ initial: 4 << 20, shared: true }, "'shared'"], [{ pages: 64 }, "'pages'"],
  ]) {
    test(`given as ${show(memory)} ${parts.join(' ')} is refused`, () => rejectsCode('bad-argument', createEngine({ threads: 0, memory }), 'memory', ...parts));
  }

  test('of your own, not shared and without a maximum, is refused and told why', () =>
    rejectsCode('bad-argument', createEngine({ mode: 'single', memory: new WebAssembly.Memory({ initial: pages(4) }) }), 'memory', 'maximum'));

  test('of another realm is a memory, too', async () => {
    const memory = runInNewContext(`new WebAssembly.Memory({ initial: ${pages(4)}, maximum: ${pages(8)}, shared: true })`);
    assert.equal(memory instanceof WebAssembly.Memory, false);
    await withEngine({ mode: 'shared', threads: 1, memory }, async (engine) => {
      assert.equal(engine.memory, memory);
      assert.equal((await engine.pipeline().invert().run(noiseFrame(engine, 9, 9))).width, 9);
    });
  });

  test('that is freed is filled in debug, so that using it shows', () =>
    withEngine({ threads: 0, debug: true }, (engine) => {
      const frame = noiseFrame(engine, 50, 40), { pointer, byteLength } = frame;
      frame.dispose();
      assert.ok(new Uint8Array(engine.memory.buffer, pointer + 64, byteLength - 64).every((value) => value === 0xdd));
    }));
});

describe('grow()', () => {
  for (const mode of MODES) {
    test(`adds at least so many bytes to the heap, and every view is right afterwards, in mode ${mode}`, () =>
      withEngine({ mode, threads: 2, memory: { initial: 4 << 20, maximum: 48 << 20 } }, async (engine) => {
        const frame = noiseFrame(engine, 301, 201), planar = noiseFrame(engine, 31, 21, 'i420'), block = engine.alloc(100), part = frame.view(3, 3, 9, 9);
        block.data.fill(5);
        const length = engine.memory.buffer.byteLength, hashes = [frame, planar, part].map(hash), { committed } = engine.stats(), { free } = engine.heap();
        const views = () => [frame.data, part.data, planar.data, block.data, ...planar.planes.map(({ data }) => data)];
        const old = views();
        assert.equal(engine.grow(1), length + PAGE, 'whole pages');
        assert.equal(engine.grow(3 * PAGE + 1), length + 5 * PAGE);
        assert.equal(engine.memory.buffer.byteLength, length + 5 * PAGE);
        views().forEach((view, i) => {
          assert.equal(view.buffer, engine.memory.buffer);
          assert.notEqual(view, old[i]);
          assert.equal(old[i].length, mode === 'single' ? 0 : view.length, 'a view from before is detached, or as it was');
        });
        assert.deepEqual([frame, planar, part].map(hash), hashes);
        assert.ok(block.data.every((value) => value === 5));
        assert.equal(engine.stats().committed, committed + 5 * PAGE);
        assert.equal(engine.heap().free, free + 5 * PAGE, 'it is the heap’s');
        const out = await engine.pipeline().invert().run(frame);
        assert.equal(out.data[0], 255 - frame.data[0]);
        isWhole(engine);
      }));

    test(`is right after somebody else has grown the memory, in mode ${mode}`, () =>
      withEngine({ mode, threads: 1, debug: true, memory: { initial: 4 << 20, maximum: 48 << 20 } }, async (engine) => {
        const frame = noiseFrame(engine, 101, 99), block = engine.alloc(10), region = engine.region(10), before = hash(frame);
        const length = engine.memory.buffer.byteLength;
        engine.memory.grow(2);
        for (const view of [frame.data, block.data, region.data]) assert.equal(view.buffer, engine.memory.buffer);
        assert.equal(hash(frame), before);
        assert.equal(engine.grow(5 * PAGE), length + 7 * PAGE);
        assert.deepEqual(engine.check(), []);
        assert.ok(isWhole(engine).some(({ kind, start, end }) => kind === 'foreign' && start <= length && end >= length + 2 * PAGE));
      }));

    test(`beyond the maximum is 'out-of-memory' and says what there is, in mode ${mode}`, () =>
      withEngine({ mode, threads: 1, memory: { initial: 4 << 20, maximum: 8 << 20 } }, (engine) => {
        const { stats, heap } = { stats: engine.stats(), heap: engine.heap() };
        throwsCode('out-of-memory', () => engine.grow((4 << 20) + 1), 4 << 20, (8 << 20) + PAGE, `maximum is ${8 << 20}`);
        throwsCode('out-of-memory', () => engine.grow(2 ** 32), 4 << 20, `maximum is ${8 << 20}`);
        assert.equal(engine.memory.buffer.byteLength, 4 << 20);
        assert.deepEqual([engine.stats(), engine.heap()], [stats, heap]);
        assert.equal(engine.grow(4 << 20), 8 << 20);
        throwsCode('out-of-memory', () => engine.grow(1), 8 << 20);
        isWhole(engine);
      }));

    test(`says of a memory of your own that its maximum is not known, in mode ${mode}`, () =>
      withEngine({ mode, threads: 0, memory: memoryOf(mode, 4, 5) }, (engine) => {
        throwsCode('out-of-memory', () => engine.grow(2 << 20), 4 << 20, 6 << 20, 'its maker knows');
      }));
  }

  for (const bytes of [0, -1, 1.5, '5', NaN, undefined, 2 ** 33]) {
    test(`refuses ${show(bytes)}`, () => withEngine({ threads: 0 }, (engine) => throwsCode('bad-argument', () => engine.grow(bytes), 'grow: bytes')));
  }
});

describe('heap()', () => {
  test('counts live blocks by size and says how fragmented what is free is', () =>
    withEngine({ threads: 0, memory: { initial: 4 << 20, maximum: 8 << 20 } }, (engine) => {
      const start = engine.heap(), blocksOf = ({ sizes }) => new Map(sizes.map(({ upTo, blocks }) => [upTo, blocks]));
      const sum = ({ sizes }, of) => sizes.reduce((total, size) => total + size[of], 0);
      assert.deepEqual([sum(start, 'blocks'), sum(start, 'bytes')], [engine.stats().blocks, engine.stats().live]);
      const blocks = [1, 64, 65, 128, 1 << 20, (1 << 20) + 1].map((bytes) => engine.alloc(bytes)), now = engine.heap();
      const more = [...blocksOf(now)].map(([upTo, count]) => [upTo, count - (blocksOf(start).get(upTo) ?? 0)]).filter(([, count]) => count);
      assert.deepEqual(more, [[64, 2], [128, 2], [1 << 20, 1], [2 << 20, 1]]);
      assert.equal(now.fragmentation, 0);
      blocks[4].free();
      const { free, largestFree, freeBlocks, fragmentation } = engine.heap();
      assert.equal(freeBlocks, 2);
      assert.equal(free - largestFree, Math.min(1 << 20, free - (1 << 20)), 'one of the two is the hole');
      assert.equal(fragmentation, 1 - largestFree / free);
      assert.ok(fragmentation > 0.3 && fragmentation < 0.6, `${fragmentation}`);
      const frames = [];
      throwsCode('out-of-memory', () => { for (;;) frames.push(engine.alloc(64)); });
      assert.deepEqual([engine.heap().free, engine.heap().fragmentation], [0, 0]);
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

  test('is not freed by who had its address before', () =>
    withEngine({ threads: 0 }, (engine) => {
      const block = engine.alloc(500), { pointer } = block;
      block.free();
      const next = engine.alloc(500);
      assert.equal(next.pointer, pointer);
      throwsCode('stale-handle', () => block.free(), '500 bytes', 'freed before');
      throwsCode('stale-handle', () => block.data);
      next.data.fill(3);
      assert.equal(engine.alloc(500).pointer === pointer, false, 'it still lives');
      next.free();
    }));

  test('says of an address what it is, to C modules that free it', () =>
    withEngine({ threads: 0, debug: true }, (engine) => {
      const core = engine.use(), block = engine.alloc(500), keeper = engine.alloc(1), { pointer } = block;
      const refused = (address, ...parts) => throwsCode('stale-handle', () => core.free(address), 'free', ...parts);
      refused(pointer + 128, '128 bytes into', "'user'", '500 bytes');
      refused(1040, 'outside the heap');
      block.free();
      refused(pointer, 'freed before', "'user'", '500 bytes');
      refused(pointer + 64, 'free memory');
      keeper.free();
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
