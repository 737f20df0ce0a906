// A thread of the user's own: attaches, does one thing, says what came out.
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from '../../js/node/index.js';
import { importsFor } from '../../js/imports.js';
import { OP } from '../../js/sync-wait.js';

const { token, task, args } = workerData;

/** The wasm itself, as C code that blocks would call it: no JavaScript waits here. */
async function bare() {
  const { exports } = await WebAssembly.instantiate(token.module, importsFor(token.memory));
  exports.__stack_pointer.value = token.stackTop;
  exports.__wasm_init_tls(token.tls);
  exports.fl_thread_be(token.thread);
  return exports;
}

const words = () => new Int32Array(token.memory.buffer);
const bump = (address) => words()[address / 4]++; // plain: whoever does this without a lock loses counts

const tasks = {
  async countInC({ mutex, counter, rounds }) {
    const c = await bare();
    for (let i = 0; i < rounds; i++) {
      if (c.fl_sync_run(OP.lock, mutex, -1) !== 0) throw new Error('lock');
      bump(counter);
      if (c.fl_sync_attempt(OP.unlock, mutex) !== 0) throw new Error('unlock');
    }
  },
  async count({ mutex, counter, rounds }, { sync }) {
    const m = sync.mutex(mutex);
    for (let i = 0; i < rounds; i++) {
      const held = i % 3 ? m.lock() : await m.lockAsync();
      bump(counter);
      held.release();
    }
  },
  async hold({ mutex, ready }, { sync }) { // for ever: until it is terminated
    sync.mutex(mutex).lock();
    sync.event(ready).set();
    sync.semaphore(0).acquire();
  },
  async holdAndDetach({ mutex, rwlock }, engine) {
    engine.sync.mutex(mutex).lock();
    engine.sync.rwlock(rwlock).lockWrite();
    engine.detach();
  },
  async produce({ ring, items }, { sync }) {
    const r = sync.ring({ pointer: ring });
    for (let n = 0; n < items;) {
      const span = n % 5 ? r.acquireWrite({ items: 1 + (n % 7) }) : await r.acquireWriteAsync();
      const count = Math.min(span.count, items - n), view = new DataView(span.data.buffer, span.pointer);
      for (let i = 0; i < count; i++) view.setUint32(i * 12, n + i, true), view.setUint32(i * 12 + 4, ~(n + i), true);
      span.publish(count);
      n += count;
    }
  },
  async push({ queue, from, count }, { sync }) {
    const q = sync.queue({ pointer: queue });
    for (let i = from; i < from + count; i++) q.push(new Uint8Array(Uint32Array.of(i).buffer));
  },
  async meet({ barrier, counter, parties, generations }, { sync }) {
    const b = sync.barrier({ pointer: barrier });
    let last = 0, wrong = 0;
    for (let g = 1; g <= generations; g++) {
      Atomics.add(words(), counter / 4, 1);
      if (b.wait()) last++;
      if (Atomics.load(words(), counter / 4) !== g * parties) wrong++;
      b.wait();
    }
    return { last, wrong };
  },
  async waitFor({ condvar, mutex, flag }, { sync }) {
    const m = sync.mutex(mutex), c = sync.condvar(condvar), held = m.lock();
    while (words()[flag / 4] === 0) c.wait(m);
    words()[flag / 4]++;
    held.release();
  },
  async writeValue({ seqlock, rounds }, { sync }) {
    const s = sync.seqlock(seqlock);
    for (let i = 1; i <= rounds; i++) s.write(new Uint8Array(s.byteLength).fill(i));
  },
  async lookAtFrame({ handle }, engine) {
    const frame = engine.frame(handle);
    const seen = [...frame.data.subarray(0, 4)];
    frame.data.fill(9);
    return { seen, width: frame.width, format: frame.format };
  },
  async grow({ bytes }, { sync, memory }) {
    const ring = sync.ring({ capacity: 4, itemSize: 4 });
    memory.grow(bytes / 65536);
    ring.acquireWrite().data.fill(3);
    return ring.pointer;
  },
};

const engine = task.endsWith('InC') ? undefined : await attach(token);
const result = await tasks[task](args, engine);
engine?.detach();
parentPort.postMessage({ result });
