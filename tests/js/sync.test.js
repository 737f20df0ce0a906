// The primitives on one thread, in both modes: what try gives, what is refused, how waits end.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OP, STEP, request } from '../../js/sync-wait.js';
import { MODES, rejectsCode, sleep, throwsCode, withEngine } from './support.js';

const LIMIT = { timeout: 20000 };
const symbol = Symbol.dispose ?? Symbol.for('Symbol.dispose');
const make = {
  mutex: (sync) => sync.mutex(), condvar: (sync) => sync.condvar(), rwlock: (sync) => sync.rwlock(), semaphore: (sync) => sync.semaphore(1),
  barrier: (sync) => sync.barrier(2), latch: (sync) => sync.latch(1), event: (sync) => sync.event(), once: (sync) => sync.once(),
  seqlock: (sync) => sync.seqlock(), ring: (sync) => sync.ring({ capacity: 3, itemSize: 5 }), queue: (sync) => sync.queue({ capacity: 3, itemSize: 5 }),
};

for (const mode of MODES) {
  describe(`primitives in mode ${mode}`, () => {
    const inEngine = (name, body) => test(name, LIMIT, () => withEngine({ mode, threads: 0 }, (engine) => body(engine.sync, engine)));

    inEngine('give every byte back, once', (sync, engine) => {
      const { live, blocks } = engine.stats();
      const all = Object.values(make).map((one) => one(sync));
      assert.equal(engine.stats().blocks, blocks + all.length);
      assert.ok(all.every(({ pointer }) => pointer % 64 === 0));
      all.forEach((one, i) => (i % 2 ? one.free() : one[symbol]()));
      assert.equal(engine.stats().live, live);
      for (const one of all) throwsCode('stale-handle', () => one.free());
      throwsCode('stale-handle', () => all[0].lock());
    });

    inEngine('are wrapped by address, if that is what lies there', (sync) => {
      const mutex = sync.mutex(), again = sync.mutex(mutex.pointer), held = again.lock();
      assert.equal(mutex.tryLock(), undefined);
      held.release();
      assert.equal(sync.ring(sync.ring({ capacity: 7, itemSize: 3 })).capacity, 7);
      assert.equal(sync.ring({ pointer: sync.ring({ capacity: 7, itemSize: 3 }).pointer }).itemSize, 3);
      assert.equal(sync.barrier({ pointer: sync.barrier(9).pointer }).parties, 9);
      throwsCode('bad-argument', () => sync.semaphore({ pointer: mutex.pointer }), 'semaphore', 'a mutex');
      for (const wrong of [0, 64, mutex.pointer + 4, 2 ** 32 - 64]) throwsCode('stale-handle', () => sync.mutex(wrong), 'mutex');
      for (const wrong of [-1, 1.5, NaN, '64', null]) throwsCode('bad-argument', () => sync.mutex(wrong), 'mutex: pointer');
      mutex.free();
      throwsCode('stale-handle', () => sync.mutex(mutex.pointer));
    });

    inEngine('are not taken for a later one at the same address', (sync) => {
      const old = sync.mutex();
      old.free();
      const young = sync.mutex();
      assert.equal(young.pointer, old.pointer, 'the address is used again');
      throwsCode('stale-handle', () => old.lock());
      throwsCode('stale-handle', () => old.free());
      young.lock().release();
    });

    inEngine('refuse sizes out of range, and say which are allowed', (sync) => {
      throwsCode('bad-argument', () => sync.semaphore(-1), 'permits', 0, 2147483647, -1);
      throwsCode('bad-argument', () => sync.semaphore(2 ** 31), 'permits', 2147483648);
      throwsCode('bad-argument', () => sync.semaphore(), 'permits');
      throwsCode('bad-argument', () => sync.barrier(0), 'parties', 1, 65535);
      throwsCode('bad-argument', () => sync.barrier(1.5), 'parties', 1.5);
      throwsCode('bad-argument', () => sync.latch(NaN), 'count');
      throwsCode('bad-argument', () => sync.ring({ capacity: 0, itemSize: 4 }), 'capacity', 1, 1073741824);
      throwsCode('bad-argument', () => sync.ring({ capacity: 4, itemSize: 0 }), 'itemSize', 16777216);
      throwsCode('bad-argument', () => sync.queue({ capacity: 2 ** 21, itemSize: 4 }), 'capacity', 1048576);
      throwsCode('bad-argument', () => sync.queue({ capacity: 4 }), 'itemSize');
      throwsCode('bad-argument', () => sync.seqlock({ bytes: 4 }), 'bytes', 'itemSize');
      throwsCode('bad-argument', () => sync.seqlock({ itemSize: 2 ** 25 }), 16777216);
      throwsCode('out-of-memory', () => sync.ring({ capacity: 2 ** 30, itemSize: 2 ** 24 }), 'ring');
      throwsCode('bad-argument', () => sync.bury(12345), 12345);
    });

    inEngine('refuse options they do not know, and timeouts that are none', async (sync) => {
      const mutex = sync.mutex();
      for (const timeout of [-1, NaN, '5', null]) throwsCode('bad-argument', () => mutex.lock({ timeout }), 'mutex.lock: timeout', 'milliseconds');
      throwsCode('bad-argument', () => mutex.lock({ signal: AbortSignal.abort() }), 'signal', 'timeout');
      await rejectsCode('bad-argument', mutex.lockAsync({ signal: 3 }), 'signal');
      await rejectsCode('bad-argument', mutex.lockAsync({ timeOut: 3 }), 'timeOut');
      assert.equal(mutex.tryLock()?.ownerDied, false, 'none of them has locked it');
    });

    inEngine('a mutex has one holder, who alone unlocks it', async (sync) => {
      const mutex = sync.mutex(), held = mutex.lock();
      assert.equal(mutex.tryLock(), undefined);
      throwsCode('busy', () => mutex.lock({ timeout: 5 }), 'mutex.lock');
      await rejectsCode('busy', mutex.lockAsync({ timeout: 5 }), 'mutex.lockAsync', '5 ms');
      held.release();
      throwsCode('bad-argument', () => held.release());
      held[symbol](); // at the end of a `using` that is no error
      throwsCode('bad-argument', () => mutex.unlock(), 'mutex.unlock', 'does not hold');
    });

    inEngine('an async wait ends when another task of this thread unlocks', async (sync) => {
      const mutex = sync.mutex(), held = mutex.lock(), order = [];
      const waits = [1, 2, 3].map(async (i) => {
        const mine = await mutex.lockAsync();
        order.push(i);
        await sleep(1);
        assert.equal(mutex.tryLock(), undefined);
        mine.release();
      });
      await sleep(5);
      assert.deepEqual(order, []);
      held.release();
      await Promise.all(waits);
      assert.deepEqual(order.sort(), [1, 2, 3]);
    });

    inEngine('an abort ends an async wait with its reason, and spends no wake-up', async (sync) => {
      const mutex = sync.mutex(), held = mutex.lock(), stop = new AbortController(), reason = new Error('enough');
      const first = mutex.lockAsync({ signal: stop.signal }), second = mutex.lockAsync();
      await sleep(5);
      stop.abort(reason);
      held.release();
      assert.equal((await rejectsCode('aborted', first, 'mutex.lockAsync')).cause, reason);
      const start = performance.now();
      (await second).release();
      assert.ok(performance.now() - start < 900, 'it was woken, not left to sleep its second out');
      await rejectsCode('aborted', mutex.lockAsync({ signal: stop.signal }));
      mutex.lock().release();
    });

    inEngine('a condition variable gives the mutex up and has it again', async (sync) => {
      const mutex = sync.mutex(), condvar = sync.condvar();
      await rejectsCode('bad-argument', condvar.waitAsync(mutex), 'condvar.wait', 'does not hold');
      throwsCode('bad-argument', () => condvar.wait({ pointer: mutex.pointer }), 'mutex');
      const held = mutex.lock();
      const waiting = condvar.waitAsync(mutex);
      const other = mutex.lock(); // free while the first waits
      condvar.notify();
      await sleep(3);
      other.release();
      assert.deepEqual(await waiting, { ownerDied: false });
      assert.equal(mutex.tryLock(), undefined);
      await rejectsCode('busy', condvar.waitAsync(mutex, { timeout: 5 }), '5 ms');
      const stop = new AbortController(), stopped = condvar.waitAsync(mutex, { signal: stop.signal });
      stop.abort();
      await rejectsCode('aborted', stopped);
      assert.equal(mutex.tryLock(), undefined, 'held again after a timeout and an abort');
      held.release();
      throwsCode('bad-argument', () => condvar.notify(0), 'count');
    });

    inEngine('a read-write lock is shared by readers and knows what it is held for', async (sync) => {
      const rwlock = sync.rwlock(), a = rwlock.lockRead(), b = rwlock.tryLockRead();
      assert.equal(rwlock.tryLockWrite(), undefined);
      throwsCode('bad-argument', () => rwlock.unlockWrite(), 'rwlock.unlockWrite');
      const writing = rwlock.lockWriteAsync();
      assert.equal(rwlock.tryLockRead(), undefined, 'a writer waits');
      a.release(), b.release();
      throwsCode('bad-argument', () => rwlock.unlockRead(), 'rwlock.unlockRead');
      const write = await writing;
      assert.equal(rwlock.tryLockRead(), undefined);
      throwsCode('busy', () => rwlock.lockWrite({ timeout: 1 }));
      write.release();
      (await rwlock.lockReadAsync()).release();
    });

    inEngine('a semaphore counts, a latch opens, an event is set and reset', async (sync) => {
      const semaphore = sync.semaphore(2), one = semaphore.acquire();
      semaphore.tryAcquire();
      assert.equal(semaphore.tryAcquire(), undefined);
      await rejectsCode('busy', semaphore.acquireAsync({ timeout: 3 }));
      one.release();
      semaphore.release(3);
      throwsCode('bad-argument', () => semaphore.release(2 ** 31 - 1), 'semaphore.release', 2147483647);
      for (let i = 0; i < 4; i++) await semaphore.acquireAsync();
      assert.equal(semaphore.tryAcquire(), undefined);

      const latch = sync.latch(3);
      latch.countDown(2);
      assert.equal(latch.tryWait(), false);
      throwsCode('bad-argument', () => latch.countDown(2), 'latch.countDown');
      const open = latch.waitAsync();
      latch.countDown();
      await open;
      latch.wait();

      const event = sync.event(), set = event.waitAsync();
      assert.equal(event.tryWait(), false);
      event.set(), event.reset();
      await set;
      assert.equal(event.tryWait(), false);
      event.set(), event.wait();
      assert.equal(event.tryWait(), true);
    });

    inEngine('a barrier lets all go when the last arrives, again and again', async (sync) => {
      const barrier = sync.barrier(3);
      for (let generation = 0; generation < 20; generation++) {
        const last = await Promise.all([barrier.waitAsync(), barrier.waitAsync(), barrier.waitAsync()]);
        assert.deepEqual(last, [false, false, true]);
      }
      await rejectsCode('busy', barrier.waitAsync({ timeout: 3 }));
      const two = [barrier.waitAsync(), barrier.waitAsync()];
      assert.equal(barrier.wait(), true, 'the one that ran out does not count');
      assert.deepEqual(await Promise.all(two), [false, false]);
    });

    inEngine('once is done once, and again after a failure', async (sync) => {
      const once = sync.once();
      let runs = 0;
      assert.throws(() => once.run(() => { runs++; throw new Error('not yet'); }), /not yet/);
      const both = await Promise.all([1, 2].map(() => once.runAsync(async () => { await sleep(3); runs++; })));
      assert.deepEqual([both.sort(), runs], [[false, true], 2]);
      assert.equal(once.run(() => runs++), false);
      assert.equal(once.tryRun(() => runs++), false);
      throwsCode('bad-argument', () => once.run(3), 'a function');
      const inner = sync.once();
      throwsCode('busy', () => inner.run(() => inner.run(() => {})), 'once.run');
      assert.equal(runs, 2);
    });

    inEngine('a seqlock gives back what was written', async (sync) => {
      const seqlock = sync.seqlock({ itemSize: 10 }), bytes = Uint8Array.from({ length: 12 }, (_, i) => 200 + i);
      assert.equal(seqlock.byteLength, 12);
      seqlock.write(bytes);
      assert.deepEqual(seqlock.read(), bytes);
      await seqlock.writeAsync(bytes.map((b) => b ^ 255));
      assert.deepEqual(await seqlock.readAsync(), bytes.map((b) => b ^ 255));
      assert.equal(seqlock.tryWrite(bytes.fill(1)), true);
      assert.deepEqual(seqlock.tryRead(), bytes);
      throwsCode('bad-argument', () => seqlock.write(new Uint8Array(10)), 'Uint8Array of 12', '10 bytes');
    });

    inEngine('a ring hands spans on in place, in order, round its end', async (sync) => {
      const ring = sync.ring({ capacity: 5, itemSize: 3 });
      assert.equal(ring.tryAcquireRead(), undefined);
      await rejectsCode('busy', ring.acquireReadAsync({ timeout: 3 }));
      let written = 0, read = 0;
      while (read < 500) {
        for (let room; (room = ring.tryAcquireWrite({ items: 1 + (written % 4) }));) {
          for (let i = 0; i < room.count; i++) room.data.fill((written + i) % 251, i * 3, i * 3 + 3);
          written += room.count;
          room.publish();
        }
        const came = ring.acquireRead(), count = Math.max(1, came.count - 1);
        for (let i = 0; i < count * 3; i++) assert.equal(came.data[i], (read + Math.floor(i / 3)) % 251);
        throwsCode('bad-argument', () => came.release(came.count + 1), 'ring.release', `between 0 and ${came.count}`);
        came.release(count);
        throwsCode('bad-argument', () => came.release(1), 'ring.release');
        read += count;
      }
      throwsCode('bad-argument', () => ring.acquireWrite({ items: 0 }), 'items');
    });

    inEngine('a ring is one ring for C and for JavaScript, whoever does which step', (sync) => {
      const ring = sync.ring({ capacity: 5, itemSize: 1 }), { waiter } = ring, { u8 } = waiter.core.memory;
      const inC = (op, count) => {
        const asked = { ...request(count), flags: 1 };
        return waiter.call('fl_sync_attempt', op, ring, asked) === STEP.done ? { pointer: asked.result, count: asked.count } : undefined;
      };
      let written = 0, read = 0, dice = 1;
      const roll = (n) => (dice = (dice * 48271) % 0x7fffffff) % n;
      for (let i = 0; i < 20000; i++) {
        const items = 1 + roll(6), part = roll(4), writes = roll(2) === 0;
        const try_ = writes ? 'tryAcquireWrite' : 'tryAcquireRead';
        const span = roll(2) ? ring[try_]({ items }) : inC(writes ? OP.ringWrite : OP.ringRead, items);
        const there = writes ? 5 - (written - read) : written - read, tail = 5 - ((writes ? written : read) % 5);
        assert.equal(span?.count ?? 0, Math.min(items, there, tail), `step ${i}`);
        if (!span) continue;
        const count = Math.min(part, span.count);
        for (let k = 0; k < count; k++) {
          if (writes) u8[span.pointer + k] = (written + k) % 251;
          else assert.equal(u8[span.pointer + k], (read + k) % 251, `step ${i}`);
        }
        if (!('data' in span) || roll(2)) assert.equal(inC(writes ? OP.ringPublish : OP.ringRelease, count).count, count);
        else if (writes) span.publish(count);
        else span.release(count);
        if (writes) written += count;
        else read += count;
      }
      assert.ok(read > 4000);
    });

    inEngine('a ring that was freed gives nothing more, and a span of it cannot be handed on', (sync) => {
      const ring = sync.ring({ capacity: 5, itemSize: 1 }), room = ring.acquireWrite();
      ring.acquireWrite().publish(1);
      ring.free();
      for (const method of ['acquireWrite', 'tryAcquireWrite', 'acquireRead', 'tryAcquireRead']) throwsCode('stale-handle', () => ring[method](), 'ring');
      throwsCode('stale-handle', () => room.publish(), 'ring');
      const next = sync.ring({ capacity: 5, itemSize: 1 });
      throwsCode('stale-handle', () => room.publish(), 'ring');
      next.acquireWrite().publish(1);
      assert.equal(next.pointer, ring.pointer, 'at the same address');
      for (const method of ['tryAcquireWrite', 'tryAcquireRead']) throwsCode('stale-handle', () => ring[method](), 'ring');
    });

    inEngine('a queue is first in, first out, and full when it is', async (sync) => {
      const queue = sync.queue({ capacity: 3, itemSize: 5 });
      assert.deepEqual([queue.capacity, queue.itemSize], [4, 5]);
      const item = (i) => new Uint8Array(5).fill(i);
      for (let i = 0; i < 4; i++) assert.equal(queue.tryPush(item(i)), true);
      assert.equal(queue.tryPush(item(9)), false);
      const pushing = queue.pushAsync(item(4));
      for (let i = 0; i < 4; i++) assert.deepEqual(queue.pop(), item(i));
      await pushing;
      assert.deepEqual(await queue.popAsync(), item(4));
      assert.equal(queue.tryPop(), undefined);
      throwsCode('bad-argument', () => queue.push(new Uint8Array(4)), 'Uint8Array of 5');
    });

    inEngine('waits end with the engine', async (sync, engine) => {
      const waiting = sync.event().waitAsync();
      await engine.dispose();
      await rejectsCode('disposed', waiting);
      throwsCode('disposed', () => sync.mutex());
      throwsCode('disposed', () => engine.sync);
    });

    inEngine('a wait on something freed meanwhile ends as stale', async (sync) => {
      const event = sync.event(), waiting = event.waitAsync();
      event.free();
      await rejectsCode('stale-handle', waiting, 'event');
    });
  });
}

test('alone in memory, a wait that could not end is an error and no hang', LIMIT, () => withEngine({ mode: 'single' }, ({ sync }) => {
  const waits = {
    acquire: () => sync.semaphore(0).acquire(), barrier: () => sync.barrier(2).wait(), event: () => sync.event().wait(),
    latch: () => sync.latch(1).wait(), ring: () => sync.ring({ capacity: 1, itemSize: 1 }).acquireRead(), queue: () => sync.queue({ capacity: 1, itemSize: 1 }).pop(),
  };
  for (const wait of Object.values(waits)) throwsCode('unsupported', wait, 'not shared', 'Async()');
  const mutex = sync.mutex(), held = mutex.lock();
  throwsCode('unsupported', () => sync.condvar().wait(mutex), 'condvar.wait');
  held.release(); // still held after the wait that could not be
}));

test('a ring wakes who sleeps at either end, item after item, also when the memory has grown', LIMIT, () => withEngine({ mode: 'shared', threads: 0 }, async (engine) => {
  const ring = engine.sync.ring({ capacity: 1, itemSize: 4 }), { waiter } = ring;
  /* A sleeper of the test's own beside the one that waits: nothing but a wake-up ends it. */
  const sleepBeside = () => Atomics.waitAsync(waiter.core.memory.i32, waiter.field('word') / 4, waiter.field('value') | 0).value;
  for (let round = 0; round < 6; round++) {
    const reading = ring.acquireReadAsync(), readerWakes = sleepBeside();
    ring.acquireWrite().publish();
    assert.equal(await readerWakes, 'ok');
    const came = await reading, writing = ring.acquireWriteAsync(), writerWakes = sleepBeside();
    came.release();
    assert.equal(await writerWakes, 'ok');
    (await writing).publish(0);
    if (round === 3) engine.memory.grow(1);
  }
}));

test('a timeout is kept, to the millisecond or later', LIMIT, () => withEngine({ mode: 'shared', threads: 0 }, async ({ sync }) => {
  const semaphore = sync.semaphore(0);
  for (const wait of [() => semaphore.acquire({ timeout: 25 }), () => semaphore.acquireAsync({ timeout: 25 })]) {
    const start = performance.now();
    await rejectsCode('busy', (async () => wait())(), '25 ms');
    assert.ok(performance.now() - start >= 25);
  }
  throwsCode('busy', () => semaphore.acquire({ timeout: 0 }));
}));
