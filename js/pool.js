/** The pool: threads that serve the lanes of the core's scheduler. A thread that dies is buried (its tiles run again elsewhere) and replaced. */
import { FramelaneError } from './errors.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./platform.js').PoolThread} PoolThread */

const STACK_BYTES = 64 << 10;
const FAILED_STARTS_MAX = 3; // a thread whose script fails so often in a row will not do better
const EARLY_ENDS_MAX = 20; // nor one that is ended from outside so often before it is ready
const STALL_MS = 2000; // a lane that holds a job and has not finished a row for so long is given up
const GOODBYE_MS = 1000;
const START_MS = 20_000; // when none of the threads that start has said anything for so long, none will

/**
 * @typedef {object} Lane
 * @property {number} number
 * @property {PoolThread | undefined} thread
 * @property {number} block its stack and thread-local data
 * @property {boolean} ready
 * @property {number} failedStarts in a row
 * @property {number} earlyEnds in a row
 * @property {number} stalledSince
 */

export class Pool {
  /** @type {Lane[]} */ #lanes = [];
  #holds = 0;
  #ending = false;
  /** @type {Set<() => void>} */ #onChange = new Set();
  /** Threads replaced so far. */
  replaced = 0;
  /** Why the last thread died. */
  lastDeath = '';

  /**
   * @param {Core} core @param {Platform} platform @param {WebAssembly.Module} module @param {number} count
   */
  constructor(core, platform, module, count) {
    this.core = core;
    this.platform = platform;
    this.module = module;
    for (let number = 1; number <= count; number++) {
      this.#lanes.push({ number, thread: undefined, block: 0, ready: false, failedStarts: 0, earlyEnds: 0, stalledSince: 0 });
    }
  }

  /** Threads that serve now or are about to. */
  get size() {
    return this.#lanes.filter((lane) => lane.thread).length;
  }

  /** The threads themselves, for whoever must end one by force (tests do). */
  get threads() {
    return this.#lanes.flatMap((lane) => lane.thread ?? []);
  }

  /** Addresses of the stacks, by lane number: for the map of memory. */
  get blocks() {
    return new Map(this.#lanes.map((lane) => [lane.block, lane.number]));
  }

  /** Starts the threads: resolves when every one serves, rejects when one cannot be had; end() is then to be called. */
  async start() {
    this.keepProcess(true);
    try {
      for (const lane of this.#lanes) this.#start(lane);
      while (!this.#lanes.every((lane) => lane.ready)) {
        if (this.#lanes.some((lane) => !lane.thread)) {
          throw new FramelaneError('worker-lost', `createEngine: a worker did not start: ${this.lastDeath}`);
        }
        if (!(await this.#changeWithin(START_MS))) {
          throw new FramelaneError('worker-lost', `createEngine: a worker did not start: it has not answered within ${START_MS / 1000} s`);
        }
      }
    } finally {
      this.keepProcess(false);
    }
  }

  /** @returns {Promise<void>} */
  #change() {
    return new Promise((resolve) => this.#onChange.add(resolve));
  }

  /** False: nothing has changed in that time. @param {number} ms @returns {Promise<boolean>} */
  #changeWithin(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      this.#change().then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #changed() {
    const waiting = [...this.#onChange];
    this.#onChange.clear();
    for (const resolve of waiting) resolve();
  }

  /** @param {Lane} lane */
  #start(lane) {
    const { exports } = this.core;
    const tlsBytes = Math.max(exports.__tls_size.value, 1);
    lane.block = this.core.alloc(STACK_BYTES + tlsBytes, Math.max(64, exports.__tls_align.value), 'stack');
    const stackTop = lane.block + STACK_BYTES;
    lane.ready = false;
    exports.fl_worker_enlist(lane.number);
    const block = lane.block;
    try {
      const thread = this.platform.spawn(
        (message) => this.#hear(lane, thread, message),
        (why, failed) => this.#lose(lane, thread, why, { surely: true, failed }),
      );
      lane.thread = thread;
      thread.keepProcess(this.#holds > 0);
      thread.post({ module: this.module, memory: this.core.memory.memory, lane: lane.number, stackTop, tls: block + STACK_BYTES });
    } catch (cause) {
      lane.thread?.terminate();
      lane.thread = undefined;
      exports.fl_worker_bury(lane.number);
      this.core.free(block);
      throw new FramelaneError('worker-lost', `a worker could not be started: ${cause}`, { cause });
    }
  }

  /** @param {Lane} lane @param {PoolThread} thread @param {{ type: string, why?: string }} message */
  #hear(lane, thread, message) {
    if (lane.thread !== thread) return;
    if (message.type === 'ready') {
      lane.ready = true;
      lane.failedStarts = lane.earlyEnds = 0;
    }
    if (message.type === 'failed') this.#lose(lane, thread, message.why ?? '', { surely: true, failed: true });
    if (message.type === 'done') lane.thread = undefined;
    this.#changed();
  }

  /**
   * The thread is gone: its tiles go back, another takes its lane.
   * @param {Lane} lane @param {PoolThread} thread @param {string} why
   * @param {{ surely: boolean, failed: boolean }} how surely: it runs no more instruction; failed: by its own fault
   */
  #lose(lane, thread, why, { surely, failed }) {
    if (lane.thread !== thread || this.core.ended) return;
    lane.thread = undefined;
    this.lastDeath = why;
    this.core.exports.fl_worker_bury(lane.number);
    if (surely) this.core.free(lane.block); // else it may still write to its stack: that memory is given up with the engine
    if (!lane.ready) lane[failed ? 'failedStarts' : 'earlyEnds']++;
    if (!this.#ending && lane.failedStarts < FAILED_STARTS_MAX && lane.earlyEnds < EARLY_ENDS_MAX) {
      this.#replace(lane);
    }
    this.#changed();
  }

  /** Where none can be had any more, the lane stays empty and runs go on with fewer threads. @param {Lane} lane */
  #replace(lane) {
    try {
      this.#start(lane);
      this.replaced++;
    } catch (error) {
      this.lastDeath = String(error);
    }
  }

  /** Ends and replaces the threads that hold a job but have not moved for long. To be called now and then while waiting. */
  checkStalled() {
    const now = performance.now();
    for (const lane of this.#lanes) {
      const thread = lane.thread;
      if (!thread || !lane.ready || this.core.exports.fl_worker_has_moved(lane.number)) lane.stalledSince = 0;
      else if (!lane.stalledSince) lane.stalledSince = now;
      else if (now - lane.stalledSince > STALL_MS) {
        thread.terminate();
        this.#lose(lane, thread, `it has not finished a row in ${STALL_MS} ms`, { surely: false, failed: false });
      }
    }
  }

  /** While a job is in flight the process must not exit. @param {boolean} hold */
  keepProcess(hold) {
    this.#holds += hold ? 1 : -1;
    if (this.#holds === (hold ? 1 : 0)) for (const { thread } of this.#lanes) thread?.keepProcess(hold);
  }

  /** Ends the threads: first by asking, then by force. */
  async end() {
    this.#ending = true;
    this.core.exports.fl_shut_down();
    const deadline = performance.now() + GOODBYE_MS;
    while (this.size > 0 && performance.now() < deadline) {
      const left = deadline - performance.now();
      // not cleared: it keeps the process until a run that was just starting has noticed that the pool is gone
      await Promise.race([this.#change(), new Promise((resolve) => setTimeout(resolve, left))]);
    }
    for (const lane of this.#lanes) {
      await lane.thread?.terminate();
      lane.thread = undefined;
    }
  }
}
