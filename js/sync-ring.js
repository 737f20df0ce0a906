/** Items handed from one thread to another in place: the ring and its spans. */
import { wholeNumber } from './loader.js';
import { ASK_THE_CORE, NONE, RingSide } from './ring-side.js';
import { OP, Primitive, STEP, request } from './sync-wait.js';

/** @typedef {import('./sync-wait.js').WaitOptions} WaitOptions */
/** @typedef {import('./sync-wait.js').AsyncOptions} AsyncOptions */
/** @typedef {import('./sync-wait.js').Waiter} Waiter */
/** @typedef {import('./sync-wait.js').Request} Request */
/** @typedef {{ items?: number }} SpanOptions items: no more than so many; without it: as many as there are */

const ITEMS_MAX = 2 ** 30;
const LOOKS = 1000; // before sleeping: for about as long as being woken takes

/* The two spans have no class in common: one would make every item through the ring slower by a fifth. */

/** Room for items where they will lie: fill `data`, then publish. */
export class WriteSpan {
  #ring;

  /** @param {Ring} ring @param {number} pointer @param {number} count */
  constructor(ring, pointer, count) {
    this.#ring = ring;
    /** Address of the first item. @readonly */
    this.pointer = pointer;
    /** Items. @readonly */
    this.count = count;
  }

  /** The bytes of the items: a view of linear memory. @returns {Uint8Array} */
  get data() {
    return this.#ring.bytes(this.pointer, this.count);
  }

  /** Hands the first items on; the rest is given up. @param {number} [count] */
  publish(count = this.count) {
    this.#ring.publish(wholeNumber(count, 'ring.publish: count', 0, this.count));
  }
}

/** Items that came, where they lie: use `data`, then release. */
export class ReadSpan {
  #ring;

  /** @param {Ring} ring @param {number} pointer @param {number} count */
  constructor(ring, pointer, count) {
    this.#ring = ring;
    /** Address of the first item. @readonly */
    this.pointer = pointer;
    /** Items. @readonly */
    this.count = count;
  }

  /** The bytes of the items: a view of linear memory. @returns {Uint8Array} */
  get data() {
    return this.#ring.bytes(this.pointer, this.count);
  }

  /** Gives the room of the first items back; the rest is still to be read. @param {number} [count] */
  release(count = this.count) {
    this.#ring.release(wholeNumber(count, 'ring.release: count', 0, this.count));
  }
}

/** Items asked for, when nothing else is; ASK_THE_CORE: there is more to these options, or something wrong. @param {SpanOptions | undefined} options */
function onlyItems(options) {
  for (const name in options) if (name !== 'items') return ASK_THE_CORE;
  const items = options?.items;
  if (items === undefined) return 0;
  return Number.isInteger(items) && items >= 1 && items <= ITEMS_MAX ? items : ASK_THE_CORE;
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
  #writer;
  #reader;

  /** @param {Waiter} waiter @param {string} kind @param {{ pointer?: number, count?: number, itemSize?: number }} what */
  constructor(waiter, kind, what) {
    super(waiter, kind, what);
    this.#writer = new RingSide(this, true);
    this.#reader = new RingSide(this, false);
  }

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

  /** @param {number} count @internal */
  publish(count) {
    if (!this.#writer.give(count)) this.now(OP.ringPublish, request(count));
  }

  /** @param {number} count @internal */
  release(count) {
    if (!this.#reader.give(count)) this.now(OP.ringRelease, request(count));
  }

  /** @template {SpanOptions} T @param {string} method @param {T} options @returns {[Request, Omit<T, 'items'>]} */
  #ask(method, options) {
    const { items, ...rest } = options ?? {};
    return [request(items === undefined ? 0 : wholeNumber(items, `ring.${method}: items`, 1, ITEMS_MAX)), rest];
  }

  /** What is there at once; 0 or less: the core is to be asked. @param {RingSide} side @param {SpanOptions | undefined} options */
  #atOnce(side, options) {
    const wanted = onlyItems(options);
    return wanted === ASK_THE_CORE ? wanted : side.take(wanted);
  }

  /** What is there within some microseconds: to sleep and to be woken takes longer. @param {RingSide} side @param {SpanOptions | undefined} options */
  #soon(side, options) {
    if (!this.waiter.mayBlock) return ASK_THE_CORE;
    let count = this.#atOnce(side, options);
    for (let i = 0; i < LOOKS && count === NONE; i++) count = this.#atOnce(side, options);
    return count;
  }

  /**
   * The slow ways, which ask the core; the quick ones stand apart for each side, for speed.
   * @template S
   * @param {new (ring: Ring, pointer: number, count: number) => S} Span @param {number} op @param {string} method
   * @param {WaitOptions & SpanOptions} [options] @returns {S}
   */
  #wait(Span, op, method, options) {
    const [asked, rest] = this.#ask(method, options ?? {});
    this.block(op, method, rest, asked);
    return new Span(this, asked.result, asked.count);
  }

  /**
   * @template S
   * @param {new (ring: Ring, pointer: number, count: number) => S} Span @param {number} op @param {string} method
   * @param {AsyncOptions & SpanOptions} [options] @returns {Promise<S>}
   */
  async #waitAsync(Span, op, method, options) {
    const [asked, rest] = this.#ask(`${method}Async`, options ?? {});
    await this.blockAsync(op, method, rest, asked);
    return new Span(this, asked.result, asked.count);
  }

  /**
   * @template S
   * @param {new (ring: Ring, pointer: number, count: number) => S} Span @param {number} op @param {string} method
   * @param {SpanOptions} [options] @returns {S | undefined}
   */
  #try(Span, op, method, options) {
    const [asked] = this.#ask(method, options ?? {});
    return this.attempt(op, asked) === STEP.wait ? undefined : new Span(this, asked.result, asked.count);
  }

  /** Waits for room. @param {WaitOptions & SpanOptions} [options] */
  acquireWrite(options) {
    const side = this.#writer, count = this.#soon(side, options);
    return count > 0 ? new WriteSpan(this, side.pointer, count) : this.#wait(WriteSpan, OP.ringWrite, 'acquireWrite', options);
  }

  /** @param {AsyncOptions & SpanOptions} [options] */
  async acquireWriteAsync(options) {
    const side = this.#writer, count = this.#atOnce(side, options);
    return count > 0 ? new WriteSpan(this, side.pointer, count) : this.#waitAsync(WriteSpan, OP.ringWrite, 'acquireWrite', options);
  }

  /** Undefined: it is full. @param {SpanOptions} [options] @returns {WriteSpan | undefined} */
  tryAcquireWrite(options) {
    const side = this.#writer, count = this.#atOnce(side, options);
    if (count > 0) return new WriteSpan(this, side.pointer, count);
    return count === NONE ? undefined : this.#try(WriteSpan, OP.ringWrite, 'tryAcquireWrite', options);
  }

  /** Waits for items. @param {WaitOptions & SpanOptions} [options] */
  acquireRead(options) {
    const side = this.#reader, count = this.#soon(side, options);
    return count > 0 ? new ReadSpan(this, side.pointer, count) : this.#wait(ReadSpan, OP.ringRead, 'acquireRead', options);
  }

  /** @param {AsyncOptions & SpanOptions} [options] */
  async acquireReadAsync(options) {
    const side = this.#reader, count = this.#atOnce(side, options);
    return count > 0 ? new ReadSpan(this, side.pointer, count) : this.#waitAsync(ReadSpan, OP.ringRead, 'acquireRead', options);
  }

  /** Undefined: it is empty. @param {SpanOptions} [options] @returns {ReadSpan | undefined} */
  tryAcquireRead(options) {
    const side = this.#reader, count = this.#atOnce(side, options);
    if (count > 0) return new ReadSpan(this, side.pointer, count);
    return count === NONE ? undefined : this.#try(ReadSpan, OP.ringRead, 'tryAcquireRead', options);
  }
}
