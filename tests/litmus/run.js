// One litmus test, run on workers over a memory of its own.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

const bytes = readFileSync(new URL('../../build/litmus/kernels.wasm', import.meta.url));
const compiled = new WebAssembly.Module(bytes);
const workers = []; // by role; they serve all runs

/** Code that stays in the baseline compiler, for all that is run from now on. The engine keeps compiled modules by their bytes: a custom
 * section makes these other ones. */
export function stayInBaseline() {
  setFlagsFromString('--no-wasm-tier-up');
  return new WebAssembly.Module(Buffer.concat([bytes, Buffer.from([0, 2, 1, 0x62])]));
}

/** @param {(seen: { iterations: number, seen: number }) => boolean} isEnough @param {number} seconds at most, however busy the machine is */
async function runThreads(test, { module = compiled, mutant, stretch, seed, seconds }, isEnough) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, emscripten_notify_memory_growth() {} } });
  const start = performance.now();
  const ended = Promise.all(Array.from({ length: test.threads }, (_, role) => {
    const worker = (workers[role] ??= new Worker(new URL('./worker.js', import.meta.url)));
    worker.postMessage({ module, memory, role, test: test.number, threads: test.threads, mutant, stretch, seed });
    return new Promise((resolve, reject) => {
      worker.removeAllListeners('message').removeAllListeners('error');
      worker.once('message', resolve).once('error', reject);
    });
  }));
  const timer = setInterval(() => {
    if (performance.now() - start < seconds * 1000 && !isEnough(figures(test, exports))) return;
    Atomics.store(new Int32Array(memory.buffer), exports.stop_word() / 4, 1);
    clearInterval(timer);
  }, 5);
  await ended;
  return { ...figures(test, exports), seconds: (performance.now() - start) / 1000 };
}

/** For good only when the threads have ended. Peterson: counts that were lost, and turns that had to wait for the other thread. */
function figures(test, exports) {
  if (!test.forbidden) return { iterations: exports.turns() >>> 0, seen: Math.max(0, exports.lost()), interleaved: exports.waited() };
  const sum = (list) => list.reduce((n, bits) => n + exports.outcome(bits), 0);
  return { iterations: exports.iterations() >>> 0, seen: sum(test.forbidden), interleaved: sum(test.interleaved) };
}

const add = (a, b) => ({ iterations: a.iterations + b.iterations, seen: a.seen + b.seen, interleaved: a.interleaved + b.interleaved, seconds: a.seconds + b.seconds });
export const isCrowded = (test) => test.threads > availableParallelism();
const STRETCH = 32, ALL = 4096; // cells between two meetings

/** More threads than cores: mostly side by side without meeting, and a thousandth of it cell by cell with naps, so that all four meet. */
export async function runRight(test, options, enough) {
  const crowded = isCrowded(test);
  const right = await runThreads(test, { ...options, mutant: 0, stretch: crowded ? ALL : STRETCH }, (r) => r.iterations >= enough);
  return crowded ? add(right, await runThreads(test, { ...options, mutant: 0, stretch: 1 }, (r) => r.iterations >= enough / 1000)) : right;
}
/** Until it was seen a few times. */
export function runMutant(test, options) {
  return runThreads(test, { ...options, mutant: 1, stretch: isCrowded(test) ? 1 : STRETCH }, (r) => r.iterations > 0 && r.seen >= 3);
}
