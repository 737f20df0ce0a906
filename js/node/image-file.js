/** The module image_file, which decodes and encodes within an engine's memory: loaded with the first file, kept with the engine. */
import { FramelaneError, codeOf } from '../errors.js';
import { LinearMemory } from '../memory.js';

/** @typedef {import('../engine.js').Engine} Engine */
/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {'png' | 'jpeg'} ImageType */
/** @typedef {{ address: number, length: number }} Bytes within linear memory */

const MODULE = new URL('../../dist/modules/image_file.wasm', import.meta.url);
const TYPES = /** @type {const} */ ([undefined, 'png', 'jpeg']); // fl_image_type
/** In the order of its mailbox. */
const MAIL = { message: 0, width: 1, height: 2, type: 3, isGray: 4, copied: 5, data: 6, length: 7 };

/** @type {WeakMap<Engine, Promise<ImageFile>>} */
const loaded = new WeakMap();

/** What the module can do. Each call is made at one go: nothing else happens meanwhile on this thread. */
class ImageFile {
  #calls;
  #memory;

  /** @param {Engine} engine @param {import('../side-module.js').Exports} calls */
  constructor(engine, calls) {
    this.#calls = calls;
    this.#memory = new LinearMemory(engine.memory);
  }

  /** @param {keyof typeof MAIL} what @returns {number} */
  #mail(what) {
    return this.#memory.f64[this.#calls.fl_image_file_mail() / 8 + MAIL[what]];
  }

  /** @param {number} status @param {string} subject of the sentence that the module completes */
  #check(status, subject) {
    if (status < 0) throw new FramelaneError(codeOf(status), `${subject} ${this.#memory.text(this.#mail('message'))}`);
  }

  /**
   * A file's header, after a look at all of it. Throws 'bad-format'.
   * @param {Bytes} file @param {number} maxPixels @param {string} subject
   */
  look({ address, length }, maxPixels, subject) {
    this.#check(this.#calls.fl_image_file_look(address, length, maxPixels), subject);
    return { width: this.#mail('width'), height: this.#mail('height'), type: TYPES[this.#mail('type')], isGray: this.#mail('isGray') === 1 };
  }

  /**
   * The file that was looked at last, into an rgba8 or gray8 frame of its size. Throws 'bad-format' and 'out-of-memory'.
   * @param {Bytes} file @param {Frame} frame @param {string} subject @returns {number} bytes of pixels that were copied on the way
   */
  decode({ address, length }, frame, subject) {
    this.#check(this.#calls.fl_image_file_decode(address, length, channelsOf(frame), frame.pointer), subject);
    return this.#mail('copied');
  }

  /**
   * An rgba8 or gray8 frame or view as a file, in memory that `free()` gives back. Throws 'bad-format' and 'out-of-memory'.
   * @param {Frame} frame @param {ImageType} type @param {number} quality @param {string} subject
   */
  encode(frame, type, quality, subject) {
    const { pointer, stride, width, height } = frame;
    this.#check(this.#calls.fl_image_file_encode(TYPES.indexOf(type), quality, pointer, stride, width, height, channelsOf(frame)), subject);
    return { address: this.#mail('data'), length: this.#mail('length'), copied: this.#mail('copied') };
  }

  /** The bytes of a file, as a view of the memory as it is now. @param {Bytes} file @param {number} from */
  bytes({ address, length }, from) {
    return new Uint8Array(this.#memory.buffer, address + from, length - from);
  }

  /** @param {Bytes} file of encode() */
  free({ address }) {
    this.#calls.fl_image_file_free(address);
  }
}

/** @param {Frame} frame */
function channelsOf(frame) {
  return frame.format === 'gray8' ? 1 : 4;
}

/** @param {Engine} engine @returns {Promise<ImageFile>} */
export function imageFile(engine) {
  let file = loaded.get(engine);
  if (!file) {
    file = engine.load(MODULE).then((module) => new ImageFile(engine, module.parts.exports));
    loaded.set(engine, file);
    file.catch(() => loaded.delete(engine)); // it may be tried again
  }
  return file;
}
