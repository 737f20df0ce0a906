/** A pipeline: an immutable chain (or graph) of operations. Its methods come from the core's operation table. */
import { encodeNodes } from './encode.js';
import { FramelaneError, badArgument, checkOptions, show } from './errors.js';
import { Frame } from './frame.js';

/** @typedef {import('./job.js').RunOptions} RunOptions */
/** @typedef {import('./encode.js').Node} Node */

/**
 * @typedef {object} OpParam
 * @property {string} name
 * @property {'number' | 'integer' | 'boolean' | 'choice' | 'numbers'} type
 * @property {number} [min] @property {number} [max] inclusive; of each item of a list
 * @property {number} [minCount] @property {number} [maxCount] items of a list
 * @property {string[]} [choices]
 * @property {boolean} required
 * @property {unknown} [default] absent: required, or computed
 * @property {string} [computed] how it is computed when left out
 * @property {string} doc
 *
 * @typedef {object} OpInfo
 * @property {string} name @property {string} family @property {string} doc @property {string} kind
 * @property {1 | 2} inputs 2: the method's first argument is another frame or pipeline
 * @property {string[]} formats
 * @property {OpParam[]} params
 *
 * @typedef {{ op: string, other?: Description | { frame: number }, [param: string]: unknown }} OpDescription
 * @typedef {OpDescription[]} Description
 *
 * @typedef {object} Program a pipeline ready to run
 * @property {Uint8Array} bytes @property {Frame[]} frames those it refers to, beginning with the input's place
 * @property {Set<string>} ops the names of its operations
 */

/** @typedef {import('./runner.js').Runner} Runner */
/** @typedef {Pipeline & import('../dist/ops.d.ts').PipelineMethods} AnyPipeline a pipeline with a method for each operation */
/** @typedef {{ previous: Pipeline, op: string, params: Record<string, unknown>, other?: Frame | Pipeline }} Step */

const NODES_MAX = 1024; // FL_GRAPH_NODES_MAX of pipeline/graph.h
const DESCRIBED_MAX = 65536; // operations of a description: a graph is written as a tree, in which shared parts stand twice

export class Pipeline {
  /** @type {Runner} */ #runner;
  /** @type {Step | undefined} */ #step;
  /** @type {Program & { version: number } | undefined} */ #program;
  #depth; // operations one after the other

  /** @param {Runner} runner @param {Step} [step] none: the input itself */
  constructor(runner, step) {
    this.#runner = runner;
    this.#step = step;
    this.#depth = step ? 1 + Math.max(step.previous.#depth, Pipeline.is(step.other) ? step.other.#depth : 0) : 0;
  }

  /** A pipeline itself, not what only looks like one. @param {unknown} value @returns {value is Pipeline} @internal */
  static is(value) {
    return typeof value === 'object' && value !== null && #runner in value;
  }

  /** @param {Pipeline} pipeline @returns {Program} @internal */
  static programOf(pipeline) {
    return pipeline.#encode();
  }

  /** @param {Runner} runner @internal */
  isOf(runner) {
    return this.#runner === runner;
  }

  /**
   * This pipeline with one more operation, by name: built-in, or a side module's. Throws 'bad-argument' for a name or parameter that is wrong.
   * @param {string} name @param {...any} args as for the method of that name: ({…}), or (other, {…}) for operations of two inputs
   * @returns {AnyPipeline}
   */
  op(name, ...args) {
    const entry = this.#runner.table.get(name);
    if (!entry) throw new FramelaneError('bad-argument', `there is no operation ${show(name)}; engine.ops lists them`);
    const other = entry.info.inputs === 2 ? args.shift() : undefined;
    const [params = {}, ...rest] = args;
    if (entry.info.inputs === 2 && !(Frame.is(other) || Pipeline.is(other))) {
      throw new FramelaneError('bad-argument', `${name}: its first argument must be a frame or a pipeline, got ${show(other)}`, { op: name });
    }
    if (rest.length || typeof params !== 'object' || params === null || Array.isArray(params)) {
      throw new FramelaneError('bad-argument', `${name}: parameters must be one object like { name: value }, got ${show(rest.length ? rest[0] : params)}`, { op: name });
    }
    if (Pipeline.is(other) && other.#runner !== this.#runner) {
      throw new FramelaneError('bad-argument', `${name}: the other pipeline belongs to another engine`, { op: name });
    }
    const kept = structuredCopy(params);
    this.#runner.check(encodeNodes([{ frame: 0 }, { op: entry.index, inputs: Array(entry.info.inputs).fill(0), params: kept }]));
    const next = /** @type {new (runner: Runner, step: Step) => AnyPipeline} */ (this.constructor);
    return new next(this.#runner, { previous: this, op: name, params: kept, other });
  }

  /** The encoded graph. Equal parts are one node, so a shared prefix is computed once. @returns {Program} */
  #encode() {
    const version = this.#runner.table.version;
    if (this.#program?.version === version) return this.#program;
    if (this.#depth >= NODES_MAX) {
      throw new FramelaneError('bad-argument', `pipeline: the number of operations must be between 0 and ${NODES_MAX - 1}, got ${this.#depth}`);
    }
    /** @type {Node[]} */ const nodes = [];
    /** @type {(Frame | undefined)[]} */ const frames = [undefined];
    /** @type {Map<string, number>} */ const known = new Map();
    /** @type {Set<string>} */ const ops = new Set();
    /** Else a part used twice, of parts used twice … would be visited 2ⁿ times. @type {Map<Step, number>} */ const visited = new Map();
    /** @param {string} key @param {Node} node */
    const add = (key, node) => {
      const index = known.get(key) ?? nodes.push(node) - 1;
      known.set(key, index);
      return index;
    };
    /** @param {Frame | Pipeline | undefined} at @returns {number} */
    const visit = (at) => {
      if (Frame.is(at)) {
        if (!frames.includes(at)) frames.push(at);
        const frame = frames.indexOf(at);
        return add(`frame ${frame}`, { frame });
      }
      const step = at ? at.#step : undefined;
      if (!step) return add('frame 0', { frame: 0 });
      const before = visited.get(step);
      if (before !== undefined) return before;
      const inputs = [visit(step.previous)];
      if (step.other) inputs.push(visit(step.other));
      const index = this.#runner.table.get(step.op)?.index;
      if (index === undefined) {
        throw new FramelaneError('bad-argument', `${step.op}: there is no such operation any more: its module was unloaded`, { op: step.op });
      }
      ops.add(step.op);
      const node = add(`${index} ${inputs} ${keyOf(step.params)}`, { op: index, inputs, params: step.params });
      visited.set(step, node);
      return node;
    };
    const root = visit(this);
    if (root !== nodes.length - 1) throw new FramelaneError('unsupported', 'this pipeline cannot be encoded');
    this.#program = { version, bytes: encodeNodes(nodes).slice(), frames: /** @type {Frame[]} */ (frames), ops };
    return this.#program;
  }

  /**
   * Runs it. Resolves to the output: `output` if given (it may be `input`: in place), else a new frame.
   * Runs that share no written frame go on side by side; one whose frames are in use otherwise (its output is read or written, an input
   * is written) waits until it may have them, in the order the runs were started, so that the pixels are those of one run after the
   * other. Rejects with 'aborted' when its signal ends the wait or the run, 'stale-handle' when a frame is disposed of before its turn
   * (one in flight keeps its frames), with debug on 'corrupted' when memory was overwritten meanwhile.
   * @param {Frame} input
   * @param {RunOptions & { output?: Frame }} [options]
   * @returns {Promise<Frame>}
   */
  async run(input, options = {}) {
    checkFrames('run', input, options, ['output', 'signal', 'onProgress']);
    return this.#runner.run(this.#encode(), input, options);
  }

  /**
   * Runs it and waits, taking part in the work. Throws 'unsupported' on a window's main thread, and 'busy' at once, nothing having
   * changed, when a run in flight writes one of its inputs or uses its output: that run cannot end while this thread waits for it.
   * @param {Frame} input @param {{ output?: Frame }} [options]
   * @returns {Frame}
   */
  runSync(input, options = {}) {
    checkFrames('runSync', input, options, ['output']);
    return this.#runner.runSync(this.#encode(), input, options);
  }

  /**
   * Plain JSON: operations and parameters. `engine.pipeline(json, frames)` reads it back; a frame is written as its place in `frames`.
   * Throws 'unsupported' for a graph whose parts are shared so often that as a list of lists it has more than 65536 operations.
   * @returns {Description}
   */
  describe() {
    const { frames } = this.#encode();
    let written = 0;
    /** @param {Pipeline} at @returns {Description} */
    const list = (at) => {
      const step = at.#step;
      if (!step) return [];
      if (++written > DESCRIBED_MAX) throw new FramelaneError('unsupported', `describe: written as lists this pipeline has more than ${DESCRIBED_MAX} operations`);
      /** @type {OpDescription} */
      const item = { op: step.op, ...structuredCopy(step.params) };
      if (step.other) item.other = Frame.is(step.other) ? { frame: frames.indexOf(step.other) - 1 } : list(step.other);
      return [...list(step.previous), item];
    };
    return list(this);
  }

  /**
   * How it would run on an image of this size: passes, what was fused, tiles, scratch, bytes read and written.
   * @param {number} width @param {number} height @param {{ format?: import('./frame.js').Format }} [options]
   * @returns {any}
   */
  explain(width, height, options = {}) {
    checkOptions('explain', options, ['format']);
    return this.#runner.explain(this.#encode(), width, height, options);
  }
}

/** @param {string} where @param {unknown} input @param {{ output?: unknown }} options @param {string[]} known */
function checkFrames(where, input, options, known) {
  if (!Frame.is(input)) throw badArgument(`${where}: the input`, 'a frame', input);
  checkOptions(where, options, known);
  if (options.output !== undefined && !Frame.is(options.output)) throw badArgument(`${where}: output`, 'a frame', options.output);
}

/** Lists are copied, so that a pipeline stays as it was made. @param {object} params @returns {Record<string, unknown>} */
function structuredCopy(params) {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined).map(([name, value]) => [name, isList(value) ? Array.from(value) : value]));
}

/** @param {unknown} value @returns {value is ArrayLike<unknown>} */
function isList(value) {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** @param {Record<string, unknown>} params */
function keyOf(params) {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A class of pipelines with a method for each operation.
 * @param {OpInfo[]} ops
 * @returns {typeof Pipeline}
 */
export function pipelineClass(ops) {
  class EnginePipeline extends Pipeline {}
  for (const { name } of ops) addMethod(EnginePipeline, name);
  return EnginePipeline;
}

/** @param {typeof Pipeline} pipelines @param {string} name */
export function addMethod(pipelines, name) {
  if (name in Pipeline.prototype) return; // run, describe and the like stay
  Object.defineProperty(pipelines.prototype, name, {
    configurable: true,
    value(/** @type {any[]} */ ...args) {
      return this.op(name, ...args);
    },
  });
}

/**
 * Reads back what describe() has written.
 * @param {Pipeline} start @param {unknown} description @param {Frame[]} frames
 * @returns {Pipeline}
 */
export function readDescription(start, description, frames) {
  if (!Array.isArray(frames)) throw badArgument('pipeline: the frames', 'a list of frames', frames);
  let operations = 0;
  /** @param {unknown} list @param {number} depth @returns {Pipeline} */
  const read = (list, depth) => {
    if (!Array.isArray(list)) throw badArgument('pipeline: the description', 'a list like [{ op, …parameters }]', list);
    operations += list.length;
    if (depth > NODES_MAX || operations > DESCRIBED_MAX) {
      throw new FramelaneError('bad-argument',
        `pipeline: the description contains itself, or is more than ${NODES_MAX} lists deep or ${DESCRIBED_MAX} operations long`);
    }
    return Array.from(list).reduce((pipeline, item) => {
      if (typeof item?.op !== 'string') throw badArgument('pipeline: each item of the description', 'an object with an op', item);
      const { op, other, ...params } = item;
      if (other === undefined) return pipeline.op(op, params);
      return pipeline.op(op, Array.isArray(other) ? read(other, depth + 1) : frames[other?.frame], params);
    }, start);
  };
  return read(description, 0);
}
