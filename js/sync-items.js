/** What carries bytes from thread to thread: seqlock, ring, queue. */
import { FramelaneError, badArgument } from './errors.js';
import { wholeNumber } from './loader.js';
import { OP, Primitive, STEP, request } from './sync-wait.js';

/** @typedef {import('./sync-wait.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync-wait.js').AsyncOptions} AsyncOptions */
/** @typedef {import('./sync-wait.js').Request} Request */
/** @typedef {{ items?: number }} SpanOptions items: no more than so many; without it: as many as there are */

const ITEMS_MAX = 2 ** 30;

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
    return this.now(OP.endRead, { ticket }) === STEP.done ? bytes : undefined;
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

/** Items of a ring where they lie, from acquiring until they are handed on. */
class Span {
  #ring;

  /** @param {Ring} ring @param {Request} asked */
  constructor(ring, { result, count }) {
    this.#ring = ring;
    /** Address of the first item. @readonly */
    this.pointer = result;
    /** Items. @readonly */
    this.count = count;
  }

  /** The bytes of the items: a view of linear memory. @returns {Uint8Array} */
  get data() {
    return this.#ring.bytes(this.pointer, this.count);
  }

  /** @param {number} op @param {string} name @param {number} count @protected */
  end(op, name, count) {
    this.#ring.end(op, wholeNumber(count, `${name}: count`, 0, this.count));
  }
}

/** Room for items: fill `data`, then publish. */
export class WriteSpan extends Span {
  /** Hands the first items on; the rest is given up. @param {number} [count] */
  publish(count = this.count) {
    this.end(OP.ringPublish, 'ring.publish', count);
  }
}

/** Items that came: use `data`, then release. */
export class ReadSpan extends Span {
  /** Gives the room of the first items back; the rest is still to be read. @param {number} [count] */
  release(count = this.count) {
    this.end(OP.ringRelease, 'ring.release', count);
  }
}

/**
 * From one writing thread to one reading thread, in place: nothing is copied. A span ends at the end of the ring, so it may be shorter
 * than what was asked for.
 *
 * @example
 * const ring = engine.sync.ring({ capacity: 1000, itemSize: 4 });
 * const room = ring.acquireWrite({ items: 10 });
 * room.data.fill(7);
 * room.publish();
 * const came = ring.acquireRead();
 * console.log(came.count, came.data[0]);
 * came.release();
 */
export class Ring extends Primitive {
  /** In items. @returns {number} */
  get capacity() {
    return this.size;
  }

  /** In bytes. @returns {number} */
  get itemSize() {
    return this.itemBytes;
  }

  /** @param {number} pointer @param {number} count @internal */
  bytes(pointer, count) {
    return new Uint8Array(this.waiter.core.memory.buffer, pointer, count * this.itemBytes);
  }

  /** @param {number} op @param {number} count @internal */
  end(op, count) {
    this.now(op, { count });
  }

  /** @template {SpanOptions} T @param {string} method @param {T} options @returns {[Request, Omit<T, 'items'>]} */
  #ask(method, options) {
    const { items, ...rest } = options ?? {};
    return [request({ count: items === undefined ? 0 : wholeNumber(items, `ring.${method}: items`, 1, ITEMS_MAX) }), rest];
  }

  /** Waits for room. @param {WaitOptions & SpanOptions} [options] */
  acquireWrite(options = {}) {
    const [asked, rest] = this.#ask('acquireWrite', options);
    this.block(OP.ringWrite, 'acquireWrite', rest, asked);
    return new WriteSpan(this, asked);
  }

  /** @param {AsyncOptions & SpanOptions} [options] */
  async acquireWriteAsync(options = {}) {
    const [asked, rest] = this.#ask('acquireWriteAsync', options);
    await this.blockAsync(OP.ringWrite, 'acquireWrite', rest, asked);
    return new WriteSpan(this, asked);
  }

  /** Undefined: it is full. @param {SpanOptions} [options] @returns {WriteSpan | undefined} */
  tryAcquireWrite(options = {}) {
    const [asked] = this.#ask('tryAcquireWrite', options);
    return this.attempt(OP.ringWrite, asked) === STEP.wait ? undefined : new WriteSpan(this, asked);
  }

  /** Waits for items. @param {WaitOptions & SpanOptions} [options] */
  acquireRead(options = {}) {
    const [asked, rest] = this.#ask('acquireRead', options);
    this.block(OP.ringRead, 'acquireRead', rest, asked);
    return new ReadSpan(this, asked);
  }

  /** @param {AsyncOptions & SpanOptions} [options] */
  async acquireReadAsync(options = {}) {
    const [asked, rest] = this.#ask('acquireReadAsync', options);
    await this.blockAsync(OP.ringRead, 'acquireRead', rest, asked);
    return new ReadSpan(this, asked);
  }

  /** Undefined: it is empty. @param {SpanOptions} [options] @returns {ReadSpan | undefined} */
  tryAcquireRead(options = {}) {
    const [asked] = this.#ask('tryAcquireRead', options);
    return this.attempt(OP.ringRead, asked) === STEP.wait ? undefined : new ReadSpan(this, asked);
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
    this.now(OP.queuePublish, { argument: result });
  }

  /** @param {Request} asked */
  #take({ result }) {
    const bytes = this.waiter.core.memory.u8.slice(result, result + this.itemBytes);
    this.now(OP.queueRelease, { argument: result });
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
