/** A flow's beginning: the input that a module's source reads, or the frames and bytes that an iterable gives. */
import { FramelaneError, badArgument } from './errors.js';
import { Frame, formats } from './frame.js';
import { readerInto } from './imports.js';
import { Region } from './region.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./platform.js').Platform} Platform */

const WAIT = 1; // FL_STEP_WAIT of sync/wait.h
const ABORTED = -7; // FL_ABORTED of base/status.h

/**
 * @typedef {object} OpenedInput
 * @property {number} size @property {unknown} [parcel] for the thread that reads it
 * @property {() => void} close
 * @property {(offset: number, to: number, bytes: number) => number} [read] when it is read on this thread
 * @property {() => string} trouble what was wrong when it was read here
 */

/**
 * Opens a source's input and tells the line of it.
 * @param {{ core: Core, platform: Platform, alone: boolean, line: number, makeRegion: (bytes: Uint8Array) => Region }} host
 * @param {string} name of the source @param {unknown} source
 * @returns {Promise<OpenedInput>} throws 'bad-argument' when that cannot be read
 */
export async function openInput({ core, platform, alone, line, makeRegion }, name, source) {
  const found = inMemory(source) ?? (await find(platform, name, source, alone)); // what is in memory is taken before anything else happens
  if (found instanceof Uint8Array || Region.is(found)) {
    const mine = found instanceof Uint8Array, region = mine ? makeRegion(found) : found;
    core.exports.fl_flows_input(line, region.handle, mine ? found.length : region.byteLength, 1);
    region.hold(1);
    const close = () => {
      region.hold(-1);
      if (mine) region.free();
    };
    return { size: region.byteLength, close, trouble: () => '' };
  }
  core.exports.fl_flows_input(line, 0, found.size, found.counted ? 1 : 0);
  let trouble = '';
  const reader = alone ? platform.openHere(found.parcel) : undefined;
  const read = reader && readerInto(core.memory.memory, reader, (why) => (trouble = why));
  return { size: found.size, parcel: found.parcel, close: found.close, read, trouble: () => trouble };
}

/** @param {unknown} source @returns {Region | Uint8Array | undefined} */
function inMemory(source) {
  if (Region.is(source)) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : undefined;
}

/** @param {Platform} platform @param {string} name @param {unknown} source @param {boolean} alone @returns {Promise<Uint8Array | import('./platform.js').HostInput>} */
async function find(platform, name, source, alone) {
  /** @type {Uint8Array | import('./platform.js').HostInput | undefined} */ let found;
  try {
    found = await platform.findInput(source, alone);
  } catch (cause) {
    throw new FramelaneError('bad-argument', `${name}: the input cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (found) return found;
  throw badArgument(`${name}: input`, 'a file (in Node a path, URL, descriptor or FileHandle; in browsers a Blob, URL or FileSystemFileHandle), bytes or a region', source);
}

/** Takes frames and bytes out of an iterable into the line, each a copy. */
export class Feed {
  #core;
  #line;
  #iterator;
  #rate;
  #next = 0;

  /**
   * @param {Core} core @param {number} line
   * @param {{ frames: import('./frame.js').FrameRegistry, items: AsyncIterable<unknown> | Iterable<unknown>, rate: number }} source
   */
  constructor(core, line, { frames, items, rate }) {
    this.#core = core;
    this.#line = line;
    this.#rate = rate;
    this.frames = frames;
    const iterable = /** @type {any} */ (items);
    /** @type {AsyncIterator<unknown> | Iterator<unknown>} */
    this.#iterator = (iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator]).call(iterable);
  }

  /**
   * One item more. sleep: waits where the core says; it gives false when the flow has ended meanwhile.
   * @param {() => Promise<boolean>} sleep @param {Promise<void>} over settles when the flow is to end
   * @returns {Promise<boolean>} false: there is no more
   */
  async one(sleep, over) {
    const next = await Promise.race([this.#iterator.next(), over]);
    if (!next) return false; // the flow ends: nothing of it may be touched any more
    if (next.done) {
      await this.#repeat(() => this.#core.exports.fl_flows_feed_end(this.#line), sleep);
      return false;
    }
    const { value } = next;
    if (Frame.is(value)) return this.#feed(value.width, value.height, formats.indexOf(value.format), () => this.#copyFrame(value), sleep);
    if (!(value instanceof Uint8Array)) throw badArgument('source: what the iterable gives', 'a frame or a Uint8Array', value);
    return this.#feed(value.length, 0, formats.length, () => this.#core.memory.u8.set(value, this.#core.mail(1)), sleep);
  }

  /** @param {Frame} frame */
  #copyFrame(frame) {
    this.#core.check(this.#core.exports.fl_frame_crop(this.#core.mail(0), 0, 0, frame.width, frame.height));
    const target = this.frames.adopt(this.#core.mail(0));
    frame.copyTo(target);
    target.dispose();
  }

  /** @param {number} width @param {number} height @param {number} format @param {() => void} fill @param {() => Promise<boolean>} sleep */
  async #feed(width, height, format, fill, sleep) {
    const { exports } = this.#core;
    const offer = () => {
      const step = exports.fl_flows_offer(this.#line, width, height, format);
      if (step === 0) fill(); // at once: what the core has left in the mailbox is gone after the next await
      return step;
    };
    if (!(await this.#repeat(offer, sleep))) return false;
    const number = this.#next++;
    return this.#repeat(() => exports.fl_flows_feed(this.#line, number, number / this.#rate), sleep);
  }

  /** False: the flow ends. @param {() => number} attempt @param {() => Promise<boolean>} sleep */
  async #repeat(attempt, sleep) {
    for (let step; (step = attempt()) !== 0;) {
      if (step === ABORTED) return false;
      this.#core.check(step, 'source');
      if (step === WAIT && !(await sleep())) return false;
    }
    return true;
  }

  /** Nothing more is wanted of the iterable. What it says to that is its own affair. */
  end() {
    Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}
