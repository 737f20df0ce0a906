/**
 * One side of a ring, as long as nobody has to wait: the protocol of c_src/sync/ring.c on the same words, without a call of the core, which
 * would take longer than handing an item on. Whatever is out of the ordinary (no room or no items to wait for, a flag of one's own to take
 * back, a count that is too large, a ring that is gone) is left to C, which then decides alone.
 */

/** @typedef {{ pointer: number, capacity: number, itemSize: number, live: () => Int32Array | undefined }} Place the ring's words while it is there */

/** Words from the primitive's address: its head, then the struct of c_src/sync/ring.h, which asserts them. */
const WORD = { written: 16, writing: 17, readSeen: 18, read: 32, reading: 33, writtenSeen: 34, readerSleeps: 48, writerSleeps: 64 };
const ITEMS = 384; // bytes from there

/** What `take` gives besides a number of items. */
export const NONE = 0, ASK_THE_CORE = -1;

export class RingSide {
  #ring;
  #mine;
  #theirs;
  #seen;
  #span;
  #sleep;
  #theirSleep;
  #ahead;
  #capacity;
  #itemSize;
  #items;
  /** Where the span begins that was taken last. */
  pointer = 0;

  /** @param {Place} ring @param {boolean} writes */
  constructor(ring, writes) {
    this.#ring = ring;
    this.#mine = writes ? WORD.written : WORD.read;
    this.#theirs = writes ? WORD.read : WORD.written;
    this.#seen = writes ? WORD.readSeen : WORD.writtenSeen;
    this.#span = writes ? WORD.writing : WORD.reading;
    this.#sleep = writes ? WORD.writerSleeps : WORD.readerSleeps;
    this.#theirSleep = writes ? WORD.readerSleeps : WORD.writerSleeps;
    this.#ahead = writes ? ring.capacity : 0; // the writer may be so far ahead of the reader, the reader not at all ahead of the writer
    this.#capacity = ring.capacity;
    this.#itemSize = ring.itemSize;
    this.#items = ring.pointer + ITEMS;
  }

  /** Items between this side and the other, when that is at theirs. @param {number} mine @param {number} theirs */
  #between(mine, theirs) {
    const there = theirs + this.#ahead - mine, turn = 2 * this.#capacity;
    return there < 0 ? there + turn : there < turn ? there : there - turn;
  }

  /**
   * Acquires a span. Where the other side was when it was last looked at will do if that is enough: it has only gone on since, and to look
   * again is what costs most here. Pairs with: the Atomics.store of `give`, or of C, on the other side.
   * @param {number} wanted items, 0: as many as there are @returns {number} items, NONE or ASK_THE_CORE
   */
  take(wanted) {
    const words = this.#ring.live(), capacity = this.#capacity;
    if (!words || words[this.#sleep] !== 0) return ASK_THE_CORE;
    const mine = words[this.#mine]; // nobody else writes it
    let there = this.#between(mine, words[this.#seen]);
    if (wanted === 0 || there < wanted) there = this.#between(mine, (words[this.#seen] = Atomics.load(words, this.#theirs)));
    const at = mine < capacity ? mine : mine - capacity;
    if (there > capacity - at) there = capacity - at;
    if (wanted !== 0 && there > wanted) there = wanted;
    words[this.#span] = there;
    this.pointer = this.#items + at * this.#itemSize;
    return there;
  }

  /**
   * Hands the first items of the span on. The index first, then a look at who sleeps: the sleeper sets its flag first and then looks at the
   * index, and both are ordered, so one of the two sees the other.
   * @param {number} count @returns {boolean} false: the core is to do it, and to say what is wrong
   */
  give(count) {
    const words = this.#ring.live();
    if (!words || count > words[this.#span]) return false;
    words[this.#span] = 0;
    if (count === 0) return true;
    const next = words[this.#mine] + count, turn = 2 * this.#capacity;
    Atomics.store(words, this.#mine, next < turn ? next : next - turn);
    if (Atomics.load(words, this.#theirSleep) !== 0) Atomics.notify(words, this.#mine);
    return true;
  }
}
