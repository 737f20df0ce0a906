/** Threads of the user's own on this engine's memory: each gets a number, a stack and thread-local data, packed into a token. */
import { FramelaneError } from './errors.js';

/** @typedef {import('./loader.js').Core} Core */

/**
 * What `attach()` takes on another thread; it can be posted there. Good for one thread.
 * @typedef {object} Token
 * @property {WebAssembly.Memory} memory
 * @property {WebAssembly.Module} module
 * @property {number} thread the thread's number
 * @property {number} stackTop
 * @property {number} tls
 * @property {number} claim address of a word: 0 nobody has used the token, 1 a thread has, 2 it has detached
 */

const STACK_BYTES = 64 << 10;
const LINE = 64;
export const CLAIM = { free: 0, attached: 1, detached: 2 };

export class Shares {
  #core;
  #module;
  /** By the threads' numbers. @type {Map<number, { block: number, claim: number }>} */
  #given = new Map();

  /** @param {Core} core @param {WebAssembly.Module} module */
  constructor(core, module) {
    this.#core = core;
    this.#module = module;
  }

  /** @returns {Token} */
  give() {
    const { exports, memory } = this.#core;
    if (!exports.__wasm_init_tls) {
      throw new FramelaneError('unsupported', "share: mode 'single' has no shared memory for other threads: use mode 'shared'");
    }
    this.reap();
    const align = Math.max(LINE, exports.__tls_align.value);
    const tlsBytes = Math.ceil(Math.max(exports.__tls_size.value, 1) / LINE) * LINE;
    const block = this.#core.alloc(STACK_BYTES + tlsBytes + LINE, align, 'stack');
    const tls = block + STACK_BYTES, claim = tls + tlsBytes;
    Atomics.store(memory.i32, claim / 4, CLAIM.free);
    const thread = exports.fl_thread_new();
    this.#given.set(thread, { block, claim });
    return { memory: memory.memory, module: this.#module, thread, stackTop: tls, tls, claim };
  }

  /** Takes back what threads no longer need that have detached. */
  reap() {
    for (const [thread, { claim }] of this.#given) {
      if (Atomics.load(this.#core.memory.i32, claim / 4) === CLAIM.detached) this.#take(thread);
    }
  }

  /** That thread has ended. @param {number} thread */
  bury(thread) {
    if (!this.#given.has(thread)) {
      throw new FramelaneError('bad-argument', `sync.bury: thread ${String(thread)} is none that share() has given a token, or it has been buried`);
    }
    this.#core.exports.fl_sync_bury(thread);
    this.#take(thread);
  }

  /** @param {number} thread */
  #take(thread) {
    const given = this.#given.get(thread);
    this.#given.delete(thread);
    if (given) this.#core.free(given.block);
  }
}
