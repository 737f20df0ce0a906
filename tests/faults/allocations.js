// Fails allocation 1, 2, 3 … of every operation of the API, each once and for ever, until the operation needs no more of them.
import { withEngine } from '../js/support.js';
import { Faults, faultyWasm } from './control.js';
import { operationsOf } from './operations.js';
import { complaintOf, settledLive, Subject } from './trial.js';

const SHORT_LIMIT = 6; // allocations of an operation that the short form fails, one by one

/** Keeps what the engine keeps for good out of the figures: the staging area, a chunk of handles. */
async function warmUp(engine) {
  const frame = engine.frame(3, 3), table = Array.from({ length: 1024 }, (_, i) => i % 256);
  (await engine.pipeline().lut({ table }).lut({ table }).lut({ table }).run(frame)).dispose();
  frame.dispose();
}

/** @param {Subject} subject @param {Faults} faults @param {string} expected @param {{ before: number, after: number }} live */
async function trial(subject, faults, { n, lasting, kind, expected, live }) {
  faults.arm(kind, n, lasting);
  const { value, error } = await subject.call();
  const { failed } = faults.disarm(kind);
  const problems = [];
  if (error) {
    const complaint = complaintOf(error, ['out-of-memory']);
    if (complaint) problems.push(complaint);
    if (subject.operation.undone !== false && !subject.isUntouched) problems.push('a frame has lost its pixels');
  } else if (value !== expected) problems.push(`${value} instead of ${expected}`);
  const leaked = subject.operation.fresh ? 0 : (await settledLive(subject.engine, live.before)) - live.before;
  if (leaked) problems.push(`${leaked} bytes leaked`);
  const next = await subject.call();
  if (next.value !== expected) problems.push(`the next call gives ${next.error?.stack ?? next.value}, not ${expected}`);
  const left = (await settledLive(subject.engine, live.after)) - live.after;
  if (left) problems.push(`${left} bytes leaked after the next call`);
  return { failed, outcome: error ? 'error' : 'right', leaked: leaked || left, problems };
}

/** All trials of one operation. `open` lends an engine: always the same, or a new one for each trial. */
async function sweep(operation, open, report, { kind = 'allocations', limit = Infinity, at }) {
  const row = report.row(operation.name);
  const undisturbed = await open(async (engine, faults) => {
    const subject = new Subject(engine, operation);
    const before = engine.stats().live;
    faults.arm(kind, 0xfffffffe, false);
    const { value, error } = await subject.call();
    const { seen } = faults.disarm(kind);
    if (error) throw error;
    const after = operation.fresh ? engine.stats().live : await settledLive(engine, before);
    if (after !== before && !operation.fresh) report.fail(row, `undisturbed: ${after - before} bytes leaked`);
    subject.end();
    return { expected: value, live: { before, after }, seen };
  });
  row.seen = Math.max(row.seen, undisturbed.seen);
  for (const lasting of [false, true]) {
    for (let n = 1, failed = 1; failed > 0 && n <= limit; n++) {
      const what = `${operation.name}: ${kind.slice(0, -1)} ${n} fails ${lasting ? 'for ever' : 'once'}`;
      at(what);
      await open(async (engine, faults) => {
        const subject = new Subject(engine, operation);
        const result = await trial(subject, faults, { n, lasting, kind, ...undisturbed });
        subject.end();
        failed = result.failed;
        if (failed === 0) return; // the operation has come to its end without needing so many
        row.injected++;
        row[result.outcome]++;
        if (result.leaked) row.leaks++;
        for (const problem of result.problems) report.fail(row, `${what}: ${problem}`);
      });
    }
  }
  report.done(row);
}

/** @param {import('./report.js').Report} report @param {{ short: boolean, at: (what: string) => void }} options */
export async function failAllocations(report, { short, at }) {
  for (const mode of short ? ['shared'] : ['shared', 'single']) {
    const module = await WebAssembly.compile(await faultyWasm(mode));
    await withEngine({ mode, threads: 2, wasm: module }, async (engine) => {
      const faults = new Faults(engine.memory);
      await warmUp(engine);
      const same = (body) => body(engine, faults);
      const fresh = (body) => withEngine({ mode, threads: 0, wasm: module }, (each) => body(each, new Faults(each.memory)));
      for (const operation of operationsOf(engine.ops)) {
        if (short && !operation.brief) continue;
        await sweep(operation, operation.fresh ? fresh : same, report, { at, limit: short ? SHORT_LIMIT : Infinity });
      }
    });
  }
}

/** Operations for which the memory of 2 MB must grow. */
const GROWING = [
  { name: 'frame, larger than memory', given: () => ({}), call: (engine) => engine.frame(1000, 900) },
  { name: 'frameFrom, larger than memory', given: () => ({}), call: (engine) => engine.frameFrom(new Uint8Array(1200 * 900 * 4).fill(3), 1200, 900) },
  { name: 'alloc, larger than memory', given: () => ({}), call: (engine) => engine.alloc(5 << 20) },
  { name: 'run, the output does not fit', given: (engine) => ({ frame: engine.frame(30, 20) }), call: (engine, { frame }) => engine.pipeline().resize({ width: 1200, height: 800 }).run(frame) },
  { name: 'runSync, scratch does not fit', given: (engine) => ({ frame: engine.frame(700, 500, { format: 'gray8' }) }),
    call: (engine, { frame }) => engine.pipeline().canny({ low: 20, high: 60 }).rotate({ degrees: 3 }).canny({ low: 20, high: 60 }).rotate({ degrees: 3 }).runSync(frame) },
  { name: 'integral, the table does not fit', given: (engine) => ({ frame: engine.frame(900, 800, { format: 'gray8' }) }), call: (engine, { frame }) => engine.integral(frame) },
].map((operation) => ({ ...operation, fresh: true }));

/** Fails every attempt to grow the memory: each in turn, and all from one on. A fresh small engine for each, as what has grown stays. */
export async function failGrowth(report, { short, at }) {
  for (const mode of short ? ['shared'] : ['shared', 'single']) {
    const module = await WebAssembly.compile(await faultyWasm(mode));
    const open = (body) => withEngine({ mode, threads: 0, wasm: module, memory: { initial: 2 << 20, maximum: 64 << 20 } }, (engine) => body(engine, new Faults(engine.memory)));
    for (const operation of GROWING) await sweep(operation, open, report, { kind: 'growths', at });
  }
}
