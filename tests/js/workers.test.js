// Workers that vanish at any moment: the bytes are right all the same, nothing hangs, the pool and the memory are whole again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Engine } from '../../js/engine.js';
import { nodePlatform } from '../../js/node/platform.js';
import { noiseFrame, pixels, random, returnsTo, sameBytes, sleep, until, warmUp, withEngine } from './support.js';

const THREADS = 3;
const W = 641, H = 487;
/** The reference kernels are slow, so that a death hits the middle of a tile. */
const OPTIONS = { threads: THREADS, simd: false };

const PIPELINES = {
  'a point operation': (p) => p.linear({ scale: 0.9, offset: 9 }).gamma({ gamma: 0.8 }).contrast({ amount: 1.3 }).invert().linear({ scale: 1.2, offset: -30 }),
  'a stencil': (p) => p.gaussianBlur({ sigma: 1.5 }).invert(),
  'a reduction': (p) => p.equalize().boxBlur({ radius: 3 }),
  'a turn': (p) => p.rotate90({ turns: 2 }).linear({ scale: 0.8 }),
};

/** Fails, saying what, rather than waiting for ever. */
async function within(promise, what, ms = 15000) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no end within ${ms} ms: ${what}`)), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Every lane has a thread, and every thread gets something done. */
async function isAtFullStrength(engine, replaced) {
  await until(() => engine.workers.length === engine.threads && engine.stats().workersReplaced === replaced,
    () => `${engine.workers.length} workers, ${engine.stats().workersReplaced} replaced, not ${replaced}`);
  const frame = noiseFrame(engine, 301, 203), { tiles } = engine.stats();
  await until(async () => {
    (await engine.pipeline().gaussianBlur({ sigma: 3 }).run(frame)).dispose();
    return engine.stats().tiles.slice(1).every((done, i) => done > tiles[i + 1]);
  }, () => `tiles by lane: ${tiles}, then ${engine.stats().tiles}`);
  frame.dispose();
}

/** Bytes that a run gives, and how long it takes, undisturbed. */
async function undisturbed(engine, pipeline, input) {
  const lasts = [];
  let bytes;
  for (let i = 0; i < 3; i++) {
    const began = performance.now(), out = await pipeline.run(input);
    lasts.push(performance.now() - began);
    bytes = pixels(out);
    out.dispose();
  }
  return { bytes, lasts: Math.min(...lasts) };
}

const sameAs = (frame, expected, what) => {
  if (!Buffer.from(frame.data.buffer, frame.pointer, frame.byteLength).equals(expected)) sameBytes(pixels(frame), expected, what);
};

describe('a worker that is terminated at any moment', () => {
  for (const [name, build] of Object.entries(PIPELINES)) {
    test(`of ${name}, 25 times, in place and not, leaves the right bytes, a whole pool and no memory`, { timeout: 60000 }, () =>
      withEngine(OPTIONS, async (engine) => {
        const live = await warmUp(engine), input = noiseFrame(engine, W, H), original = pixels(input), over = input.clone();
        const pipeline = build(engine.pipeline()), { bytes, lasts } = await undisturbed(engine, pipeline, input);
        const { workersReplaced } = engine.stats();
        for (let seed = 0; seed < 25; seed++) {
          const next = random(seed * 7 + name.length), victim = Math.floor(next() * THREADS), delay = next() * lasts * 1.1, inPlace = seed % 2 === 0;
          const what = `seed ${seed}: worker ${victim} after ${delay.toFixed(1)} of ${lasts.toFixed(1)} ms, ${inPlace ? 'in place' : 'into a new frame'}`;
          over.data.set(original);
          const run = pipeline.run(inPlace ? over : input, inPlace ? { output: over } : {});
          if (seed % 5) await sleep(delay);
          assert.equal(engine.workers.length, THREADS, what);
          const ended = engine.workers[victim].terminate();
          const out = await within(run, what);
          sameAs(out, bytes, what);
          sameAs(input, original, `${what}: the input`);
          if (out !== over) out.dispose();
          await within(ended, what);
          await until(() => engine.stats().workersReplaced === workersReplaced + seed + 1, () => `${what}: ${engine.stats().workersReplaced} replaced`);
        }
        await isAtFullStrength(engine, workersReplaced + 25);
        input.dispose();
        over.dispose();
        await returnsTo(engine, live);
        assert.equal(engine.stats().failed, 0);
      }));
  }
});

describe('all workers terminated at once', () => {
  for (const [name, build] of Object.entries(PIPELINES)) {
    test(`in the middle of ${name} leave the right bytes`, { timeout: 40000 }, () =>
      withEngine(OPTIONS, async (engine) => {
        const live = await warmUp(engine), frame = noiseFrame(engine, W, H), original = pixels(frame), pipeline = build(engine.pipeline());
        const { bytes, lasts } = await undisturbed(engine, pipeline, frame);
        for (const [round, part] of [0, 0.3, 0.7].entries()) {
          frame.data.set(original);
          const run = pipeline.run(frame, { output: frame });
          await sleep(part * lasts);
          for (const worker of engine.workers) worker.terminate();
          sameAs(await within(run, `after ${part} of the run`), bytes, `after ${part} of the run`);
          await until(() => engine.stats().workersReplaced === (round + 1) * THREADS, () => `${engine.stats().workersReplaced} replaced`);
        }
        await isAtFullStrength(engine, 3 * THREADS);
        frame.dispose();
        await returnsTo(engine, live);
      }));
  }

  test('while they are idle are replaced before or during the next run', { timeout: 20000 }, () =>
    withEngine(OPTIONS, async (engine) => {
      const live = await warmUp(engine), frame = noiseFrame(engine, W, H), pipeline = PIPELINES['a stencil'](engine.pipeline());
      const { bytes } = await undisturbed(engine, pipeline, frame);
      for (const worker of engine.workers) worker.terminate();
      const out = await within(pipeline.run(frame), 'a run in the same tick');
      sameAs(out, bytes);
      await isAtFullStrength(engine, THREADS);
      out.dispose();
      frame.dispose();
      await returnsTo(engine, live);
    }));

  test('again while their successors start leave an engine that works', { timeout: 30000 }, () =>
    withEngine(OPTIONS, async (engine) => {
      const live = await warmUp(engine), frame = noiseFrame(engine, W, H), pipeline = PIPELINES['a point operation'](engine.pipeline());
      const { bytes } = await undisturbed(engine, pipeline, frame);
      for (let round = 0; round < 6; round++) {
        const run = pipeline.run(frame), { workersReplaced } = engine.stats();
        for (const worker of engine.workers) worker.terminate();
        await until(() => engine.stats().workersReplaced >= workersReplaced + THREADS, () => engine.stats().workersReplaced);
        const out = await within(run, `round ${round}`);
        sameAs(out, bytes, `round ${round}`);
        out.dispose();
      }
      await isAtFullStrength(engine, 6 * THREADS);
      frame.dispose();
      await returnsTo(engine, live);
    }));

  test('with several runs in flight and others waiting leave all of them right', { timeout: 30000 }, () =>
    withEngine(OPTIONS, async (engine) => {
      const live = await warmUp(engine), frames = [1, 2, 3].map((seed) => noiseFrame(engine, W, H, 'rgba8', seed)), twins = frames.map((frame) => frame.clone());
      const runs = [], names = Object.keys(PIPELINES);
      for (let i = 0; i < 12; i++) {
        const pipeline = PIPELINES[names[i % 4]](engine.pipeline());
        runs.push(pipeline.run(frames[i % 3], { output: frames[(i >> 1) % 3] }));
        pipeline.runSync(twins[i % 3], { output: twins[(i >> 1) % 3] });
      }
      const histogram = engine.histogram(frames[0]), next = random(99);
      for (let i = 0; i < 4; i++) {
        await sleep(next() * 20);
        for (const worker of engine.workers) if (next() < 0.7) worker.terminate();
      }
      await within(Promise.all(runs), 'twelve runs');
      frames.forEach((frame, i) => sameAs(frame, pixels(twins[i]), `frame ${i}`));
      assert.deepEqual(await histogram, await engine.histogram(twins[0]));
      for (const frame of [...frames, ...twins]) frame.dispose();
      await returnsTo(engine, live);
    }));

  test('do not keep dispose() from ending', { timeout: 20000 }, () =>
    withEngine(OPTIONS, async (engine) => {
      const frame = noiseFrame(engine, W, H), run = PIPELINES['a stencil'](engine.pipeline()).run(frame).catch(({ code }) => code);
      for (const worker of engine.workers) worker.terminate();
      await within(engine.dispose(), 'dispose()', 5000);
      assert.match(String(await within(run, 'the run')), /^(disposed|aborted)$/);
    }));
});

test('the only worker, terminated in the middle, is replaced and the run ends', { timeout: 20000 }, () =>
  withEngine({ threads: 1, simd: false }, async (engine) => {
    const frame = noiseFrame(engine, W, H), original = pixels(frame), pipeline = PIPELINES['a point operation'](engine.pipeline());
    const { bytes, lasts } = await undisturbed(engine, pipeline, frame);
    for (let i = 0; i < 8; i++) {
      frame.data.set(original);
      const run = pipeline.run(frame, { output: frame });
      await sleep((lasts * i) / 8);
      engine.workers[0]?.terminate();
      sameAs(await within(run, `round ${i}`), bytes, `round ${i}`);
      await until(() => engine.workers.length === 1, () => 'no worker');
    }
  }));

describe('runSync after a worker was terminated in the same tick', () => {
  test('ends with the right bytes: by the others, or once the dead one’s silence is noticed', { timeout: 60000 }, () =>
    withEngine(OPTIONS, async (engine) => {
      const live = await warmUp(engine), frame = noiseFrame(engine, W, H), original = pixels(frame), pipeline = PIPELINES['a point operation'](engine.pipeline());
      const { bytes } = await undisturbed(engine, pipeline, frame);
      for (let i = 0; i < 4; i++) {
        frame.data.set(original);
        const beside = i % 2 ? pipeline.run(noiseFrame(engine, W, H, 'rgba8', i)) : undefined;
        if (beside) await sleep(2);
        engine.workers[i % THREADS].terminate();
        pipeline.runSync(frame, { output: frame });
        sameAs(frame, bytes, `round ${i}`);
        if (beside) (await within(beside, 'the run beside')).dispose();
        await until(() => engine.workers.length === THREADS, () => `${engine.workers.length} workers`);
      }
      await isAtFullStrength(engine, 4);
      assert.ok(engine.stats().live >= live);
    }));
});

/** An engine whose workers can be made to die without a word: workers[i].killIn(ms). */
const mutely = {
  ...nodePlatform,
  spawn(onMessage) {
    const warden = new Worker(new URL('warden.js', import.meta.url));
    warden.unref();
    warden.on('message', onMessage);
    return {
      post: (message) => warden.postMessage(message),
      terminate: () => warden.terminate(),
      killIn: (ms) => warden.postMessage({ killIn: ms }),
      endsSurely: false,
      keepProcess: (busy) => (busy ? warden.ref() : warden.unref()),
    };
  },
};

describe('a worker that dies without a word', () => {
  /** They last long enough for a death to come in time. */
  const tone = (p) => Array.from({ length: 24 }, (_, i) => ({ scale: 1 + (i % 3) / 10, offset: -20 })).reduce((pipeline, params) => pipeline.linear(params), p);
  const blur = (p) => p.gaussianBlur({ sigma: 8, radius: 23 }).invert();
  for (const [way, run, build] of [['runSync', 'runSync', tone], ['runSync in place', 'runSync', tone], ['run in place', 'run', tone], ['run', 'run', blur]]) {
    /** One engine, one death. Whether it came in the middle: runSync does not wake every worker, and one that sleeps dies unnoticed. */
    const round = async () => {
      const engine = await Engine.create({ threads: 2, simd: false, tile: { width: 65535, height: 300 } }, mutely);
      try {
        const live = await warmUp(engine), frame = noiseFrame(engine, 1601, 1203), pipeline = build(engine.pipeline());
        const expected = pipeline.runSync(frame), bytes = pixels(expected);
        engine.workers[0].killIn(40);
        const out = await within(Promise.resolve(pipeline[run](frame, way.endsWith('in place') ? { output: frame } : {})), way);
        sameAs(out, bytes, way);
        if (engine.stats().workersReplaced === 0) return false;
        await isAtFullStrength(engine, 1);
        for (const each of new Set([frame, expected, out])) each.dispose();
        const stack = 70000; // nobody knows whether the thread still writes to it: it is given up with the engine
        await until(() => engine.stats().live <= live + stack, () => `${engine.stats().live} bytes live, ${live} before`);
        return true;
      } finally {
        await engine.dispose();
      }
    };
    test(`in the middle of ${way} is given up after a while, and its tile is done again`, { timeout: 60000 }, async () => {
      let rounds = 1;
      while (!(await round())) assert.ok(rounds++ < 12, 'no death came in the middle');
    });
  }
});
