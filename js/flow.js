/** A flow at work: its line in C, a thread for each seat, and this thread at the end of it, handing out what comes. */
import { Crew } from './crew.js';
import { FramelaneError, codeOf } from './errors.js';
import { Feed, openInput } from './flow-feed.js';
import { encodeParams } from './encode.js';
import { Region } from './region.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./frame.js').Frame} Frame */
/** @typedef {import('./modules.js').LoadedModule} LoadedModule */
/** @typedef {import('./crew.js').Outcome} Outcome */

/**
 * @typedef {object} FlowHost what flows need of their engine
 * @property {Core} core @property {import('./platform.js').Platform} platform
 * @property {import('./frame.js').FrameRegistry} frames @property {import('./guard.js').Guard} guard
 * @property {import('./modules.js').Modules} modules @property {import('./runner.js').Runner} runner
 * @property {Crew | undefined} crew undefined: everything happens on this thread
 * @property {(edge: string, bytes: number) => void} countCopy
 * @property {Set<Flow>} running
 *
 * @typedef {object} StagePlan
 * @property {string} name @property {number} parallel @property {number} frames
 * @property {{ module: LoadedModule, index: number, params: Record<string, unknown> }} [stage]
 * @property {import('./pipeline.js').Program} [program]
 * @property {{ items: AsyncIterable<unknown> | Iterable<unknown>, rate: number }} [iterable]
 * @property {unknown} [input]
 *
 * @typedef {object} ItemInfo
 * @property {number} number of the frame, from 0 @property {number} time when it is to be shown, in seconds
 *
 * @typedef {object} DataItem what the sink is given where the last stage makes no frames
 * @property {Uint8Array} data lent, as a frame is @property {string} form four letters, or '' @property {number} number @property {number} time
 *
 * @typedef {object} SeatStats
 * @property {number} busy @property {number} waitingForInput @property {number} waitingForOutput ms
 * @property {number} in items @property {number} out items @property {number} skipped @property {number} copied bytes
 *
 * @typedef {{ name: string, seats: SeatStats[], inFlight: number }} StageStats inFlight: its frames and buffers in use
 * @typedef {{ number: number, time: number, code: import('./errors.js').ErrorCode, why: string }} Skipped
 * @typedef {{ frames: number, seconds: number, skipped: Skipped[], stages: StageStats[] }} Summary
 *   skipped: the first 10000 of those that could not be made
 * @typedef {{ frames: number, skipped: number, position?: number, size?: number }} FlowProgress position, size: of the input, in bytes
 * @typedef {(frame: any, info: ItemInfo) => unknown} OnFrame a frame, or a DataItem; lent until what it returns has settled
 * @typedef {{ signal?: AbortSignal, onProgress?: (progress: FlowProgress) => void }} SinkOptions
 */

const WAIT = 1; // FL_STEP_WAIT of sync/wait.h
const ENDED = 4; // FL_LINE_ENDED of flow/line.h
const KIND = { frame: 1, data: 2 }; // fl_item_kind of flow/stage.h
const SLICE_MS = 8; // how long before the event loop may turn
const PATIENCE_MS = 250;
const NUDGE_MS = 20; // how often those that are to end are told again
const GOODBYE_MS = 2000; // a step that takes longer to come back is ended by force
const SKIPPED_KEPT = 10_000;

/** The end that was brought about, by an error or without one. @typedef {{ error?: unknown }} Reason */

export class Flow {
  #host;
  #plans;
  #onFrame;
  #options;
  #line = 0;
  /** @type {{ ended: Promise<Outcome>, terminate: () => void }[]} */ #seats = [];
  /** @type {{ number: number, thread: boolean }[]} */ #atWork = [];
  /** @type {Reason | undefined} */ #reason;
  /** @type {() => void} */ #sayOver = () => {};
  #over = new Promise((/** @type {(value: void) => void} */ resolve) => (this.#sayOver = resolve));
  /** @type {import('./flow-feed.js').OpenedInput | undefined} */ #input;
  /** @type {Feed | undefined} */ #feed;
  /** @type {StageStats[]} */ #last;
  #frames = 0;
  #skippedCount = 0;
  /** @type {Skipped[]} */ #skipped = [];
  #breathed = performance.now();

  /** @param {FlowHost} host @param {StagePlan[]} plans @param {OnFrame} onFrame @param {SinkOptions} options */
  constructor(host, plans, onFrame, options) {
    this.#host = host;
    this.#plans = plans;
    this.#onFrame = onFrame;
    this.#options = options;
    this.#last = plans.map(({ name }) => ({ name, seats: [], inFlight: 0 }));
    host.running.add(this);
    /**
     * Resolves when the last frame has been handed out, or after stop(). Rejects with 'aborted' (its cause: the signal's reason), with what
     * the sink has thrown, with what a stage has reported, with 'worker-lost' when a stage's code has trapped.
     * @readonly @type {Promise<Summary>}
     */
    this.done = this.#carry();
  }

  /** Does it run this module's code? @param {LoadedModule} module @internal */
  uses(module) {
    return this.#plans.some(({ stage, program }) => stage?.module === module || module.ops.some((name) => program?.ops.has(name)));
  }

  /** How busy each stage is and has been, now and after the end. @returns {StageStats[]} */
  stats() {
    if (this.#line) this.#last = this.#readStats();
    return this.#last;
  }

  /** Ends it early, without an error: `done` resolves to what has happened until now. Resolves when it has ended, however. @returns {Promise<void>} */
  async stop() {
    this.#end({});
    await this.done.catch(() => {});
  }

  /** Ends it with this error. @param {unknown} error @returns {Promise<unknown>} @internal */
  fail(error) {
    this.#end({ error });
    return this.done.catch(() => {});
  }

  /** The first reason counts. @param {Reason} reason */
  #end(reason) {
    this.#reason ??= reason;
    this.#sayOver();
    if (this.#line) this.#host.core.exports.fl_flows_abort(this.#line);
  }

  /** @returns {Promise<Summary>} */
  async #carry() {
    const { signal } = this.#options, began = performance.now();
    const onAbort = () => this.#end({ error: new FramelaneError('aborted', 'the flow was aborted', { cause: signal?.reason }) });
    const hold = setInterval(() => {}, 2 ** 30); // a process does not exit before the end: waiting in Atomics.waitAsync would not keep it
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      await this.#build();
      this.#start();
      await Promise.all([this.#deliver(), this.#keepFeeding()]);
    } catch (error) {
      this.#end({ error });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await this.#finish();
      clearInterval(hold);
      this.#host.running.delete(this);
    }
    if (this.#reason && 'error' in this.#reason) throw this.#reason.error;
    return { frames: this.#frames, seconds: (performance.now() - began) / 1000, skipped: this.#skipped, stages: this.#last };
  }

  // ---- making it ----

  async #build() {
    const { core, platform, crew, frames } = this.#host;
    this.#line = core.exports.fl_flows_open(crew ? 0 : 1) >>> 0;
    if (!this.#line) throw core.lastError();
    for (const plan of this.#plans) this.#add(plan);
    const [{ name, iterable, input }] = this.#plans;
    if (iterable) {
      this.#feed = new Feed(core, this.#line, { frames, ...iterable });
    } else if (input !== undefined) {
      const makeRegion = (/** @type {Uint8Array} */ bytes) => this.#makeRegion(bytes);
      this.#input = await openInput({ core, platform, alone: !crew, line: this.#line, makeRegion }, name, input);
    }
  }

  /** Bytes of the caller's, where C can read them: one copy, counted. @param {Uint8Array} bytes */
  #makeRegion(bytes) {
    const { core, platform, countCopy } = this.#host;
    const region = new Region(() => core, platform, Math.max(bytes.length, 1), 64);
    region.data.set(bytes);
    countCopy('flowInput', bytes.length);
    return region;
  }

  /** @param {StagePlan} plan */
  #add({ name, stage, program, parallel, frames }) {
    const { core, runner } = this.#host, line = this.#line;
    if (stage) {
      const { module, index, params } = stage, bytes = encodeParams(params);
      withBytes(core, bytes, (at) => core.exports.fl_flows_add_stage(line, module.parts.about, index, at, bytes.length, parallel, frames), name);
    } else if (program) {
      const { flags, tile } = runner.planning, handles = Uint32Array.from(program.frames, (frame, f) => (f === 0 ? 0 : frame.handle));
      const graph = program.bytes.length, all = new Uint8Array(graph + handles.byteLength);
      all.set(program.bytes);
      all.set(new Uint8Array(handles.buffer), graph);
      withBytes(core, all, (at) => core.exports.fl_flows_add_pipeline(line, at, graph, at + graph, handles.length, flags, parallel, frames, ...tile), name);
    } else {
      core.check(core.exports.fl_flows_add_host(line, frames), name);
    }
  }

  /** A thread for each seat that is not this thread's own. */
  #start() {
    const { core, crew, modules } = this.#host;
    core.check(core.exports.fl_flows_begin(this.#line), 'stages');
    const count = core.mail(0);
    for (let seat = 0; seat < count; seat++) this.#atWork.push({ number: seat, thread: !(seat === 0 && this.#feed) });
    if (!crew || this.#reason) return;
    for (const { number, thread } of this.#atWork) {
      if (!thread) continue;
      const order = { line: this.#line, seat: number, sideModules: modules.loaded, input: number === 0 ? this.#input?.parcel : undefined };
      const running = crew.run(order);
      this.#seats.push(running);
      running.ended.then((outcome) => this.#seatEnded(number, outcome));
    }
  }

  /** @param {number} seat @param {Outcome} outcome */
  #seatEnded(seat, { how, why }) {
    if (how === 'done') return;
    const { core } = this.#host;
    core.exports.fl_flows_stats(this.#line, seat);
    const name = this.#plans[core.mail(0)].name;
    this.#end({ error: new FramelaneError('worker-lost', `${name}: its thread was lost: ${why}`, { op: name }) });
  }

  // ---- at work ----

  async #deliver() {
    const { core, crew } = this.#host;
    while (!this.#reason) {
      const step = core.exports.fl_flows_receive(this.#line);
      if (step < 0 || step === ENDED) return;
      if (step !== WAIT) await this.#hand();
      else if (crew) await this.#sleep();
      else await this.#stepHere();
      await this.#breathe();
    }
  }

  /** Where the core has just said. False: the flow is to end. */
  async #sleep() {
    const { core } = this.#host, words = core.memory.i32, index = core.mail(0) / 4;
    if (!('waitAsync' in Atomics)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    } else {
      await /** @type {any} */ (Atomics).waitAsync(words, index, core.mail(1) | 0, PATIENCE_MS).value;
    }
    return !this.#reason;
  }

  async #breathe() {
    if (performance.now() - this.#breathed < SLICE_MS) return;
    await this.#host.platform.breathe();
    this.#breathed = performance.now();
  }

  /** One step of some seat, on this thread; if none has anything to do, it is for the iterable to give something. */
  async #stepHere() {
    const { core } = this.#host, stack = core.exports.__stack_pointer.value;
    core.read = this.#input?.read;
    let step;
    try {
      step = core.exports.fl_flows_step(this.#line);
    } catch (cause) {
      core.exports.__stack_pointer.value = stack;
      core.exports.fl_flows_culprit(this.#line);
      const { name } = this.#plans[core.mail(0)];
      throw new FramelaneError('worker-lost', `${name}: it could not go on: ${cause}`, { op: name, cause });
    }
    if (step === WAIT) await this.#feed?.one(async () => false, this.#over);
  }

  /** With threads: gives to the line what the iterable has, beside everything else. */
  async #keepFeeding() {
    if (!this.#feed || !this.#host.crew) return;
    while (!this.#reason && (await this.#feed.one(() => this.#sleep(), this.#over))) await this.#breathe();
  }

  /** What the core has just received goes to the sink. */
  async #hand() {
    const { core } = this.#host;
    const [kind, handle, address, bytes, number, form, , , time, status, why] = Array.from({ length: 11 }, (_, i) => core.mail(i));
    if (kind === KIND.frame) await this.#lend(handle, { number, time });
    else if (kind === KIND.data) await this.#call({ data: new Uint8Array(core.memory.buffer, address, bytes), form: letters(form), number, time }, { number, time });
    else this.#skip({ number, time, code: codeOf(status), why: why ? core.memory.text(why) : '' });
    this.#tell();
  }

  /** @param {number} handle @param {ItemInfo} info */
  async #lend(handle, info) {
    const { core, frames } = this.#host;
    core.check(core.exports.fl_frame_describe(handle));
    core.check(core.exports.fl_frame_crop(handle, 0, 0, core.mail(0), core.mail(1)));
    const frame = frames.adopt(core.mail(0));
    try {
      await this.#call(frame, info);
    } finally {
      frame.dispose();
    }
  }

  /** @param {unknown} item @param {ItemInfo} info */
  async #call(item, info) {
    const result = /** @type {any} */ (this.#onFrame(item, info));
    if (typeof result?.then === 'function') await Promise.race([result, this.#over]);
    this.#frames++;
  }

  /** @param {Skipped} skipped */
  #skip(skipped) {
    this.#skippedCount++;
    if (this.#skipped.length < SKIPPED_KEPT) this.#skipped.push(skipped);
  }

  #tell() {
    const { onProgress } = this.#options;
    if (!onProgress) return;
    const { exports } = this.#host.core;
    /** @type {FlowProgress} */ const progress = { frames: this.#frames, skipped: this.#skippedCount };
    if (this.#input) Object.assign(progress, { position: exports.fl_flows_position(this.#line), size: this.#input.size });
    try {
      onProgress(progress);
    } catch (error) {
      queueMicrotask(() => { throw error; }); // the listener's own affair: the flow goes on
    }
  }

  // ---- the end ----

  async #finish() {
    const { core, guard } = this.#host;
    this.#sayOver();
    this.#feed?.end();
    if (!this.#line) return;
    const outcomes = await this.#untilSeatsEnd();
    this.#blame(outcomes);
    this.stats();
    const line = this.#line;
    this.#line = 0;
    if (outcomes.every(({ surely }) => surely)) core.exports.fl_flows_close(line); // else it may still be used: given up with the engine
    this.#input?.close();
    try {
      guard.afterJob();
    } catch (error) {
      this.#end({ error });
    }
  }

  /** Those that are told to end are told again until they have; and at last ended. */
  async #untilSeatsEnd() {
    const { exports } = this.#host.core, all = Promise.all(this.#seats.map(({ ended }) => ended));
    if (!this.#reason && exports.fl_flows_culprit(this.#line) === 0) return all;
    const began = performance.now();
    const nudge = setInterval(() => {
      exports.fl_flows_abort(this.#line);
      if (performance.now() - began > GOODBYE_MS) for (const { terminate } of this.#seats) terminate();
    }, NUDGE_MS);
    exports.fl_flows_abort(this.#line);
    return all.finally(() => clearInterval(nudge));
  }

  /** A stage that has failed is the reason, unless another came before. @param {Outcome[]} outcomes */
  #blame(outcomes) {
    const { core } = this.#host;
    if (core.exports.fl_flows_culprit(this.#line) === 0) return;
    const { name } = this.#plans[core.mail(0)], error = core.lastError(name);
    const trouble = this.#input?.trouble() || outcomes.find(({ how, why }) => how === 'done' && why)?.why;
    this.#reason ??= { error: trouble ? new FramelaneError(error.code, `${error.message}: ${trouble}`, { op: error.op }) : error };
  }

  /** @returns {StageStats[]} */
  #readStats() {
    const { core } = this.#host;
    const stages = this.#plans.map(({ name }) => /** @type {StageStats} */ ({ name, seats: [], inFlight: 0 }));
    for (const { number } of this.#atWork) {
      core.exports.fl_flows_stats(this.#line, number);
      const [stage, busy, input, output, copied, taken, given, skipped, inFlight] = Array.from({ length: 9 }, (_, i) => core.mail(i));
      stages[stage].seats.push({ busy: busy / 1e6, waitingForInput: input / 1e6, waitingForOutput: output / 1e6, in: taken, out: given, skipped, copied });
      stages[stage].inFlight += inFlight;
    }
    return stages;
  }
}

/** Puts bytes where the core can read them, for one call. @param {Core} core @param {Uint8Array} bytes @param {(at: number) => number} call @param {string} name */
export function withBytes(core, bytes, call, name) {
  const at = core.alloc(Math.max(bytes.length, 1), 64, 'table');
  try {
    core.memory.u8.set(bytes, at);
    core.check(call(at), name);
  } finally {
    core.free(at);
  }
}

/** FL_FOURCC of flow/stage.h. @param {number} form */
function letters(form) {
  return form ? String.fromCharCode(form & 255, (form >>> 8) & 255, (form >>> 16) & 255, form >>> 24) : '';
}
