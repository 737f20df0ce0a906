/** What can be measured of frames: which of the core's calls does it, and how its result is read. */
import { badArgument } from './errors.js';
import { Frame } from './frame.js';

/**
 * @template T
 * @typedef {object} Measure
 * @property {string} name of the engine's method
 * @property {(exports: any, handles: number[], lanes: number, flags: number) => number} open
 * @property {(memory: ArrayBufferLike, address: number, frame: Frame) => T} take copies the result out of the core's memory
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
 * @typedef {object} Integral a summed-area table
 * @property {Uint32Array} sum sum[(y·width + x)·channels + c]: of channel c of all pixels above row y and left of column x
 * @property {number} width the frame's + 1
 * @property {number} height the frame's + 1
 * @property {number} channels
 */

/** @param {Frame} frame */
const channelsOf = (frame) => (frame.format === 'gray8' ? 1 : 4);

/** @type {Measure<Uint32Array>} */
export const histogram = {
  name: 'histogram',
  open: (exports, [frame], lanes, flags) => exports.fl_histogram_open(frame, lanes, flags),
  take: (memory, address, frame) => new Uint32Array(memory, address, 256 * channelsOf(frame)).slice(),
};

/** @type {Measure<Statistics>} */
export const statistics = {
  name: 'statistics',
  open: (exports, [frame], lanes, flags) => exports.fl_statistics_open(frame, lanes, flags),
  take(memory, address, frame) {
    const channels = channelsOf(frame), numbers = new Float64Array(memory, address, 4 * channels);
    const [min, max, mean, stddev] = [0, 1, 2, 3].map((which) => Array.from({ length: channels }, (_, c) => numbers[4 * c + which]));
    return { min, max, mean, stddev };
  },
};

/** @type {Measure<Comparison>} */
export const compare = {
  name: 'compare',
  open: (exports, [a, b], lanes, flags) => exports.fl_compare_open(a, b, lanes, flags),
  take(memory, address, frame) {
    const [squares, maxDiff, similarity, windows] = new Float64Array(memory, address, 4);
    const mse = squares / (frame.width * frame.height * channelsOf(frame));
    return { mse, psnr: 10 * Math.log10(255 ** 2 / mse), ssim: similarity / windows, maxDiff };
  },
};

/** @type {Measure<Integral>} */
export const integral = {
  name: 'integral',
  open: (exports, [frame], lanes, flags) => exports.fl_integral_open(frame, lanes, flags),
  take(memory, address, frame) {
    const width = frame.width + 1, height = frame.height + 1, channels = channelsOf(frame);
    return { sum: new Uint32Array(memory, address, width * height * channels).slice(), width, height, channels };
  },
};

/** Throws unless all are frames. @param {Measure<any>} measure @param {unknown[]} frames */
export function checkFrames({ name }, frames) {
  for (const frame of frames) {
    if (!Frame.is(frame)) throw badArgument(`${name}: its argument`, 'a frame', frame);
  }
}
