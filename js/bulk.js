/** Bytes moved inside linear memory, and into it: memory.copy, memory.fill, and one copy from outside. */
import { FramelaneError, badArgument } from './errors.js';
import { wholeNumber } from './loader.js';

/** @typedef {import('./loader.js').Core} Core */
/**
 * Where in linear memory: an address; a block, region or frame (its start, and no more than it holds); or a view of this memory.
 * @typedef {number | { readonly pointer: number, readonly byteLength: number } | ArrayBufferView} Place
 */

/** @param {Core} core @param {Place} place @param {string} what @returns {{ address: number, room: number }} */
function locate(core, place, what) {
  if (typeof place === 'number') {
    return { address: wholeNumber(place, `${what}: an address`, 0, core.memory.buffer.byteLength), room: Infinity };
  }
  if (ArrayBuffer.isView(place)) {
    if (place.buffer === core.memory.buffer) return { address: place.byteOffset, room: place.byteLength };
    throw new FramelaneError('bad-argument', `${what} is a view of other memory, or of this one before it grew: take it anew, or bring bytes in with init()`);
  }
  if (typeof place?.pointer !== 'number') throw badArgument(what, 'an address, a block, a region, a frame or a view of the engine’s memory', place);
  return { address: place.pointer, room: place.byteLength };
}

/** @param {number | undefined} bytes @param {{ room: number }[]} places @param {string} op */
function count(bytes, places, op) {
  const room = Math.min(...places.map((place) => place.room));
  if (bytes === undefined && room === Infinity) throw badArgument(`${op}: bytes`, 'given where there are only addresses', bytes);
  return wholeNumber(bytes ?? room, `${op}: bytes`, 0, Math.min(room, 2 ** 32));
}

/** @param {Core} core @param {Place} to @param {Place} from @param {number} [bytes] */
export function copy(core, to, from, bytes) {
  const target = locate(core, to, 'copy: the target'), source = locate(core, from, 'copy: the source');
  core.check(core.exports.fl_copy(target.address, source.address, count(bytes, [target, source], 'copy')));
}

/** @param {Core} core @param {Place} to @param {number} value @param {number} [bytes] */
export function fill(core, to, value, bytes) {
  const target = locate(core, to, 'fill: the target');
  wholeNumber(value, 'fill: the value', 0, 255);
  core.check(core.exports.fl_fill(target.address, value, count(bytes, [target], 'fill')));
}

/** @param {Core} core @param {Place} to @param {ArrayLike<number> | ArrayBuffer} bytes @returns {number} how many were copied in */
export function init(core, to, bytes) {
  const source = bytesOf(bytes), target = locate(core, to, 'init: the target');
  if (source.length > target.room) throw badArgument('init: the bytes', `no more than the target’s ${target.room}`, source.length);
  core.check(core.exports.fl_may_write(target.address, source.length));
  core.memory.u8.set(source, target.address);
  return source.length;
}

/** @param {unknown} bytes @returns {Uint8Array} */
function bytesOf(bytes) {
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Array.isArray(bytes) && bytes.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) return Uint8Array.from(bytes);
  throw badArgument('init: the bytes', 'a typed array, an ArrayBuffer or a list of whole numbers from 0 to 255', bytes);
}
