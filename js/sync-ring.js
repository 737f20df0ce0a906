/** Items handed from one thread to another in place: the ring and its spans. */
import { wholeNumber } from './loader.js';
import { OP, Primitive, STEP, request } from './sync-wait.js';

/** @typedef {import('./sync-wait.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync-wait.js').AsyncOptions} AsyncOptions */
/** @typedef {import('./sync-wait.js').Request} Request */
/** @typedef {{ items?: number }} SpanOptions items: no more than so many; without it: as many as there are */

const ITEMS_MAX = 2 ** 30;

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
    this.now(op, request(count));
  }

  /** @template {SpanOptions} T @param {string} method @param {T} options @returns {[Request, Omit<T, 'items'>]} */
  #ask(method, options) {
    const { items, ...rest } = options ?? {};
    return [request(items === undefined ? 0 : wholeNumber(items, `ring.${method}: items`, 1, ITEMS_MAX)), rest];
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
