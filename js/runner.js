/** Runs pipelines and measurements: stages what the core reads, opens jobs when their frames are free, carries them through. */
import { FramelaneError, show } from './errors.js';
import { formats } from './frame.js';
import { checkRunOptions, finish, finishSync, readJob, submit, throwIfAborted } from './job.js';
import { wholeNumber } from './loader.js';
import { OpTable } from './op-table.js';
import { RunQueue } from './queue.js';
import { stackHere } from './races.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./job.js').Host} Host */
/** @typedef {import('./job.js').Job} Job */
/** @typedef {import('./job.js').RunOptions} RunOptions */
/** @typedef {import('./pipeline.js').Program} Program */

const JOB_SIMD = 1;
const JOB_FUSE = 2;
const STAGING_MIN = 4096;
const IN_FLIGHT_MAX = 48; // more wait: the core's table has room for 64 jobs, and some of those that have ended linger

export class Runner {
  #host;
  #frames;
  #options;
  #queue = new RunQueue();
  #staging;
  /** Each with the promise of its end. @type {Map<Job, Promise<unknown>>} */
  #inFlight = new Map();
  #admitted = 0;
  /** Runs carried through, aborted, failed. */
  counts = { runs: 0, aborted: 0, failed: 0 };

  /**
   * @param {Host} host @param {import('./frame.js').FrameRegistry} frames
   * @param {{ simd: boolean, fuse: boolean, tile?: { width: number, height: number } }} options
   */
  constructor(host, frames, options) {
    this.#host = host;
    this.#frames = frames;
    this.#options = options;
    this.#staging = { address: host.core.alloc(STAGING_MIN, 64, 'table'), bytes: STAGING_MIN };
    /** Operations by name. */
    this.table = new OpTable(host.core);
  }

  /** The core, unless the engine is disposed of. */
  get #core() {
    this.#frames.onUse();
    return this.#host.core;
  }

  /** How pipelines are planned, for flows: as runs' are. */
  get planning() {
    return { flags: this.#flags, tile: this.#tile };
  }

  get #flags() {
    return (this.#options.simd ? JOB_SIMD : 0) | (this.#options.fuse ? JOB_FUSE : 0);
  }

  get #tile() {
    return [this.#options.tile?.width ?? 0, this.#options.tile?.height ?? 0];
  }

  get #lanes() {
    return Math.max(1, this.#host.threads);
  }

  /** Puts bytes where the core can read them, until the next call. @param {Uint8Array[]} parts */
  #stage(...parts) {
    const core = this.#core;
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > this.#staging.bytes) {
      const bytes = length * 2;
      const address = core.alloc(bytes, 64, 'table');
      core.free(this.#staging.address);
      this.#staging = { address, bytes };
    }
    let at = this.#staging.address;
    for (const part of parts) {
      core.memory.u8.set(part, at);
      at += part.length;
    }
    return this.#staging.address;
  }

  /** @param {Program} program @param {number[]} words what follows the graph in memory */
  #stageProgram({ bytes }, words) {
    const graph = this.#stage(bytes, new Uint8Array(Uint32Array.from(words).buffer));
    return { graph, words: graph + bytes.length };
  }

  /** Resolves when the runs that are in flight now have ended, well or not. */
  async settled() {
    await Promise.allSettled(this.#inFlight.values());
    if (!this.#host.core.ended) this.#host.core.exports.fl_stats(); // ends the jobs that a worker was still looking at
  }

  /** Throws what the core says of an encoded pipeline. @param {Uint8Array} bytes */
  check(bytes) {
    const core = this.#core;
    core.check(core.exports.fl_graph_check(this.#stage(bytes), bytes.length));
  }

  /** @param {Frame} frame */
  #checkOwner(frame) {
    if (!frame.isOf(this.#frames)) throw new FramelaneError('bad-argument', 'run: this frame belongs to another engine');
  }

  /**
   * Plans and submits. Throws 'busy' while a lease is in the way.
   * @param {Program} program @param {Frame} input @param {Frame | undefined} output @param {boolean} along does this thread work along?
   * @param {string} [stack] where it was started, in debug: its output is watched
   * @returns {Job}
   */
  #open(program, input, output, along, stack) {
    const core = this.#core;
    const inputs = [input, ...program.frames.slice(1)];
    for (const frame of output ? [...inputs, output] : inputs) this.#checkOwner(frame);
    const handles = inputs.map((frame) => frame.handle);
    const at = this.#stageProgram(program, handles);
    core.check(core.exports.fl_job_open(at.graph, program.bytes.length, at.words, handles.length, output?.handle ?? 0, this.#flags,
      this.#lanes, this.#host.threads + 1, ...this.#tile));
    const job = readJob(core);
    try {
      submit(this.#host, job, along);
    } catch (error) {
      this.#dropOutput(job, output);
      throw error;
    }
    if (output && stack) job.ended = this.#frames.races?.begin(output.pixels, stack);
    return job;
  }

  /** @param {Job} job */
  #close(job) {
    this.#host.core.exports.fl_job_close(job.address);
    job.ended?.();
  }

  /** @param {Program} program @param {Frame} input @param {RunOptions & { output?: Frame }} options @returns {Promise<Frame>} */
  async run(program, input, options) {
    const { output } = options, stack = this.#frames.races && stackHere();
    const frames = [input, ...program.frames.slice(1), ...(output ? [output] : [])];
    return this.#carry(frames, options, () => this.#open(program, input, output, false, stack), {
      take: (job) => output ?? this.#frames.adopt(job.output),
      drop: (job) => this.#dropOutput(job, output),
    });
  }

  /** @param {Program} program @param {Frame} input @param {{ output?: Frame }} options @returns {Frame} */
  runSync(program, input, { output }) {
    this.#checkMayBlock('runSync', 'await run()');
    return this.#workThrough(this.#open(program, input, output, true), {
      take: (job) => output ?? this.#frames.adopt(job.output),
      drop: (job) => this.#dropOutput(job, output),
    });
  }

  /** @param {string} name @param {string} instead */
  #checkMayBlock(name, instead) {
    this.#frames.onUse();
    if (this.#host.platform.mayBlock) return;
    throw new FramelaneError('unsupported', `${name}: a window's main thread must not wait: use ${instead}, or an engine in a worker`);
  }

  /**
   * Carries a submitted job through on this thread, takes its result, closes it.
   * @template T
   * @param {Job} job @param {{ take: (job: Job) => T, drop?: (job: Job) => void }} result
   * @returns {T}
   */
  #workThrough(job, { take, drop }) {
    try {
      finishSync(this.#host, job);
      this.#host.guard.afterJob();
      this.counts.runs++;
      return take(job);
    } catch (error) {
      this.#failed(error);
      drop?.(job);
      throw error;
    } finally {
      this.#close(job);
      this.#queue.advance();
    }
  }

  /** @param {Job} job @param {Frame | undefined} output */
  #dropOutput(job, output) {
    if (!output) this.#host.core.exports.fl_frame_drop(job.output);
  }

  /** @param {import('./measure.js').Measure<any>} measure @param {Frame[]} frames @param {boolean} along */
  #openMeasure(measure, frames, along) {
    const core = this.#core;
    for (const frame of frames) this.#checkOwner(frame);
    core.check(measure.open(core.exports, frames.map((frame) => frame.handle), this.#lanes, this.#flags));
    const job = readJob(core);
    submit(this.#host, job, along);
    return job;
  }

  /**
   * A job whose result is not a frame.
   * @template T
   * @param {import('./measure.js').Measure<T>} measure @param {Frame[]} frames @param {RunOptions} options
   * @returns {Promise<T>}
   */
  measure(measure, frames, options) {
    const take = (/** @type {Job} */ job) => measure.take(this.#core, job, frames[0]);
    return this.#carry(frames, options, () => this.#openMeasure(measure, frames, false), { take });
  }

  /**
   * @template T
   * @param {import('./measure.js').Measure<T>} measure @param {Frame[]} frames
   * @returns {T}
   */
  measureSync(measure, frames) {
    this.#checkMayBlock(`${measure.name}Sync`, `await ${measure.name}()`);
    return this.#workThrough(this.#openMeasure(measure, frames, true), {
      take: (job) => measure.take(this.#core, job, frames[0]),
    });
  }

  /**
   * Opens a job when its frames are free, carries it through, takes its result, closes it.
   * @template T
   * @param {Frame[]} frames @param {RunOptions} options @param {() => Job} open
   * @param {{ take: (job: Job) => T, drop?: (job: Job) => void }} result
   * @returns {Promise<T>}
   */
  async #carry(frames, options, open, result) {
    this.#frames.onUse();
    checkRunOptions(options);
    throwIfAborted(options.signal);
    const { ending } = await this.#queue.open(frames.map((frame) => frame.pixels), () => this.#start(open, options, result), options.signal);
    return await ending; // so that the stack of what goes wrong leads to the caller
  }

  /**
   * As a run would, but on this thread and at one go: nothing else can begin meanwhile.
   * @template T
   * @param {Frame} frame @param {() => T} body
   * @returns {Promise<T>}
   */
  async read(frame, body) {
    const core = this.#core;
    return this.#queue.open([frame.pixels], () => {
      core.check(core.exports.fl_frame_may_read(frame.handle));
      return body();
    });
  }

  /**
   * From the opening on the job is in flight, without a turn between: end() is to know of it.
   * @template T
   * @param {() => Job} open @param {RunOptions} options @param {{ take: (job: Job) => T, drop?: (job: Job) => void }} result
   */
  #start(open, options, result) {
    const job = this.#admit(open), ending = this.#finish(job, options, result);
    this.#inFlight.set(job, ending);
    return { ending };
  }

  /** @param {() => Job} open */
  #admit(open) {
    if (this.#admitted >= IN_FLIGHT_MAX) throw new FramelaneError('busy', 'many runs are in flight');
    const job = open();
    this.#admitted++;
    return job;
  }

  /** @template T @param {Job} job @param {RunOptions} options @param {{ take: (job: Job) => T, drop?: (job: Job) => void }} result */
  async #finish(job, options, { take, drop }) {
    try {
      await finish(this.#host, job, options);
      this.#frames.onUse(); // the engine may be being disposed of
      this.#host.guard.afterJob();
      this.counts.runs++;
      return take(job);
    } catch (error) {
      this.#failed(error);
      drop?.(job);
      throw error;
    } finally {
      this.#inFlight.delete(job);
      this.#admitted--;
      this.#close(job);
      this.#queue.advance();
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof FramelaneError && error.code === 'aborted') this.counts.aborted++;
    else this.counts.failed++;
  }

  /** Runs in flight now. */
  get inFlight() {
    return this.#inFlight.size;
  }

  /** Ends what runs and what waits. @param {FramelaneError} error */
  async end(error) {
    this.#queue.failAll(error);
    for (const job of this.#inFlight.keys()) this.#host.core.exports.fl_job_cancel(job.address);
    await Promise.allSettled(this.#inFlight.values());
  }

  /** @param {Program} program @param {number} width @param {number} height @param {{ format?: import('./frame.js').Format }} options */
  explain(program, width, height, { format = 'rgba8' }) {
    const core = this.#core;
    wholeNumber(width, 'explain: width', 1, 65535);
    wholeNumber(height, 'explain: height', 1, 65535);
    if (!formats.includes(format)) throw new FramelaneError('bad-format', `explain: format must be one of ${formats.join(', ')}, got ${show(format)}`);
    const shapes = program.frames.map((frame, i) => (i === 0 ? { width, height, format } : frame));
    const words = shapes.flatMap((shape) => [shape.width, shape.height, formats.indexOf(shape.format)]);
    const at = this.#stageProgram(program, words);
    const text = core.exports.fl_explain(at.graph, program.bytes.length, at.words, shapes.length, this.#flags, this.#lanes, ...this.#tile);
    if (!text) throw core.lastError();
    return JSON.parse(core.memory.text(text));
  }
}
