/** How a flow is put together: a source, stages, a sink. */
import { encodeParams } from './encode.js';
import { FramelaneError, badArgument, checkOptions, show } from './errors.js';
import { withBytes } from './flow-line.js';
import { Flow } from './flow.js';
import { checkRunOptions } from './job.js';
import { wholeNumber } from './loader.js';
import { LoadedModule } from './modules.js';
import { Pipeline } from './pipeline.js';

/** @typedef {import('./flow-line.js').FlowHost} FlowHost */
/** @typedef {import('./flow-line.js').StagePlan} StagePlan */

/**
 * @typedef {object} SourceOptions
 * @property {unknown} [input] of a module's source: in Node a path, file: URL, file descriptor or FileHandle; in browsers a Blob, a URL or a
 *   FileSystemFileHandle; everywhere bytes or a region
 * @property {number} [frames] how many frames or buffers it may have in use, 1 to 64; default 4
 * @property {string} [stage] which of the module's sources, where it has several
 * @property {number} [rate] of an iterable: items a second, for their times; default 30
 *
 * @typedef {object} StageOptions and, beside these, the stage's own parameters
 * @property {number} [parallel] how many of it work side by side, 1 to 16; default 1. Order is kept; state they have is each one's own
 * @property {number} [frames] how many frames or buffers they may have in use together, 1 to 64; default 4
 * @property {string} [stage] which of the module's stages, where it has several
 */

const FRAMES = 4, FRAMES_MAX = 64; // FL_LINE_FRAMES_MAX of flow/line.h
const PARALLEL_MAX = 16; // FL_LINE_PARALLEL_MAX
const STAGES_MAX = 16; // FL_LINE_STAGES_MAX
const RATE = 30;

/** A line of stages in the making; every call gives another one. From `engine.stages()`. */
export class Stages {
  #host;
  #plans;
  #start;

  /** @param {FlowHost} host @param {() => Pipeline} start makes an empty pipeline @param {StagePlan[]} plans */
  constructor(host, start, plans = []) {
    this.#host = host;
    this.#start = start;
    this.#plans = plans;
  }

  /** @param {StagePlan} plan */
  #and(plan) {
    if (this.#plans.length === STAGES_MAX) throw new FramelaneError('bad-argument', `stages: there can be at most ${STAGES_MAX}`);
    return new Stages(this.#host, this.#start, [...this.#plans, plan]);
  }

  /**
   * Where the stream comes from: a module that has a source, or an iterable of frames or Uint8Arrays, which are copied in.
   * @param {LoadedModule | AsyncIterable<unknown> | Iterable<unknown>} source
   * @param {SourceOptions & Record<string, unknown>} [options] and the parameters of the module's source
   * @returns {Stages}
   */
  source(source, options = {}) {
    if (this.#plans.length > 0) throw new FramelaneError('bad-argument', 'source: there is one already; it comes first');
    if (LoadedModule.is(source)) return this.#and(this.#planModule('source', source, options, true));
    const iterable = /** @type {any} */ (source);
    const isIterable = typeof source === 'object' && source !== null && (iterable[Symbol.asyncIterator] || iterable[Symbol.iterator]) && !ArrayBuffer.isView(source);
    if (!isIterable) throw badArgument('source', 'a module that was loaded, or an iterable of frames or Uint8Arrays', source);
    checkOptions('source', options, ['frames', 'rate']);
    const { rate = RATE } = options;
    if (typeof rate !== 'number' || !(rate > 0 && rate < Infinity)) throw badArgument('source: rate', 'a number above 0', rate);
    return this.#and({ name: 'source', parallel: 1, frames: framesOf('source', options), iterable: { items: iterable, rate } });
  }

  /**
   * What is done with the stream next: by a module's stage, by a pipeline, or by the operation of a module that has no stage and is
   * called as that operation is. Of a pipeline, parameters that its operations bind to the stream have the item's number and time.
   * @param {LoadedModule | Pipeline} what @param {StageOptions & Record<string, unknown>} [options] and the stage's parameters
   * @returns {Stages} throws 'bad-argument' for a parameter that is wrong
   */
  stage(what, options = {}) {
    if (this.#plans.length === 0) throw new FramelaneError('bad-argument', 'stage: a source must come first');
    if (LoadedModule.is(what)) return this.#and(this.#planModule('stage', what, options, false));
    if (!Pipeline.is(what)) throw badArgument('stage', 'a module that was loaded, or a pipeline', what);
    checkOptions('stage', options, ['parallel', 'frames']);
    return this.#and(this.#planPipeline('pipeline', what, options));
  }

  /**
   * Where the stream goes: starts the flow. What is given to onFrame is lent until it returns, or its promise settles; clone() a frame to
   * keep it. Meanwhile the stages go on until they have no frames left: a slow sink slows them down.
   * @param {import('./flow-line.js').OnFrame} onFrame called with (frame, { number, time }), one after the other; where the last stage makes no
   *   frames, with ({ data, form, number, time }, …)
   * @param {import('./flow-line.js').SinkOptions} [options]
   * @returns {Flow}
   *
   * @example
   * const flow = engine.stages().source(clip).stage(engine.pipeline().grayscale()).sink((frame) => show(frame));
   * const { frames, seconds } = await flow.done;
   */
  sink(onFrame, options = {}) {
    this.#host.frames.onUse();
    if (typeof onFrame !== 'function') throw badArgument('sink', 'a function', onFrame);
    checkOptions('sink', options, ['signal', 'onProgress']);
    checkRunOptions(options, 'sink');
    if (this.#plans.length === 0) throw new FramelaneError('bad-argument', 'sink: a source must come first');
    return new Flow(this.#host, this.#plans.map(ready), onFrame, options);
  }

  /** @param {string} where @param {LoadedModule} module @param {Record<string, any>} options @param {boolean} source @returns {StagePlan} */
  #planModule(where, module, options, source) {
    this.#host.frames.onUse();
    const { core, about, prefix } = module.parts;
    checkLoaded(module);
    if (core !== this.#host.core) throw new FramelaneError('bad-argument', `${where}: the module '${module.name}' is in another engine`);
    if (typeof options !== 'object' || options === null || Array.isArray(options)) throw badArgument(`${where}: the options`, 'an object', options);
    const { parallel, frames, stage, input, ...params } = options;
    const suited = module.stages.filter((info) => info.source === source && (stage === undefined || info.name === stage));
    if (!source && module.stages.length === 0 && stage === undefined) {
      return this.#planPipeline(module.name, this.#start().op(prefix + module.name, { ...params, ...(input === undefined ? {} : { input }) }), { parallel, frames });
    }
    if (suited.length !== 1) {
      const names = module.stages.filter((info) => info.source === source).map(({ name }) => `'${name}'`).join(', ');
      throw new FramelaneError('bad-argument', `${where}: the module '${module.name}' has ${names ? `${names}: say which with stage` : `no ${where === 'source' ? 'source' : 'stage that works on a stream'}`}`
        + (stage === undefined ? '' : `, got ${show(stage)}`));
    }
    const [{ name }] = suited, index = module.stages.indexOf(suited[0]);
    if (!source && input !== undefined) Object.assign(params, { input });
    const bytes = encodeParams(source && parallel !== undefined ? { ...params, parallel } : params);
    withBytes(core, bytes, (at) => core.exports.fl_flows_check(about, index, at, bytes.length), name);
    return { name, parallel: source ? 1 : parallelOf(name, { parallel }), frames: framesOf(name, { frames }), stage: { module, index, params: { ...params } }, input: source ? input : undefined };
  }

  /** @param {string} name @param {Pipeline} pipeline @param {StageOptions} options @returns {StagePlan} */
  #planPipeline(name, pipeline, options) {
    if (!pipeline.isOf(this.#host.runner)) throw new FramelaneError('bad-argument', 'stage: this pipeline belongs to another engine');
    return { name, parallel: parallelOf(name, options), frames: framesOf(name, options), pipeline };
  }
}

/** @param {LoadedModule} module */
function checkLoaded(module) {
  if (!module.parts.isLoaded()) throw new FramelaneError('bad-argument', `stages: the module '${module.name}' was unloaded`);
}

/** Modules may have come and gone since it was planned. @param {StagePlan} plan @returns {StagePlan} */
function ready(plan) {
  if (plan.stage) checkLoaded(plan.stage.module);
  return plan.pipeline ? { ...plan, program: Pipeline.programOf(plan.pipeline) } : plan;
}

/** @param {string} name @param {{ frames?: unknown }} options */
function framesOf(name, { frames = FRAMES }) {
  return wholeNumber(frames, `${name}: frames`, 1, FRAMES_MAX);
}

/** @param {string} name @param {{ parallel?: unknown }} options */
function parallelOf(name, { parallel = 1 }) {
  return wholeNumber(parallel, `${name}: parallel`, 1, PARALLEL_MAX);
}
