/** The engine: one memory, one pool, and everything a user does with them. */
import { FramelaneError, badArgument } from './errors.js';
import { Core, loadModule, memoryKinds, wholeNumber } from './loader.js';
import { Frame, FrameRegistry, formats } from './frame.js';
import { closeJob, finish, finishSync, readJob, throwIfAborted } from './job.js';
import { describeLayout } from './layout.js';
import { makeMemory } from './memory.js';
import { Pipeline, pipelineClass, readDescription } from './pipeline.js';
import { Pool } from './pool.js';
import { RunQueue } from './queue.js';

/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./frame.js').Format} Format */
/** @typedef {import('./pipeline.js').OpInfo} OpInfo */
/** @typedef {import('./pipeline.js').Program} Program */
/** @typedef {import('./job.js').RunOptions} RunOptions */
/** @typedef {import('../dist/ops.d.ts').PipelineMethods} PipelineMethods */
/** @typedef {Pipeline & PipelineMethods} AnyPipeline */

/**
 * @typedef {object} EngineOptions
 * @property {number} [threads] workers; default: as many as the hardware runs at once; 0: the calling thread only
 * @property {'auto' | 'shared' | 'single' | 'memory64'} [mode] 'auto': 'shared' where SharedArrayBuffer exists, else 'single'
 * @property {import('./memory.js').MemorySize | WebAssembly.Memory} [memory] bytes, or a memory of your own that nothing else uses yet
 * @property {string | URL | BufferSource | WebAssembly.Module} [wasm] where the core is, for hosts that place files themselves
 * @property {boolean} [simd] false: the reference kernels (for tests)
 * @property {boolean} [fuse] false: one pass per operation (for tests)
 * @property {{ width: number, height: number }} [tile] a fixed tile (for tests)
 * @property {boolean} [debug] fill freed memory, remember where frames were made
 */

const THREADS_MAX = 128;
const JOB_SIMD = 1;
const JOB_FUSE = 2;
/** @type {typeof Symbol.asyncDispose} */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** @param {Platform} platform @param {EngineOptions} options */
function readOptions(platform, options) {
  if (typeof options !== 'object' || options === null) throw badArgument('createEngine: the options', 'an object', options);
  const known = ['threads', 'mode', 'memory', 'wasm', 'simd', 'fuse', 'tile', 'debug'];
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new FramelaneError('bad-argument', `createEngine: there is no option '${name}'; there are ${known.join(', ')}`);
  }
  const { simd = true, fuse = true, debug = false, tile } = options;
  for (const [name, value] of Object.entries({ simd, fuse, debug })) {
    if (typeof value !== 'boolean') throw badArgument(`createEngine: ${name}`, 'true or false', value);
  }
  if (tile !== undefined) {
    wholeNumber(tile?.width, 'createEngine: tile.width', 1, 65535);
    wholeNumber(tile?.height, 'createEngine: tile.height', 1, 65535);
  }
  const mode = chooseMode(options.mode ?? 'auto');
  const threads = options.threads === undefined ? Math.min(platform.hardwareThreads, THREADS_MAX)
    : wholeNumber(options.threads, 'createEngine: threads', 0, THREADS_MAX);
  return { simd, fuse, debug, tile, mode, threads: mode === 'single' ? 0 : threads };
}

/** @param {unknown} wanted @returns {'shared' | 'single'} */
function chooseMode(wanted) {
  const can = typeof SharedArrayBuffer !== 'undefined';
  if (wanted === 'auto') return can ? 'shared' : 'single';
  if (wanted === 'single') return 'single';
  if (wanted === 'memory64') throw new FramelaneError('unsupported', "createEngine: mode 'memory64' is not there yet");
  if (wanted !== 'shared') throw badArgument('createEngine: mode', "'auto', 'shared', 'single' or 'memory64'", wanted);
  if (can) return 'shared';
  throw new FramelaneError('unsupported', "createEngine: mode 'shared' needs SharedArrayBuffer: serve the page with Cross-Origin-Opener-Policy: same-origin "
    + "and Cross-Origin-Embedder-Policy: require-corp, or use mode 'auto'");
}

export class Engine {
  #platform;
  #core;
  #module;
  #options;
  /** @type {Pool | undefined} */ #pool;
  #frames;
  #queue = new RunQueue();
  #Pipeline;
  #runner;
  #staging = { address: 0, bytes: 0 };
  #counts = { runs: 0, aborted: 0, failed: 0 };
  /** @type {Record<string, number>} */ #copied = {};
  #inFlight = 0;
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
      await engine.#pool?.ready();
    } catch (error) {
      await engine.dispose();
      throw error;
    }
    return engine;
  }

  /** @param {Platform} platform @param {Core} core @param {WebAssembly.Module} module @param {ReturnType<typeof readOptions>} options */
  constructor(platform, core, module, options) {
    this.#platform = platform;
    this.#core = core;
    this.#module = module;
    this.#options = options;
    this.#frames = new FrameRegistry(core, options.debug, () => this.#use());
    if (options.threads > 0) this.#pool = new Pool(core, platform, module, options.threads);
    const table = readTable(core);
    this.ops = Object.freeze([...table.values()].map(({ info }) => info));
    this.#Pipeline = pipelineClass([...this.ops]);
    this.#runner = {
      table,
      check: (/** @type {Uint8Array} */ bytes) => this.#check(bytes),
      run: this.#run.bind(this),
      runSync: this.#runSync.bind(this),
      explain: this.#explain.bind(this),
    };
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
  frame(width, height, { format = 'rgba8' } = {}) {
    this.#use();
    return this.#frames.create(width, height, format);
  }

  /**
   * A frame with these pixels in it: one copy, counted.
   * @param {Uint8Array | Uint8ClampedArray | ArrayBuffer} bytes tight rows, planes one after the other
   * @param {number} width @param {number} height @param {{ format?: Format }} [options]
   * @returns {Frame}
   */
  frameFrom(bytes, width, height, options) {
    const source = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    if (!ArrayBuffer.isView(source) || source.BYTES_PER_ELEMENT !== 1) throw badArgument('frameFrom: the pixels', 'bytes: a Uint8Array, Uint8ClampedArray or ArrayBuffer', bytes);
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
   */
  async histogram(frame, options = {}) {
    if (!(frame instanceof Frame)) throw badArgument('histogram: its argument', 'a frame', frame);
    return this.#carry([frame], options, (core) => core.exports.fl_histogram_open(frame.handle, Math.max(1, this.threads), this.#flags()), (core, job) => {
      const channels = frame.format === 'gray8' ? 1 : 4;
      return new Uint32Array(core.memory.buffer, job.result, 256 * channels).slice();
    });
  }

  /**
   * Raw memory for your own data and modules; never moves.
   * @param {number} bytes @param {{ align?: number }} [options] align: a power of two up to 65536
   * @returns {{ pointer: number, readonly data: Uint8Array, free: () => void }}
   */
  alloc(bytes, { align = 64 } = {}) {
    const core = this.#use();
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
      live, peak, used, committed, blocks, frames, ...this.#counts, inFlight: this.#inFlight,
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
    this.#queue.failAll(new FramelaneError('disposed', 'this engine has been disposed of'));
    await this.#pool?.end();
    this.#core.ended = true;
  }

  [asyncDispose]() {
    return this.dispose();
  }

  // ---- running ----

  #flags() {
    return (this.#options.simd ? JOB_SIMD : 0) | (this.#options.fuse ? JOB_FUSE : 0);
  }

  /** Puts bytes where the core can read them, until the next call. @param {Uint8Array | Uint32Array} bytes */
  #stage(bytes) {
    const core = this.#use();
    const raw = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (raw.length > this.#staging.bytes) {
      const room = Math.max(4096, raw.length * 2);
      const address = core.alloc(room, 64, 'table');
      if (this.#staging.address) core.free(this.#staging.address);
      this.#staging = { address, bytes: room };
    }
    core.memory.u8.set(raw, this.#staging.address);
    return this.#staging.address;
  }

  /** @param {Uint8Array} bytes */
  #check(bytes) {
    const core = this.#use();
    core.check(core.exports.fl_graph_check(this.#stage(bytes), bytes.length));
  }

  /** @param {Program} program @param {Uint32Array} words what follows the graph in memory */
  #stageProgram({ bytes }, words) {
    const both = new Uint8Array(bytes.length + words.byteLength);
    both.set(bytes);
    both.set(new Uint8Array(words.buffer), bytes.length);
    const graph = this.#stage(both);
    return { graph, words: graph + bytes.length };
  }

  #tile() {
    return [this.#options.tile?.width ?? 0, this.#options.tile?.height ?? 0];
  }

  /** @param {Program} program @param {Frame} input @param {Frame | undefined} output @returns {number} a status */
  #openRun(program, input, output) {
    const core = this.#use();
    const handles = Uint32Array.from([input, ...program.frames.slice(1)], (frame) => frame.handle);
    const at = this.#stageProgram(program, handles);
    return core.exports.fl_job_open(at.graph, program.bytes.length, at.words, handles.length, output?.handle ?? 0, this.#flags(),
      Math.max(1, this.threads), this.threads + 1, ...this.#tile());
  }

  /**
   * Opens a job when its frames are free, carries it through, closes it.
   * @template T
   * @param {Frame[]} frames @param {RunOptions} options @param {(core: Core) => number} open @param {(core: Core, job: import('./job.js').Job) => T} result
   * @returns {Promise<T>}
   */
  async #carry(frames, options, open, result) {
    this.#use();
    throwIfAborted(options.signal);
    const host = { core: this.#core, pool: this.#pool, platform: this.#platform, threads: this.threads };
    const job = await this.#queue.open(frames, () => {
      const core = this.#use();
      core.check(open(core));
      return readJob(core);
    }, options.signal);
    this.#inFlight++;
    try {
      return await this.#settle(host, job, options.signal, () => finish(host, job, options), () => result(this.#core, job));
    } finally {
      this.#inFlight--;
      this.#queue.advance();
    }
  }

  /** What every run ends with, well or badly. */
  /**
   * @template T
   * @param {import('./job.js').Host} host @param {import('./job.js').Job} job @param {AbortSignal | undefined} signal
   * @param {() => Promise<void>} work @param {() => T} result
   */
  async #settle(host, job, signal, work, result) {
    try {
      await work();
    } catch (error) {
      this.#closeFailed(host, job);
      throw error;
    }
    const value = result();
    this.#close(host, job, signal);
    return value;
  }

  /** @param {import('./job.js').Host} host @param {import('./job.js').Job} job @param {AbortSignal} [signal] */
  #close(host, job, signal) {
    try {
      closeJob(host, job, signal);
      this.#counts.runs++;
    } catch (error) {
      this.#counts.aborted++;
      throw error;
    }
  }

  /** @param {import('./job.js').Host} host @param {import('./job.js').Job} job */
  #closeFailed(host, job) {
    this.#counts.failed++;
    host.core.exports.fl_job_close(job.address);
  }

  /** @param {Program} program @param {Frame} input @param {RunOptions & { output?: Frame }} options @returns {Promise<Frame>} */
  async #run(program, input, options) {
    const { output } = options;
    const frames = [input, ...program.frames.slice(1), ...(output ? [output] : [])];
    let made = 0;
    try {
      return await this.#carry(frames, options, () => this.#openRun(program, input, output), (_core, job) => {
        made = output ? 0 : job.output;
        return output ?? this.#frames.adopt(job.output);
      });
    } catch (error) {
      if (made) this.#core.exports.fl_frame_drop(made);
      throw error;
    }
  }

  /** @param {Program} program @param {Frame} input @param {{ output?: Frame }} options @returns {Frame} */
  #runSync(program, input, { output }) {
    const core = this.#use();
    if (!this.#platform.mayBlock) {
      throw new FramelaneError('unsupported', "runSync: a window's main thread must not wait: use await run(), or an engine in a worker");
    }
    core.check(this.#openRun(program, input, output));
    const job = readJob(core);
    const host = { core, pool: this.#pool, platform: this.#platform, threads: this.threads };
    try {
      finishSync(host, job);
    } catch (error) {
      this.#closeFailed(host, job);
      if (!output) core.exports.fl_frame_drop(job.output);
      throw error;
    }
    this.#close(host, job);
    return output ?? this.#frames.adopt(job.output);
  }

  /** @param {Program} program @param {number} width @param {number} height @param {{ format?: Format }} options */
  #explain(program, width, height, { format = 'rgba8' }) {
    const core = this.#use();
    wholeNumber(width, 'explain: width', 1, 65535);
    wholeNumber(height, 'explain: height', 1, 65535);
    const shapes = program.frames.flatMap((frame, i) => (i === 0 ? [width, height, formats.indexOf(format)] : [frame.width, frame.height, formats.indexOf(frame.format)]));
    const at = this.#stageProgram(program, Uint32Array.from(shapes));
    const text = core.exports.fl_explain(at.graph, program.bytes.length, at.words, shapes.length / 3, this.#flags(), Math.max(1, this.threads), ...this.#tile());
    if (!text) throw core.error(-1);
    return JSON.parse(core.memory.text(text));
  }
}

/** @param {Core} core */
function readTable(core) {
  /** @type {Map<string, { index: number, info: OpInfo }>} */
  const table = new Map();
  for (let index = 0, text; (text = core.exports.fl_op_json(index)); index++) {
    const { internal, ...info } = JSON.parse(core.memory.text(text));
    if (!internal) table.set(info.name, { index, info });
  }
  return table;
}
