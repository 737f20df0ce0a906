/** What a loader must know of a side module before it is compiled: its dylink.0 section, and where its memory import says that it is shared. */
import { FramelaneError } from './errors.js';

/**
 * @typedef {object} SideModuleInfo
 * @property {number} memoryBytes static data @property {number} memoryAlign a power of two
 * @property {number} tableSize function pointers
 * @property {{ flagsAt: number, shared: boolean, maximum: number } | undefined} memory what it imports; maximum in pages
 */

const SECTION_CUSTOM = 0;
const SECTION_IMPORT = 2;
const SECTION_DATA = 11;
const [SEGMENT_PASSIVE, SEGMENT_NAMES_MEMORY] = [1, 2];
const [OP_GLOBAL_GET, OP_I32_CONST, OP_I32_ADD, OP_END] = [0x23, 0x41, 0x6a, 0x0b];
const DYLINK_MEMORY = 1; // the subsection of sizes and alignments
const IMPORT_KINDS = ['function', 'table', 'memory', 'global', 'tag'];
const [HAS_MAXIMUM, SHARED] = [1, 2]; // flags of limits

/** @param {string} why @returns {never} */
function malformed(why) {
  throw new FramelaneError('bad-module', `load: this is not a well-formed side module: ${why}`);
}

/** Reads numbers and names from a span of bytes, and never beyond it. */
class Reader {
  /** @param {Uint8Array} bytes @param {number} at @param {number} end */
  constructor(bytes, at, end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte() {
    if (this.at >= this.end) malformed(`it ends too early, at byte ${this.at}`);
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number of up to 32 bits. */
  number() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return malformed(`a number at byte ${this.at} is longer than 32 bits`);
  }

  /** @param {number} length */
  skip(length) {
    if (length > this.end - this.at) malformed(`it ends too early, at byte ${this.end}`);
    this.at += length;
    return this.at;
  }

  name() {
    const length = this.number(), start = this.at;
    return new TextDecoder().decode(this.bytes.slice(start, this.skip(length)));
  }

  /** The next `length` bytes, as a reader of their own. @param {number} length */
  part(length) {
    const start = this.at;
    return new Reader(this.bytes, start, this.skip(length));
  }
}

/** @param {Reader} section @param {SideModuleInfo} info */
function readDylink(section, info) {
  while (section.at < section.end) {
    const kind = section.byte(), part = section.part(section.number());
    if (kind !== DYLINK_MEMORY) continue;
    info.memoryBytes = part.number();
    const align = part.number();
    if (align > 16) malformed(`its data wants to lie at multiples of 2^${align} bytes; at most 2^16`);
    info.memoryAlign = 2 ** align;
    info.tableSize = part.number();
    if (part.number() > 0) malformed('its table wants an alignment');
  }
}

/** @param {Reader} section @param {SideModuleInfo} info */
function readImports(section, info) {
  for (let left = section.number(); left > 0; left--) {
    section.name(), section.name();
    const kind = IMPORT_KINDS[section.byte()] ?? malformed('it imports something unknown');
    if (kind === 'function') section.number();
    else if (kind === 'global') section.skip(2);
    else if (kind === 'tag') section.skip(1), section.number();
    else {
      if (kind === 'table') section.skip(1);
      const flagsAt = section.at, flags = section.byte();
      section.number();
      const maximum = flags & HAS_MAXIMUM ? section.number() : Infinity;
      if (kind === 'memory') info.memory = { flagsAt, shared: (flags & SHARED) !== 0, maximum };
    }
  }
}

/** How many bytes there are to be laid down. @param {Reader} section */
function countData(section) {
  let bytes = 0;
  for (let left = section.number(); left > 0; left--) {
    const flags = section.number();
    if (flags === SEGMENT_NAMES_MEMORY) section.number();
    if (flags !== SEGMENT_PASSIVE) skipOffset(section);
    const length = section.number();
    section.skip(length);
    bytes += length;
  }
  return bytes;
}

/** The constant expression of where a segment goes. @param {Reader} section */
function skipOffset(section) {
  for (let op; (op = section.byte()) !== OP_END;) {
    if (op === OP_GLOBAL_GET || op === OP_I32_CONST) section.number();
    else if (op !== OP_I32_ADD) malformed('it says in an unknown way where its data goes');
  }
}

/** @param {Uint8Array} bytes a whole .wasm file @returns {SideModuleInfo} throws 'bad-module', saying what is wrong */
export function readSideModule(bytes) {
  const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) malformed('it does not begin as a WebAssembly file of version 1 does');
  /** @type {SideModuleInfo} */
  const info = { memoryBytes: 0, memoryAlign: 1, tableSize: 0, memory: undefined };
  const file = new Reader(bytes, MAGIC.length, bytes.length);
  let dataBytes = 0;
  for (let isFirst = true; file.at < file.end; isFirst = false) {
    const id = file.byte(), section = file.part(file.number());
    if (isFirst && !(id === SECTION_CUSTOM && section.name() === 'dylink.0')) {
      malformed('its first section is not dylink.0: build it with `npx framelane build`, or with emcc -sSIDE_MODULE=2');
    }
    if (isFirst) readDylink(section, info);
    else if (id === SECTION_IMPORT) readImports(section, info);
    else if (id === SECTION_DATA) dataBytes = countData(section);
  }
  // Else it would write beyond what it is given, over somebody else's.
  if (dataBytes > info.memoryBytes) malformed(`its ${dataBytes} bytes of data do not fit in the ${info.memoryBytes} that it declares`);
  return info;
}

/**
 * The same module, importing a memory that is shared, or one that is not.
 * @param {Uint8Array} bytes @param {SideModuleInfo} info @param {boolean} shared
 */
export function withMemory(bytes, info, shared) {
  if (!info.memory || info.memory.shared === shared) return bytes;
  const changed = bytes.slice();
  changed[info.memory.flagsAt] = shared ? HAS_MAXIMUM | SHARED : HAS_MAXIMUM;
  return changed;
}
