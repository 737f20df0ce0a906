// With debug on: what is overwritten is found, told once, and costs nobody else their pixels.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine, FramelaneError, hash, MODES, noiseFrame, rejectsCode, throwsCode, withEngine } from './support.js';

const bytes = (engine) => new Uint8Array(engine.memory.buffer);
const inDebug = (name, body, options = {}) => {
  for (const mode of MODES) test(`${name}, in mode ${mode}`, () => withEngine({ mode, threads: 2, debug: true, ...options }, body));
};

describe('a run that ends', () => {
  inDebug('tells of a write past a block’s end: whose block, where, and where it was made', async (engine) => {
    const block = engine.alloc(100), other = noiseFrame(engine, 33, 21), before = hash(other);
    bytes(engine)[block.pointer + 102] = 9;
    const invert = engine.pipeline().invert();
    const error = await rejectsCode('corrupted', invert.run(other), `0x${block.pointer.toString(16)}`, `0x${(block.pointer + 102).toString(16)}`, '100 bytes', '3 bytes past its end');
    const [finding, ...rest] = error.findings;
    assert.deepEqual(rest, []);
    assert.deepEqual({ ...finding, message: '', stack: '' }, { what: 'behind', owner: 'user', address: block.pointer + 102, value: 9, block: block.pointer, bytes: 100, message: '', stack: '' });
    assert.match(finding.stack, /debug\.test\.js/);
    assert.doesNotMatch(finding.stack, /js\/alloc\.js/);
    assert.equal(hash(other), before, 'nothing is lost for other frames');
    const out = await invert.run(other);
    assert.equal(out.width, 33, 'it is told once');
    assert.deepEqual(engine.check(), []);
  });

  inDebug('tells of a write before a block, into a frame’s zone, by name', async (engine) => {
    const frame = noiseFrame(engine, 40, 30), good = noiseFrame(engine, 9, 7), before = hash(good);
    bytes(engine)[frame.pointer + frame.byteLength] = 1;
    const error = throwsCode('corrupted', () => engine.pipeline().invert().runSync(good), 'frame 40×30 rgba8');
    assert.equal(error.findings[0].address, frame.pointer + frame.byteLength);
    assert.equal(hash(good), before);
    bytes(engine)[frame.pointer - 64 - 1] = 1; // before the lease word that lies in front of the pixels
    assert.equal(throwsCode('corrupted', () => engine.histogramSync(good)).findings[0].what, 'before');
  });

  inDebug('tells of every finding at once', async (engine) => {
    const blocks = [engine.alloc(10), engine.alloc(20)], frame = engine.frame(5, 5);
    for (const block of blocks) bytes(engine)[block.pointer + block.byteLength] = 3;
    const error = await rejectsCode('corrupted', engine.statistics(frame), '1 more');
    assert.deepEqual(error.findings.map(({ block }) => block), blocks.map(({ pointer }) => pointer));
    assert.ok(error instanceof FramelaneError);
  });

  inDebug('tells of a write through a null pointer', async (engine) => {
    const frame = engine.frame(5, 5);
    bytes(engine)[1023] = 1;
    const error = await rejectsCode('corrupted', engine.pipeline().invert().run(frame), 'null pointer', '0x3ff');
    assert.equal(error.findings[0].what, 'null guard');
    assert.equal(bytes(engine)[1023], 0);
    await engine.pipeline().invert().run(frame);
  });

  inDebug('tells of a stack that was too small: the main one and each worker’s', async (engine) => {
    const frame = engine.frame(5, 5), stacks = engine.layout().filter(({ kind }) => kind === 'stack');
    const main = stacks.find(({ name }) => name === 'main stack');
    bytes(engine)[main.start + 255] = 1;
    await rejectsCode('corrupted', engine.pipeline().invert().run(frame), 'main stack', 'too small');
    const workers = stacks.filter(({ name }) => /^worker/.test(name));
    assert.equal(workers.length, engine.threads);
    for (const { name, start } of workers) {
      bytes(engine)[start + 64 + 255] = 1; // 64: the block's header
      const error = await rejectsCode('corrupted', engine.pipeline().invert().run(frame), name);
      assert.deepEqual(error.findings.map(({ what, owner }) => [what, owner]), [['stack', name]]);
    }
    await engine.pipeline().invert().run(frame);
  });

  inDebug('says nothing of freed memory at level 1, but all at level 2', async (engine) => {
    const frame = engine.frame(5, 5), block = engine.alloc(500), { pointer } = block;
    engine.alloc(1); // keeps the freed one from being merged into what the run takes
    block.free();
    bytes(engine)[pointer + 300] = 1;
    await rejectsCode('corrupted', engine.pipeline().invert().run(frame), 'freed', `0x${(pointer + 300).toString(16)}`);
    await engine.pipeline().invert().run(frame);
  }, { debug: 2 });
});

describe('memory that is used again', () => {
  inDebug('shows that somebody wrote to it after it was freed', async (engine) => {
    const block = engine.alloc(1920), { pointer } = block;
    engine.alloc(1);
    block.free();
    bytes(engine)[pointer + 7] = 1;
    const again = engine.alloc(1920);
    assert.equal(again.pointer, pointer);
    const error = await rejectsCode('corrupted', engine.pipeline().invert().run(engine.frame(3, 3)), 'freed');
    assert.deepEqual(error.findings.map(({ what, address }) => [what, address]), [['freed', pointer + 7]]);
  });
});

describe('free()', () => {
  inDebug('tells of a block whose ends were overwritten, and frees it', (engine) => {
    const { blocks } = engine.stats(), block = engine.alloc(64);
    bytes(engine)[block.pointer - 1] = 1;
    throwsCode('corrupted', () => block.free(), '1 bytes before its start');
    assert.equal(engine.stats().blocks, blocks);
    throwsCode('stale-handle', () => block.free());
  });

  inDebug('says the second time where the first was', (engine) => {
    const block = engine.alloc(77);
    block.free();
    const error = throwsCode('stale-handle', () => block.free(), '77 bytes', 'freed before');
    assert.match(error.cause.stack, /debug\.test\.js/);
  });
});

describe('check()', () => {
  for (const mode of MODES) {
    test(`finds nothing after all kinds of work, with debug and without, in mode ${mode}`, async () => {
      for (const debug of [0, 1, 2, true, false]) {
        await withEngine({ mode, threads: 2, debug, memory: { initial: 4 << 20, maximum: 64 << 20 } }, async (engine) => {
          assert.deepEqual(engine.check(), []);
          const frames = [noiseFrame(engine, 501, 401), noiseFrame(engine, 7, 5, 'i420'), engine.frame(1200, 900)];
          const out = await engine.pipeline().gaussianBlur({ sigma: 3 }).equalize().median().run(frames[0]);
          await engine.pipeline().affine({ matrix: [1, 0.1, 0, -0.1, 1, 0] }).run(frames[0]);
          engine.region(1000).free();
          for (const frame of [...frames, out]) frame.dispose();
          assert.deepEqual(engine.check(), []);
        });
      }
    });
  }

  inDebug('finds what a run would have found, once', (engine) => {
    const block = engine.alloc(10);
    bytes(engine)[block.pointer + 10] = 1;
    bytes(engine)[0] = 1;
    assert.deepEqual(engine.check().map(({ what }) => what), ['null guard', 'behind']);
    assert.deepEqual(engine.check(), []);
    block.free();
  });

  test('finds a broken heap without debug, too, and what still works goes on', () =>
    withEngine({ threads: 0 }, (engine) => {
      const block = engine.alloc(10), words = new Uint32Array(engine.memory.buffer), at = (block.pointer - 64) / 4 + 1, kept = words[at];
      words[at] = 0x7fffffff;
      const findings = engine.check();
      assert.deepEqual(findings.map(({ what, address }) => [what, address]), [['header', block.pointer - 64]]);
      assert.match(findings[0].message, /heap is broken/);
      words[at] = kept;
      assert.deepEqual(engine.check(), []);
    }));
});

describe('without debug', () => {
  for (const mode of MODES) {
    test(`nothing is painted, filled or looked at, in mode ${mode}`, () =>
      withEngine({ mode, threads: 1 }, async (engine) => {
        const block = engine.alloc(64), frame = engine.frame(3, 3);
        const { used } = engine.stats();
        engine.alloc(64);
        assert.equal(engine.stats().used, used + 128, 'a header and no red zone');
        block.data.fill(5);
        const { pointer } = block;
        block.free();
        assert.equal(bytes(engine)[pointer + 5], 5);
        bytes(engine)[100] = 1;
        await engine.pipeline().invert().run(frame);
        assert.deepEqual(engine.check().map(({ what }) => what), ['null guard'], 'on demand it is found all the same');
        assert.deepEqual(engine.warnings, []);
      }));
  }
});

describe('debug', () => {
  for (const debug of [3, -1, 1.5, '1', 'true', null, NaN, {}]) {
    test(`must not be ${String(debug)}`, () => rejectsCode('bad-argument', createEngine({ threads: 0, debug }), 'debug', '0 to 2'));
  }
});

describe('data that is asked for while a run writes its frame', () => {
  /** What is warned of, instead of the console. */
  const listening = async (body) => {
    const told = [], { warn } = console;
    console.warn = (text) => told.push(text);
    try {
      await body(told);
    } finally {
      console.warn = warn;
    }
    return told;
  };
  const startsTheRun = (engine, frame) => engine.pipeline().gaussianBlur({ sigma: 8, radius: 24 }).run(frame, { output: frame });
  const readsTheData = (frame) => frame.data;

  inDebug('is told once per frame, with the stacks of both', async (engine) => {
    const frame = noiseFrame(engine, 700, 500), view = frame.view(1, 1, 5, 5);
    const told = await listening(async () => {
      readsTheData(frame);
      const run = startsTheRun(engine, frame);
      readsTheData(frame);
      readsTheData(frame);
      readsTheData(view);
      await run;
      readsTheData(frame);
      const again = startsTheRun(engine, frame);
      readsTheData(frame);
      await again;
    });
    assert.equal(told.length, 1);
    assert.equal(engine.warnings.length, 1);
    const [{ what, message, started, read }] = engine.warnings;
    assert.equal(what, 'race');
    assert.match(message, /700×500 rgba8/);
    assert.match(started, /startsTheRun/);
    assert.doesNotMatch(started, /readsTheData/);
    assert.match(read, /readsTheData/);
    assert.doesNotMatch(read, /startsTheRun/);
    for (const stack of [started, read]) assert.ok(told[0].includes(stack));
  });

  inDebug('is told of views of it, and of planes', async (engine) => {
    const frame = noiseFrame(engine, 700, 500), other = noiseFrame(engine, 700, 500), view = frame.view(600, 400, 10, 10);
    const told = await listening(async () => {
      const runs = [startsTheRun(engine, frame), startsTheRun(engine, other)];
      void view.data;
      void other.planes;
      await Promise.all(runs);
    });
    assert.equal(told.length, 2);
  });

  inDebug('is no warning for a frame that is only read, that waits, or after an abort', async (engine) => {
    const frame = noiseFrame(engine, 400, 300), output = engine.frame(400, 300), abort = new AbortController();
    const blur = engine.pipeline().gaussianBlur({ sigma: 8, radius: 24 });
    const told = await listening(async () => {
      const reading = blur.run(frame);
      void frame.data;
      const waiting = blur.run(frame, { output: frame }); // until the run before has read it
      void frame.data;
      (await reading).dispose();
      await waiting;
      const aborted = blur.run(frame, { output, signal: abort.signal });
      abort.abort();
      await rejectsCode('aborted', aborted);
      void output.data;
    });
    assert.deepEqual(told, []);
    assert.deepEqual(engine.warnings, []);
  });

  test('is not looked at without debug', () =>
    withEngine({ threads: 1 }, async (engine) => {
      const frame = noiseFrame(engine, 700, 500);
      const told = await listening(async () => {
        const run = startsTheRun(engine, frame);
        readsTheData(frame);
        await run;
      });
      assert.deepEqual([told, engine.warnings], [[], []]);
    }));
});
