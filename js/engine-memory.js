/** What an engine offers of its linear memory. */
import { Allocation } from './alloc.js';
import * as bulk from './bulk.js';
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { FrameRegistry } from './frame.js';
import { Guard } from './guard.js';
import { surveyHeap } from './heap.js';
import { wholeNumber } from './loader.js';
import { PAGE, maximumOf } from './memory.js';
import { Region } from './region.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./bulk.js').Place} Place */

const ALIGNMENTS = Array.from({ length: 17 }, (_, n) => 2 ** n);

export class EngineMemory {
  #core;
  #platform;
  #use = () => this.use();
  /** @protected */ ended = false;
  /** @protected */ frames;
  /** @protected */ guard;

  /** @param {Core} core @param {import('./platform.js').Platform} platform */
  constructor(core, platform) {
    this.#core = core;
    this.#platform = platform;
    this.frames = new FrameRegistry(core, core.debug > 0, this.#use);
    this.guard = new Guard(core, this.frames);
  }

  /** The core, unless the engine is disposed of. @protected @returns {Core} */
  use() {
    if (this.ended) throw new FramelaneError('disposed', 'this engine has been disposed of');
    return this.#core;
  }

  /** The one memory; other Wasm modules may import it. */
  get memory() {
    return this.#core.memory.memory;
  }

  /**
   * Grows the memory and gives what is new to the heap, so that later frames need not wait for the host. Not needed otherwise: it grows by
   * itself when nothing fits. Every frame, block and region shows the current memory afterwards; views taken from them before are of
   * the old length in 'shared' mode and empty in 'single' mode, so take them anew.
   * @param {number} bytes at least so many more, rounded up to pages of 65536
   * @returns {number} how many bytes the memory has now. Throws 'out-of-memory', and nothing has changed, when that is beyond its maximum
   */
  grow(bytes) {
    const core = this.use();
    wholeNumber(bytes, 'grow: bytes', 1, 2 ** 32);
    const { byteLength } = core.memory.buffer, maximum = maximumOf(this.memory), wanted = byteLength + Math.ceil(bytes / PAGE) * PAGE;
    if (core.exports.fl_grow(bytes) === 0) return core.memory.buffer.byteLength;
    throw new FramelaneError('out-of-memory', `grow: the memory has ${byteLength} bytes and cannot become ${wanted}: `
      + (maximum === undefined ? 'its maximum, which its maker knows, is below that' : `its maximum is ${maximum}; create the engine with a larger memory.maximum`));
  }

  /**
   * Raw memory for your own data and modules; never moves. Not zeroed.
   * @param {number} bytes @param {{ align?: number }} [options] align: a power of two up to 65536, default 64
   * @returns {Allocation}
   *
   * @example
   * using table = engine.alloc(256);
   * table.data.set(myTable);
   * myModule.exports.run(table.pointer);
   */
  alloc(bytes, options = {}) {
    return new Allocation(this.#use, this.guard, ...this.#sizes('alloc', bytes, options));
  }

  /**
   * Memory that something outside writes into: a file, a camera, a device's buffer. Zeroed; never moves; C modules reach it by its handle.
   * @param {number} bytes @param {{ align?: number }} [options] align: a power of two up to 65536, default 64
   * @returns {Region}
   *
   * @example
   * const region = engine.region(1920 * 1080 * 3 / 2);
   * await region.readFrom(file); // in Node: a FileHandle; in a worker: an OPFS access handle
   */
  region(bytes, options = {}) {
    return new Region(this.#use, this.#platform, ...this.#sizes('region', bytes, options));
  }

  /** @param {string} what @param {number} bytes @param {{ align?: number }} options @returns {[number, number]} */
  #sizes(what, bytes, options) {
    this.use();
    checkOptions(what, options, ['align']);
    const { align = 64 } = options;
    wholeNumber(bytes, `${what}: bytes`, 1, 2 ** 32);
    if (!ALIGNMENTS.includes(align)) throw badArgument(`${what}: align`, 'a power of two up to 65536', align);
    return [bytes, align];
  }

  /**
   * Copies bytes inside linear memory (memory.copy); the two may overlap. Any of it may be read. What may be written: a block of alloc(),
   * a region, or a frame's pixels, each time within one of them.
   * @param {Place} to an address, a block, a region, a frame, or a view of this memory @param {Place} from likewise
   * @param {number} [bytes] default: as many as both hold
   *   Throws 'bad-argument' for a range that is not inside or not yours to write, 'stale-handle' for freed memory, 'busy' for pixels
   *   that a run in flight is writing (or, to write them, using)
   *
   * @example
   * engine.copy(frame, region); // the pixels of a frame, out of what was read from a file
   */
  copy(to, from, bytes) {
    bulk.copy(this.use(), to, from, bytes);
  }

  /**
   * Sets bytes of linear memory to one value (memory.fill). What may be written, and what it throws: as `copy`.
   * @param {Place} to @param {number} value 0 to 255 @param {number} [bytes] default: all that the block, region or frame holds
   */
  fill(to, value, bytes) {
    bulk.fill(this.use(), to, value, bytes);
  }

  /**
   * Brings bytes into linear memory: one copy, counted in stats().copied.init. What may be written, and what it throws: as `copy`.
   * @param {Place} to @param {ArrayLike<number> | ArrayBuffer} bytes
   */
  init(to, bytes) {
    this.countCopy('init', bulk.init(this.use(), to, bytes));
  }

  /** How the heap is used: sizes of its blocks, what is free, fragmentation. Walks it: not for every frame. @returns {import('./heap.js').Heap} */
  heap() {
    return surveyHeap(this.use());
  }

  /**
   * Walks linear memory and says what is wrong with it: nothing, if the list is empty. Always: the heap's blocks, lists and figures, and
   * the first 1024 bytes, which must be zero. With debug besides: red zones around every block and below every stack, and all freed
   * memory. What is found is told once, here or by the error of the run that noticed it.
   * @returns {import('./guard.js').Finding[]}
   */
  check() {
    this.use();
    return this.guard.check();
  }

  /**
   * With debug on: data of frames that was asked for while a run was writing them, each frame once, with the stacks of both. Each was a
   * console.warn, too. A view that was taken before the run began is not noticed.
   * @returns {readonly import('./races.js').Warning[]}
   */
  get warnings() {
    this.use();
    return this.frames.races?.warnings ?? [];
  }

  /** Adds to what stats().copied reports. @param {string} edge @param {number} bytes */
  countCopy(edge, bytes) {
    this.copied[edge] = (this.copied[edge] ?? 0) + bytes;
  }

  /** @protected @type {Record<string, number>} */ copied = {};
}
