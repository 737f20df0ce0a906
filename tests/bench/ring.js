// ring.js [--short]: items through engine.sync.ring between two threads, beside npm ringbuf.js, taking turns; and many items counted.
import { Worker } from 'node:worker_threads';
import { createEngine } from '../../js/node/index.js';
import { writeEvidence } from '../model/evidence.js';
import { median } from './measure.js';
import { CASES, WAYS, makePlaces, waysOf } from './ring-ways.js';

import { readAll } from './ring-whole.js';

const short = process.argv.includes('--short');
const ROUNDS = short ? 3 : 15, WARM_UP = short ? 1 : 3, SHARE = short ? 0.1 : 1;
const WHOLE = short ? 300_000 : 10_000_000;
const say = (n) => Math.round(n).toLocaleString('en').replaceAll(',', ' ');

const engine = await createEngine({ mode: 'shared', threads: 0 });
const places = makePlaces(engine), gate = engine.alloc(64), go = new Int32Array(engine.memory.buffer, gate.pointer, 1);
const whole = engine.sync.ring({ capacity: 1000, itemSize: 8 });
const workerData = { token: engine.share(), places, gate: gate.pointer, whole: whole.pointer };
const writer = new Worker(new URL('./ring-writer.js', import.meta.url), { workerData });
writer.on('error', (error) => { throw error; });
await new Promise((resolve) => writer.once('message', resolve));
const rows = [];
let passed = 0, failed = 0;

function row(ok, what, figure) {
  console.log(`${ok ? 'ok' : 'not ok'} ${what}: ${figure}`);
  rows.push([what, figure]);
  if (ok) passed++;
  else failed++;
}

/** Nanoseconds per item, from when the writer begins. */
function once(opened, number, way) {
  const { words, items } = CASES[number], count = Math.round(items * SHARE);
  Atomics.store(go, 0, 0);
  writer.postMessage({ number, way, items: count });
  Atomics.wait(go, 0, 0);
  const start = performance.now();
  const bad = WAYS[way].read(opened, words, count);
  const ns = ((performance.now() - start) * 1e6) / count;
  if (bad > 0) throw new Error(`${way}: ${bad} words of ${CASES[number].name} are wrong`);
  return ns;
}

const quartile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * q)];

/** All ways of one case, taking turns. */
function compare(number) {
  const { name, words, capacity } = CASES[number], ways = waysOf(CASES[number]);
  const runs = ways.map((way) => ({ way, ns: [], opened: WAYS[way].open(engine, places[number]) }));
  for (let round = -WARM_UP; round < ROUNDS; round++)
    for (const { way, ns, opened } of round % 2 ? runs : [...runs].reverse()) {
      const took = once(opened, number, way);
      if (round >= 0) ns.push(took);
    }
  const peers = runs.filter(({ way }) => way.startsWith('ringbuf'));
  const best = peers.reduce((a, b) => (median(a.ns) < median(b.ns) ? a : b));
  for (const { way, ns } of runs) {
    const ratios = ns.map((value, i) => best.ns[i] / value), ours = way.startsWith('framelane');
    const mb = (4e3 * words) / median(ns);
    row(true, `${name}, a ring of ${capacity}: ${way}`, `${say(1e9 / median(ns))} items/s, ${say(mb)} MB/s (${median(ns).toPrecision(3)} ns per item; half of ${ns.length} runs in ${quartile(ns, 0.25).toPrecision(3)} to ${quartile(ns, 0.75).toPrecision(3)})`
      + (ours ? `: ${median(ratios).toFixed(2)}× the throughput of ${best.way}, run by run (half in ${quartile(ratios, 0.25).toFixed(2)} to ${quartile(ratios, 0.75).toFixed(2)})` : ''));
  }
}

function count(inC) {
  writer.postMessage({ items: WHOLE, inC });
  const start = performance.now();
  const { items, lost, doubled, reordered, torn } = readAll(whole, engine.memory, WHOLE);
  row(lost + doubled + reordered + torn === 0 && items === WHOLE, `${inC ? 'C' : 'JavaScript'} to JavaScript, spans of changing length, both sides sleeping when they must`,
    `${say(items)} items: ${lost} lost, ${doubled} doubled, ${reordered} reordered, ${torn} torn (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

CASES.forEach((_, number) => compare(number));
count(false);
count(true);
writer.postMessage({ end: true });
await new Promise((resolve) => writer.once('exit', resolve));
await engine.dispose();
if (!short) writeEvidence('ring', rows);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
