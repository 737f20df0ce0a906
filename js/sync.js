/** `engine.sync`: makes synchronisation primitives, and wraps those that another thread has made. */
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { Queue, Seqlock } from './sync-items.js';
import { Condvar, Mutex, RwLock, Semaphore } from './sync-locks.js';
import { Ring } from './sync-ring.js';
import { Barrier, EventFlag, Latch, Once } from './sync-signals.js';
import { Waiter } from './sync-wait.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {{ pointer: number }} Existing one that exists: `{ pointer }`, or the other thread's object itself */

/** @param {string} name @param {unknown} value @param {string} allowed @returns {number} */
function number(name, value, allowed) {
  if (typeof value !== 'number') throw badArgument(name, allowed, value);
  return value;
}

/** @param {unknown} what @returns {what is Existing} */
function isExisting(what) {
  return typeof what === 'object' && what !== null && 'pointer' in what;
}

/** @param {string} name @param {number | Existing | undefined} what an address or an object that has one; undefined: a new one @returns {{ pointer?: number }} */
function place(name, what) {
  if (what === undefined) return {};
  return { pointer: number(`${name}: pointer`, isExisting(what) ? what.pointer : what, 'an address') };
}

/** @param {string} name @param {string} count @param {number | Existing} what @returns {{ pointer?: number, count?: number }} */
function counted(name, count, what) {
  return isExisting(what) ? place(name, what) : { count: number(`${name}: ${count}`, what, 'a number, or { pointer } of one that exists') };
}

/** @param {string} name @param {{ capacity: number, itemSize: number } | Existing} what */
function sized(name, what) {
  if (isExisting(what)) return place(name, what);
  checkOptions(name, what, ['capacity', 'itemSize', 'pointer']);
  return { count: number(`${name}: capacity`, what.capacity, 'a number of items'), itemSize: number(`${name}: itemSize`, what.itemSize, 'a number of bytes') };
}

/**
 * Makes primitives in linear memory. C code and other threads use the same ones by their `pointer`: pass it to them, and wrap it there
 * with `sync.mutex(pointer)`, `sync.semaphore({ pointer })` and so on. Wrapping throws 'stale-handle' when nothing lives there, and
 * 'bad-argument' when it is of another kind. Free each once, by whichever thread is through with it last.
 */
export class Sync {
  #waiter;
  #bury;

  /**
   * @param {Core} core
   * @param {{ mayBlock: boolean, onUse: () => void, bury?: (thread: number) => void }} thread
   */
  constructor(core, { mayBlock, onUse, bury }) {
    this.#waiter = new Waiter(core, { mayBlock, onUse });
    this.#bury = bury;
  }

  /** This thread's number: what owner words hold. @returns {number} */
  get thread() {
    this.#waiter.onUse();
    return this.#waiter.core.exports.fl_thread();
  }

  /** @param {number | Existing} [existing] */
  mutex(existing) {
    return new Mutex(this.#waiter, 'mutex', place('mutex', existing));
  }

  /** @param {number | Existing} [existing] */
  condvar(existing) {
    return new Condvar(this.#waiter, 'condvar', place('condvar', existing));
  }

  /** @param {number | Existing} [existing] */
  rwlock(existing) {
    return new RwLock(this.#waiter, 'rwlock', place('rwlock', existing));
  }

  /** @param {number | Existing} permits 0 to 2³¹ − 1 */
  semaphore(permits) {
    return new Semaphore(this.#waiter, 'semaphore', counted('semaphore', 'permits', permits));
  }

  /** @param {number | Existing} parties how many must arrive, 1 to 65535 */
  barrier(parties) {
    return new Barrier(this.#waiter, 'barrier', counted('barrier', 'parties', parties));
  }

  /** @param {number | Existing} count 0 to 2³¹ − 1 */
  latch(count) {
    return new Latch(this.#waiter, 'latch', counted('latch', 'count', count));
  }

  /** @param {number | Existing} [existing] */
  event(existing) {
    return new EventFlag(this.#waiter, 'event', place('event', existing));
  }

  /** @param {number | Existing} [existing] */
  once(existing) {
    return new Once(this.#waiter, 'once', place('once', existing));
  }

  /** @param {number | { itemSize: number } | Existing} [what] itemSize: bytes of its value, 1 to 2²⁴, rounded up to a multiple of 4; 64 if not given */
  seqlock(what = { itemSize: 64 }) {
    if (typeof what === 'number' || isExisting(what)) return new Seqlock(this.#waiter, 'seqlock', place('seqlock', what));
    checkOptions('seqlock', what, ['itemSize', 'pointer']);
    return new Seqlock(this.#waiter, 'seqlock', { count: number('seqlock: itemSize', what.itemSize, 'a number of bytes') });
  }

  /** @param {{ capacity: number, itemSize: number } | Existing} what items, 1 to 2³⁰; bytes of one, 1 to 2²⁴ */
  ring(what) {
    return new Ring(this.#waiter, 'ring', sized('ring', what));
  }

  /** @param {{ capacity: number, itemSize: number } | Existing} what items, 1 to 2²⁰, rounded up to a power of two; bytes of one, 1 to 2²⁴ */
  queue(what) {
    return new Queue(this.#waiter, 'queue', sized('queue', what));
  }

  /**
   * Says that a thread which `attach()`ed has ended without `detach()`: what it holds for writing is free, and whoever gets it next is told
   * (`ownerDied`). Its stack goes back. Call it only when the thread is surely gone.
   * @param {number} thread the `thread` of its token
   */
  bury(thread) {
    this.#waiter.onUse();
    if (!this.#bury) throw new FramelaneError('unsupported', 'sync.bury: only the engine that made the token can do that');
    this.#bury(thread);
  }
}
