/** A frame: pixels in linear memory, seen from JavaScript without a copy. */
import { dispose } from './dispose.js';
import { FramelaneError, badArgument, show } from './errors.js';
import { Races } from './races.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {'rgba8' | 'bgra8' | 'gray8' | 'i420' | 'nv12'} Format */
/** @typedef {{ data: Uint8ClampedArray, stride: number, width: number, height: number }} Plane */
/** @typedef {{ path: string, copies: number, bytes: number, why: string }} CopyReport */

/** In the order of frame/format.h. @type {Format[]} */
export const formats = ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'];
const bytesPerPixel = { rgba8: [4], bgra8: [4], gray8: [1], i420: [1, 1, 1], nv12: [1, 2] };

/** Frames, live and lost, of one engine. */
export class FrameRegistry {
  /** @type {Map<number, { width: number, height: number, format: Format, bytes: number, stack: string | undefined, collected: boolean }>} */
  #live = new Map();
  #finalizer = new FinalizationRegistry((/** @type {number} */ handle) => {
    if (this.core.ended || !this.#live.has(handle)) return;
    this.core.exports.fl_frame_drop(handle);
    const lost = this.#live.get(handle);
    this.#live.delete(handle);
    if (lost) this.collected.push({ ...lost, collected: true });
    if (this.collected.length > 100) this.collected.shift();
  });

  /** @param {Core} core @param {boolean} debug @param {() => void} onUse throws when the engine is disposed of */
  constructor(core, debug, onUse) {
    this.core = core;
    this.debug = debug;
    this.onUse = onUse;
    /** Whose they are. @type {import('./engine.js').Engine | undefined} */
    this.engine = undefined;
    /** With debug on. */
    this.races = debug ? new Races() : undefined;
    /** @type {Leak[]} */
    this.collected = [];
  }

  get count() {
    return this.#live.size;
  }

  /** @typedef {{ width: number, height: number, format: Format, bytes: number, stack: string | undefined, collected: boolean }} Leak */
  /** @returns {Leak[]} */
  leaks() {
    return [...this.collected, ...this.#live.values()].map((leak) => ({ ...leak }));
  }

  /** Where live frames lie and what they are: for the map of memory. @returns {[number, string][]} */
  places() {
    return [...this.#live].filter(([, { bytes }]) => bytes > 0).map(([handle, { width, height, format }]) => {
      this.core.check(this.core.exports.fl_frame_describe(handle));
      return [this.core.mail(5), `frame ${width}×${height} ${format}`];
    });
  }

  /** Takes a handle over. @param {number} handle @param {Frame | undefined} [parent] */
  adopt(handle, parent) {
    const frame = new Frame(this, handle, parent);
    const stack = this.debug ? new Error('created').stack?.split('\n').slice(2).join('\n') : undefined;
    const { width, height, format } = frame;
    this.#live.set(handle, { width, height, format, bytes: parent ? 0 : frame.byteLength, stack, collected: false });
    this.#finalizer.register(frame, handle, frame);
    return frame;
  }

  /** @param {Frame} frame @param {number} handle */
  drop(frame, handle) {
    this.#finalizer.unregister(frame);
    this.#live.delete(handle);
    if (!this.core.ended) this.core.check(this.core.exports.fl_frame_drop(handle));
  }

  /** @param {number} width @param {number} height @param {Format} format */
  create(width, height, format) {
    if (!formats.includes(format)) throw new FramelaneError('bad-format', `frame: format must be one of ${formats.join(', ')}, got ${show(format)}`);
    for (const [name, value] of Object.entries({ width, height })) {
      if (!Number.isInteger(value) || value < 1 || value > 65535) throw badArgument(`frame: ${name}`, 'a whole number between 1 and 65535', value);
    }
    this.core.check(this.core.exports.fl_frame_new(width, height, formats.indexOf(format)), 'frame');
    return this.adopt(this.core.mail(0));
  }
}

/**
 * Pixels in the engine's memory. Get one from `engine.frame()`, `engine.frameFrom()`, `capture()` or a run; give it back with
 * `dispose()` or `using`. After that every use throws 'stale-handle'.
 */
export class Frame {
  #registry;
  #handle;
  #pixels;
  #parent; // a view keeps it from being collected
  #disposed = false;
  /** @type {ArrayBufferLike | undefined} */ #buffer;
  /** @type {Plane[]} */ #views = [];
  /** @type {{ pointer: number, stride: number, width: number, height: number }[]} */ #planes = [];

  /** How the pixels came here, if they were captured. @type {CopyReport | undefined} */
  origin;

  /** @param {FrameRegistry} registry @param {number} handle @param {Frame | undefined} parent */
  constructor(registry, handle, parent) {
    this.#registry = registry;
    this.#handle = handle;
    this.#pixels = parent ? parent.#pixels : {};
    this.#parent = parent;
    const { core } = registry;
    core.check(core.exports.fl_frame_describe(handle));
    /** In pixels. @readonly */
    this.width = core.mail(0);
    /** In pixels. @readonly */
    this.height = core.mail(1);
    /** @readonly @type {Format} */
    this.format = formats[core.mail(2)];
    for (let p = 0; p < core.mail(4); p++) {
      const at = 5 + 4 * p;
      this.#planes.push({ pointer: core.mail(at), stride: core.mail(at + 1), width: core.mail(at + 2), height: core.mail(at + 3) });
    }
  }

  /** A frame itself, not a proxy of one or what only looks like one. @param {unknown} value @returns {value is Frame} @internal */
  static is(value) {
    return typeof value === 'object' && value !== null && #handle in value;
  }

  #live() {
    this.#registry.onUse();
    if (this.#disposed) throw new FramelaneError('stale-handle', 'this frame has been disposed of');
    return this.#planes;
  }

  /** Stands for the pixels: the same object for all views of them. @internal */
  get pixels() {
    return this.#pixels;
  }

  /** Is it of the engine that this is the registry of? @param {FrameRegistry} registry @internal */
  isOf(registry) {
    return this.#registry === registry;
  }

  /** The engine it is of; none in a thread that has only attached. @internal @returns {import('./engine.js').Engine | undefined} */
  get engine() {
    return this.#registry.engine;
  }

  /** Bytes from one row to the next (of the first plane). */
  get stride() {
    return this.#live()[0].stride;
  }

  /** Where the first pixel lies in linear memory. It never moves. */
  get pointer() {
    return this.#live()[0].pointer;
  }

  /** The number other modules know this frame by. */
  get handle() {
    this.#live();
    return this.#handle;
  }

  /** Bytes from the first to the last pixel, all planes; of a view: with what lies between its rows. */
  get byteLength() {
    const planes = this.#live();
    const last = planes.length - 1;
    return planes[last].pointer + this.#planeBytes(last) - planes[0].pointer;
  }

  /** @param {number} p */
  #planeBytes(p) {
    const { stride, width, height } = this.#planes[p];
    return stride * (height - 1) + width * bytesPerPixel[this.format][p];
  }

  /**
   * Every plane: rgba8, bgra8 and gray8 have one, i420 Y, U and V, nv12 Y and interleaved UV. Views of linear memory, no copies.
   * @returns {readonly Plane[]}
   */
  get planes() {
    const planes = this.#live();
    this.#registry.races?.read(this.#pixels, `${this.width}×${this.height} ${this.format}`);
    const buffer = this.#registry.core.memory.buffer;
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#views = planes.map(({ pointer, stride, width, height }, p) => ({
        data: new Uint8ClampedArray(buffer, pointer, this.#planeBytes(p)), stride, width, height,
      }));
    }
    return this.#views;
  }

  /**
   * The pixels: a view of linear memory, no copy, always of its current buffer. Rows are `stride` bytes apart. While a run is writing
   * this frame they are neither the old picture nor the new one: await the run first (with debug on, asking for them then is a warning).
   * @returns {Uint8ClampedArray}
   */
  get data() {
    const planes = this.planes;
    if (planes.length === 1) return planes[0].data;
    return new Uint8ClampedArray(this.#registry.core.memory.buffer, this.pointer, this.byteLength);
  }

  /**
   * A rectangle of the same pixels, no copy. It keeps them alive.
   * @param {number} x @param {number} y @param {number} width @param {number} height in pixels
   * @returns {Frame}
   */
  view(x, y, width, height) {
    this.#live();
    for (const [name, value] of Object.entries({ x, y, width, height })) {
      if (typeof value !== 'number') throw badArgument(`view: ${name}`, 'a whole number', value);
    }
    const { core } = this.#registry;
    core.check(core.exports.fl_frame_crop(this.#handle, x, y, width, height), 'view');
    return this.#registry.adopt(core.mail(0), this);
  }

  /** A frame of its own with the same pixels, in tight rows. @returns {Frame} */
  clone() {
    this.#live();
    const copy = this.#registry.create(this.width, this.height, this.format);
    this.copyTo(copy);
    return copy;
  }

  /** @param {Frame} other in tight rows, of the same shape @internal */
  copyTo(other) {
    other.planes.forEach((to, p) => {
      const from = this.planes[p];
      for (let y = 0; y < to.height; y++) to.data.set(from.data.subarray(y * from.stride, y * from.stride + to.stride), y * to.stride);
    });
  }

  /** Gives the pixels back (views of them and runs in flight keep them as long as they need). A second call does nothing. */
  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#parent = undefined;
    this.#views = [];
    this.#registry.drop(this, this.#handle);
  }

  [dispose]() {
    this.dispose();
  }
}
