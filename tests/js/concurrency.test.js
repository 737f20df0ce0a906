// Many runs at once: each gets its frames in its turn, none sees another's half-made pixels.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hash, MODES, noiseFrame, pixels, random, rejectsCode, returnsTo, sameBytes, throwsCode, until, warmUp, withEngine } from './support.js';

const LIMIT = { timeout: 30000 };

for (const mode of MODES) {
  describe(`runs in mode ${mode}`, () => {
    /** Each test has an engine of its own, and ends with as many bytes live as it began with. */
    const inEngine = (name, body) => test(name, LIMIT, () => withEngine({ mode, threads: 2 }, async (engine) => {
      const live = await warmUp(engine);
      await body(engine);
      await returnsTo(engine, live);
      assert.deepEqual(engine.leaks(), []);
    }));

    /** What these pipelines make of a frame one after the other, without any concurrency. */
    const oneByOne = (frame, pipelines) => {
      const copy = frame.clone();
      for (const pipeline of pipelines) pipeline.runSync(copy, { output: copy });
      const bytes = pixels(copy);
      copy.dispose();
      return bytes;
    };
    const dispose = (...frames) => frames.forEach((frame) => frame.dispose());

    inEngine('of many frames at once each make their own', async (engine) => {
      const blur = engine.pipeline().gaussianBlur({ sigma: 2.5 });
      const frames = Array.from({ length: 40 }, (_, i) => noiseFrame(engine, 97 + 13 * (i % 7), 61 + 5 * (i % 9), i % 3 ? 'rgba8' : 'gray8', i));
      const expected = frames.map((frame) => blur.runSync(frame));
      const outs = await Promise.all(frames.map((frame) => blur.run(frame)));
      outs.forEach((out, i) => assert.equal(hash(out), hash(expected[i]), `run ${i}`));
      dispose(...frames, ...expected, ...outs);
    });

    inEngine('may be more than fit into the table of jobs', async (engine) => {
      const blur = engine.pipeline().boxBlur({ radius: 20 }), frame = noiseFrame(engine, 301, 203);
      const expected = blur.runSync(frame);
      const outs = await Promise.all(Array.from({ length: 150 }, () => blur.run(frame)));
      for (const out of outs) assert.equal(hash(out), hash(expected));
      dispose(frame, expected, ...outs);
    });

    inEngine('on one frame take turns in the order they were begun', async (engine) => {
      const steps = [
        (p) => p.gaussianBlur({ sigma: 3 }), (p) => p.invert(), (p) => p.threshold({ value: 90, type: 'trunc' }),
        (p) => p.equalize(), (p) => p.gamma({ gamma: 0.6 }), (p) => p.median(),
      ];
      const pipelines = Array.from({ length: 18 }, (_, i) => steps[(i * 5) % 6](engine.pipeline()));
      const frame = noiseFrame(engine, 411, 307), expected = oneByOne(frame, pipelines), ended = [];
      await Promise.all(pipelines.map((pipeline, i) => pipeline.run(frame, { output: frame }).then(() => ended.push(i))));
      sameBytes(pixels(frame), expected);
      assert.deepEqual(ended, pipelines.map((_, i) => i));
      dispose(frame);
    });

    inEngine('that read between runs that write see what was there at their turn', async (engine) => {
      const write = engine.pipeline().linear({ scale: 0.9, offset: 11 }), read = engine.pipeline().boxBlur({ radius: 4 });
      const frame = noiseFrame(engine, 390, 291), begin = frame.clone(), results = [], histograms = [];
      for (let i = 0; i < 6; i++) {
        write.run(frame, { output: frame });
        results.push(read.run(frame), read.run(frame));
        histograms.push(engine.histogram(frame));
      }
      const outs = await Promise.all(results), counts = await Promise.all(histograms);
      for (let i = 0; i < 6; i++) {
        write.runSync(begin, { output: begin });
        const expected = read.runSync(begin);
        assert.equal(hash(outs[2 * i]), hash(expected), `read ${i}`);
        assert.equal(hash(outs[2 * i + 1]), hash(expected), `second read ${i}`);
        assert.deepEqual(counts[i], await engine.histogram(begin), `histogram ${i}`);
        dispose(expected);
      }
      dispose(frame, begin, ...outs);
    });

    inEngine('on views of one frame take turns as well', async (engine) => {
      const frame = noiseFrame(engine, 420, 310), views = [frame, frame.view(0, 0, 420, 310), frame.view(0, 0, 420, 310)];
      const pipelines = Array.from({ length: 9 }, (_, i) => (i % 2 ? engine.pipeline().invert().gamma({ gamma: 1.3 }) : engine.pipeline().boxBlur({ radius: 6 })));
      const expected = oneByOne(frame, pipelines);
      const reads = [];
      await Promise.all(pipelines.map((pipeline, i) => {
        const run = pipeline.run(views[i % 3], { output: views[(i + 1) % 3] });
        if (i === 4) reads.push(engine.pipeline().run(views[2]));
        return run;
      }));
      sameBytes(pixels(frame), expected);
      const [read] = await Promise.all(reads), again = views[0];
      assert.equal(read.width, again.width);
      dispose(...views, read);
    });

    inEngine('that read do not overtake a run that waits to write to a view of the same pixels', async (engine) => {
      const frame = noiseFrame(engine, 640, 481), view = frame.view(0, 0, 640, 481), invert = engine.pipeline().invert();
      const slow = engine.pipeline().gaussianBlur({ sigma: 9, radius: 26 }).run(frame);
      const write = invert.run(view, { output: view });
      const read = engine.pipeline().run(frame);
      const expected = oneByOne(frame, [invert]);
      const outs = await Promise.all([slow, write, read]);
      sameBytes(pixels(outs[2]), expected);
      dispose(frame, view, outs[0], outs[2]);
    });

    inEngine('by chance among few frames give what they give one after the other', async (engine) => {
      for (let seed = 1; seed <= 6; seed++) {
        const next = random(seed), pick = (list) => list[Math.floor(next() * list.length)];
        const frames = Array.from({ length: 4 }, (_, i) => noiseFrame(engine, 203, 151, 'rgba8', seed * 10 + i)), twins = frames.map((frame) => frame.clone());
        const runs = [];
        for (let i = 0; i < 30; i++) {
          const [from, second, to] = [0, 1, 2].map(() => Math.floor(next() * 4));
          const build = pick([
            (p) => p.boxBlur({ radius: 3 }), (p) => p.invert(), (p) => p.equalize(),
            (p, other) => p.blend(other, { opacity: 0.5 }), (p, other) => p.blend(other, { mode: 'multiply' }).median(),
          ]);
          runs.push(build(engine.pipeline(), frames[second]).run(frames[from], { output: frames[to] }));
          build(engine.pipeline(), twins[second]).runSync(twins[from], { output: twins[to] });
        }
        await Promise.all(runs);
        frames.forEach((frame, i) => assert.equal(hash(frame), hash(twins[i]), `seed ${seed}, frame ${i}`));
        dispose(...frames, ...twins);
      }
    });

    inEngine('of other frames do not wait for a long one', async (engine) => {
      const large = engine.frame(1400, 1000), small = noiseFrame(engine, 20, 20), ended = [];
      const long = engine.pipeline().gaussianBlur({ sigma: 40, radius: 119 }).run(large).then((out) => (ended.push('long'), out));
      const waits = engine.pipeline().invert().run(large, { output: large }).then(() => ended.push('waits for it'));
      const short = engine.pipeline().invert().run(small).then((out) => (ended.push('short'), out));
      const outs = await Promise.all([long, short, waits]);
      assert.deepEqual(ended, ['short', 'long', 'waits for it']);
      dispose(large, small, outs[0], outs[1]);
    });

    inEngine('that wait reject when their frame is disposed of meanwhile, and the next one goes on', async (engine) => {
      const frame = noiseFrame(engine, 700, 501), other = noiseFrame(engine, 700, 501), output = engine.frame(700, 501);
      const blur = engine.pipeline().gaussianBlur({ sigma: 5 }), blurred = blur.runSync(other);
      const first = blur.run(frame, { output }), second = blur.run(frame, { output }), third = blur.run(other, { output });
      frame.dispose();
      assert.equal(await first, output, 'a run in flight keeps its input');
      await rejectsCode('stale-handle', second, 'disposed of');
      await third;
      assert.equal(hash(output), hash(blurred));
      dispose(other, output, blurred);
    });

    inEngine('in flight keep the frames that are disposed of until they end', async (engine) => {
      const frame = noiseFrame(engine, 800, 601), second = noiseFrame(engine, 800, 601, 'rgba8', 2), output = engine.frame(800, 601);
      const pipeline = engine.pipeline().gaussianBlur({ sigma: 6 }).blend(second, { opacity: 0.5 }), expected = pipeline.runSync(frame);
      const run = pipeline.run(frame), into = pipeline.run(frame, { output });
      dispose(frame, second, output);
      const other = noiseFrame(engine, 800, 601, 'rgba8', 3), otherHash = hash(other);
      const out = await run;
      await into.catch(() => {});
      assert.equal(hash(out), hash(expected));
      assert.equal(hash(other), otherHash, 'their memory was nobody else’s');
      dispose(out, other, expected);
    });

    inEngine("by runSync on a frame in use throw 'busy', and say what to do", async (engine) => {
      const frame = noiseFrame(engine, 900, 701), blur = engine.pipeline().gaussianBlur({ sigma: 8, radius: 23 }), invert = engine.pipeline().invert();
      const inverted = invert.runSync(frame), expected = hash(inverted);
      const reading = blur.run(frame);
      throwsCode('busy', () => invert.runSync(frame, { output: frame }), 'await');
      const beside = invert.runSync(frame), part = frame.view(1, 1, 5, 5);
      assert.equal(hash(beside), expected, 'reading a frame that is read is fine');
      (await reading).dispose();
      const writing = blur.run(frame, { output: frame });
      throwsCode('busy', () => invert.runSync(frame), 'await');
      throwsCode('busy', () => invert.runSync(part), 'await');
      await writing;
      invert.runSync(frame, { output: frame });
      dispose(frame, inverted, beside, part);
    });
  });
}

describe('runSync beside runs in flight', () => {
  test('takes part and gives the right bytes', LIMIT, () =>
    withEngine({ threads: 2 }, async (engine) => {
      const frames = Array.from({ length: 8 }, (_, i) => noiseFrame(engine, 300, 200, 'rgba8', i)), blur = engine.pipeline().gaussianBlur({ sigma: 4 });
      const expected = frames.map((frame) => hash(blur.runSync(frame)));
      for (let round = 0; round < 5; round++) {
        const runs = frames.slice(0, 4).map((frame) => blur.run(frame));
        frames.slice(4).forEach((frame, i) => assert.equal(hash(blur.runSync(frame)), expected[4 + i]));
        (await Promise.all(runs)).forEach((out, i) => assert.equal(hash(out), expected[i]));
      }
    }));

  test('lets the runs that waited for its frame go on', LIMIT, () =>
    withEngine({ threads: 1 }, async (engine) => {
      const frame = noiseFrame(engine, 64, 48), invert = engine.pipeline().invert(), before = hash(frame);
      for (let i = 0; i < 10; i++) {
        const run = invert.run(frame, { output: frame });
        await Promise.all([run, invert.run(frame, { output: frame })]);
        invert.runSync(frame, { output: frame });
        await invert.run(frame, { output: frame });
      }
      assert.equal(hash(frame), before);
    }));
});

test('after all of this no job is left', () =>
  withEngine({ threads: 3 }, async (engine) => {
    const live = await warmUp(engine), frame = noiseFrame(engine, 320, 240);
    for (let i = 0; i < 20; i++) {
      const outs = await Promise.all(Array.from({ length: 10 }, () => engine.pipeline().gaussianBlur({ sigma: 3 }).run(frame)));
      outs.forEach((out) => out.dispose());
    }
    frame.dispose();
    await returnsTo(engine, live);
    await until(() => engine.stats().inFlight === 0, () => engine.stats().inFlight);
  }));
