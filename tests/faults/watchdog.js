// A thread that watches this one: when it stands still for too long, it says where and ends the process. Nothing else can, of a hang
// in synchronous code.
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const LIMIT_MS = 30_000;
const TEXT_BYTES = 500;

/** Call it with what is about to be done; the hang is reported under the last name. @returns {((what: string) => void) & { end: () => Promise<number> }} */
export function watch(limit = LIMIT_MS) {
  const shared = new SharedArrayBuffer(8 + TEXT_BYTES), words = new Int32Array(shared, 0, 2), text = new Uint8Array(shared, 8);
  const worker = new Worker(new URL(import.meta.url), { workerData: { shared, limit } });
  worker.unref();
  const at = (/** @type {string} */ what) => {
    const bytes = Buffer.from(what).subarray(0, TEXT_BYTES);
    text.set(bytes);
    words[1] = bytes.length;
    Atomics.add(words, 0, 1);
    Atomics.notify(words, 0);
  };
  return Object.assign(at, { end: () => worker.terminate() });
}

if (!isMainThread && workerData?.shared) {
  const { shared, limit } = workerData, words = new Int32Array(shared, 0, 2);
  for (;;) {
    if (Atomics.wait(words, 0, Atomics.load(words, 0), limit) !== 'timed-out') continue;
    writeSync(2, `hang: no step within ${limit} ms since «${Buffer.from(new Uint8Array(shared, 8, words[1])).toString()}»\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}
