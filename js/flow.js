/** A flow at work: its line in C, a thread for each seat, and this thread at the end of it, handing out what comes. */
import { FramelaneError } from './errors.js';
import { Feed, openInput } from './flow-feed.js';
import { addStage, readItem, readStats } from './flow-line.js';
import { Region } from './region.js';

/** @typedef {import('./modules.js').LoadedModule} LoadedModule */
/** @typedef {import('./crew.js').Outcome} Outcome */

/** @typedef {import('./flow-line.js').FlowHost} FlowHost */
/** @typedef {import('./flow-line.js').StagePlan} StagePlan */
/** @typedef {import('./flow-line.js').ItemInfo} ItemInfo */
/** @typedef {import('./flow-line.js').StageStats} StageStats */
/** @typedef {import('./flow-line.js').Skipped} Skipped */
/** @typedef {import('./flow-line.js').Summary} Summary */
/** @typedef {import('./flow-line.js').FlowProgress} FlowProgress */
/** @typedef {import('./flow-line.js').OnFrame} OnFrame */
/** @typedef {import('./flow-line.js').SinkOptions} SinkOptions */

const WAIT = 1; // FL_STEP_WAIT of sync/wait.h
const ENDED = 4; // FL_LINE_ENDED of flow/line.h
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
    if (this.#line) this.#last = readStats(this.#host.core, this.#line, this.#plans, this.#atWork.map(({ number }) => number));
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
    const { core, platform, crew, frames, runner } = this.#host;
    this.#line = core.exports.fl_flows_open(crew ? 0 : 1) >>> 0;
    if (!this.#line) throw core.lastError();
    for (const plan of this.#plans) addStage(core, runner, this.#line, plan);
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
    const { core } = this.#host, { kind, handle, skipped, number, time, ...data } = readItem(core);
    if (kind === 'frame') await this.#lend(handle, { number, time });
    else if (kind === 'data') await this.#call({ ...data, number, time }, { number, time });
    else this.#skip({ number, time, ...skipped });
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
    if (outcomes.every(({ surely }) => surely)) { // else they may still be used, and are given up with the engine
      core.exports.fl_flows_close(line);
      this.#input?.close();
    }
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
}
