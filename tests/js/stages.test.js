// Flows: streams through stages of modules and pipelines, on threads and without.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODES, hash, noiseFrame, pixels, rejectsCode, sleep, throwsCode, until, withEngine } from './support.js';
import { build, collect, withToys } from './toys.js';

const numbered = (count, value) => Array.from({ length: count }, (_, n) => [n, value(n)]);

for (const mode of MODES) {
  const options = { mode, threads: mode === 'shared' ? 2 : 0 };
  describe(`flows, ${mode}`, () => {
    test('modules say which stages they bring', () => withToys(options, (engine, toys) => {
      assert.deepEqual(toys.stages.filter(({ source }) => source).map(({ name }) => name), ['count', 'parts']);
      assert.deepEqual(toys.stages[0].params.map(({ name, min, max, default: preset }) => [name, min, max, preset]),
        [['count', 0, 1e9, 10], ['width', 1, 4096, 16], ['height', 1, 4096, 8]]);
    }));

    test('the same frames come in the same order, however many work side by side', () => withToys(options, async (engine, toys) => {
      const expected = numbered(60, (n) => n).filter(([n]) => n % 3 !== 2).flatMap(([n, v]) => [[n, v], [n, 255 - v]]);
      for (const parallel of [1, 2, 3]) {
        const { seen, frames } = await collect(engine.stages().source(toys, { stage: 'count', count: 60 }).stage(toys, { stage: 'thin', parallel })
          .stage(toys, { stage: 'twice', parallel: 4 - parallel }).stage(engine.pipeline().invert(), { parallel }));
        assert.deepEqual(seen, expected);
        assert.equal(frames, 80);
      }
    }));

    test('five hundred frames go through three stages with two frames each, and none is copied', () => withToys(options, async (engine, toys) => {
      const { seen, stats } = await collect(engine.stages().source(toys, { stage: 'count', count: 500, frames: 2 }).stage(toys, { stage: 'pass', frames: 2 })
        .stage(engine.pipeline().invert(), { frames: 2 }));
      assert.deepEqual(seen, numbered(500, (n) => 255 - n % 251));
      assert.deepEqual(stats.map(({ name, inFlight }) => [name, inFlight]), [['count', 0], ['pass', 0], ['pipeline', 0]]);
      assert.deepEqual(stats.map(({ seats: [seat] }) => [seat.in, seat.out, seat.skipped, seat.copied]), [[0, 500, 0, 0], [500, 500, 0, 0], [500, 500, 0, 0]]);
      assert.ok(stats.every(({ seats: [seat] }) => seat.busy > 0));
    }));

    test('two hundred flows leave nothing behind', () => withToys(options, async (engine, toys) => {
      const { live, blocks, frames } = engine.stats();
      for (let i = 0; i < 200; i++) {
        const source = engine.stages().source(toys, { stage: 'count', count: 3, frames: 1 });
        await collect(source.stage(toys, { stage: 'pass', parallel: 2 }).stage(engine.pipeline().invert()));
        const now = engine.stats();
        assert.deepEqual([now.live, now.blocks, now.frames, now.flows], [live, blocks, frames, 0]);
      }
    }));

    test('skipped frames are told in their place, with the reason', () => withToys(options, async (engine, toys) => {
      const told = [];
      const { seen, skipped, stats } = await collect(engine.stages().source(toys, { stage: 'count', count: 10 }).stage(toys, { stage: 'skip', parallel: 2 }).stage(toys, { stage: 'pass', parallel: 3 }),
        { onProgress: ({ frames, skipped: left }) => told.push([frames, left]) });
      assert.deepEqual(seen.map(([n]) => n), [0, 2, 3, 4, 6, 7, 8]);
      assert.deepEqual(skipped, [1, 5, 9].map((number) => ({ number, time: number / 25, code: 'bad-format', why: 'it is one of those' })));
      assert.deepEqual(told, [[1, 0], [1, 1], [2, 1], [3, 1], [4, 1], [4, 2], [5, 2], [6, 2], [7, 2], [7, 3]]);
      assert.equal(stats[1].seats.reduce((sum, seat) => sum + seat.skipped, 0), 3);
    }));

    test('a pipeline in a flow makes what it makes of a frame', () => withToys(options, async (engine, toys) => {
      const other = noiseFrame(engine, 16, 8, 'gray8'), pipeline = engine.pipeline().add(other).gaussianBlur({ sigma: 1 }).resize({ width: 21, height: 9 });
      const made = [], frame = engine.frame(16, 8, { format: 'gray8' });
      const flow = engine.stages().source(toys, { stage: 'count', count: 7 }).stage(pipeline, { parallel: 2 }).sink((out) => made.push(hash(out)));
      await flow.done;
      for (let n = 0; n < 7; n++) {
        frame.data.fill(n);
        const expected = await pipeline.run(frame);
        assert.equal(made[n], hash(expected));
        expected.dispose();
      }
    }));

    test('a frame is lent: stale when its promise has settled, a clone of it stays', () => withToys(options, async (engine, toys) => {
      const lent = [], kept = [], views = [];
      await engine.stages().source(toys, { stage: 'count', count: 12, frames: 1 }).sink(async (frame, { number, time }) => {
        assert.equal(time, number / 25);
        assert.ok(lent.every((before) => { throwsCode('stale-handle', () => before.data); return true; }));
        await sleep(1);
        lent.push(frame);
        kept.push(frame.clone());
        views.push(frame.view(1, 1, 3, 3));
        assert.equal(frame.data[5], number);
      }).done;
      for (const [n, frame] of kept.entries()) assert.ok(pixels(frame).every((v) => v === n));
      for (const [n, view] of views.entries()) assert.ok(pixels(view).every((v) => v === n), 'what is still looked at is not written to');
    }));

    test('a stage may give data, and what it keeps to itself it may say at the end', () => withToys(options, async (engine, toys) => {
      const given = [];
      const { stages } = await engine.stages().source(toys, { stage: 'count', count: 20 }).stage(toys, { stage: 'sum' })
        .sink(({ data, form, number }) => given.push([new DataView(data.slice().buffer).getFloat64(0, true), form, number])).done;
      assert.deepEqual(given, [[190, '', 20]]);
      assert.equal(stages[1].seats[0].copied, 8);
    }));

    test('an iterable of frames and bytes is a source', () => withToys(options, async (engine, toys) => {
      const frames = [3, 4, 5].map((seed) => noiseFrame(engine, 33, 21, 'i420', seed)), hashes = frames.map(hash), seen = [];
      async function* clip() {
        for (const frame of frames) {
          await sleep(1);
          yield frame;
        }
      }
      const { stages } = await engine.stages().source(clip(), { rate: 50, frames: 1 }).stage(toys, { stage: 'pass', parallel: 2 })
        .sink((frame, { number, time }) => seen.push([hash(frame), number, time])).done;
      assert.deepEqual(seen, hashes.map((value, n) => [value, n, n / 50]));
      assert.equal(stages[0].seats[0].copied, 3 * frames[0].byteLength);
      const gray = [0, 1, 2].map(() => engine.frame(33, 21, { format: 'gray8' })), order = [];
      for (const [i, frame] of gray.entries()) frame.data.fill(i);
      await engine.stages().source(Array.from({ length: 300 }, (_, n) => gray[n % 3])).stage(engine.pipeline().invert(), { parallel: 2 })
        .sink(async (frame, { number }) => { order.push([255 - frame.data[0], number]); }).done; // as fast as it goes
      assert.deepEqual(order, Array.from({ length: 300 }, (_, n) => [n % 3, n]));
      const bytes = [];
      await engine.stages().source([Uint8Array.of(1, 2, 3), new Uint8Array(70000).fill(9)]).stage(toys, { stage: 'pass' }).sink(({ data }) => bytes.push(data.slice())).done;
      assert.deepEqual([bytes[0], bytes[1].length, bytes[1][69999]], [Uint8Array.of(1, 2, 3), 70000, 9]);
    }));

    test('a flow of nothing ends', () => withToys(options, async (engine, toys) => {
      assert.equal((await collect(engine.stages().source(toys, { stage: 'count', count: 0 }).stage(toys, { stage: 'pass', parallel: 2 }))).frames, 0);
      assert.equal((await collect(engine.stages().source([]).stage(toys, { stage: 'twice' }))).frames, 0);
    }));

    test('a module without stages stands for the operation of its name', () => withToys(options, async (engine, toys) => {
      const module = await engine.load(build('stamp')), marks = [];
      const stages = engine.stages().source(toys, { stage: 'count', count: 12 });
      await stages.stage(module, { level: 99, parallel: 2 }).sink((frame) => marks.push([frame.data[0], frame.data[16], frame.data[32]])).done;
      assert.deepEqual(marks, Array.from({ length: 12 }, (_, n) => [n, Math.round(n / 25 * 10), 99]));
      const frame = engine.frame(16, 8, { format: 'gray8' });
      assert.equal((await engine.pipeline().stamp({ number: 42 }).run(frame)).data[0], 42, 'elsewhere a bound parameter is what was given');
      throwsCode('bad-argument', () => stages.stage(module, { level: 256 }), 'level', '255');
      await rejectsCode('bad-format', stages.stage(engine.pipeline().toI420()).stage(module).sink(() => {}).done, 'stamp', 'gray8');
    }));

    test('what is said wrongly is refused before anything starts', () => withToys(options, async (engine, toys) => {
      const source = engine.stages().source(toys, { stage: 'count' }), { live } = engine.stats();
      throwsCode('bad-argument', () => engine.stages().source(toys), "'count', 'parts'", 'say which');
      throwsCode('bad-argument', () => engine.stages().source(toys, { stage: 'pass' }), "got 'pass'");
      throwsCode('bad-argument', () => engine.stages().source(toys, { stage: 'count', parallel: 2 }), 'count: there is no parameter');
      throwsCode('bad-argument', () => engine.stages().source(toys, { stage: 'count', count: -1 }), 'count must be', '-1');
      throwsCode('bad-argument', () => engine.stages().source(toys, { stage: 'count', frames: 65 }), 'frames', '64', '65');
      for (const odd of [undefined, null, 5, 'clip.avi', new Uint8Array(3), {}, () => {}]) throwsCode('bad-argument', () => engine.stages().source(odd), 'source must be');
      throwsCode('bad-argument', () => engine.stages().source([], { rate: 0 }), 'rate');
      throwsCode('bad-argument', () => engine.stages().source([], { input: 5 }), "'input'");
      throwsCode('bad-argument', () => source.source([]), 'comes first');
      throwsCode('bad-argument', () => engine.stages().stage(toys, { stage: 'pass' }), 'a source must come first');
      throwsCode('bad-argument', () => engine.stages().sink(() => {}), 'a source must come first');
      throwsCode('bad-argument', () => source.stage(toys), 'say which');
      throwsCode('bad-argument', () => source.stage(toys, 5), 'options');
      throwsCode('bad-argument', () => source.stage(toys, { stage: 'pass', input: 'x' }), "no parameter 'input'");
      throwsCode('bad-argument', () => source.stage(toys, { stage: 'pass', parallel: 17 }), 'parallel', '16', '17');
      throwsCode('bad-argument', () => source.stage(toys, { stage: 'pass', frames: 0.5 }), 'frames', '0.5');
      throwsCode('bad-argument', () => source.stage({}), 'a pipeline');
      throwsCode('bad-argument', () => source.stage(engine.pipeline(), { sigma: 1 }), "'sigma'");
      throwsCode('bad-argument', () => source.sink(), 'sink must be a function');
      throwsCode('bad-argument', () => source.sink(() => {}, { signal: 5 }), 'sink: signal');
      throwsCode('bad-argument', () => source.sink(() => {}, { onProgress: 5 }), 'sink: onProgress');
      throwsCode('bad-argument', () => source.sink(() => {}, { then: 5 }), "'then'");
      let long = source;
      for (let i = 0; i < 15; i++) long = long.stage(toys, { stage: 'pass' });
      throwsCode('bad-argument', () => long.stage(toys, { stage: 'pass' }), '16');
      await withEngine({ threads: 0 }, (other) => {
        throwsCode('bad-argument', () => other.stages().source(toys, { stage: 'count' }), 'another engine');
        throwsCode('bad-argument', () => source.stage(other.pipeline().invert()), 'another engine');
      });
      assert.equal(engine.stats().live, live);
    }));
  });
}

test('a slow sink slows the stages down: no more is in flight than their frames', () => withToys({ threads: 2 }, async (engine, toys) => {
  const flow = engine.stages().source(toys, { stage: 'count', count: 40, frames: 3 }).stage(toys, { stage: 'twice', frames: 2 }).sink(async () => {
    const inFlight = () => flow.stats().map((stage) => stage.inFlight);
    if (flow.stats()[1].seats[0].out < 74) await until(() => inFlight().join() === '3,2', inFlight); // near the end there is less to come
    assert.ok(inFlight()[0] <= 3 && inFlight()[1] <= 2);
  });
  assert.equal((await flow.done).frames, 80);
  assert.ok(flow.stats()[0].seats[0].waitingForOutput > 0);
}));

test('flows side by side do not know of each other', () => withToys({ threads: 2 }, async (engine, toys) => {
  const flows = [1, 2, 3].map((parallel) => collect(engine.stages().source(toys, { stage: 'count', count: 50 }).stage(toys, { stage: 'twice', parallel })));
  assert.equal(engine.stats().flows, 3);
  const runs = Promise.all(Array.from({ length: 5 }, () => engine.pipeline().median({ radius: 2 }).run(noiseFrame(engine, 300, 200))));
  for (const flow of flows) assert.deepEqual((await flow).seen.map(([n]) => n), Array.from({ length: 100 }, (_, i) => i >> 1));
  await runs;
}));
