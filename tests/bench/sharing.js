// sharing.js [--short]: two threads count on words 4, 64 and 128 bytes apart, taking turns. What does a shared cache line cost?
import { readFileSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { writeEvidence } from '../model/evidence.js';
import { median } from './measure.js';

const open = ({ module, memory }) => new WebAssembly.Instance(module, { env: { memory, emscripten_notify_memory_growth() {} } }).exports;

/** The same for both threads. */
const clock = () => performance.timeOrigin + performance.now();

/** Both set their flag and watch the other's, so that neither begins long before. */
function meet(flags, me) {
  Atomics.store(flags, me * 64, 1);
  while (Atomics.load(flags, (1 - me) * 64) === 0);
}

if (isMainThread) await compare();
else {
  const exports = open(workerData), flags = new Int32Array(workerData.flags);
  parentPort.on('message', ({ call, at, times }) => {
    meet(flags, 1);
    const start = clock();
    exports[call](at, times);
    parentPort.postMessage({ start, end: clock() });
  });
}

async function compare() {
  const short = process.argv.includes('--short'), rounds = short ? 5 : 25, times = short ? 300_000 : 3_000_000;
  const module = new WebAssembly.Module(readFileSync(new URL('../../build/sharing/kernels.wasm', import.meta.url)));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true }), buffer = new SharedArrayBuffer(512);
  const exports = open({ module, memory }), flags = new Int32Array(buffer), base = exports.words_at();
  const worker = new Worker(new URL(import.meta.url), { workerData: { module, memory, flags: buffer } });
  worker.on('error', (error) => { throw error; });
  /* Nanoseconds per turn of either thread, and the part of the time in which both were at it. */
  const once = async (call, apart, times) => {
    flags.fill(0);
    const other = new Promise((resolve) => worker.once('message', resolve));
    worker.postMessage({ call, at: base + apart, times });
    meet(flags, 0);
    const start = clock();
    exports[call](base, times);
    const end = clock(), theirs = await other, both = Math.min(end, theirs.end) - Math.max(start, theirs.start);
    const mean = (end - start + theirs.end - theirs.start) / 2;
    return { ns: (mean / times) * 1e6, overlap: both / mean };
  };
  const alone = (call, times) => {
    const start = clock();
    exports[call](base, times);
    return ((clock() - start) / times) * 1e6;
  };
  const rows = [];
  for (const [call, name, factor] of [['count_atomic', 'atomic increments', 1], ['count_plain', 'plain increments', 10], ['store_only', 'plain stores', 10]]) {
    const ns = { 4: [], 64: [], 128: [] }, single = [], overlaps = [];
    for (let round = -2; round < rounds; round++) {
      const own = alone(call, factor * times);
      if (round >= 0) single.push(own);
      for (const apart of [4, 64, 128]) {
        const took = await once(call, apart, factor * times);
        if (round >= 0) ns[apart].push(took.ns), overlaps.push(took.overlap);
      }
    }
    const ratios = ns[4].map((value, i) => value / ns[64][i]).sort((a, b) => a - b), ratio = median(ratios).toFixed(1);
    const figure = `${[4, 64, 128].map((apart) => `${apart} bytes apart ${median(ns[apart]).toFixed(2)} ns`).join(', ')}, one thread alone ${median(single).toFixed(2)} ns; `
      + `one line against two: ${ratio}× (half of ${rounds} pairs in ${ratios[rounds >> 2].toFixed(1)} to ${ratios[(3 * rounds) >> 2].toFixed(1)}); both threads ran at once for ${Math.round(100 * median(overlaps))} % of the time. A common claim is 10×, here it is ${ratio}×`;
    console.log(`ok ${name} by two threads: ${figure}`);
    rows.push([`${name} by two threads in wasm`, figure]);
  }
  worker.unref();
  if (!short) writeEvidence('sharing', rows);
  console.log(`${rows.length} passed, 0 failed`);
}
