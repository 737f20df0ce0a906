// The primitives between threads: JavaScript and C on the same bytes, tokens, owners that die.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { attach } from '../../js/node/index.js';
import { Sync } from '../../js/sync.js';
import { noiseFrame, rejectsCode, sleep, throwsCode, withEngine } from './support.js';

const LIMIT = { timeout: 60000 };

/** Runs a task of sync-worker.js on a thread of its own. */
function start(engine, task, args) {
  const token = engine.share();
  const worker = new Worker(new URL('./sync-worker.js', import.meta.url), { workerData: { token, task, args } });
  const result = new Promise((resolve, reject) => {
    worker.on('message', (message) => resolve(message.result));
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error(`${task} ended without a word`)));
  });
  result.catch(() => {}); // whoever wants to know awaits it
  return { worker, result, thread: token.thread };
}

describe('primitives between threads', () => {
  const inEngine = (name, body) => test(name, LIMIT, () => withEngine({ mode: 'shared', threads: 0 }, (engine) => body(engine.sync, engine)));
  const word = (engine) => engine.alloc(64).pointer;
  const read = (engine, address) => Atomics.load(new Int32Array(engine.memory.buffer), address / 4);
  const clear = (engine, address) => Atomics.store(new Int32Array(engine.memory.buffer), address / 4, 0);

  inEngine('a mutex excludes C that blocks, JavaScript that blocks and JavaScript that does not', async (sync, engine) => {
    const mutex = sync.mutex(), counter = word(engine), rounds = 3000;
    clear(engine, counter);
    const args = { mutex: mutex.pointer, counter, rounds };
    const threads = [start(engine, 'countInC', args), start(engine, 'countInC', args), start(engine, 'count', args)];
    for (let i = 0; i < rounds; i++) {
      const held = i % 2 ? mutex.lock() : await mutex.lockAsync();
      new Int32Array(engine.memory.buffer)[counter / 4]++;
      held.release();
    }
    for (const { result } of threads) await result;
    assert.equal(read(engine, counter), 4 * rounds);
  });

  inEngine('a barrier lets threads go together, generation after generation', async (sync, engine) => {
    const barrier = sync.barrier(3), counter = word(engine), generations = 300;
    clear(engine, counter);
    const threads = [1, 2, 3].map(() => start(engine, 'meet', { barrier: barrier.pointer, counter, parties: 3, generations }));
    const ends = await Promise.all(threads.map(({ result }) => result));
    assert.equal(ends.reduce((sum, { last }) => sum + last, 0), generations);
    assert.ok(ends.every(({ wrong }) => wrong === 0));
  });

  inEngine('a condition variable wakes a thread that sleeps', async (sync, engine) => {
    const mutex = sync.mutex(), condvar = sync.condvar(), flag = word(engine);
    clear(engine, flag);
    const threads = [1, 2].map(() => start(engine, 'waitFor', { mutex: mutex.pointer, condvar: condvar.pointer, flag }));
    const held = await mutex.lockAsync();
    new Int32Array(engine.memory.buffer)[flag / 4] = 1;
    held.release();
    condvar.notifyAll();
    for (const { result } of threads) await result;
    assert.equal(read(engine, flag), 3);
  });

  inEngine('a ring loses, doubles and reorders nothing', async (sync, engine) => {
    const ring = sync.ring({ capacity: 13, itemSize: 12 }), items = 50000;
    const { result } = start(engine, 'produce', { ring: ring.pointer, items });
    for (let n = 0; n < items;) {
      const span = n % 3 ? ring.acquireRead({ items: 1 + (n % 5) }) : await ring.acquireReadAsync();
      const view = new DataView(span.data.buffer, span.pointer);
      for (let i = 0; i < span.count; i++) {
        if (view.getUint32(i * 12, true) !== n + i || view.getUint32(i * 12 + 4, true) !== ~(n + i) >>> 0) assert.fail(`item ${n + i}`);
      }
      span.release();
      n += span.count;
    }
    await result;
    assert.equal(ring.tryAcquireRead(), undefined);
  });

  inEngine('a queue delivers what three threads push exactly once', async (sync, engine) => {
    const queue = sync.queue({ capacity: 16, itemSize: 4 }), count = 3000, seen = new Uint8Array(3 * count), last = [-1, -1, -1];
    const threads = [0, 1, 2].map((i) => start(engine, 'push', { queue: queue.pointer, from: i * count, count }));
    for (let n = 0; n < 3 * count; n++) {
      const bytes = n % 4 ? queue.pop() : await queue.popAsync(), value = new Uint32Array(bytes.buffer)[0], from = Math.floor(value / count);
      seen[value]++;
      assert.ok(value > last[from], 'those of one thread in their order');
      last[from] = value;
    }
    for (const { result } of threads) await result;
    assert.ok(seen.every((times) => times === 1));
  });

  inEngine('readers of a seqlock never see half a write', async (sync, engine) => {
    const seqlock = sync.seqlock({ itemSize: 256 }), rounds = 2000;
    const { result } = start(engine, 'writeValue', { seqlock: seqlock.pointer, rounds });
    let over = false;
    result.finally(() => (over = true)).catch(() => {});
    for (let reads = 0; !over || reads < 10; reads++) {
      const value = reads % 8 ? seqlock.read() : await seqlock.readAsync();
      assert.ok(value.every((byte) => byte === value[0]), `torn: ${value}`);
      if (reads % 64 === 0) await sleep(0); // the event loop is to hear of the end
    }
    await result;
    assert.equal(seqlock.read()[0], rounds % 256);
  });

  inEngine('who inherits a mutex from a thread that was ended is told so', async (sync, engine) => {
    const mutex = sync.mutex(), ready = sync.event();
    const { worker, thread } = start(engine, 'hold', { mutex: mutex.pointer, ready: ready.pointer });
    await ready.waitAsync();
    throwsCode('busy', () => mutex.lock({ timeout: 5 }));
    const waiting = mutex.lockAsync();
    await worker.terminate();
    const { live } = engine.stats();
    sync.bury(thread);
    const held = await waiting;
    assert.equal(held.ownerDied, true);
    held.release();
    assert.equal(mutex.lock().ownerDied, false);
    assert.ok(engine.stats().live < live - 65536, 'its stack is given back');
    throwsCode('bad-argument', () => sync.bury(thread), thread);
  });

  inEngine('what a thread holds when it detaches counts as left by the dead', async (sync, engine) => {
    const mutex = sync.mutex(), rwlock = sync.rwlock();
    await start(engine, 'holdAndDetach', { mutex: mutex.pointer, rwlock: rwlock.pointer }).result;
    const reading = rwlock.lockRead();
    assert.deepEqual([mutex.lock().ownerDied, reading.ownerDied], [true, true]);
    reading.release();
    const writing = rwlock.lockWrite();
    assert.equal(writing.ownerDied, true, 'until one has written');
    writing.release();
    assert.equal(rwlock.lockRead().ownerDied, false);
  });

  inEngine('a token is good for one thread, and its stack comes back', async (sync, engine) => {
    const { live } = engine.stats(), token = engine.share();
    assert.ok(engine.stats().live > live + 65536);
    const thread = await attach(token);
    await rejectsCode('busy', attach(token), 'share()');
    await rejectsCode('bad-argument', attach({}), 'token');
    await rejectsCode('bad-argument', attach(), 'token');
    assert.notEqual(thread.thread, sync.thread);
    throwsCode('unsupported', () => thread.sync.bury(3));
    const mutex = thread.sync.mutex();
    const held = mutex.lock();
    throwsCode('bad-argument', () => sync.mutex(mutex).unlock(), 'does not hold');
    held.release();
    mutex.free();
    thread.detach();
    thread.detach();
    throwsCode('disposed', () => thread.sync.mutex());
    throwsCode('disposed', () => held && thread.frame(1));
    assert.equal(engine.sync, sync);
    assert.equal(engine.stats().live, live);
  });

  inEngine('a frame is seen by its handle, and kept alive', async (sync, engine) => {
    const frame = noiseFrame(engine, 9, 7), before = [...frame.data.subarray(0, 4)];
    const { result } = start(engine, 'lookAtFrame', { handle: frame.handle });
    assert.deepEqual(await result, { seen: before, width: 9, format: 'rgba8' });
    assert.ok(frame.data.every((byte) => byte === 9));
    const there = await attach(engine.share()), view = there.frame(frame.handle), { handle } = frame;
    frame.dispose();
    assert.equal(view.data[0], 9);
    throwsCode('stale-handle', () => there.frame(handle), 'frame');
    throwsCode('bad-argument', () => there.frame('1'), 'handle');
    there.detach();
    assert.equal(engine.stats().frames, 0);
  });

  inEngine('memory that another thread has grown is seen', async (sync, engine) => {
    const before = engine.memory.buffer.byteLength;
    const pointer = await start(engine, 'grow', { bytes: 1 << 20 }).result, ring = sync.ring({ pointer });
    assert.equal(engine.memory.buffer.byteLength, before + (1 << 20));
    assert.equal(ring.capacity, 4);
    const span = ring.acquireWrite();
    assert.ok(span.data.every((byte) => byte === 3), 'what was written there after the growth');
  });

  inEngine('a thread that may not block is told what to do instead', async (sync, engine) => {
    const mutex = sync.mutex();
    const window = new Sync(mutex.waiter.core, { mayBlock: false, onUse() {} }), there = window.mutex(mutex);
    throwsCode('unsupported', () => there.lock(), 'mutex.lock', "window's main thread", 'await mutex.lockAsync()');
    throwsCode('unsupported', () => window.event().wait({ timeout: 1 }), 'event.waitAsync');
    (await there.lockAsync()).release();
    there.tryLock().release();
  });
});

test('share() says that there is nothing to share in mode single', LIMIT, () => withEngine({ mode: 'single' }, (engine) => {
  throwsCode('unsupported', () => engine.share(), 'shared');
}));
