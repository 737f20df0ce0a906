/** A block of raw memory for the user's own data. */
import { dispose } from './dispose.js';
import { FramelaneError } from './errors.js';
import { hex } from './guard.js';
import { stackHere } from './races.js';

/** @typedef {import('./loader.js').Core} Core */

/** From `engine.alloc()`. It never moves; give it back with `free()` or `using`. After that every use throws 'stale-handle'. */
export class Allocation {
  #use;
  #guard;
  #pointer;
  #data;
  /** @type {Error | true | undefined} */ #freed;
  /** @readonly */
  byteLength;

  /**
   * @param {() => Core} use throws when the engine is disposed of @param {import('./guard.js').Guard} guard
   * @param {number} bytes @param {number} align
   */
  constructor(use, guard, bytes, align) {
    const core = use();
    this.#use = use;
    this.#guard = guard;
    this.byteLength = bytes;
    this.#pointer = core.alloc(bytes, align, 'user');
    this.#data = core.memory.window(this.#pointer, bytes);
    if (core.debug) guard.remember(this.#pointer, stackHere());
  }

  #live() {
    const core = this.#use();
    if (!this.#freed) return core;
    throw new FramelaneError('stale-handle', `this block of ${this.byteLength} bytes at ${hex(this.#pointer)} was freed before`,
      this.#freed === true ? {} : { cause: this.#freed });
  }

  /** Its address in linear memory. */
  get pointer() {
    this.#live();
    return this.#pointer;
  }

  /** Its bytes: a view of linear memory, no copy, always of its current buffer. @returns {Uint8Array} */
  get data() {
    this.#live();
    return this.#data();
  }

  /**
   * Gives it back. A second call throws 'stale-handle' (with debug, its cause is where the first was). With debug throws 'corrupted' if
   * somebody wrote past its ends; the block is freed all the same.
   */
  free() {
    const core = this.#live();
    this.#freed = core.debug ? new Error('it was freed here') : true;
    this.#guard.forget(this.#pointer);
    core.free(this.#pointer);
    this.#guard.throwFindings('free');
  }

  [dispose]() {
    if (!this.#freed) this.free();
  }
}
