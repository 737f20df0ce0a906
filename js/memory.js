/** Linear memory: created or taken over, and views of it that stay current when it grows. */
import { FramelaneError, badArgument } from './errors.js';

export const PAGE = 65536;
const DEFAULT_INITIAL = 64 << 20;
const DEFAULT_MAXIMUM = 2 ** 30;
const INITIAL_MIN = 2 << 20; // what the core itself needs
const MAXIMUM_MAX = 2 ** 32;
const PROBE_BYTES = PAGE; // static data begins there: a memory that is in use already shows it

/** @typedef {{ initial?: number, maximum?: number }} MemorySize in bytes, rounded up to pages */

/** Of the memories made here; a memory does not tell its maximum. @type {WeakMap<WebAssembly.Memory, number>} */
const maxima = new WeakMap();

/**
 * Makes the memory an engine lives in, or checks the caller's own.
 * @param {MemorySize | WebAssembly.Memory | undefined} wanted
 * @param {boolean} shared
 * @returns {WebAssembly.Memory}
 */
export function makeMemory(wanted, shared) {
  if (isMemory(wanted)) return checkMemory(wanted, shared);
  if (wanted !== undefined && !isPlain(wanted)) {
    throw badArgument('createEngine: memory', 'a WebAssembly.Memory or {initial, maximum} in bytes', wanted);
  }
  const unknown = Object.keys(wanted ?? {}).find((name) => name !== 'initial' && name !== 'maximum');
  if (unknown) throw new FramelaneError('bad-argument', `createEngine: memory has no '${unknown}'; it has initial and maximum, in bytes`);
  const given = wanted?.initial === undefined ? undefined : bytes('initial', wanted.initial);
  const maximum = bytes('maximum', wanted?.maximum ?? Math.max(DEFAULT_MAXIMUM, given ?? 0));
  const initial = given ?? Math.min(DEFAULT_INITIAL, maximum);
  if (initial > maximum) throw badArgument('createEngine: memory.initial', `at most memory.maximum (${maximum})`, initial);
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(initial / PAGE), maximum: Math.ceil(maximum / PAGE), shared });
    maxima.set(memory, Math.ceil(maximum / PAGE) * PAGE);
    return memory;
  } catch (cause) {
    throw new FramelaneError('out-of-memory',
      `createEngine: the host refuses a memory of ${initial} bytes that may grow to ${maximum}: ask for a smaller memory.maximum`, { cause });
  }
}

/** A memory of this realm or another (a frame of the page has its own WebAssembly). @param {unknown} value @returns {value is WebAssembly.Memory} */
function isMemory(value) {
  return value instanceof WebAssembly.Memory || Object.prototype.toString.call(value) === '[object WebAssembly.Memory]';
}

/** @param {unknown} value */
function isPlain(value) {
  return Object.prototype.toString.call(value) === '[object Object]' && !(/** @type {any} */ (value)?.buffer);
}

/** In bytes; undefined for a memory of the caller's own. @param {WebAssembly.Memory} memory */
export function maximumOf(memory) {
  return maxima.get(memory);
}

/** @param {string} name @param {unknown} value */
function bytes(name, value) {
  if (typeof value !== 'number' || !(value >= INITIAL_MIN && value <= MAXIMUM_MAX)) {
    throw badArgument(`createEngine: memory.${name}`, `between ${INITIAL_MIN} and ${MAXIMUM_MAX} bytes`, value);
  }
  return value;
}

/** @param {WebAssembly.Memory} memory @param {boolean} shared */
function checkMemory(memory, shared) {
  const isShared = Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';
  if (isShared !== shared) {
    throw new FramelaneError('bad-argument', shared
      ? "createEngine: mode 'shared' needs a shared memory: new WebAssembly.Memory({ initial, maximum, shared: true })"
      : "createEngine: mode 'single' needs a memory that is not shared");
  }
  if (memory.buffer.byteLength < INITIAL_MIN) {
    throw badArgument('createEngine: memory', `at least ${INITIAL_MIN} bytes long`, memory.buffer.byteLength);
  }
  if (new Uint8Array(memory.buffer, 0, PROBE_BYTES).some(Boolean)) {
    throw new FramelaneError('bad-argument',
      'createEngine: this memory is in use already (its first page is not zero); an engine needs one of its own, hand out regions of it with engine.alloc()');
  }
  return memory;
}

/** Views of one memory. A view is remade when the buffer has changed: after growth a shared memory has a new, longer one. */
export class LinearMemory {
  /** @type {ArrayBufferLike | undefined} */ #buffer;
  /** @type {Uint8Array} */ #u8 = new Uint8Array(0);
  /** @type {Int32Array} */ #i32 = new Int32Array(0);
  /** @type {Float64Array} */ #f64 = new Float64Array(0);

  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.memory = memory;
  }

  #refresh() {
    const buffer = this.memory.buffer;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }

  get buffer() {
    return this.memory.buffer;
  }

  get u8() {
    this.#refresh();
    return this.#u8;
  }

  get i32() {
    this.#refresh();
    return this.#i32;
  }

  get f64() {
    this.#refresh();
    return this.#f64;
  }

  /** A view of this memory that is made once per buffer. @param {number} pointer @param {number} length @returns {() => Uint8Array} */
  window(pointer, length) {
    let view = new Uint8Array(this.buffer, pointer, length);
    return () => (view.buffer === this.buffer ? view : (view = new Uint8Array(this.buffer, pointer, length)));
  }

  /** A C string. TextDecoder takes no shared memory, so its bytes are copied out. @param {number} pointer */
  text(pointer) {
    const end = this.u8.indexOf(0, pointer);
    return new TextDecoder().decode(this.u8.slice(pointer, end));
  }
}
