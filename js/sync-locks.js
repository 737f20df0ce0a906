/** What is held and given back: mutex, condition variable, read-write lock, semaphore. */
import { dispose } from './dispose.js';
import { FramelaneError, badArgument } from './errors.js';
import { wholeNumber } from './loader.js';
import { OP, Primitive, STEP, request } from './sync-wait.js';

/** @typedef {import('./sync-wait.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync-wait.js').AsyncOptions} AsyncOptions */

const COUNT_MAX = 2 ** 31 - 1;
const STATE = 16; // the word of a mutex behind the primitive's head, as in sync/lock.h: 0, or the owner's number and no more

/** Something that is held until `release()`, or until the end of the block with `using`. */
export class Held {
  /** @type {(() => void) | undefined} */ #release;

  /** @param {() => void} release @param {boolean} ownerDied */
  constructor(release, ownerDied) {
    this.#release = release;
    /** True: the thread that held it before died with it, so what it protects may be half changed. @readonly */
    this.ownerDied = ownerDied;
  }

  /** Gives it back. Throws 'bad-argument' if that was done before. */
  release() {
    const release = this.#release;
    if (!release) throw new FramelaneError('bad-argument', 'release: it has been given back already');
    this.#release = undefined;
    release();
  }

  /** At the end of a `using`: gives it back unless that was done. */
  [dispose]() {
    if (this.#release) this.release();
  }
}

/**
 * One thread at a time. It knows its owner: locking twice is 'busy', unlocking what one does not hold 'bad-argument'. When the owner's
 * thread ends while it holds it (see `engine.sync.bury`), the next to lock it gets `ownerDied: true`.
 *
 * @example
 * const mutex = engine.sync.mutex();
 * {
 *   const held = mutex.lock({ timeout: 1000 }); // or: using held = …, then it needs no release()
 *   if (held.ownerDied) console.log('put right what another thread left half done');
 *   held.release();
 * }
 */
export class Mutex extends Primitive {
  /** @param {number} step */
  #held(step) {
    return new Held(() => this.unlock(), step === STEP.ownerDied);
  }

  /**
   * The same swap as in sync/lock.c, here: a call of the core takes longer. Only from free to held and back, with nobody waiting and nobody
   * having died; false: the core is to see to it.
   * @param {boolean} locks
   */
  #swap(locks) {
    const words = this.live(), self = this.waiter.thread, from = locks ? 0 : self;
    return words !== undefined && Atomics.compareExchange(words, STATE, from, locks ? self : 0) === from;
  }

  /** Waits until it is free. Throws 'busy' after the timeout, 'unsupported' on a window's main thread. @param {WaitOptions} [options] */
  lock(options) {
    if (options === undefined && this.waiter.mayBlock && this.#swap(true)) return this.#held(STEP.done);
    return this.#held(this.block(OP.lock, 'lock', options === undefined ? {} : options));
  }

  /** The same for threads that must not block. @param {AsyncOptions} [options] */
  async lockAsync(options = {}) {
    return this.#held(await this.blockAsync(OP.lock, 'lock', options));
  }

  /** Undefined: somebody holds it. @returns {Held | undefined} */
  tryLock() {
    if (this.#swap(true)) return this.#held(STEP.done);
    const step = this.attempt(OP.lock);
    return step === STEP.wait ? undefined : this.#held(step);
  }

  /** For whoever has no use for what lock() gives. Throws 'bad-argument' when this thread does not hold it. */
  unlock() {
    if (!this.#swap(false)) this.now(OP.unlock);
  }
}

/**
 * Waits for a condition that a mutex protects. It may wake for no reason: look again in a loop.
 *
 * @example
 * const mutex = engine.sync.mutex(), filled = engine.sync.condvar(), items = ['one'];
 * const held = mutex.lock();
 * while (items.length === 0) filled.wait(mutex);
 * items.pop();
 * held.release();
 */
export class Condvar extends Primitive {
  /** @param {Mutex} mutex */
  #with(mutex) {
    if (!(mutex instanceof Mutex)) throw badArgument('condvar.wait: mutex', 'a mutex that this thread holds', mutex);
    return request(0, mutex.pointer);
  }

  /**
   * Gives the mutex up, waits to be notified, and has it again at the end: also when it throws 'busy' after the timeout.
   * @param {Mutex} mutex held by this thread @param {WaitOptions} [options]
   * @returns {{ ownerDied: boolean }} of the mutex
   */
  wait(mutex, options = {}) {
    return { ownerDied: this.block(OP.wait, 'wait', options, this.#with(mutex)) === STEP.ownerDied };
  }

  /** The same for threads that must not block. @param {Mutex} mutex @param {AsyncOptions} [options] @returns {Promise<{ ownerDied: boolean }>} */
  async waitAsync(mutex, options = {}) {
    return { ownerDied: (await this.blockAsync(OP.wait, 'wait', options, this.#with(mutex))) === STEP.ownerDied };
  }

  /** Wakes so many of those who wait. @param {number} [count] */
  notify(count = 1) {
    this.now(OP.notify, request(wholeNumber(count, 'condvar.notify: count', 1, COUNT_MAX)));
  }

  /** Wakes all. */
  notifyAll() {
    this.now(OP.notify, request(COUNT_MAX));
  }
}

/**
 * Many readers or one writer; neither starves. Owner, death of the owner and `Held` as with the mutex, for the writer.
 *
 * @example
 * const rwlock = engine.sync.rwlock();
 * const reading = rwlock.lockRead();
 * reading.release();
 * const writing = rwlock.lockWrite();
 * writing.release();
 */
export class RwLock extends Primitive {
  #readers = 0; // by this object: the core cannot tell whose they are

  /** @param {number} step */
  #reading(step) {
    this.#readers++;
    return new Held(() => this.unlockRead(), step === STEP.ownerDied);
  }

  /** @param {number} step */
  #writing(step) {
    return new Held(() => this.unlockWrite(), step === STEP.ownerDied);
  }

  /** @param {WaitOptions} [options] */
  lockRead(options = {}) {
    return this.#reading(this.block(OP.lockRead, 'lockRead', options));
  }

  /** @param {AsyncOptions} [options] */
  async lockReadAsync(options = {}) {
    return this.#reading(await this.blockAsync(OP.lockRead, 'lockRead', options));
  }

  /** Undefined: somebody writes or is about to. @returns {Held | undefined} */
  tryLockRead() {
    const step = this.attempt(OP.lockRead);
    return step === STEP.wait ? undefined : this.#reading(step);
  }

  /** @param {WaitOptions} [options] */
  lockWrite(options = {}) {
    return this.#writing(this.block(OP.lockWrite, 'lockWrite', options));
  }

  /** @param {AsyncOptions} [options] */
  async lockWriteAsync(options = {}) {
    return this.#writing(await this.blockAsync(OP.lockWrite, 'lockWrite', options));
  }

  /** Undefined: somebody reads or writes. @returns {Held | undefined} */
  tryLockWrite() {
    const step = this.attempt(OP.lockWrite);
    return step === STEP.wait ? undefined : this.#writing(step);
  }

  /** Throws 'bad-argument' when it was not locked for reading through this object. */
  unlockRead() {
    if (this.#readers === 0) throw new FramelaneError('bad-argument', 'rwlock.unlockRead: it is not held for reading here', { op: 'rwlock.unlockRead' });
    this.now(OP.unlockRead);
    this.#readers--;
  }

  /** Throws 'bad-argument' when this thread does not hold it for writing. */
  unlockWrite() {
    this.now(OP.unlockWrite);
  }
}

/**
 * So many permits. Anyone may release.
 *
 * @example
 * const semaphore = engine.sync.semaphore(2);
 * const permit = semaphore.acquire();
 * permit.release();
 */
export class Semaphore extends Primitive {
  #permit() {
    return new Held(() => this.release(), false);
  }

  /** Takes one permit. @param {WaitOptions} [options] */
  acquire(options = {}) {
    this.block(OP.acquire, 'acquire', options);
    return this.#permit();
  }

  /** @param {AsyncOptions} [options] */
  async acquireAsync(options = {}) {
    await this.blockAsync(OP.acquire, 'acquire', options);
    return this.#permit();
  }

  /** Undefined: there is none. @returns {Held | undefined} */
  tryAcquire() {
    return this.attempt(OP.acquire) === STEP.wait ? undefined : this.#permit();
  }

  /** Adds permits. @param {number} [count] all of them stay below 2³¹ */
  release(count = 1) {
    this.now(OP.release, request(wholeNumber(count, 'semaphore.release: count', 1, COUNT_MAX)));
  }
}
