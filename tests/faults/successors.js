// Workers that end when no other can take their place: memory is full, or the host gives no more threads. Runs go on with those that
// are left, and in the end on the calling thread.
import { Worker } from 'node:worker_threads';
import { Engine } from '../../js/engine.js';
import { nodePlatform } from '../../js/node/platform.js';
import { hash, noiseFrame, sleep } from '../js/support.js';
import { Faults, faultyWasm } from './control.js';
import { complaintOf, within } from './trial.js';

const THREADS = 2;
const W = 641, H = 487;
const build = (p) => p.equalize().gaussianBlur({ sigma: 2.5 }).invert();

/** A thread whose script fails. */
function broken(onMessage, onEnd) {
  const worker = new Worker('throw new Error("broken script")', { eval: true });
  worker.on('error', (error) => onEnd(String(error), true));
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate(), endsSurely: true, keepProcess() {} };
}

/** What is refused from the moment the engine runs. */
const REFUSALS = {
  'no memory for its stack': { refuse: (faults) => faults.arm('allocations', 1, true), relent: (faults) => faults.disarm('allocations') },
  'the constructor throws': { spawn: () => { throw new Error('no more threads'); } },
  'the script throws': { spawn: broken },
};

/** Ends workers one after the other, idle or in the middle of a run, and runs the pipeline after each. */
async function lose(engine, faults, { refuse, relent }, midway, input, expected) {
  const problems = [];
  for (let left = THREADS; left >= 0; left--) {
    const run = midway ? build(engine.pipeline()).run(input) : undefined;
    refuse?.(faults);
    const [worker] = engine.workers;
    if (worker) await within(worker.terminate());
    for (let i = 0; i < 100 && engine.workers.length > Math.max(0, left - 1); i++) await sleep(5);
    if (engine.workers.length !== Math.max(0, left - 1)) problems.push(`${engine.workers.length} workers, not ${left - 1}`);
    relent?.(faults);
    for (const each of [run ?? build(engine.pipeline()).run(input), build(engine.pipeline()).run(input)]) {
      const out = await within(each);
      if (hash(out) !== expected) problems.push('the bytes are wrong');
      out.dispose();
    }
    const out = build(engine.pipeline()).runSync(input);
    if (hash(out) !== expected) problems.push('the bytes of runSync are wrong');
    out.dispose();
  }
  return problems;
}

/** @param {import('./report.js').Report} report */
export async function refuseSuccessors(report, { short, at }) {
  const wasm = await WebAssembly.compile(await faultyWasm('shared'));
  for (const [what, refusal] of Object.entries(REFUSALS)) {
    for (const midway of short ? [true] : [false, true]) {
      const name = `${what}, ${midway ? 'during a run' : 'between runs'}`;
      at(name);
      let started = 0, problem = '';
      const spawn = (...listeners) => (++started > THREADS && refusal.spawn ? refusal.spawn(...listeners) : nodePlatform.spawn(...listeners));
      const engine = await Engine.create({ threads: THREADS, wasm, simd: false }, { ...nodePlatform, spawn });
      try {
        const input = noiseFrame(engine, W, H), out = build(engine.pipeline()).runSync(input), expected = hash(out);
        out.dispose();
        problem = (await lose(engine, new Faults(engine.memory), refusal, midway, input, expected)).join('; ');
      } catch (error) {
        problem = complaintOf(error, []);
      }
      await engine.dispose();
      report.count(name, problem, 'right');
    }
  }
}
