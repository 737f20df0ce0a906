import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createEngine, MODES, noiseFrame, pixels, rejectsCode, sameBytes, sleep, throwsCode, until, withEngine } from './support.js';

const PACKAGE = new URL('../../js/node/index.js', import.meta.url).href;
const OPTIONS = ['threads', 'mode', 'memory', 'wasm', 'simd', 'fuse', 'tile', 'debug'];

describe('the options of createEngine', () => {
  for (const [options, ...parts] of [
    [{ threads: -1 }, 'threads', '0', '128', '-1'],
    [{ threads: 129 }, 'threads', '0', '128', '129'],
    [{ threads: 1.5 }, 'threads', 'whole number', '1.5'],
    [{ threads: NaN }, 'threads', 'whole number', 'NaN'],
    [{ threads: '2' }, 'threads', 'whole number', "'2'"],
    [{ threads: null }, 'threads', 'whole number', 'null'],
    [{ mode: 'fast' }, 'mode', "'auto'", "'shared'", "'single'", "'memory64'", "'fast'"],
    [{ mode: 7 }, 'mode', "'auto'", '7'],
    [{ memory: 5 }, 'memory', 'WebAssembly.Memory', '5'],
    [{ memory: 'large' }, 'memory', 'WebAssembly.Memory', "'large'"],
    [{ memory: { initial: 1 } }, 'memory.initial', 'between', 'bytes', 'got 1'],
    [{ memory: { initial: NaN } }, 'memory.initial', 'NaN'],
    [{ memory: { initial: '64MB' } }, 'memory.initial', "'64MB'"],
    [{ memory: { maximum: 2 ** 33 } }, 'memory.maximum', 2 ** 32, 2 ** 33],
    [{ memory: { initial: 64 << 20, maximum: 32 << 20 } }, 'memory.initial', 'memory.maximum', 32 << 20, 64 << 20],
    [{ memory: { initial: 64 << 20, max: 128 << 20 } }, 'memory', "'max'", 'initial', 'maximum'],
    [{ simd: 1 }, 'simd', 'true or false', 'got 1'],
    [{ fuse: 'no' }, 'fuse', 'true or false', "'no'"],
    [{ debug: null }, 'debug', 'true or false', 'null'],
    [{ tile: 16 }, 'tile.width', '1', '65535'],
    [{ tile: null }, 'tile.width', '1', '65535'],
    [{ tile: { width: 0, height: 5 } }, 'tile.width', '1', '65535', 'got 0'],
    [{ tile: { width: 5 } }, 'tile.height', '1', '65535', 'undefined'],
    [{ thread: 2 }, "'thread'", ...OPTIONS],
    [null, 'options', 'an object', 'null'],
    ['fast', 'options', 'an object', "'fast'"],
  ]) {
    test(`are refused when they are ${JSON.stringify(options)}, with what is allowed`, async () => {
      await rejectsCode('bad-argument', createEngine(options), 'createEngine', ...parts);
    });
  }

  test('say so where a mode is not there', () => rejectsCode('unsupported', createEngine({ mode: 'memory64' }), 'memory64'));

  for (const [name, wasm] of [
    ['a file that does not exist', new URL('nowhere.wasm', import.meta.url)],
    ['bytes that are no wasm', Uint8Array.of(1, 2, 3, 4)],
    ['a module that is something else', new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))],
  ]) {
    test(`refuse as wasm ${name}`, () => rejectsCode('bad-module', createEngine({ threads: 0, wasm })));
  }

  test('may bring the wasm as a URL, as text, as bytes and as a module', async () => {
    const { readFile } = await import('node:fs/promises');
    const url = new URL('../../dist/framelane.wasm', import.meta.url);
    const bytes = await readFile(url);
    for (const wasm of [url, url.href, bytes, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), await WebAssembly.compile(bytes)]) {
      await withEngine({ threads: 1, wasm }, (engine) => assert.equal(engine.frame(3, 2).byteLength, 24));
    }
  });

  test('may all be left out', () =>
    withEngine(undefined, (engine) => {
      assert.equal(engine.mode, 'shared');
      assert.equal(engine.threads, Math.min(availableParallelism(), 128));
      assert.equal(engine.memory.buffer.byteLength, 64 << 20);
    }));
});

describe('an engine', () => {
  for (const threads of [0, 1, 2, 3]) {
    test(`in mode shared has the ${threads} threads it was asked for, and they all work`, () =>
      withEngine({ mode: 'shared', threads }, async (engine) => {
        assert.equal(engine.mode, 'shared');
        assert.equal(engine.threads, threads);
        assert.equal(engine.workers.length, threads);
        assert.ok(engine.memory.buffer instanceof SharedArrayBuffer);
        const frame = noiseFrame(engine, 641, 479);
        await until(() => engine.stats().workersServing === threads, () => `${engine.stats().workersServing} serve`);
        for (let i = 0; i < 5; i++) (await engine.pipeline().gaussianBlur({ sigma: 5 }).run(frame)).dispose();
        const { tiles } = engine.stats();
        assert.equal(tiles.length, threads + 1);
        if (threads > 0) for (const done of tiles.slice(1)) assert.ok(done > 0, `tiles by lane: ${tiles}`);
      }));
  }

  for (const threads of [1, 3]) {
    test(`with ${threads} threads gives the right bytes at once, while they still start, and reports progress`, () =>
      withEngine({ threads: 0 }, (alone) =>
        withEngine({ threads, tile: { width: 640, height: 16 } }, async (engine) => {
          const blur = (pipelines) => pipelines.pipeline().gaussianBlur({ sigma: 3 }).median({ radius: 2 });
          const frame = noiseFrame(engine, 1641, 1479), expected = pixels(blur(alone).runSync(noiseFrame(alone, 1641, 1479))), steps = [];
          assert.equal(engine.stats().workersServing, 0);
          const asked = blur(engine).run(frame, { onProgress: ({ done, total }) => steps.push(done / total) });
          sameBytes(pixels(blur(engine).runSync(frame)), expected, 'runSync');
          sameBytes(pixels(await asked), expected, 'run');
          assert.equal(steps.at(-1), 1);
        })));
  }

  test('may be aborted and disposed of while its threads still start', () =>
    withEngine({ threads: 2 }, async (engine) => {
      const frame = noiseFrame(engine, 1641, 1479), controller = new AbortController();
      const run = engine.pipeline().median({ radius: 7 }).run(frame, { signal: controller.signal });
      controller.abort();
      await rejectsCode('aborted', run);
      const last = engine.pipeline().median({ radius: 7 }).run(frame).then(() => 'done', ({ code }) => code);
      await engine.dispose();
      assert.match(await last, /^(done|aborted|disposed)$/);
    }));

  test('in mode single has no threads, whatever was asked for, and unshared memory', () =>
    withEngine({ mode: 'single', threads: 3 }, (engine) => {
      assert.equal(engine.mode, 'single');
      assert.equal(engine.threads, 0);
      assert.deepEqual(engine.workers, []);
      assert.ok(engine.memory.buffer instanceof ArrayBuffer);
    }));

  test('describes every operation, and nobody can change that', () =>
    withEngine({ threads: 0 }, (engine) => {
      assert.ok(engine.ops.length >= 20);
      assert.ok(Object.isFrozen(engine.ops));
      for (const { name, doc, kind, formats, params, inputs } of engine.ops) {
        assert.match(name, /^[a-z]\w+$/);
        assert.ok(doc.length > 10, name);
        assert.match(kind, /^(point|table|stencil|resample|random|reduce|expansion)$/);
        assert.ok(inputs === 1 || inputs === 2, name);
        assert.ok(formats.length > 0 && formats.every((format) => ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'].includes(format)), name);
        assert.equal(typeof engine.pipeline()[name], 'function');
        for (const param of params) {
          assert.ok(param.name && param.doc && typeof param.required === 'boolean', `${name}.${param.name}`);
          assert.ok(param.required || 'default' in param || param.computed, `${name}.${param.name} has a default or says how it is computed`);
        }
      }
    }));

  test('works beside another one, and neither sees the other’s frames', async () =>
    withEngine({ mode: 'shared', threads: 2 }, (one) =>
      withEngine({ mode: 'single' }, async (two) => {
        const frames = [one, two].map((engine) => noiseFrame(engine, 301, 203));
        const blurs = await Promise.all([one, two].map((engine, i) => engine.pipeline().boxBlur({ radius: 3 }).run(frames[i])));
        sameBytes(pixels(blurs[0]), pixels(blurs[1]));
        await one.dispose();
        sameBytes(pixels(two.pipeline().boxBlur({ radius: 3 }).runSync(frames[1])), pixels(blurs[1]));
      })));

  test('refuses another engine’s frame as input, output, second input and for measuring', () =>
    withEngine({ threads: 0 }, (one) =>
      withEngine({ threads: 0 }, async (two) => {
        const mine = noiseFrame(one, 9, 7), foreign = noiseFrame(two, 9, 7, 'rgba8', 5);
        const before = pixels(mine);
        await rejectsCode('bad-argument', one.pipeline().invert().run(foreign), 'another engine');
        throwsCode('bad-argument', () => one.pipeline().invert().runSync(foreign), 'another engine');
        await rejectsCode('bad-argument', one.pipeline().invert().run(mine, { output: foreign }), 'another engine');
        throwsCode('bad-argument', () => one.pipeline().blend(foreign).runSync(mine), 'another engine');
        throwsCode('bad-argument', () => one.pipeline().blend(two.pipeline()), 'another engine');
        await rejectsCode('bad-argument', one.histogram(foreign), 'another engine');
        sameBytes(pixels(mine), before);
      })));
});

describe('the process', () => {
  const run = (code) => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', `import { createEngine } from '${PACKAGE}'; ${code}`],
    { timeout: 20000 });

  test('ends by itself while an engine is idle and not disposed of', async () => {
    const { stdout } = await run(`const engine = await createEngine({ threads: 2 });
      const out = await engine.pipeline().gaussianBlur({ sigma: 3 }).run(engine.frame(800, 600));
      console.log(out.width);`);
    assert.equal(stdout, '800\n');
  });

  test('does not end before a run that is in flight or waits', async () => {
    const { stdout } = await run(`const engine = await createEngine({ threads: 2 });
      const frame = engine.frame(900, 700), blur = engine.pipeline().gaussianBlur({ sigma: 30, radius: 89 });
      blur.run(frame, { output: frame }).then(() => console.log('first'));
      blur.run(frame, { output: frame }).then(() => console.log('second'));`);
    assert.equal(stdout, 'first\nsecond\n');
  });

  test('ends after dispose()', async () => {
    const { stdout } = await run(`const engine = await createEngine({ threads: 3 });
      await engine.dispose();
      console.log('disposed');`);
    assert.equal(stdout, 'disposed\n');
  });
});

describe('dispose()', () => {
  for (const mode of MODES) {
    test(`makes every later use throw 'disposed', in mode ${mode}`, async () => {
      const engine = await createEngine({ mode, threads: 1 });
      const frame = engine.frame(5, 3), pipeline = engine.pipeline().invert(), block = engine.alloc(10);
      await engine.dispose();
      for (const use of [
        () => engine.frame(1, 1), () => engine.frameFrom(new Uint8Array(4), 1, 1), () => engine.pipeline(), () => engine.pipeline([]),
        () => engine.alloc(1), () => engine.layout(), () => engine.stats(), () => engine.leaks(), () => block.free(),
        () => frame.data, () => frame.planes, () => frame.stride, () => frame.pointer, () => frame.handle, () => frame.byteLength,
        () => frame.view(0, 0, 1, 1), () => frame.clone(), () => pipeline.sobel(), () => pipeline.runSync(frame), () => pipeline.explain(5, 3),
      ]) throwsCode('disposed', use, 'disposed of');
      await rejectsCode('disposed', pipeline.run(frame));
      await rejectsCode('disposed', engine.histogram(frame));
    });

    test(`rejects the runs that are in flight and those that wait, in mode ${mode}`, async () => {
      const engine = await createEngine({ mode, threads: 2 });
      const frame = engine.frame(1501, 1001), other = engine.frame(1501, 1001);
      const blur = engine.pipeline().gaussianBlur({ sigma: 20, radius: 59 });
      const runs = [blur.run(frame, { output: frame }), blur.run(frame), blur.run(other), engine.histogram(frame)];
      const ends = Promise.allSettled(runs);
      await sleep(1);
      await engine.dispose();
      const [first, second, third, fourth] = (await ends).map(({ reason }) => reason?.code);
      assert.match(first, /^(disposed|aborted)$/);
      assert.match(third, /^(disposed|aborted)$/);
      assert.deepEqual([second, fourth], ['disposed', 'disposed']);
    });
  }

  for (const mode of MODES) {
    test(`rejects a run in flight that can no longer be stopped, once it has ended, in mode ${mode}`, async () => {
      const engine = await createEngine({ mode, threads: 2 });
      const frame = engine.frame(2001, 1501);
      const run = engine.pipeline().invert().run(frame, { output: frame });
      const rejected = rejectsCode('disposed', run);
      await engine.dispose();
      await rejected;
    });
  }

  test('may be called again, also while it is at work', async () => {
    const engine = await createEngine({ threads: 2 });
    await Promise.all([engine.dispose(), engine.dispose()]);
    await engine.dispose();
  });

  test('is what `await using` calls', async () => {
    const engine = await createEngine({ threads: 0 });
    await engine[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();
    throwsCode('disposed', () => engine.frame(1, 1));
  });

  test('leaves nothing to complain about when frames are disposed of afterwards', async () => {
    const engine = await createEngine({ threads: 1 });
    const frame = engine.frame(5, 3), view = frame.view(1, 1, 2, 2);
    await engine.dispose();
    frame.dispose();
    view.dispose();
  });
});
