/** A value, or items, handed from thread to thread by copying them: seqlock, queue. */
import { FramelaneError, badArgument } from './errors.js';
import { OP, Primitive, STEP, request } from './sync-wait.js';

/** @typedef {import('./sync-wait.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync-wait.js').AsyncOptions} AsyncOptions */
/** @typedef {import('./sync-wait.js').Request} Request */

/** @param {string} name @param {unknown} bytes @param {number} length @returns {Uint8Array} */
function checkBytes(name, bytes, length) {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw badArgument(`${name}: the bytes`, `a Uint8Array of ${length}`, bytes instanceof Uint8Array ? `${bytes.length} bytes` : bytes);
  }
  return bytes;
}

/**
 * A value of some bytes that few write and many read; a reader writes nothing and is never held up for longer than a write.
 *
 * @example
 * const seqlock = engine.sync.seqlock({ itemSize: 8 });
 * seqlock.write(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
 * const whole = seqlock.read(); // never half of one write and half of another
 */
export class Seqlock extends Primitive {
  /** Of the value: a multiple of 4. @returns {number} */
  get byteLength() {
    return this.size;
  }

  /** @param {Request} asked @param {Uint8Array} bytes */
  #put({ result }, bytes) {
    const words = this.waiter.core.memory.i32, from = new DataView(bytes.buffer, bytes.byteOffset);
    for (let i = 0; i < this.size / 4; i++) Atomics.store(words, result / 4 + i, from.getInt32(4 * i, true));
    this.now(OP.publish);
  }

  /** Undefined: a write came in between. @param {number} step @param {Request} asked */
  #take(step, { result, ticket }) {
    if (step === STEP.ownerDied) throw new FramelaneError('worker-lost', 'seqlock.read: its writer died in the middle: there is no whole value until the next write', { op: 'seqlock.read' });
    const words = this.waiter.core.memory.i32, bytes = new Uint8Array(this.size), to = new DataView(bytes.buffer);
    for (let i = 0; i < this.size / 4; i++) to.setInt32(4 * i, Atomics.load(words, result / 4 + i), true);
    return this.now(OP.endRead, request(0, 0, ticket)) === STEP.done ? bytes : undefined;
  }

  /** @param {Uint8Array} bytes all of them @param {WaitOptions} [options] */
  write(bytes, options = {}) {
    const asked = request();
    checkBytes('seqlock.write', bytes, this.size);
    this.block(OP.beginWrite, 'write', options, asked);
    this.#put(asked, bytes);
  }

  /** @param {Uint8Array} bytes @param {AsyncOptions} [options] */
  async writeAsync(bytes, options = {}) {
    const asked = request();
    checkBytes('seqlock.writeAsync', bytes, this.size);
    await this.blockAsync(OP.beginWrite, 'write', options, asked);
    this.#put(asked, bytes);
  }

  /** False: somebody else writes. @param {Uint8Array} bytes @returns {boolean} */
  tryWrite(bytes) {
    const asked = request();
    checkBytes('seqlock.tryWrite', bytes, this.size);
    if (this.attempt(OP.beginWrite, asked) === STEP.wait) return false;
    this.#put(asked, bytes);
    return true;
  }

  /** A copy. Throws 'worker-lost' when a writer died at it. @param {WaitOptions} [options] @returns {Uint8Array} */
  read(options = {}) {
    for (;;) {
      const asked = request();
      const bytes = this.#take(this.block(OP.beginRead, 'read', options, asked), asked);
      if (bytes) return bytes;
    }
  }

  /** @param {AsyncOptions} [options] @returns {Promise<Uint8Array>} */
  async readAsync(options = {}) {
    for (;;) {
      const asked = request();
      const bytes = this.#take(await this.blockAsync(OP.beginRead, 'read', options, asked), asked);
      if (bytes) return bytes;
    }
  }

  /** Undefined: it is being written. @returns {Uint8Array | undefined} */
  tryRead() {
    const asked = request();
    const step = this.attempt(OP.beginRead, asked);
    return step === STEP.wait ? undefined : this.#take(step, asked);
  }
}

/**
 * Between any number of threads; each item comes out once, those of one thread in their order.
 *
 * @example
 * const queue = engine.sync.queue({ capacity: 64, itemSize: 4 });
 * queue.push(new Uint8Array([1, 2, 3, 4]));
 * const item = queue.pop();
 */
export class Queue extends Primitive {
  /** In items: what was asked for, rounded up to a power of two. @returns {number} */
  get capacity() {
    return this.size;
  }

  /** In bytes. @returns {number} */
  get itemSize() {
    return this.itemBytes;
  }

  /** @param {Request} asked @param {Uint8Array} bytes */
  #put({ result }, bytes) {
    this.waiter.core.memory.u8.set(bytes, result);
    this.now(OP.queuePublish, request(0, result));
  }

  /** @param {Request} asked */
  #take({ result }) {
    const bytes = this.waiter.core.memory.u8.slice(result, result + this.itemBytes);
    this.now(OP.queueRelease, request(0, result));
    return bytes;
  }

  /** Waits for room. @param {Uint8Array} bytes one item @param {WaitOptions} [options] */
  push(bytes, options = {}) {
    const asked = request();
    checkBytes('queue.push', bytes, this.itemBytes);
    this.block(OP.push, 'push', options, asked);
    this.#put(asked, bytes);
  }

  /** @param {Uint8Array} bytes @param {AsyncOptions} [options] */
  async pushAsync(bytes, options = {}) {
    const asked = request();
    checkBytes('queue.pushAsync', bytes, this.itemBytes);
    await this.blockAsync(OP.push, 'push', options, asked);
    this.#put(asked, bytes);
  }

  /** False: it is full. @param {Uint8Array} bytes @returns {boolean} */
  tryPush(bytes) {
    const asked = request();
    checkBytes('queue.tryPush', bytes, this.itemBytes);
    if (this.attempt(OP.push, asked) === STEP.wait) return false;
    this.#put(asked, bytes);
    return true;
  }

  /** Waits for an item: a copy of it. @param {WaitOptions} [options] @returns {Uint8Array} */
  pop(options = {}) {
    const asked = request();
    this.block(OP.pop, 'pop', options, asked);
    return this.#take(asked);
  }

  /** @param {AsyncOptions} [options] @returns {Promise<Uint8Array>} */
  async popAsync(options = {}) {
    const asked = request();
    await this.blockAsync(OP.pop, 'pop', options, asked);
    return this.#take(asked);
  }

  /** Undefined: it is empty. @returns {Uint8Array | undefined} */
  tryPop() {
    const asked = request();
    return this.attempt(OP.pop, asked) === STEP.wait ? undefined : this.#take(asked);
  }
}
