/** The engine: one memory, one pool, and everything a user does with them. */
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { Frame, FrameRegistry } from './frame.js';
import { describeLayout } from './layout.js';
import { Core, loadModule, wholeNumber } from './loader.js';
import * as measures from './measure.js';
import { makeMemory } from './memory.js';
import { readOptions } from './options.js';
import { pipelineClass, readDescription } from './pipeline.js';
import { Pool } from './pool.js';
import { Runner } from './runner.js';

/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./frame.js').Format} Format */
/** @typedef {import('./pipeline.js').OpInfo} OpInfo */
/** @typedef {import('./job.js').RunOptions} RunOptions */
/** @typedef {import('./pipeline.js').AnyPipeline} AnyPipeline */
/** @typedef {import('./options.js').EngineOptions} EngineOptions */

/** @type {typeof Symbol.asyncDispose} */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** @param {unknown} bytes @returns {Uint8Array | Uint8ClampedArray | Int8Array} */
function bytesOf(bytes) {
  try {
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    if (ArrayBuffer.isView(view) && /** @type {Uint8Array} */ (view).BYTES_PER_ELEMENT === 1) return /** @type {Uint8Array} */ (view);
  } catch {
    throw badArgument('frameFrom: the pixels', 'bytes that have not been transferred', bytes);
  }
  throw badArgument('frameFrom: the pixels', 'bytes: a Uint8Array, Uint8ClampedArray or ArrayBuffer', bytes);
}

export class Engine {
  #core;
  #options;
  /** @type {Pool | undefined} */ #pool;
  #frames;
  #Pipeline;
  #runner;
  /** @type {Record<string, number>} */ #copied = {};
  #disposed = false;
  /** Every operation of the pipelines: name, documentation, formats, parameters. @type {readonly OpInfo[]} */
  ops;

  /**
   * @param {EngineOptions} options @param {Platform} platform
   * @returns {Promise<Engine>}
   */
  static async create(options, platform) {
    const read = readOptions(platform, options);
    const memory = makeMemory(options.memory, read.mode === 'shared');
    const module = await loadModule(platform, options.wasm, read.mode);
    const core = await Core.start(module, memory, { debug: read.debug, mayBlock: platform.mayBlock });
    const engine = new Engine(platform, core, module, read);
    try {
      await engine.#pool?.start();
    } catch (error) {
      await engine.dispose();
      throw error;
    }
    return engine;
  }

  /** @param {Platform} platform @param {Core} core @param {WebAssembly.Module} module @param {ReturnType<typeof readOptions>} options */
  constructor(platform, core, module, options) {
    this.#core = core;
    this.#options = options;
    this.#frames = new FrameRegistry(core, options.debug, () => this.#use());
    if (options.threads > 0) this.#pool = new Pool(core, platform, module, options.threads);
    this.#runner = new Runner({ core, platform, pool: this.#pool, threads: options.threads }, this.#frames, options);
    this.ops = Object.freeze([...this.#runner.table.values()].map(({ info }) => info));
    this.#Pipeline = pipelineClass([...this.ops]);
  }

  #use() {
    if (this.#disposed) throw new FramelaneError('disposed', 'this engine has been disposed of');
    return this.#core;
  }

  /** 'shared' or 'single'. */
  get mode() {
    return this.#options.mode;
  }

  /** Workers. */
  get threads() {
    return this.#options.threads;
  }

  /** The one memory; other Wasm modules may import it. */
  get memory() {
    return this.#core.memory.memory;
  }

  /** The pool's threads, for whoever must end one by force (tests do); lost ones are replaced. @internal */
  get workers() {
    return this.#pool?.threads ?? [];
  }

  /**
   * A new frame, zeroed (transparent black). Throws 'out-of-memory' and leaves everything else as it is.
   * @param {number} width @param {number} height in pixels, 1 to 65535 @param {{ format?: Format }} [options]
   * @returns {Frame}
   */
  frame(width, height, options = {}) {
    this.#use();
    checkOptions('frame', options, ['format']);
    return this.#frames.create(width, height, options.format === undefined ? 'rgba8' : options.format);
  }

  /**
   * A frame with these pixels in it: one copy, counted.
   * @param {Uint8Array | Uint8ClampedArray | ArrayBuffer} bytes tight rows, planes one after the other
   * @param {number} width @param {number} height @param {{ format?: Format }} [options]
   * @returns {Frame}
   */
  frameFrom(bytes, width, height, options) {
    const source = bytesOf(bytes);
    const frame = this.frame(width, height, options);
    if (frame.byteLength !== source.length) {
      const needed = frame.byteLength;
      frame.dispose();
      throw badArgument('frameFrom: the pixels', `${needed} bytes long for ${width}×${height} ${options?.format ?? 'rgba8'}`, source.length);
    }
    frame.data.set(source);
    frame.origin = { path: 'frameFrom', copies: 1, bytes: source.length, why: 'these pixels lie outside the engine’s memory' };
    this.countCopy('frameFrom', source.length);
    return frame;
  }

  /**
   * A pipeline that does nothing yet; or the one that `describe()` has written.
   * @param {import('./pipeline.js').Description} [description] @param {Frame[]} [frames] what its { frame: i } refer to
   * @returns {AnyPipeline}
   */
  pipeline(description, frames = []) {
    this.#use();
    const start = new this.#Pipeline(this.#runner);
    return /** @type {AnyPipeline} */ (description === undefined ? start : readDescription(start, description, frames));
  }

  /**
   * How often each value occurs in each channel of an rgba8, bgra8 or gray8 frame.
   * @param {Frame} frame @param {RunOptions} [options]
   * @returns {Promise<Uint32Array>} 256 counts per channel, one channel after the other
   *
   * @example
   * const counts = await engine.histogram(frame);
   * console.log(`${counts[0]} pixels have no red`);
   */
  histogram(frame, options) {
    return this.#measure(measures.histogram, [frame], options);
  }

  /** The same where blocking is allowed. @param {Frame} frame @returns {Uint32Array} */
  histogramSync(frame) {
    return this.#measureSync(measures.histogram, [frame]);
  }

  /**
   * Smallest and largest value, mean and standard deviation of each channel of an rgba8, bgra8 or gray8 frame.
   * @param {Frame} frame @param {RunOptions} [options]
   * @returns {Promise<import('./measure.js').Statistics>}
   *
   * @example
   * const { mean, stddev } = await engine.statistics(frame);
   * console.log(`red: ${mean[0]} ± ${stddev[0]}`);
   */
  statistics(frame, options) {
    return this.#measure(measures.statistics, [frame], options);
  }

  /** The same where blocking is allowed. @param {Frame} frame @returns {import('./measure.js').Statistics} */
  statisticsSync(frame) {
    return this.#measureSync(measures.statistics, [frame]);
  }

  /**
   * How far two frames of the same size and format are apart.
   * @param {Frame} a @param {Frame} b @param {RunOptions} [options]
   * @returns {Promise<import('./measure.js').Comparison>}
   *
   * @example
   * const { psnr, ssim } = await engine.compare(original, decoded);
   */
  compare(a, b, options) {
    return this.#measure(measures.compare, [a, b], options);
  }

  /** The same where blocking is allowed. @param {Frame} a @param {Frame} b @returns {import('./measure.js').Comparison} */
  compareSync(a, b) {
    return this.#measureSync(measures.compare, [a, b]);
  }

  /**
   * The summed-area table of an rgba8, bgra8 or gray8 frame of up to 16843009 pixels: the sum of any rectangle from four of its entries.
   * @param {Frame} frame @param {RunOptions} [options]
   * @returns {Promise<import('./measure.js').Integral>} throws 'unsupported' where a sum may not fit in 32 bits
   *
   * @example
   * const { sum, width, channels } = await engine.integral(frame);
   * const at = (x, y) => sum[(y * width + x) * channels];
   * const red = at(20, 10) - at(5, 10) - at(20, 3) + at(5, 3); // of the 15×7 pixels at (5, 3)
   */
  integral(frame, options) {
    return this.#measure(measures.integral, [frame], options);
  }

  /** The same where blocking is allowed. @param {Frame} frame @returns {import('./measure.js').Integral} */
  integralSync(frame) {
    return this.#measureSync(measures.integral, [frame]);
  }

  /** @template T @param {import('./measure.js').Measure<T>} measure @param {Frame[]} frames @param {RunOptions} [options] @returns {Promise<T>} */
  async #measure(measure, frames, options = {}) {
    measures.checkFrames(measure, frames);
    checkOptions(measure.name, options, ['signal', 'onProgress']);
    return this.#runner.measure(measure, frames, options);
  }

  /** @template T @param {import('./measure.js').Measure<T>} measure @param {Frame[]} frames @returns {T} */
  #measureSync(measure, frames) {
    measures.checkFrames(measure, frames);
    return this.#runner.measureSync(measure, frames);
  }

  /**
   * Raw memory for your own data and modules; never moves.
   * @param {number} bytes @param {{ align?: number }} [options] align: a power of two up to 65536
   * @returns {{ pointer: number, readonly data: Uint8Array, free: () => void }}
   */
  alloc(bytes, options = {}) {
    const core = this.#use();
    checkOptions('alloc', options, ['align']);
    const { align = 64 } = options;
    wholeNumber(bytes, 'alloc: bytes', 1, 2 ** 32);
    if (![...Array(17).keys()].some((n) => 2 ** n === align)) throw badArgument('alloc: align', 'a power of two up to 65536', align);
    const pointer = core.alloc(bytes, align, 'user');
    return {
      pointer,
      get data() {
        return new Uint8Array(core.memory.buffer, pointer, bytes);
      },
      free: () => this.#use().free(pointer),
    };
  }

  /** The map of linear memory, by address. @returns {import('./layout.js').Region[]} */
  layout() {
    return describeLayout(this.#use(), this.#frames, this.#pool);
  }

  /** Figures: bytes, frames, runs, tiles by lane, workers replaced, bytes copied at each edge. */
  stats() {
    const core = this.#use();
    core.exports.fl_stats();
    const [live, peak, used, committed, blocks, frames] = [0, 1, 2, 3, 4, 5].map((i) => core.mail(i));
    const tiles = Array.from({ length: this.threads + 1 }, (_, lane) => core.exports.fl_worker_tiles(lane));
    return {
      live, peak, used, committed, blocks, frames, ...this.#runner.counts, inFlight: this.#runner.inFlight,
      tiles, workersReplaced: this.#pool?.replaced ?? 0, copied: { ...this.#copied },
    };
  }

  /** Adds to what stats().copied reports; the edges in framelane/web call it. @param {string} edge @param {number} bytes */
  countCopy(edge, bytes) {
    this.#copied[edge] = (this.#copied[edge] ?? 0) + bytes;
  }

  /** Frames not disposed of, live or collected as garbage, with the stack of their creation when debug is on. */
  leaks() {
    this.#use();
    return this.#frames.leaks();
  }

  /** Ends the workers and frees the memory. Runs in flight are aborted. Every later use throws 'disposed'. */
  async dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#runner.end(new FramelaneError('disposed', 'this engine has been disposed of'));
    await this.#pool?.end();
    this.#core.ended = true;
  }

  [asyncDispose]() {
    return this.dispose();
  }
}
