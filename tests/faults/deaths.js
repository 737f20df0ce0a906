// Workers that end at a chosen point of a tile's life: before they mark it as theirs, in the kernel, after they have begun to overwrite
// their input, before they publish it, and after, when nobody has been told. Each is caught there, not shot at in the dark.
import { hash, noiseFrame, random, sleep, withEngine } from '../js/support.js';
import { Faults, faultyWasm, POINTS } from './control.js';
import { complaintOf, settledLive, within } from './trial.js';

const THREADS = 2;
const W = 641, H = 487;
const CATCH_MS = 8000;
const FURTHER_ROUNDS = 30;

const PIPELINES = {
  'a point operation': (p) => p.linear({ scale: 0.9, offset: 9 }).gamma({ gamma: 0.8 }).invert(),
  'a stencil': (p) => p.gaussianBlur({ sigma: 2.5 }).invert(),
  'a reduction and a stencil': (p) => p.equalize().boxBlur({ radius: 3 }),
  'random access': (p) => p.rotate90({ turns: 2 }).linear({ scale: 0.8 }),
};

/** A death: who is caught is ended from outside, or by a trap of its own; that one also while the calling thread works along and blocks. */
const WAYS = ['terminated', 'trapped', 'trapped in runSync'];

/** Waits for a worker to be caught; false when the run has ended without. */
async function caught(faults, run) {
  let ended = false;
  const end = () => (ended = true);
  run.then(end, end);
  const deadline = performance.now() + CATCH_MS;
  while (!faults.caught && !ended && performance.now() < deadline) await sleep(1);
  return faults.caught > 0;
}

/** What it gives, as a promise. */
const inTime = async (body) => body();

/** One run with one death. */
async function death(engine, faults, { build, inPlace, expected, point, way, count }) {
  const problems = [];
  const input = noiseFrame(engine, W, H), { live, workersReplaced } = engine.stats(), options = inPlace ? { output: input } : {};
  const pipeline = build(engine.pipeline());
  faults.catchAt(point, count, way === 'terminated' ? 'stop' : 'trap');
  const run = way === 'trapped in runSync' ? inTime(() => pipeline.runSync(input, options)) : pipeline.run(input, options);
  const hit = await caught(faults, run);
  if (hit && way === 'terminated') await within(engine.workers[faults.caught - 1].terminate());
  faults.release();
  let outcome = 'right';
  try {
    const out = await within(run);
    if (hash(out) !== expected) problems.push('the bytes are wrong');
    if (out !== input) out.dispose();
  } catch (error) {
    outcome = 'error';
    const complaint = complaintOf(error, ['worker-lost']);
    if (complaint) problems.push(complaint);
  }
  if (hit) {
    const deadline = performance.now() + 5000;
    const isWhole = () => engine.stats().workersReplaced === workersReplaced + 1 && engine.workers.length === THREADS;
    while (!isWhole() && performance.now() < deadline) await sleep(2);
    if (!isWhole()) problems.push(`${engine.stats().workersReplaced - workersReplaced} workers replaced, not 1`);
  }
  const leaked = (await settledLive(engine, live)) - live;
  if (leaked) problems.push(`${leaked} bytes leaked`);
  input.dispose();
  return { hit, outcome, leaked, problems };
}

/** @param {import('./report.js').Report} report */
export async function killWorkers(report, { short, at }) {
  const wasm = await WebAssembly.compile(await faultyWasm('shared'));
  const expected = await withEngine({ mode: 'single' }, async (engine) => {
    const input = noiseFrame(engine, W, H);
    return Object.fromEntries(Object.entries(PIPELINES).map(([name, build]) => [name, hash(build(engine.pipeline()).runSync(input))]));
  });
  const rounds = short ? 1 : 12, next = random(20);
  await withEngine({ threads: THREADS, wasm, simd: false, tile: { width: 65535, height: 40 } }, async (engine) => {
    const faults = new Faults(engine.memory);
    const frame = noiseFrame(engine, W, H);
    for (const build of Object.values(PIPELINES)) (await build(engine.pipeline()).run(frame)).dispose();
    frame.dispose();
    for (const point of Object.keys(POINTS)) {
      const onlyInPlace = point === 'after the commit'; // a tile that overwrites nothing commits nothing
      for (const way of WAYS) {
        const row = report.row(`${way} ${point}`);
        for (const [name, build] of Object.entries(PIPELINES)) {
          // The calling thread may do all of a short run itself, before a worker wakes: a row goes on until it has caught one.
          for (let round = 0; round < rounds || (row.injected === 0 && round < rounds + FURTHER_ROUNDS); round++) {
            const inPlace = onlyInPlace || (short ? next() < 0.5 : round % 2 === 1);
            if (onlyInPlace && name !== 'a point operation') continue;
            const count = 1 + Math.floor(next() * (point === 'in the kernel' ? 40 : 6));
            const what = `${way} ${point}, the ${count}. to come by, in ${name}${inPlace ? ', in place' : ''}`;
            at(what);
            const result = await death(engine, faults, { build, inPlace, expected: expected[name], point, way, count });
            row.seen++;
            if (!result.hit) continue;
            row.injected++;
            row[result.outcome]++;
            if (result.leaked) row.leaks++;
            for (const problem of result.problems) report.fail(row, `${what}: ${problem}`);
          }
        }
        if (row.injected === 0) report.fail(row, `${way} ${point}: never hit`);
        report.done(row);
      }
    }
  });
}
