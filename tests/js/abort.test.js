import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { hash, hashBytes, MODES, noiseFrame, pixels, random, rejectsCode, returnsTo, sleep, warmUp, withEngine } from './support.js';

for (const mode of MODES) {
  describe(`abort in mode ${mode}`, () => {
    /** Each test has an engine and a frame of its own, and leaves the frame and the memory as they were. */
    const inEngine = (name, body) => test(name, { timeout: 30000 }, () => withEngine({ mode, threads: 2 }, async (engine) => {
      const live = await warmUp(engine), frame = noiseFrame(engine, 901, 703), before = hash(frame);
      await body(engine, frame, before);
      assert.equal(hash(frame), before, 'the input is as it was');
      assert.equal(engine.leaks().length, 1, 'no frame is left over');
      assert.equal(engine.stats().frames, 1);
      assert.equal(engine.stats().inFlight, 0);
      engine.layout();
      frame.dispose();
      await returnsTo(engine, live);
    }));
    /** Cut off below three sigma it is computed tap by tap. */
    const slow = (engine) => engine.pipeline().gaussianBlur({ sigma: 25, radius: 74 });

    inEngine('before the run begins rejects it with the reason', async (engine, frame) => {
      const reason = new Error('too late'), before = engine.stats();
      const error = await rejectsCode('aborted', slow(engine).run(frame, { signal: AbortSignal.abort(reason) }));
      assert.equal(error.cause, reason);
      assert.equal(engine.stats().tiles.join(), before.tiles.join(), 'nothing was computed');
    });

    inEngine('in the same tick rejects it, too', async (engine, frame) => {
      const controller = new AbortController();
      const run = slow(engine).run(frame, { signal: controller.signal });
      controller.abort('at once');
      const error = await rejectsCode('aborted', run);
      assert.equal(error.cause, 'at once');
    });

    inEngine('in the microtask after rejects it, too', async (engine, frame) => {
      for (let ticks = 1; ticks < 6; ticks++) {
        const controller = new AbortController();
        const run = slow(engine).run(frame, { signal: controller.signal });
        const ended = rejectsCode('aborted', run);
        for (let i = 0; i < ticks; i++) await undefined;
        controller.abort(ticks);
        assert.equal((await ended).cause, ticks);
      }
    });

    inEngine('in the middle rejects the run at the next tile, with the reason, and counts it', async (engine, frame) => {
      const began = engine.stats().aborted;
      for (const ms of [0, 1, 3, 9]) {
        const controller = new AbortController(), reason = { ms };
        const run = slow(engine).run(frame, { signal: controller.signal });
        setTimeout(() => controller.abort(reason), ms);
        assert.equal((await rejectsCode('aborted', run)).cause, reason);
      }
      assert.equal(engine.stats().aborted, began + 4);
    });

    inEngine('by a timeout rejects with the TimeoutError as cause', async (engine, frame) => {
      const error = await rejectsCode('aborted', slow(engine).run(frame, { signal: AbortSignal.timeout(5) }));
      assert.equal(error.cause.name, 'TimeoutError');
    });

    inEngine('without a reason has the platform’s AbortError as cause', async (engine, frame) => {
      const controller = new AbortController(), run = slow(engine).run(frame, { signal: controller.signal });
      controller.abort();
      assert.equal((await rejectsCode('aborted', run)).cause.name, 'AbortError');
    });

    inEngine('while the run waits for its frame rejects it at once, and the others keep their order', async (engine, frame) => {
      const target = frame.clone(), invert = engine.pipeline().invert(), controller = new AbortController(), ended = [];
      const first = slow(engine).run(target, { output: target }).then(() => ended.push('first'));
      const second = invert.run(target, { output: target, signal: controller.signal });
      const third = engine.pipeline().gamma({ gamma: 2 }).run(target, { output: target }).then(() => ended.push('third'));
      const rejected = rejectsCode('aborted', second).then((error) => (ended.push('second'), error));
      await sleep(1);
      controller.abort('not any more');
      assert.equal((await rejected).cause, 'not any more');
      await Promise.all([first, third]);
      assert.deepEqual(ended, ['second', 'first', 'third']);
      const expected = slow(engine).gamma({ gamma: 2 }).runSync(frame);
      assert.equal(hash(target), hash(expected));
      target.dispose();
      expected.dispose();
    });

    inEngine('after the end changes nothing', async (engine, frame) => {
      const controller = new AbortController();
      const out = await engine.pipeline().invert().run(frame, { signal: controller.signal });
      const before = hash(out);
      controller.abort();
      await sleep(1);
      assert.equal(hash(out), before);
      out.dispose();
    });

    inEngine('aborts every run that has the signal, and no other', async (engine, frame) => {
      const controller = new AbortController(), { signal } = controller;
      const other = slow(engine).run(frame);
      const runs = Array.from({ length: 5 }, () => rejectsCode('aborted', slow(engine).run(frame, { signal })));
      const histogram = rejectsCode('aborted', engine.histogram(frame, { signal }));
      controller.abort();
      await Promise.all([...runs, histogram]);
      (await other).dispose();
    });

    inEngine('leaves no listeners on a signal that lives long', async (engine, frame) => {
      const { signal } = new AbortController(), target = noiseFrame(engine, 200, 150), blur = engine.pipeline().boxBlur({ radius: 2 });
      for (let i = 0; i < 5; i++) await Promise.all([1, 2, 3].map(() => blur.run(target, { output: target, signal })));
      assert.equal(getEventListeners(signal, 'abort').length, 0);
      target.dispose();
    });

    for (const [name, build] of [
      ['a point operation', (p) => p.invert().linear({ scale: 0.7, offset: 9 }).contrast({ amount: 1.2 })],
      ['a stencil', (p) => p.gaussianBlur({ sigma: 4 })],
      ['a reduction', (p) => p.equalize().gamma({ gamma: 0.7 })],
      ['a chain with a turn', (p) => p.boxBlur({ radius: 3 }).rotate90({ turns: 2 }).invert()],
    ]) {
      inEngine(`of ${name} in place leaves the frame untouched or wholly processed, never half`, async (engine, frame, before) => {
        const pipeline = build(engine.pipeline()), target = frame.clone(), original = pixels(frame), done = pipeline.runSync(frame);
        const next = random(name.length), after = hash(done);
        const began = performance.now();
        pipeline.runSync(frame).dispose();
        const lasts = performance.now() - began;
        const outcomes = { untouched: 0, processed: 0 };
        for (let i = 0; i < 12; i++) {
          target.data.set(original);
          const controller = new AbortController(), delay = next() * 1.5 * lasts;
          const timer = setTimeout(() => controller.abort(i), delay);
          const outcome = await pipeline.run(target, { output: target, signal: controller.signal }).then(() => 'processed', (error) => {
            assert.equal(error.code, 'aborted');
            assert.equal(error.cause, i);
            return 'untouched';
          });
          clearTimeout(timer);
          outcomes[outcome]++;
          const bytes = `901×703 rgba8 ${hashBytes(pixels(target))}`;
          assert.equal(bytes, outcome === 'processed' ? after : before, `${outcome}, aborted after ${delay} ms`);
        }
        target.dispose();
        done.dispose();
        });
    }
  });
}
