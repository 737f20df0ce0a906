/**
 * Waiting, on the bytes that C waits on. The core makes one attempt at a time and says where to sleep until the next (sync/wait.h); here it
 * is repeated, asleep in Atomics.wait where that is allowed, in Atomics.waitAsync where it is not.
 */
import { dispose } from './dispose.js';
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { wholeNumber } from './loader.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {{ timeout?: number }} WaitOptions timeout: ms; without one it waits for ever. When it runs out: 'busy' */
/** @typedef {WaitOptions & { signal?: AbortSignal }} AsyncOptions signal: ends the wait with 'aborted' */
/** @typedef {{ stage: number, ticket: number, flags: number, argument: number, count: number, result: number }} Request */

/** By their numbers in api/framelane.h. */
export const kinds = ['', 'mutex', 'condvar', 'rwlock', 'semaphore', 'barrier', 'latch', 'event', 'once', 'seqlock', 'ring', 'queue'];
/** Likewise. */
export const OP = {
  lock: 0, wait: 1, lockRead: 2, lockWrite: 3, acquire: 4, arrive: 5, pass: 6, await: 7, begin: 8, beginWrite: 9, beginRead: 10,
  ringWrite: 11, ringRead: 12, push: 13, pop: 14, unlock: 15, notify: 16, unlockRead: 17, unlockWrite: 18, release: 19, countDown: 20,
  set: 21, reset: 22, complete: 23, fail: 24, publish: 25, endRead: 26, ringPublish: 27, ringRelease: 28, queuePublish: 29, queueRelease: 30,
};
/** What an attempt gives, as in sync/wait.h. */
export const STEP = { done: 0, wait: 1, ownerDied: 2, chosen: 3 };

const BUSY = -5;
const FLAG = { try: 1, async: 2 };
const FIELD = { word: 0, value: 1, stage: 2, ticket: 3, flags: 4, argument: 5, count: 6, result: 7, serial: 8 };
const MAGIC = 0x53594E00; // and the kind: word 0 of every primitive, as in api/primitives.c; word 1 is its serial number
const SLEEP_MS = 1000; // every sleep ends by itself, so that a lost wake-up costs time, never a hang

/** @param {number} [count] @param {number} [argument] @param {number} [ticket] @returns {Request} */
export function request(count = 0, argument = 0, ticket = 0) {
  return { stage: 0, ticket, flags: 0, argument, count, result: 0 };
}

/** @param {string} name @param {WaitOptions} options @param {string[]} [more] what else it takes */
function readTimeout(name, options, more = []) {
  checkOptions(name, options, ['timeout', ...more]);
  const { timeout = Infinity } = options;
  if (typeof timeout !== 'number' || !(timeout >= 0)) throw badArgument(`${name}: timeout`, 'a number of milliseconds, at least 0', timeout);
  return timeout;
}

/** What the primitives of one thread share: its instance of the core, and how it may wait. */
export class Waiter {
  #step;
  #thread = 0;
  /** @type {Int32Array} */ #view = new Int32Array(0);

  /** @param {Core} core @param {{ mayBlock: boolean, onUse: () => void }} thread onUse throws when the core is no longer there */
  constructor(core, { mayBlock, onUse }) {
    this.core = core;
    this.mayBlock = mayBlock;
    this.onUse = onUse;
    /** Can there be other threads at all? */
    this.shared = !(core.memory.buffer instanceof ArrayBuffer);
    this.#step = core.exports.fl_sync_my_step() / 4;
  }

  /** Where the step lies never changes, so an old view will do; unless it is of a memory that is not shared, and has grown. */
  get #words() {
    if (this.#view.length === 0) this.#view = this.core.memory.i32;
    return this.#view;
  }

  /** A field of the step that the last call has left. @param {keyof typeof FIELD} name */
  field(name) {
    return this.#words[this.#step + FIELD[name]] >>> 0;
  }

  /** This thread's number. */
  get thread() {
    return (this.#thread ||= this.core.exports.fl_thread());
  }

  /** Which primitive the next call means: 0 for whichever lies there. @param {number} serial */
  select(serial) {
    this.#words[this.#step + FIELD.serial] = serial;
  }

  /**
   * One attempt, or the taking back of one.
   * @param {'fl_sync_attempt' | 'fl_sync_cancel'} call @param {number} op @param {Primitive} primitive @param {Request} asked
   * @returns {number} a step, or a status below 0
   */
  call(call, op, primitive, asked) {
    const before = this.#words, at = this.#step;
    before[at + FIELD.stage] = asked.stage;
    before[at + FIELD.ticket] = asked.ticket;
    before[at + FIELD.flags] = asked.flags;
    before[at + FIELD.argument] = asked.argument;
    before[at + FIELD.count] = asked.count;
    before[at + FIELD.serial] = primitive.serial;
    const step = this.core.exports[call](op, primitive.pointer), after = this.#words;
    asked.stage = after[at + FIELD.stage] >>> 0;
    asked.ticket = after[at + FIELD.ticket] >>> 0;
    asked.count = after[at + FIELD.count] >>> 0;
    asked.result = after[at + FIELD.result] >>> 0;
    return step;
  }

  /**
   * Repeats an attempt; yields where a sleep is due.
   * @param {number} op @param {Primitive} primitive @param {Request} asked @param {number} step what the first attempt has given
   * @param {(justWoken: boolean) => FramelaneError | undefined} whyStop asked before every sleep, and after it: then a timeout is no reason yet
   * @returns {Generator<void, number, void>} a step
   */
  *carry(op, primitive, asked, step, whyStop) {
    /** @type {FramelaneError | undefined} */ let stop;
    let stopped = false;
    for (;;) {
      if (step < 0) throw stop && step === BUSY ? stop : this.core.lastError();
      if (step !== STEP.wait) return step;
      if (!stop && !(stop = whyStop(false))) {
        yield;
        this.onUse();
        stop = whyStop(true);
      }
      if (stop && !stopped) {
        stopped = true;
        const end = this.call('fl_sync_cancel', op, primitive, asked);
        if (end < 0) throw end === BUSY ? stop : this.core.lastError();
        if (end !== STEP.wait) return end; // it was done after all
      } else if (stop) {
        yield;
      }
      step = this.call('fl_sync_attempt', op, primitive, asked);
    }
  }

  /** Sleeps where the last attempt has said. @param {number} ms what is left; at an end, it can only be that it must go on without a timeout */
  sleep(ms) {
    Atomics.wait(this.core.memory.i32, this.field('word') / 4, this.field('value') | 0, ms > 0 && ms < SLEEP_MS ? ms : SLEEP_MS);
  }

  /** The same while the event loop turns. @param {number} ms @param {AbortSignal} [signal] */
  async sleepAsync(ms, signal) {
    const words = this.core.memory.i32;
    if (!this.shared || !('waitAsync' in Atomics)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return;
    }
    const index = this.field('word') / 4;
    const waiting = /** @type {any} */ (Atomics).waitAsync(words, index, this.field('value') | 0, ms > 0 && ms < SLEEP_MS ? ms : SLEEP_MS);
    /* Everybody there is woken, and so no wake-up is spent on a wait that nobody waits for any more. */
    const wake = () => Atomics.notify(words, index);
    signal?.addEventListener('abort', wake, { once: true });
    await waiting.value;
    signal?.removeEventListener('abort', wake);
  }
}

/** Something at an address that threads wait for each other by. */
export class Primitive {
  /** What this thread waits with. @protected */
  waiter;
  /** Tells it from a later one at the same address. @internal */
  serial;
  #magic;
  /** @type {Int32Array} */ #words = new Int32Array(0);

  /**
   * @param {Waiter} waiter @param {string} kind
   * @param {{ pointer?: number, count?: number, itemSize?: number }} what pointer: of one that exists already
   */
  constructor(waiter, kind, { pointer, count = 0, itemSize = 0 }) {
    const { core } = waiter;
    const number = kinds.indexOf(kind);
    waiter.onUse();
    this.waiter = waiter;
    this.#magic = MAGIC + number;
    if (pointer === undefined) core.check(core.exports.fl_sync_create(number, count, itemSize));
    else core.check(core.exports.fl_sync_find(number, wholeNumber(pointer, `${kind}: pointer`, 0, 2 ** 32 - 1)));
    /** Its address in linear memory: what other threads and C know it by. @readonly */
    this.pointer = pointer ?? waiter.field('result');
    this.serial = waiter.field('serial');
    /** @readonly */
    this.kind = kind;
    /** Permits, parties, items or bytes, as it was made. @protected */
    this.size = waiter.field('count');
    /** @protected */
    this.itemBytes = waiter.field('ticket');
  }

  /**
   * Its words, for what is done here on the bytes themselves: calling the core takes longer. Undefined: it is gone, and the core will say so.
   * A view of shared memory stays good when the memory grows; one of memory that is not shared has no length then.
   * @returns {Int32Array | undefined} @internal
   */
  live() {
    this.waiter.onUse();
    if (this.#words.length === 0) this.#words = new Int32Array(this.waiter.core.memory.buffer, this.pointer);
    const words = this.#words;
    return words[0] === this.#magic && words[1] >>> 0 === this.serial ? words : undefined;
  }

  /** Ends it, for all threads: who waits for it, or uses it later, gets 'stale-handle'. */
  free() {
    this.waiter.onUse();
    this.waiter.select(this.serial);
    this.waiter.core.check(this.waiter.core.exports.fl_sync_free(this.pointer), this.kind);
  }

  [dispose]() {
    this.free();
  }

  /** What needs no waiting. @param {number} op @param {Request} [asked] @returns {number} @protected */
  now(op, asked = request()) {
    return this.#first(op, asked, 0);
  }

  /** One attempt that leaves no trace; STEP.wait: not now. @param {number} op @param {Request} [asked] @returns {number} @protected */
  attempt(op, asked = request()) {
    return this.#first(op, asked, FLAG.try);
  }

  /**
   * Waits in place.
   * @param {number} op @param {string} method @param {WaitOptions} options @param {Request} [asked]
   * @returns {number} a step @protected
   */
  block(op, method, options, asked = request()) {
    const { waiter } = this, name = `${this.kind}.${method}`, instead = `await ${name}Async()`;
    const timeout = readTimeout(name, options);
    if (!waiter.mayBlock) throw new FramelaneError('unsupported', `${name}: a window's main thread must not wait: use ${instead}, or do it in a worker`, { op: name });
    const first = this.#first(op, asked, 0);
    if (first !== STEP.wait) return first;
    const deadline = performance.now() + timeout;
    const attempts = waiter.carry(op, this, asked, first, (justWoken) => {
      if (!waiter.shared) return new FramelaneError('unsupported', `${name}: it would wait for ever: this memory is not shared, so there is no other thread; use ${instead}`, { op: name });
      if (!justWoken && performance.now() >= deadline) return new FramelaneError('busy', `${name}: not within ${timeout} ms`, { op: name });
    });
    for (;;) {
      const { done, value } = attempts.next();
      if (done) return value;
      waiter.sleep(deadline - performance.now());
    }
  }

  /** @param {number} op @param {Request} asked @param {number} flags */
  #first(op, asked, flags) {
    this.waiter.onUse();
    asked.flags = flags;
    const step = this.waiter.call('fl_sync_attempt', op, this, asked);
    this.waiter.core.check(step);
    return step;
  }

  /**
   * Waits while the event loop turns.
   * @param {number} op @param {string} method @param {AsyncOptions} options @param {Request} [asked]
   * @returns {Promise<number>} a step @protected
   */
  async blockAsync(op, method, options, asked = request()) {
    const { waiter } = this, name = `${this.kind}.${method}Async`, { signal } = options ?? {};
    const timeout = readTimeout(name, options, ['signal']), deadline = performance.now() + timeout;
    if (signal != null && typeof signal.addEventListener !== 'function') throw badArgument(`${name}: signal`, 'an AbortSignal', signal);
    const whyStop = (/** @type {boolean} */ justWoken) => {
      if (signal?.aborted) return new FramelaneError('aborted', `${name}: the wait was aborted`, { op: name, cause: signal.reason });
      if (!justWoken && performance.now() >= deadline) return new FramelaneError('busy', `${name}: not within ${timeout} ms`, { op: name });
    };
    if (signal?.aborted) throw whyStop(true);
    const first = this.#first(op, asked, FLAG.async);
    if (first !== STEP.wait) return first;
    const attempts = waiter.carry(op, this, asked, first, whyStop);
    const hold = setInterval(() => {}, 2 ** 30); // a process does not exit while somebody waits
    try {
      for (;;) {
        const { done, value } = attempts.next();
        if (done) return value;
        await waiter.sleepAsync(deadline - performance.now(), signal);
      }
    } finally {
      clearInterval(hold);
    }
  }
}
