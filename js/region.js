/** A region: memory that something outside the engine writes into (a file, a camera), reached from C by a handle. */
import { dispose } from './dispose.js';
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { wholeNumber } from './loader.js';

/** @typedef {import('./loader.js').Core} Core */
/**
 * @typedef {object} ReadOptions in bytes
 * @property {number} [position] where in the source to begin; default: its start (of a file that keeps one: where it is)
 * @property {number} [offset] where in the region to begin, default 0
 * @property {number} [length] how many at most; default: to the region's end
 */

/**
 * From `engine.region()`. All of it lies in linear memory, and nothing beyond it can be reached through it: each access names an offset
 * and a length, which are checked here and in C (`fl_memory_region_at`). Give it back with `free()` or `using`; after that every use
 * throws 'stale-handle'.
 */
export class Region {
  #use;
  #platform;
  #pointer;
  #data;
  #handle;
  #freed = false;
  #reads = 0;
  /** @readonly */
  byteLength;

  /**
   * @param {() => Core} use throws when the engine is disposed of @param {import('./platform.js').Platform} platform
   * @param {number} bytes @param {number} align
   */
  constructor(use, platform, bytes, align) {
    const core = use();
    this.#use = use;
    this.#platform = platform;
    core.check(core.exports.fl_region_new(bytes, Math.max(align, 64)));
    this.#handle = core.mail(0);
    this.#pointer = core.mail(1);
    this.byteLength = bytes;
    this.#data = core.memory.window(this.#pointer, bytes);
  }

  #live() {
    const core = this.#use();
    if (this.#freed) throw new FramelaneError('stale-handle', `this region of ${this.byteLength} bytes has been freed`);
    return core;
  }

  /** Its address in linear memory. It never moves. */
  get pointer() {
    this.#live();
    return this.#pointer;
  }

  /** The number C modules know it by: `fl_memory_region_at(handle, offset, length)`. */
  get handle() {
    this.#live();
    return this.#handle;
  }

  /** All of it: a view of linear memory, no copy, always of its current buffer. @returns {Uint8Array} */
  get data() {
    this.#live();
    return this.#data();
  }

  /**
   * A part of it, no copy. Throws 'bad-argument' unless all of it lies inside. Take it anew after the memory may have grown.
   * @param {number} [offset] @param {number} [length] in bytes; default: to the end
   * @returns {Uint8Array}
   *
   * @example
   * await videoFrame.copyTo(region.view(0, videoFrame.allocationSize())); // a camera's picture, straight into the engine's memory
   */
  view(offset = 0, length = this.byteLength - offset) {
    const core = this.#live();
    for (const [name, value] of Object.entries({ offset, length })) {
      if (typeof value !== 'number') throw badArgument(`region: ${name}`, `a whole number up to ${this.byteLength}`, value);
    }
    core.check(core.exports.fl_region_at(this.#handle, offset, length));
    return new Uint8Array(core.memory.buffer, core.mail(0), length);
  }

  /**
   * Sets bytes to one value. @param {number} value 0 to 255 @param {number} [offset] @param {number} [length]
   */
  fill(value, offset, length) {
    this.view(offset, length).fill(wholeNumber(value, 'region: the value', 0, 255));
  }

  /**
   * Reads a file straight into the region: nothing is copied on the way. Until it has, the region cannot be freed.
   * @param {unknown} source in Node a FileHandle or a file descriptor; in a browser's worker a FileSystemSyncAccessHandle (OPFS)
   * @param {ReadOptions} [options]
   * @returns {Promise<number>} bytes read: fewer than asked for when the source ends. Throws 'bad-argument' for a range that is not
   *   inside the region, and whatever the source throws
   *
   * @example
   * const region = engine.region(1 << 20);
   * const bytes = await region.readFrom(await open('clip.yuv'), { position: 4096 });
   */
  async readFrom(source, options = {}) {
    checkOptions('readFrom', options, ['position', 'offset', 'length']);
    const { position, offset = 0, length } = options;
    if (position !== undefined) wholeNumber(position, 'readFrom: position', 0, Number.MAX_SAFE_INTEGER);
    const { byteLength } = this.view(offset, length);
    this.#reads++;
    try {
      return await this.#platform.readInto(source, (done) => this.view(offset + done, byteLength - done), position);
    } finally {
      this.#reads--;
    }
  }

  /** A region itself, not what only looks like one. @param {unknown} value @returns {value is Region} @internal */
  static is(value) {
    return typeof value === 'object' && value !== null && #handle in value;
  }

  /** While somebody reads or writes it, it cannot be freed. @param {1 | -1} by @internal */
  hold(by) {
    this.#reads += by;
  }

  /** Gives the memory back. Throws 'stale-handle' the second time, and 'busy' while a read into it is in flight or a flow reads from it. */
  free() {
    const core = this.#live();
    if (this.#reads > 0) throw new FramelaneError('busy', 'this region is being read into, or a flow reads from it: await readFrom(), or the flow, first');
    this.#freed = true;
    core.check(core.exports.fl_region_drop(this.#handle));
  }

  [dispose]() {
    if (!this.#freed) this.free();
  }
}
