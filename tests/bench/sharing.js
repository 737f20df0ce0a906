// sharing.js [--short]: two threads count on words 4, 64 and 128 bytes apart, taking turns. What does a shared cache line cost?
import { readFileSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { writeEvidence } from '../model/evidence.js';
import { median } from './measure.js';

const open = ({ module, memory }) => new WebAssembly.Instance(module, { env: { memory, emscripten_notify_memory_growth() {} } }).exports;

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
    const start = performance.now();
    exports[call](at, times);
    parentPort.postMessage(performance.now() - start);
  });
}

async function compare() {
  const short = process.argv.includes('--short'), rounds = short ? 5 : 25, times = short ? 300_000 : 3_000_000;
  const module = new WebAssembly.Module(readFileSync(new URL('../../build/sharing/kernels.wasm', import.meta.url)));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true }), buffer = new SharedArrayBuffer(512);
  const exports = open({ module, memory }), flags = new Int32Array(buffer), base = exports.words_at();
  const worker = new Worker(new URL(import.meta.url), { workerData: { module, memory, flags: buffer } });
  const once = async (call, apart) => {
    flags.fill(0);
    const other = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    worker.postMessage({ call, at: base + apart, times });
    meet(flags, 0);
    const start = performance.now();
    exports[call](base, times);
    return ((performance.now() - start + (await other)) / 2 / times) * 1e6;
  };
  const rows = [];
  for (const [call, name] of [['count_atomic', 'atomic increments'], ['count_plain', 'plain increments'], ['store_only', 'plain stores']]) {
    const ns = { 4: [], 64: [], 128: [] };
    for (let round = -2; round < rounds; round++)
      for (const apart of [4, 64, 128]) {
        const took = await once(call, apart);
        if (round >= 0) ns[apart].push(took);
      }
    const ratios = ns[4].map((value, i) => value / ns[64][i]).sort((a, b) => a - b);
    const figure = `${[4, 64, 128].map((apart) => `${apart} bytes apart ${median(ns[apart]).toFixed(2)} ns`).join(', ')}; one line against two: ${median(ratios).toFixed(1)}× (half of ${rounds} pairs in ${ratios[rounds >> 2].toFixed(1)} to ${ratios[(3 * rounds) >> 2].toFixed(1)}): a common claim is 10×, here it is ${median(ratios).toFixed(1)}×`;
    console.log(`ok ${name} by two threads: ${figure}`);
    rows.push([`${name} by two threads in wasm`, figure]);
  }
  worker.unref();
  if (!short) writeEvidence('sharing', rows);
  console.log(`${rows.length} passed, 0 failed`);
}
