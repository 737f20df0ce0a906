/** What is waited for and not held: barrier, latch, event, once. */
import { badArgument } from './errors.js';
import { wholeNumber } from './loader.js';
import { OP, Primitive, STEP, request } from './sync-wait.js';

/** @typedef {import('./sync-wait.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync-wait.js').AsyncOptions} AsyncOptions */

/**
 * The n-th to arrive lets all n go; then it begins anew. A timeout takes the arrival back.
 *
 * @example
 * const barrier = engine.sync.barrier(1);
 * const last = barrier.wait(); // true for one of the n
 */
export class Barrier extends Primitive {
  /** How many must arrive. @returns {number} */
  get parties() {
    return this.size;
  }

  /** True: this was the last to arrive. @param {WaitOptions} [options] @returns {boolean} */
  wait(options = {}) {
    return this.block(OP.arrive, 'wait', options) === STEP.chosen;
  }

  /** @param {AsyncOptions} [options] @returns {Promise<boolean>} */
  async waitAsync(options = {}) {
    return (await this.blockAsync(OP.arrive, 'wait', options)) === STEP.chosen;
  }
}

/**
 * Opens for good when it has been counted down to 0.
 *
 * @example
 * const latch = engine.sync.latch(2);
 * latch.countDown();
 * latch.countDown();
 * latch.wait();
 */
export class Latch extends Primitive {
  /** @param {WaitOptions} [options] */
  wait(options = {}) {
    this.block(OP.pass, 'wait', options);
  }

  /** @param {AsyncOptions} [options] */
  async waitAsync(options = {}) {
    await this.blockAsync(OP.pass, 'wait', options);
  }

  /** Is it open? @returns {boolean} */
  tryWait() {
    return this.attempt(OP.pass) === STEP.done;
  }

  /** Throws 'bad-argument' when it is more than is left. @param {number} [count] */
  countDown(count = 1) {
    this.now(OP.countDown, request(wholeNumber(count, 'latch.countDown: count', 1, 2 ** 31 - 1)));
  }
}

/**
 * Set until it is reset. A set lets everybody go who waits at that moment, even if a reset follows at once.
 *
 * @example
 * const event = engine.sync.event();
 * event.set();
 * event.wait();
 * event.reset();
 */
export class EventFlag extends Primitive {
  /** @param {WaitOptions} [options] */
  wait(options = {}) {
    this.block(OP.await, 'wait', options);
  }

  /** @param {AsyncOptions} [options] */
  async waitAsync(options = {}) {
    await this.blockAsync(OP.await, 'wait', options);
  }

  /** Is it set? @returns {boolean} */
  tryWait() {
    return this.attempt(OP.await) === STEP.done;
  }

  set() {
    this.now(OP.set);
  }

  reset() {
    this.now(OP.reset);
  }
}

/**
 * Something that one thread does and the others wait for. If it throws, or the thread dies, the next one does it.
 *
 * @example
 * const once = engine.sync.once();
 * const mine = once.run(() => console.log('only once')); // true: it was done here
 */
export class Once extends Primitive {
  /** @param {() => void} work */
  #do(work) {
    try {
      work();
    } catch (error) {
      this.now(OP.fail);
      throw error;
    }
    this.now(OP.complete);
    return true;
  }

  /** True: it was done here. @param {() => void} work is told nothing and must not wait for the same once @param {WaitOptions} [options] @returns {boolean} */
  run(work, options = {}) {
    checkWork('once.run', work);
    return this.block(OP.begin, 'run', options) === STEP.done ? false : this.#do(work);
  }

  /** The same for threads that must not block. @param {() => void | Promise<void>} work @param {AsyncOptions} [options] @returns {Promise<boolean>} */
  async runAsync(work, options = {}) {
    checkWork('once.runAsync', work);
    if ((await this.blockAsync(OP.begin, 'run', options)) === STEP.done) return false;
    try {
      await work();
    } catch (error) {
      this.now(OP.fail);
      throw error;
    }
    this.now(OP.complete);
    return true;
  }

  /** Does it unless it is done or somebody is at it. @param {() => void} work @returns {boolean} */
  tryRun(work) {
    checkWork('once.tryRun', work);
    const step = this.attempt(OP.begin);
    return step === STEP.done || step === STEP.wait ? false : this.#do(work);
  }
}

/** @param {string} name @param {unknown} work */
function checkWork(name, work) {
  if (typeof work !== 'function') throw badArgument(`${name}: what to do`, 'a function', work);
}
