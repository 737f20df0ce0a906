// What goes through a ring and how: the writer's loop and the reader's, for each kind of ring. Both check or make every word of every item,
// so that none is paid for moving bytes that nobody looks at. A loop that finds no room or nothing there tries again, and naps after a while:
// the other thread may be without a core. The same for all, but for the way that waits as framelane does by itself.
import { RingBuffer } from 'ringbuf.js';

const TRIES = 500, NAP_MS = 0.05;
const nowhere = new Int32Array(new SharedArrayBuffer(4));

/** Items that say which they are in every word; capacity: items, the same for all ways. */
export const CASES = [
  { name: '4-byte items, one by one', words: 1, capacity: 65536, items: 400_000 },
  { name: 'blocks of 128 floats', words: 128, capacity: 1024, items: 60_000 },
  { name: 'blocks of 4 KB', words: 1024, capacity: 256, items: 10_000 },
];

/** What the threads share: made by the reader, passed to the writer. */
export function makePlaces(engine) {
  return CASES.map(({ words, capacity }) => ({
    ring: engine.sync.ring({ capacity, itemSize: 4 * words }).pointer,
    ringbuf: RingBuffer.getStorageForCapacity(capacity * words, Float32Array),
  }));
}

const ONE = { items: 1 };

/** @param {number} tries that failed in a row */
function pause(tries) {
  if (tries % TRIES === TRIES - 1) Atomics.wait(nowhere, 0, 0, NAP_MS);
}

function roomIn(ring) {
  for (let tries = 0; ; tries++) {
    const room = ring.tryAcquireWrite(ONE);
    if (room) return room;
    pause(tries);
  }
}
function cameBy(ring) {
  for (let tries = 0; ; tries++) {
    const came = ring.tryAcquireRead(ONE);
    if (came) return came;
    pause(tries);
  }
}

/* Floats hold whole numbers up to 2²⁴ exactly: the items' numbers are taken modulo that. */
const MASK = 0xffffff;

function fill(floats, at, words, n) {
  for (let i = 0; i < words; i++) floats[at + i] = (n + i) & MASK;
}
function wrong(floats, at, words, n) {
  let bad = 0;
  for (let i = 0; i < words; i++) if (floats[at + i] !== ((n + i) & MASK)) bad++;
  return bad;
}

const open = ({ sync, memory }, place) => ({ ring: sync.ring({ pointer: place.ring }), floats: new Float32Array(memory.buffer) });

const inPlace = {
  open,
  write({ ring, floats }, words, items) {
    for (let n = 0; n < items; n++) {
      const room = roomIn(ring);
      fill(floats, room.pointer / 4, words, n);
      room.publish();
    }
  },
  read({ ring, floats }, words, items) {
    let bad = 0;
    for (let n = 0; n < items; n++) {
      const came = cameBy(ring);
      bad += wrong(floats, came.pointer / 4, words, n);
      came.release();
    }
    return bad;
  },
};

const inPlaceAsleep = {
  open,
  write({ ring, floats }, words, items) {
    for (let n = 0; n < items; n++) {
      const room = ring.acquireWrite(ONE);
      fill(floats, room.pointer / 4, words, n);
      room.publish();
    }
  },
  read({ ring, floats }, words, items) {
    let bad = 0;
    for (let n = 0; n < items; n++) {
      const came = ring.acquireRead(ONE);
      bad += wrong(floats, came.pointer / 4, words, n);
      came.release();
    }
    return bad;
  },
};

/* One word each: no loops over words, as with ringbuf.js below. */
const inPlaceOne = {
  open,
  write({ ring, floats }, _, items) {
    for (let n = 0; n < items; n++) {
      const room = roomIn(ring);
      floats[room.pointer / 4] = n & MASK;
      room.publish();
    }
  },
  read({ ring, floats }, _, items) {
    let bad = 0;
    for (let n = 0; n < items; n++) {
      const came = cameBy(ring);
      if (floats[came.pointer / 4] !== (n & MASK)) bad++;
      came.release();
    }
    return bad;
  },
};

const inPlaceOneAsleep = {
  open,
  write({ ring, floats }, _, items) {
    for (let n = 0; n < items; n++) {
      const room = ring.acquireWrite(ONE);
      floats[room.pointer / 4] = n & MASK;
      room.publish();
    }
  },
  read({ ring, floats }, _, items) {
    let bad = 0;
    for (let n = 0; n < items; n++) {
      const came = ring.acquireRead(ONE);
      if (floats[came.pointer / 4] !== (n & MASK)) bad++;
      came.release();
    }
    return bad;
  },
};

/** The same with the words of 4-byte items handed on as they come: whatever is there is one span. */
const inPlaceMany = {
  open,
  write: inPlaceOne.write,
  read({ ring, floats }, _, items) {
    let bad = 0;
    for (let n = 0, tries = 0; n < items;) {
      const came = ring.tryAcquireRead();
      if (!came) {
        pause(tries++);
        continue;
      }
      const at = came.pointer / 4;
      for (let i = 0; i < came.count; i++) if (floats[at + i] !== ((n + i) & MASK)) bad++;
      n += came.count;
      tries = 0;
      came.release();
    }
    return bad;
  },
};

/** framelane, with items made in an array of the caller's and copied in, and copied out before they are looked at: what ringbuf.js does. */
const copying = {
  open,
  write({ ring, floats }, words, items) {
    const block = new Float32Array(words);
    for (let n = 0; n < items; n++) {
      fill(block, 0, words, n);
      const room = roomIn(ring);
      floats.set(block, room.pointer / 4);
      room.publish();
    }
  },
  read({ ring, floats }, words, items) {
    const block = new Float32Array(words);
    let bad = 0;
    for (let n = 0; n < items; n++) {
      const came = cameBy(ring), at = came.pointer / 4;
      block.set(floats.subarray(at, at + words));
      came.release();
      bad += wrong(block, 0, words, n);
    }
    return bad;
  },
};

const ringbuf = {
  open: (_, place) => new RingBuffer(place.ringbuf, Float32Array),
  write(ring, words, items) {
    const block = new Float32Array(words);
    for (let n = 0; n < items; n++) {
      fill(block, 0, words, n);
      for (let tries = 0; ring.availableWrite() < words || ring.push(block) === 0; tries++) pause(tries);
    }
  },
  read(ring, words, items) {
    const block = new Float32Array(words);
    let bad = 0;
    for (let n = 0; n < items; n++) {
      for (let tries = 0; ring.availableRead() < words || ring.pop(block) === 0; tries++) pause(tries);
      bad += wrong(block, 0, words, n);
    }
    return bad;
  },
};

/* One word is all there or not at all: no need to ask first. */
const ringbufOne = {
  open: ringbuf.open,
  write(ring, _, items) {
    const one = new Float32Array(1);
    for (let n = 0; n < items; n++) {
      one[0] = n & MASK;
      for (let tries = 0; ring.push(one) === 0; tries++) pause(tries);
    }
  },
  read(ring, _, items) {
    const one = new Float32Array(1);
    let bad = 0;
    for (let n = 0; n < items; n++) {
      for (let tries = 0; ring.pop(one) === 0; tries++) pause(tries);
      if (one[0] !== (n & MASK)) bad++;
    }
    return bad;
  },
};

/** ringbuf.js without a copy on the writer's side; it has no such call for the reader. */
const ringbufInPlace = {
  ...ringbuf,
  write(ring, words, items) {
    let n = 0;
    const put = (floats, at, count, at2, count2) => {
      for (let i = 0; i < count; i++) floats[at + i] = (n + i) & MASK;
      for (let i = 0; i < count2; i++) floats[at2 + i] = (n + count + i) & MASK;
    };
    for (; n < items; n++) {
      for (let tries = 0; ring.availableWrite() < words; tries++) pause(tries);
      ring.writeCallbackWithOffset(words, put);
    }
  },
};

/** By name; blocks: for items of many words, or of one. */
export const WAYS = {
  'framelane, one at a time': { ...inPlaceOne, blocks: false },
  'framelane, one at a time, sleeping when there is nothing': { ...inPlaceOneAsleep, blocks: false },
  'framelane, one at a time, read as they come': { ...inPlaceMany, blocks: false },
  'framelane, in place': { ...inPlace, blocks: true },
  'framelane, in place, sleeping when there is nothing': { ...inPlaceAsleep, blocks: true },
  'framelane, copied in and out': { ...copying, blocks: true },
  'ringbuf.js, push and pop one': { ...ringbufOne, blocks: false },
  'ringbuf.js, push and pop': { ...ringbuf, blocks: true },
  'ringbuf.js, writeCallbackWithOffset and pop': { ...ringbufInPlace, blocks: true },
};

/** @param {{ words: number }} what */
export const waysOf = ({ words }) => Object.keys(WAYS).filter((name) => WAYS[name].blocks === words > 1);
