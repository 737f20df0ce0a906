// createEngine() when what it needs fails: allocations, the start of workers, the module.
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import { Engine } from '../../js/engine.js';
import { nodePlatform } from '../../js/node/platform.js';
import { hash, noiseFrame, sleep } from '../js/support.js';
import { faultyWasm } from './control.js';
import { complaintOf, within } from './trial.js';

const THREADS = 2;
const IN_SHORT = ['script throws', 'constructor throws', 'takes no message', 'cannot instantiate'];

/**
 * A platform that knows which of its threads still run, and what it was warned of.
 * @param {(number: number, ...listeners: any[]) => any} [spawn] what the number-th thread is
 * @param {boolean} [startsSurely] as in Node, or else as in browsers: createEngine() waits for its threads
 */
function countingPlatform(spawn = (_, ...listeners) => nodePlatform.spawn(...listeners), startsSurely = true) {
  const running = new Set(), warnings = [];
  let number = 0;
  return {
    ...nodePlatform,
    startsSurely,
    running,
    warnings,
    warn: (message) => warnings.push(message),
    spawn(onMessage, onEnd) {
      const key = {};
      const thread = spawn(++number, onMessage, (why, failed) => {
        running.delete(key);
        onEnd(why, failed);
      });
      running.add(key);
      return thread;
    },
  };
}

/** A thread that runs this text instead of the package's script. */
function threadOf(script) {
  return (onMessage, onEnd) => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    let error = '';
    worker.on('message', onMessage);
    worker.on('error', (cause) => (error = String(cause)));
    worker.on('exit', (code) => onEnd(error || `it exited with code ${code}`, error !== ''));
    return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate(), endsSurely: true, keepProcess: () => {} };
  };
}

/** The bytes an engine computes: they are to be the same whatever happened at its start. */
async function bytesOf(engine) {
  const frame = noiseFrame(engine, 301, 203);
  const out = await within(engine.pipeline().gaussianBlur({ sigma: 3 }).equalize().run(frame));
  const text = hash(out);
  out.dispose();
  frame.dispose();
  return text;
}

async function expectedBytes() {
  const engine = await Engine.create({ mode: 'single' }, nodePlatform);
  const bytes = await bytesOf(engine);
  await engine.dispose();
  return bytes;
}

/**
 * Creates an engine. What went wrong beyond the error that was expected, if any.
 * @param {any} options @param {any} platform @param {string[]} codes allowed codes of the error; none: it must work
 * @param {boolean} [toWarn] is it to say that threads could not be had?
 */
async function start(options, platform, codes, expected, toWarn = false) {
  const problems = [];
  let outcome = 'error';
  try {
    const engine = await within(Engine.create(options, platform), 60_000);
    outcome = 'right';
    for (let i = 0; i < 2000 && toWarn && platform.warnings.length === 0; i++) await sleep(10); // it is told when the last attempt has failed
    if (toWarn && platform.warnings.length === 0) problems.push('it works without its threads and says nothing');
    const bytes = await bytesOf(engine);
    if (bytes !== expected) problems.push(`${bytes} instead of ${expected}`);
    await within(engine.dispose());
    if (!codes.includes('works')) problems.push(`it works, where ${codes} was expected`);
  } catch (error) {
    const complaint = complaintOf(error, codes);
    if (complaint) problems.push(complaint);
  }
  for (let i = 0; i < 200 && platform.running.size > 0; i++) await sleep(10);
  if (platform.running.size > 0) problems.push(`${platform.running.size} threads are left behind`);
  const after = await within(Engine.create({ ...options, wasm: undefined, threads: 1 }, nodePlatform));
  if ((await bytesOf(after)) !== expected) problems.push('the next engine gives other bytes');
  await after.dispose();
  return { outcome, problem: problems.join('; ') };
}

/** What fails at once, on the calling thread, and what each thread fails by some time later. */
const AT_ONCE = ['constructor throws', 'takes no message'], FAILS_LATER = ['script throws', 'script is no JavaScript', 'cannot instantiate'];

/** Where threads are not waited for the calling thread does what they do not. */
function allowed(what, which, waits) {
  if (!waits) return AT_ONCE.includes(what) ? ['works', 'worker-lost'] : ['works'];
  return which === 'all' || what === 'never answers' ? ['worker-lost'] : ['works', 'worker-lost'];
}

/** @param {import('./report.js').Report} report */
export async function failStarts(report, { short, at }) {
  const expected = await expectedBytes();
  await failFirstAllocations(report, at, expected);
  const broken = {
    'script throws': threadOf('throw new Error("broken script")'),
    'script is no JavaScript': threadOf('let let let'),
    'script ends at once': threadOf(''),
    'dies before it is ready': threadOf('process.exit(3)'),
    'dies when it has its order': threadOf('import { parentPort } from "node:worker_threads"; parentPort.once("message", () => process.exit(1))'),
    'script is not there': (onMessage, onEnd) => {
      const worker = new Worker(new URL('./no-such-worker.js', import.meta.url));
      worker.on('error', (error) => onEnd(String(error), true));
      return { post() {}, terminate() {}, endsSurely: true, keepProcess() {} };
    },
    'constructor throws': () => { throw new Error('no more threads'); },
    'takes no message': (...listeners) => ({ ...nodePlatform.spawn(...listeners), post() { throw new Error('could not be cloned'); } }),
    'cannot instantiate': (...listeners) => {
      const thread = nodePlatform.spawn(...listeners);
      return { ...thread, post: (order) => thread.post({ ...order, memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) }) };
    },
    'never answers': threadOf('setInterval(() => {}, 1000)'),
    'is ended before it is ready': (...listeners) => {
      const thread = nodePlatform.spawn(...listeners);
      thread.terminate();
      return thread;
    },
  };
  const cases = { 'the first': (n) => n === 1, 'the second': (n) => n === 2, 'two of them': (n) => n <= 2, 'all': () => true };
  for (const [what, spawn] of Object.entries(broken)) {
    if (short && !IN_SHORT.includes(what)) continue;
    for (const [which, isBroken] of Object.entries(cases)) {
      if (short && which === 'two of them') continue;
      if (what === 'never answers' && which !== 'the second') continue; // it takes 20 s to be given up
      for (const waits of [true, false]) {
        const name = `worker ${what}${waits ? '' : ', not waited for'}`;
        at(`${name}, ${which}`);
        const platform = countingPlatform((n, ...listeners) => (isBroken(n) ? spawn(...listeners) : nodePlatform.spawn(...listeners)), !waits);
        const toWarn = !waits && which === 'all' && FAILS_LATER.includes(what);
        const { outcome, problem } = await start({ threads: THREADS }, platform, allowed(what, which, waits), expected, toWarn);
        report.count(name, problem && `${which}: ${problem}`, outcome);
      }
    }
  }
}

/** createEngine() itself allocates: stacks, its own tables. The fault is written into the module before it starts. */
async function failFirstAllocations(report, at, expected) {
  for (const mode of ['shared', 'single']) {
    for (const lasting of [false, true]) {
      for (let n = 1, outcome = 'error'; outcome === 'error' && n < 20; n++) {
        const name = `createEngine, mode ${mode}`, what = `allocation ${n} fails ${lasting ? 'for ever' : 'once'}`;
        at(`${name}: ${what}`);
        const wasm = await faultyWasm(mode, [n, lasting]);
        const result = await start({ mode, threads: THREADS, wasm }, countingPlatform(), ['out-of-memory', 'works'], expected);
        outcome = result.outcome;
        if (outcome === 'right' && n === 1) report.count(name, `${what}: it works`, outcome);
        if (outcome !== 'right') report.count(name, result.problem && `${what}: ${result.problem}`, outcome);
        // once the fault comes after the start, what follows runs out of memory: that is allocations.js's to say
      }
    }
  }
}

const wasmOf = (...bytes) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes);
const text = (name) => [name.length, ...Buffer.from(name)];
const section = (id, ...content) => [id, content.length, ...content];

/** Modules that are not the core. */
const MODULES = {
  'no bytes': new Uint8Array(0),
  'bytes that are no module': new Uint8Array(1000).fill(7),
  'an empty module': wasmOf(),
  'a module that imports something else': wasmOf(...section(1, 1, 0x60, 0, 0), ...section(2, 1, ...text('foo'), ...text('bar'), 0, 0)),
  'a module that wants another function of env': wasmOf(...section(1, 1, 0x60, 0, 0), ...section(2, 1, ...text('env'), ...text('bar'), 0, 0)),
  'a module whose start traps': wasmOf(...section(1, 1, 0x60, 0, 0), ...section(3, 1, 0), ...section(8, 0), ...section(10, 1, 3, 0, 0, 0x0b)),
  'a module of another ABI': wasmOf(...section(1, 1, 0x60, 0, 1, 0x7f), ...section(3, 1, 0), ...section(7, 1, ...text('fl_abi'), 0, 0), ...section(10, 1, 5, 0, 0x41, 42, 0x0b)),
  'a module with the ABI and nothing else': wasmOf(...section(1, 1, 0x60, 0, 1, 0x7f), ...section(3, 1, 0), ...section(7, 1, ...text('fl_abi'), 0, 0), ...section(10, 1, 4, 0, 0x41, 1, 0x0b)),
};

/** @param {import('./report.js').Report} report */
export async function failModules(report, { short, at }) {
  const expected = await expectedBytes();
  const server = createServer((request, response) => {
    if (request.url === '/broken.wasm') return request.socket.destroy();
    response.writeHead(request.url === '/text.wasm' ? 200 : 404, { 'content-type': 'text/html' });
    response.end('<p>not here</p>');
  });
  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const flipped = (await faultyWasm('shared')).map((byte, i) => (i > 30000 && i < 30400 ? byte ^ 0x55 : byte));
  const sources = {
    ...MODULES,
    'the core with some bytes changed': flipped,
    'half of the core': (await faultyWasm('shared')).subarray(0, 150000),
    'a module compiled from nothing': new WebAssembly.Module(wasmOf()),
    'a file that is not there': new URL('./no-such.wasm', import.meta.url),
    'a file that is no module': new URL('./starts.js', import.meta.url),
    'an address that answers 404': `http://localhost:${port}/gone.wasm`,
    'an address that answers a page': `http://localhost:${port}/text.wasm`,
    'an address that breaks off': `http://localhost:${port}/broken.wasm`,
    'an address nobody answers': 'http://localhost:1/framelane.wasm',
    'a scheme that is none': 'nonsense://framelane.wasm',
  };
  for (const [what, wasm] of Object.entries(sources)) {
    for (const mode of short ? ['shared'] : ['shared', 'single']) {
      const name = `module: ${what}`;
      at(name);
      const { outcome, problem } = await start({ mode, threads: 1, wasm }, countingPlatform(), ['bad-module'], expected);
      report.count(name, problem && `mode ${mode}: ${problem}`, outcome);
    }
  }
  for (const [mode, other] of [['shared', 'single'], ['single', 'shared']]) {
    const { outcome, problem } = await start({ mode, threads: 1, wasm: await faultyWasm(other) }, countingPlatform(), ['bad-argument', 'bad-module', 'works'], expected);
    report.count('module: the core of the other mode', problem && `mode ${mode}: ${problem}`, outcome);
  }
  server.close();
}
