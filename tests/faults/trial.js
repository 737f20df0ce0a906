// One call with a fault in it, and what must be true after: a typed error or the right result, nothing lost, and the next call works.
import { FramelaneError, hash, hashBytes, pixels, fill, sleep } from '../js/support.js';

const HANG_MS = 15_000;

/** A result in one short text; what it holds is given back. @param {unknown} value @param {Set<unknown>} given frames that stay */
export function digest(value, given) {
  if (typeof value?.clone === 'function') {
    const text = hash(value);
    if (!given.has(value)) value.dispose();
    return text;
  }
  if (typeof value?.free === 'function') {
    const text = `${value.data.length} bytes at a multiple of ${value.pointer % 4096 ? '64' : '4096'}`;
    value.free();
    return text;
  }
  if (typeof value?.dispose === 'function') { // a summed-area table
    const text = `${value.width}×${value.height}×${value.channels} ${digest(value.sum, given)}`;
    value.dispose();
    return text;
  }
  if (ArrayBuffer.isView(value)) return hashBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return JSON.stringify(value, (_, each) => (ArrayBuffer.isView(each) ? digest(each, given) : each));
}

/** Ends with the promise, or with what says that it did not end. */
export async function within(promise, ms = HANG_MS) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no end within ${ms} ms`)), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Live bytes, once they are what they should be or will not become it any more: a worker may still look at the last job. */
export async function settledLive(engine, wanted) {
  for (let i = 0; i < 300; i++) {
    const { live } = engine.stats();
    if (live === wanted) return live;
    await sleep(i < 20 ? 1 : 10);
  }
  return engine.stats().live;
}

/** An operation with its frames, ready to be called again and again. */
export class Subject {
  /** @param {any} engine @param {import('./operations.js').Operation} operation */
  constructor(engine, operation) {
    this.engine = engine;
    this.operation = operation;
    this.given = operation.given(engine);
    this.frames = Object.values(this.given);
    this.originals = this.frames.map(pixels);
  }

  /** The call, with the frames as they were at first. @returns {Promise<{ value?: string, error?: any }>} */
  async call() {
    this.frames.forEach((frame, i) => fill(frame, this.originals[i]));
    try {
      return { value: digest(await within(this.operation.call(this.engine, this.given)), new Set(this.frames)) };
    } catch (error) {
      return { error };
    }
  }

  /** Have the frames kept their pixels? */
  get isUntouched() {
    return this.frames.every((frame, i) => Buffer.compare(pixels(frame), this.originals[i]) === 0);
  }

  end() {
    for (const frame of this.frames) frame.dispose();
  }
}

/** What is wrong with an error that must be a typed one; '' if nothing. @param {any} error @param {string[]} codes */
export function complaintOf(error, codes) {
  if (!(error instanceof FramelaneError)) return `no FramelaneError: ${error?.stack ?? error}`;
  if (!codes.includes(error.code)) return `'${error.code}' where ${codes.join(' or ')} was to be expected: ${error.message}`;
  return error.message.length > 15 ? '' : `says too little: «${error.message}»`;
}
