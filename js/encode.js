/** Pipelines as bytes for the core; the format stands in pipeline/reader.h. */
import { show } from './errors.js';

const MAGIC = 0x31474c46; // 'FLG1'
const NODE_FRAME = 0;
const NODE_OP = 1;
const TAG = { number: 0, boolean: 1, text: 2, list: 3, other: 4 };

/** Appends little-endian items, each padded to 4 bytes. */
class Writer {
  #bytes = new Uint8Array(512);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** @param {number} more */
  #reserve(more) {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** @param {number} value */
  u32(value) {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** @param {number} value */
  f64(value) {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** @param {string} value */
  text(value) {
    const bytes = new TextEncoder().encode(value);
    this.u32(bytes.length);
    this.#reserve(bytes.length + 3);
    this.#bytes.set(bytes, this.#length);
    this.#length += (bytes.length + 3) & ~3;
  }

  finish() {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** @param {Writer} writer @param {unknown} value */
function writeValue(writer, value) {
  if (typeof value === 'number') {
    writer.u32(TAG.number);
    writer.f64(value);
  } else if (typeof value === 'boolean') {
    writer.u32(TAG.boolean);
    writer.u32(value ? 1 : 0);
  } else if (typeof value === 'string') {
    writer.u32(TAG.text);
    writer.text(value);
  } else if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const items = /** @type {ArrayLike<unknown>} */ (value);
    writer.u32(TAG.list);
    writer.u32(items.length);
    for (let i = 0; i < items.length; i++) writer.f64(typeof items[i] === 'number' ? Number(items[i]) : NaN);
  } else {
    writer.u32(TAG.other);
    writer.text(show(value));
  }
}

/** @param {Writer} writer @param {Record<string, unknown>} params */
function writeParams(writer, params) {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  writer.u32(given.length);
  for (const [name, value] of given) {
    writer.text(name);
    writeValue(writer, value);
  }
}

/** The parameters of a stage. @param {Record<string, unknown>} params */
export function encodeParams(params) {
  const writer = new Writer();
  writeParams(writer, params);
  return writer.finish();
}

/**
 * @typedef {{ frame: number } | { op: number, inputs: number[], params: Record<string, unknown> }} Node
 * inputs: indices of nodes before this one; op and frame: the core's op index, the index among the frames given to the run
 */

/** @param {Node[]} nodes the last one is the result */
export function encodeNodes(nodes) {
  const writer = new Writer();
  writer.u32(MAGIC);
  writer.u32(nodes.length);
  for (const node of nodes) {
    if ('frame' in node) {
      writer.u32(NODE_FRAME);
      writer.u32(node.frame);
    } else {
      writer.u32(NODE_OP);
      writer.u32(node.op);
      writer.u32(node.inputs.length);
      for (const input of node.inputs) writer.u32(input);
      writeParams(writer, node.params);
    }
  }
  return writer.finish();
}
