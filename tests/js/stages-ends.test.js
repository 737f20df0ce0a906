// How flows end before their time: aborted, stopped, failed, lost; and that nothing is left of them then.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODES, createEngine, rejectsCode, returnsTo, sleep, throwsCode, until } from './support.js';
import { build, collect, withToys } from './toys.js';

const endless = (engine, toys, options) => engine.stages().source(toys, { stage: 'count', count: 1e9, ...options });

for (const mode of MODES) {
  const options = { mode, threads: mode === 'shared' ? 2 : 0 };

  /** A flow that goes wrong; afterwards there is as much as before, and the engine still works. */
  const survives = (body) => withToys(options, async (engine, toys) => {
    const { live, frames } = engine.stats();
    await body(engine, toys);
    const now = engine.stats();
    assert.deepEqual([now.live, now.frames, now.flows], [live, frames, 0]);
    const { seen } = await collect(engine.stages().source(toys, { stage: 'count', count: 4 }).stage(toys, { stage: 'pass', parallel: 2 }));
    assert.deepEqual(seen, [[0, 0], [1, 1], [2, 2], [3, 3]]);
    assert.equal(engine.stats().live, live);
  });

  describe(`ends of flows, ${mode}`, () => {
    for (const [how, code, ...words] of [
      ['fail', 'bad-format', 'broken: it does not like this one'],
      ['mute', 'corrupted', 'broken', 'did not say why'],
      ['init', 'unsupported', 'broken: it does not even begin'],
      ['twice', 'bad-argument', 'broken', 'a second time'],
      ['outside', 'bad-argument', 'broken', 'outside of their buffer'],
      ['forged', 'bad-argument', 'broken', 'not taken'],
    ]) {
      test(`a stage that does it wrong (${how}) ends the flow with its reason`, () => survives(async (engine, toys) => {
        for (const parallel of [1, 3]) {
          const seen = [], flow = endless(engine, toys).stage(toys, { stage: 'pass' }).stage(toys, { stage: 'broken', how, parallel }).stage(engine.pipeline().invert())
            .sink((_, { number }) => seen.push(number));
          const error = await rejectsCode(code, flow.done, ...words);
          assert.equal(error.op, 'broken');
          assert.deepEqual(seen, seen.map((_, i) => i));
          assert.ok(seen.length <= (how === 'twice' ? 6 : 5), `${seen}`);
          assert.equal(flow.stats()[2].name, 'broken');
        }
      }));
    }

    test('a stage that traps is lost, and it alone', () => survives(async (engine, toys) => {
      for (const parallel of [1, 2]) {
        const flow = endless(engine, toys).stage(toys, { stage: 'twice' }).stage(toys, { stage: 'broken', how: 'trap', when: 3, parallel }).sink(() => {});
        const error = await rejectsCode('worker-lost', flow.done, 'broken', 'unreachable');
        assert.equal(error.op, 'broken');
      }
    }));

    test('an abort ends it with the reason as the cause, before, while and after', () => survives(async (engine, toys) => {
      const reason = new Error('enough'), before = AbortSignal.abort(reason), ending = new AbortController();
      assert.equal((await rejectsCode('aborted', endless(engine, toys).sink(() => assert.fail(), { signal: before }).done)).cause, reason);
      let count = 0;
      const flow = endless(engine, toys).stage(toys, { stage: 'twice', parallel: 2 }).sink(() => {
        if (++count === 50) ending.abort(reason);
      }, { signal: ending.signal });
      assert.equal((await rejectsCode('aborted', flow.done)).cause, reason);
      assert.equal(count, 50);
      const late = new AbortController();
      assert.equal((await collect(endless(engine, toys, { count: 3 }), { signal: late.signal })).frames, 3);
      late.abort();
    }));

    test('a sink that waits for ever does not keep an abort, and its frame is stale then', () => survives(async (engine, toys) => {
      const ending = new AbortController();
      let lent;
      const flow = endless(engine, toys).sink((frame) => {
        lent = frame;
        setTimeout(() => ending.abort());
        return new Promise(() => {});
      }, { signal: ending.signal });
      await rejectsCode('aborted', flow.done);
      throwsCode('stale-handle', () => lent.data);
    }));

    test('stop() ends it without an error, with what there was', () => survives(async (engine, toys) => {
      const flow = endless(engine, toys).stage(toys, { stage: 'skip' }).sink((_, { number }) => (number === 8 ? flow.stop() : undefined));
      const { frames, skipped, seconds, stages } = await flow.done;
      assert.deepEqual([frames, skipped.map(({ number }) => number)], [7, [1, 5]]);
      assert.ok(seconds > 0 && stages.length === 2);
      await flow.stop();
      const early = endless(engine, toys).sink(() => assert.fail());
      await early.stop();
      assert.equal((await early.done).frames, 0);
    }));

    test('what the sink throws is what done rejects with', () => survives(async (engine, toys) => {
      const wrong = new RangeError('not this one');
      for (const sink of [({ data }) => { if (data[0] === 3) throw wrong; }, async ({ data }) => { if (data[0] === 3) throw wrong; }]) {
        await assert.rejects(endless(engine, toys).stage(toys, { stage: 'pass', parallel: 2 }).sink(sink).done, (error) => error === wrong);
      }
    }));

    test('an iterable that throws, gives something odd, or never gives anything', () => survives(async (engine, toys) => {
      const wrong = new Error('no more');
      let returned = 0;
      async function* failing() {
        yield Uint8Array.of(1);
        throw wrong;
      }
      const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: () => returned++ }) };
      await assert.rejects(engine.stages().source(failing()).stage(toys, { stage: 'pass' }).sink(() => {}).done, (error) => error === wrong);
      await rejectsCode('bad-argument', engine.stages().source(['x']).sink(() => {}).done, 'a Uint8Array', "'x'");
      const ending = new AbortController(), waiting = engine.stages().source(silent).stage(toys, { stage: 'pass' }).sink(() => {}, { signal: ending.signal });
      await sleep(5);
      ending.abort();
      await rejectsCode('aborted', waiting.done);
      assert.equal(returned, 1);
    }));

    test('a module that a flow uses is busy until the flow has ended', () => survives(async (engine, toys) => {
      const flow = endless(engine, toys).sink(() => sleep(1));
      await rejectsCode('busy', toys.unload(), 'toys', 'stop()');
      await flow.stop();
    }));

    test('stages of a module that was unloaded are refused, planned before that or after', () => withToys(options, async (engine, toys) => {
      const stamp = await engine.load(build('stamp')), planned = engine.stages().source(toys, { stage: 'count', count: 2 }).stage(stamp);
      await stamp.unload();
      throwsCode('bad-argument', () => planned.sink(() => {}), 'stamp', 'unloaded');
      const source = engine.stages().source(toys, { stage: 'count', count: 2 });
      await toys.unload();
      throwsCode('bad-argument', () => source.sink(() => {}), 'toys', 'unloaded');
      throwsCode('bad-argument', () => engine.stages().source(toys, { stage: 'count' }), 'toys', 'unloaded');
    }));

    test('an engine that is disposed of ends its flows', async () => {
      const engine = await createEngine(options), stages = engine.stages(), flow = stages.source((function* numbers() { for (;;) yield new Uint8Array(5); })()).sink(() => {});
      const rejected = rejectsCode('disposed', flow.done);
      await sleep(5);
      await engine.dispose();
      await rejected;
      throwsCode('disposed', () => engine.stages());
      throwsCode('disposed', () => stages.source([]).sink(() => {}));
      assert.equal(flow.stats().length, 1);
    });

    test('memory that is full ends the flow and nothing else', () => withToys({ ...options, memory: { maximum: 24 << 20 } }, async (engine, toys) => {
      const { live } = engine.stats();
      await rejectsCode('out-of-memory', endless(engine, toys, { width: 4096, height: 4096 }).stage(toys, { stage: 'twice' }).sink(() => {}).done, 'bytes');
      await rejectsCode('out-of-memory', engine.stages().source([new Uint8Array(30 << 20)]).sink(() => {}).done);
      assert.equal(engine.stats().live, live);
    }));
  });
}

test('with debug on a flow leaves memory as it should be', () => withToys({ threads: 2, debug: 2 }, async (engine, toys) => {
  await collect(engine.stages().source(toys, { stage: 'count', count: 10 }).stage(toys, { stage: 'twice', parallel: 2 }).stage(engine.pipeline().gaussianBlur({ sigma: 2 })));
  assert.deepEqual(engine.check(), []);
  assert.deepEqual(engine.leaks(), []);
}));

test('a step that never ends is ended by force, and so is a thread that somebody else ends', () => withToys({ threads: 2 }, async (engine, toys) => {
  const { live } = engine.stats();
  const hanging = endless(engine, toys).stage(toys, { stage: 'broken', how: 'hang', when: 2 }).sink(async (_, { number }) => {
    if (number !== 1) return;
    const taken = () => hanging.stats()[1].seats[0].in;
    await until(() => taken() === 3, taken); // it hangs
    hanging.stop();
  });
  assert.equal((await hanging.done).frames, 2);
  await returnsTo(engine, live);
  const flow = endless(engine, toys).stage(toys, { stage: 'pass', parallel: 2 }).sink((_, { number }) => (number === 20 ? void engine.stageWorkers[1].terminate() : undefined));
  await rejectsCode('worker-lost', flow.done, 'pass');
  await returnsTo(engine, live);
}));

test('a process whose flow is at work does not exit, and one whose flows are over does', async () => {
  const { execFileSync } = await import('node:child_process');
  const { toys } = await import('./toys.js');
  const code = `import { createEngine } from ${JSON.stringify(new URL('../../js/node/index.js', import.meta.url).href)};
    const engine = await createEngine({ threads: 1 }), toys = await engine.load(${JSON.stringify(toys)});
    for (let i = 0; i < 50; i++) {
      const { frames } = await engine.stages().source(toys, { stage: 'count', count: 20 }).stage(toys, { stage: 'pass', parallel: 2 }).sink(() => {}).done;
      if (frames !== 20) console.log(frames);
    }
    console.log('all');`;
  assert.equal(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', timeout: 20000 }), 'all\n');
});
