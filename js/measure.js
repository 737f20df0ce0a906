/** What can be measured of frames: which of the core's calls does it, and how its result is read. */
import { dispose } from './dispose.js';
import { FramelaneError, badArgument } from './errors.js';
import { Frame } from './frame.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./job.js').Job} Job */

/**
 * @template T
 * @typedef {object} Measure
 * @property {string} name of the engine's method
 * @property {(exports: any, handles: number[], lanes: number, flags: number) => number} open
 * @property {(core: Core, job: Job, frame: Frame) => T} take makes the result of what the core has left in memory
 */

/**
 * @typedef {object} Statistics each a list with one number per channel
 * @property {number[]} min
 * @property {number[]} max
 * @property {number[]} mean
 * @property {number[]} stddev standard deviation of all pixels: the root of the mean squared distance from the mean
 *
 * @typedef {object} Comparison over all channels, alpha among them
 * @property {number} mse mean squared error
 * @property {number} psnr peak signal-to-noise ratio, 10·log₁₀(255² / mse), in dB; Infinity for equal frames
 * @property {number} ssim mean structural similarity, 1 for equal frames: Wang et al. 2004 over windows of 8×8 pixels every 4 pixels
 * @property {number} maxDiff the largest difference, in levels
 *
 */

/** Gives back tables that nobody holds any more. */
const forgotten = new FinalizationRegistry((/** @type {{ core: Core, address: number }} */ { core, address }) => {
  if (!core.ended) core.exports.fl_free(address);
});

/** A summed-area table. It lies in the engine's memory, so nothing is copied; `using` or dispose() gives it back, and at last the garbage collector. */
export class Integral {
  #core;
  #address;

  /** @param {Core} core @param {number} address @param {Frame} frame */
  constructor(core, address, frame) {
    this.#core = core;
    this.#address = address;
    /** The frame's + 1. */
    this.width = frame.width + 1;
    /** The frame's + 1. */
    this.height = frame.height + 1;
    /** 1 or 4, as the frame has. */
    this.channels = channelsOf(frame);
    forgotten.register(this, { core, address }, this);
  }

  /**
   * sum[(y·width + x)·channels + c]: of channel c of all pixels above row y and left of column x. Always current: ask again after the
   * memory may have grown. @returns {Uint32Array}
   */
  get sum() {
    if (!this.#address || this.#core.ended) throw new FramelaneError('stale-handle', 'integral: this table has been disposed of');
    return new Uint32Array(this.#core.memory.buffer, this.#address, this.width * this.height * this.channels);
  }

  dispose() {
    if (!this.#address || this.#core.ended) return;
    forgotten.unregister(this);
    this.#core.free(this.#address);
    this.#address = 0;
  }

  [dispose]() {
    this.dispose();
  }
}

/** @param {Frame} frame */
const channelsOf = (frame) => (frame.format === 'gray8' ? 1 : 4);

/** @type {Measure<Uint32Array>} */
export const histogram = {
  name: 'histogram',
  open: (exports, [frame], lanes, flags) => exports.fl_histogram_open(frame, lanes, flags),
  take: ({ memory }, { result }, frame) => new Uint32Array(memory.buffer, result, 256 * channelsOf(frame)).slice(),
};

/** @type {Measure<Statistics>} */
export const statistics = {
  name: 'statistics',
  open: (exports, [frame], lanes, flags) => exports.fl_statistics_open(frame, lanes, flags),
  take({ memory }, { result }, frame) {
    const channels = channelsOf(frame), numbers = new Float64Array(memory.buffer, result, 4 * channels);
    const [min, max, mean, stddev] = [0, 1, 2, 3].map((which) => Array.from({ length: channels }, (_, c) => numbers[4 * c + which]));
    return { min, max, mean, stddev };
  },
};

/** @type {Measure<Comparison>} */
export const compare = {
  name: 'compare',
  open: (exports, [a, b], lanes, flags) => exports.fl_compare_open(a, b, lanes, flags),
  take({ memory }, { result }, frame) {
    const [squares, maxDiff, similarity, windows] = new Float64Array(memory.buffer, result, 4);
    const mse = squares / (frame.width * frame.height * channelsOf(frame));
    return { mse, psnr: 10 * Math.log10(255 ** 2 / mse), ssim: similarity / windows, maxDiff };
  },
};

/** @type {Measure<Integral>} */
export const integral = {
  name: 'integral',
  open: (exports, [frame], lanes, flags) => exports.fl_integral_open(frame, lanes, flags),
  take: (core, job, frame) => new Integral(core, core.exports.fl_job_take_result(job.address) >>> 0, frame),
};

/** Throws unless all are frames. @param {Measure<any>} measure @param {unknown[]} frames */
export function checkFrames({ name }, frames) {
  for (const frame of frames) {
    if (!Frame.is(frame)) throw badArgument(`${name}: its argument`, 'a frame', frame);
  }
}
