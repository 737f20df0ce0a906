/** The pool: threads that serve the lanes of the core's scheduler. A thread that dies is buried (its tiles run again elsewhere) and replaced. */
import { FramelaneError } from './errors.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./platform.js').PoolThread} PoolThread */
/** @typedef {import('./side-module.js').SideModule} SideModule */

const STACK_BYTES = 64 << 10;
const ZONE_BYTES = 256; // FL_STACK_ZONE of memory/guard.h: in debug nobody may write so far below a stack
const CHECK_ZONES = 1; // FL_CHECK_ZONES of the same
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
 * @property {Map<number, number[]>} sideModules those it has an instance of, by id, with the blocks they have taken
 */

export class Pool {
  /** @type {Lane[]} */ #lanes = [];
  #holds = 0;
  #ending = false;
  /** @type {Set<() => void>} */ #onChange = new Set();
  /** What every thread is to have. @type {Map<number, SideModule>} */ #sideModules = new Map();
  /** Why a thread could not have one. @type {Map<number, string>} */ #refusals = new Map();
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
      this.#lanes.push({ number, thread: undefined, block: 0, ready: false, failedStarts: 0, earlyEnds: 0, stalledSince: 0, sideModules: new Map() });
    }
  }

  /** Has any thread begun to serve yet? */
  hasServed = false;

  /** Threads that serve now or are about to. */
  get size() {
    return this.#lanes.filter((lane) => lane.thread).length;
  }

  /** Threads that serve now. */
  get serving() {
    return this.#lanes.filter((lane) => lane.thread && lane.ready).length;
  }

  /** The threads themselves, for whoever must end one by force (tests do). */
  get threads() {
    return this.#lanes.flatMap((lane) => lane.thread ?? []);
  }

  /** Addresses of the stacks, with their names: for the map of memory. @returns {[number, string][]} */
  places() {
    return this.#lanes.map((lane) => [lane.block, `worker ${lane.number} stack`]);
  }

  /** Starts the threads, which serve some time later. Throws when one cannot be had; end() is then to be called. */
  start() {
    for (const lane of this.#lanes) this.#start(lane);
  }

  /** Resolves when every one serves, rejects when one has not come; end() is then to be called. */
  async whole() {
    this.keepProcess(true);
    try {
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
    const zone = this.core.debug ? ZONE_BYTES : 0;
    lane.block = this.core.alloc(zone + STACK_BYTES + tlsBytes, Math.max(64, exports.__tls_align.value), 'stack');
    const stackTop = lane.block + zone + STACK_BYTES;
    if (zone) exports.fl_guard_stack(lane.number, lane.block);
    lane.ready = false;
    lane.sideModules = new Map();
    exports.fl_worker_enlist(lane.number);
    try {
      const thread = this.platform.spawn(
        (message) => this.#hear(lane, thread, message),
        (why, failed) => this.#lose(lane, thread, why, { surely: true, failed }),
      );
      lane.thread = thread;
      thread.keepProcess(this.#holds > 0);
      thread.post({
        module: this.module, memory: this.core.memory.memory, lane: lane.number, stackTop, tls: stackTop,
        sideModules: [...this.#sideModules.values()],
      });
    } catch (cause) {
      lane.thread?.terminate();
      lane.thread = undefined;
      exports.fl_worker_bury(lane.number);
      if (zone) exports.fl_guard_stack(lane.number, 0);
      this.core.free(lane.block);
      throw new FramelaneError('worker-lost', `a worker could not be started: ${cause}`, { cause });
    }
  }

  /** @param {Lane} lane @param {PoolThread} thread @param {{ type: string, why?: string, id?: number, blocks?: [number, number[]][] }} message */
  #hear(lane, thread, message) {
    if (lane.thread !== thread) return;
    if (message.type === 'ready') {
      lane.ready = this.hasServed = true;
      lane.failedStarts = lane.earlyEnds = 0;
    }
    for (const [id, blocks] of message.blocks ?? []) lane.sideModules.set(id, blocks);
    if (message.type === 'not loaded') this.#refusals.set(Number(message.id), message.why ?? '');
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
    if (this.core.debug) this.#forgetStack(lane.number);
    if (surely) for (const block of [lane.block, ...[...lane.sideModules.values()].flat()]) this.core.free(block); // else it may still write to its stack: that memory is given up with the engine
    if (!lane.ready) lane[failed ? 'failedStarts' : 'earlyEnds']++;
    if (!this.#ending && lane.failedStarts < FAILED_STARTS_MAX && lane.earlyEnds < EARLY_ENDS_MAX) {
      this.#replace(lane);
    } else this.#giveUp(lane, why);
    this.#changed();
  }

  /**
   * Gives every thread an instance of a side module, and those to come. Resolves when all have one; why one could not, or ''.
   * @param {SideModule} side
   */
  async bring(side) {
    this.#sideModules.set(side.id, side);
    for (const { number, thread } of this.#lanes) {
      if (!thread) continue;
      thread.post({ sideModule: side });
      this.core.exports.fl_worker_call_away(number);
    }
    this.keepProcess(true);
    const isPending = () => this.#lanes.some(({ thread, sideModules }) => thread && !sideModules.has(side.id));
    while (isPending() && !this.#refusals.has(side.id) && !this.#ending) await this.#change();
    this.keepProcess(false);
    const why = this.#refusals.get(side.id) ?? '';
    this.#refusals.delete(side.id);
    return why;
  }

  /** Nobody runs this module's code any more: what the threads' instances have taken goes back. @param {number} id */
  dismiss(id) {
    this.#sideModules.delete(id);
    for (const lane of this.#lanes) {
      for (const block of lane.sideModules.get(id) ?? []) this.core.free(block);
      lane.sideModules.delete(id);
    }
  }

  /** What it has done to its stack is looked at now and told when the run ends. @param {number} lane */
  #forgetStack(lane) {
    this.core.exports.fl_check(CHECK_ZONES);
    this.core.exports.fl_guard_stack(lane, 0);
  }

  /** Where none can be had any more, the lane stays empty and runs go on with fewer threads. @param {Lane} lane */
  #replace(lane) {
    try {
      this.#start(lane);
      this.replaced++;
    } catch (error) {
      this.lastDeath = String(error);
      this.#giveUp(lane, this.lastDeath);
    }
  }

  /** Tells of it, unless somebody waits for all threads to serve and is told that way. @param {Lane} lane @param {string} why */
  #giveUp(lane, why) {
    if (this.#ending || !(this.hasServed || this.platform.startsSurely)) return;
    this.platform.warn(`worker ${lane.number} is given up, runs go on with fewer (${this.size} of ${this.#lanes.length}): ${why}`);
  }

  /** Ends and replaces the threads that hold a job but have not moved for long. To be called now and then while waiting. */
  checkStalled() {
    const now = performance.now();
    for (const lane of this.#lanes) {
      const thread = lane.thread;
      if (!thread || this.core.exports.fl_worker_has_moved(lane.number)) lane.stalledSince = 0;
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
    while (this.size > 0 && performance.now() < deadline) await this.#changeWithin(deadline - performance.now());
    for (const lane of this.#lanes) {
      await lane.thread?.terminate();
      lane.thread = undefined;
    }
  }
}
