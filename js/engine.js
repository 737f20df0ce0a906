/** The engine: one memory, one pool, and everything a user does with them. */
import { Crew } from './crew.js';
import { asyncDispose } from './dispose.js';
import { EngineMemory } from './engine-memory.js';
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { Frame } from './frame.js';
import { describeLayout } from './layout.js';
import { Core, loadModule } from './loader.js';
import * as measures from './measure.js';
import { makeMemory } from './memory.js';
import { Modules } from './modules.js';
import { readOptions } from './options.js';
import { addMethod, pipelineClass, readDescription } from './pipeline.js';
import { Pool } from './pool.js';
import { Runner } from './runner.js';
import { Shares } from './share.js';
import { Stages } from './stages.js';
import { Sync } from './sync.js';

/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./frame.js').Format} Format */
/** @typedef {import('./pipeline.js').OpInfo} OpInfo */
/** @typedef {import('./job.js').RunOptions} RunOptions */
/** @typedef {import('./pipeline.js').AnyPipeline} AnyPipeline */
/** @typedef {import('./options.js').EngineOptions} EngineOptions */

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

export class Engine extends EngineMemory {
  #core;
  #options;
  /** @type {Pool | undefined} */ #pool;
  #Pipeline;
  #runner;
  #modules;
  #shares;
  #sync;
  /** @type {import('./flow-line.js').FlowHost} */ #flows;

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
      engine.#pool?.start();
      if (!platform.startsSurely) await engine.#pool?.whole();
    } catch (error) {
      await engine.dispose();
      throw error;
    }
    return engine;
  }

  /** @param {Platform} platform @param {Core} core @param {WebAssembly.Module} module @param {ReturnType<typeof readOptions>} options */
  constructor(platform, core, module, options) {
    super(core, platform);
    this.frames.engine = this;
    this.#core = core;
    this.#options = options;
    if (options.threads > 0) this.#pool = new Pool(core, platform, module, options.threads);
    this.#runner = new Runner({ core, platform, pool: this.#pool, threads: options.threads, guard: this.guard }, this.frames, options);
    this.#modules = new Modules(core, platform, this.#pool, this.#runner);
    this.#shares = new Shares(core, module);
    this.#sync = new Sync(core, { mayBlock: platform.mayBlock, onUse: () => this.use(), bury: (thread) => this.#shares.bury(thread) });
    this.#Pipeline = pipelineClass([...this.ops]);
    this.#flows = {
      core, platform, frames: this.frames, guard: this.guard, modules: this.#modules, runner: this.#runner, running: new Set(),
      crew: options.threads > 0 ? new Crew(core, platform, module) : undefined,
      countCopy: (edge, bytes) => this.countCopy(edge, bytes),
    };
    this.#modules.isInUse = (used) => [...this.#flows.running].some((flow) => flow.uses(used));
  }

  /** Every operation of the pipelines, built-in and of the modules loaded: name, documentation, formats, parameters. @returns {readonly OpInfo[]} */
  get ops() {
    return this.#runner.table.list;
  }

  /** 'shared' or 'single'. */
  get mode() {
    return this.#options.mode;
  }

  /** Workers. */
  get threads() {
    return this.#options.threads;
  }

  /** The threads of flows, for whoever must end one by force (tests do). @internal */
  get stageWorkers() {
    return this.#flows.crew?.threads ?? [];
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
    this.use();
    checkOptions('frame', options, ['format']);
    return this.frames.create(width, height, options.format === undefined ? 'rgba8' : options.format);
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
    this.use();
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
   * It lies in the engine's memory, without a copy: dispose of it, best with `using`.
   * @param {Frame} frame @param {RunOptions} [options]
   * @returns {Promise<import('./measure.js').Integral>} throws 'unsupported' where a sum may not fit in 32 bits
   *
   * @example
   * using table = await engine.integral(frame);
   * const { sum, width, channels } = table;
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
   * Calls what reads a frame's pixels on this thread, once no run is writing them, in the order runs were started.
   * @template T @param {Frame} frame @param {() => T} body does not wait @returns {Promise<T>} @internal
   */
  read(frame, body) {
    return this.#runner.read(frame, body);
  }

  /**
   * Brings a side module into this engine's memory and all its threads; its operations join `engine.ops` and become methods of every
   * pipeline. Modules share the memory: load only what you trust. `npx framelane build` makes one of a C file.
   * @param {string | URL | ArrayBuffer | ArrayBufferView<ArrayBuffer>} source a URL, or the bytes
   * @param {{ prefix?: string }} [options] prefix: before the names of its operations, where they are taken
   * @returns {Promise<import('./modules.js').LoadedModule>} throws 'bad-module', saying what does not fit
   */
  async load(source, options = {}) {
    this.use();
    checkOptions('load', options, ['prefix']);
    const { prefix = '' } = options;
    if (typeof prefix !== 'string' || !/^\w*$/.test(prefix)) throw badArgument('load: prefix', 'letters, digits and _', prefix);
    const module = await this.#modules.load(source, prefix);
    for (const name of module.ops) addMethod(this.#Pipeline, name);
    return module;
  }

  /**
   * A stream through stages, each on a thread of its own where there are threads: frames stay where they are, descriptions of them move,
   * in order, and a stage that has no frame left waits for one to come back.
   * @returns {Stages}
   *
   * @example
   * const flow = engine.stages()
   *   .source(demux, { input: 'clip.avi' })
   *   .stage(decode, { parallel: 2 })
   *   .stage(engine.pipeline().toRgba({ range: 'full' }))
   *   .sink((frame, { number, time }) => draw(frame));
   * const { frames, seconds, skipped } = await flow.done;
   */
  stages() {
    this.use();
    return new Stages(this.#flows, () => this.pipeline());
  }

  /** Mutex, condition variable, read-write lock, semaphore, barrier, latch, event, once, seqlock, ring and queue for threads, C's and yours. @returns {Sync} */
  get sync() {
    this.use();
    this.#shares.reap();
    return this.#sync;
  }

  /** A token for a worker of your own: post it there and `attach()`. One for each thread. @returns {import('./share.js').Token} */
  share() {
    this.use();
    return this.#shares.give();
  }

  /** The map of linear memory, by address. @returns {import('./layout.js').Region[]} */
  layout() {
    return describeLayout(this.use(), [...this.frames.places(), ...(this.#pool?.places() ?? []), ...this.#modules.places()]);
  }

  /** Figures: bytes, frames, runs, tiles by lane, workers that serve by now, workers replaced, bytes copied at each edge. */
  stats() {
    const core = this.use();
    core.exports.fl_stats();
    const [live, peak, used, committed, blocks, frames] = [0, 1, 2, 3, 4, 5].map((i) => core.mail(i));
    const tiles = Array.from({ length: this.threads + 1 }, (_, lane) => core.exports.fl_worker_tiles(lane));
    return {
      live, peak, used, committed, blocks, frames, ...this.#runner.counts, inFlight: this.#runner.inFlight,
      flows: this.#flows.running.size, tiles, workersServing: this.#pool?.serving ?? 0, workersReplaced: this.#pool?.replaced ?? 0, copied: { ...this.copied },
    };
  }

  /** Frames not disposed of, live or collected as garbage, with the stack of their creation when debug is on. */
  leaks() {
    this.use();
    return this.frames.leaks();
  }

  /** Ends the workers and frees the memory. Runs in flight are aborted. Every later use throws 'disposed'. */
  async dispose() {
    if (this.ended) return;
    this.ended = true;
    const error = new FramelaneError('disposed', 'this engine has been disposed of');
    await Promise.all([this.#runner.end(error), ...[...this.#flows.running].map((flow) => flow.fail(error))]);
    await this.#flows.crew?.end();
    await this.#pool?.end();
    this.#core.ended = true;
  }

  [asyncDispose]() {
    return this.dispose();
  }
}
