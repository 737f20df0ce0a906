// Many items through one small ring, in spans of changing length, both threads sleeping when they must: is each there once, in its order?
import { OP } from '../../js/sync-wait.js';

const FLAGS = 4, COUNT = 6, RESULT = 7, SERIAL = 8; // words of fl_sync_step

/** @param {number} items each is its number and, to see torn ones, the complement */
export function writeAll(ring, memory, items) {
  const words = new Uint32Array(memory.buffer);
  for (let n = 0; n < items;) {
    const span = ring.acquireWrite({ items: 1 + (n % 61) }), count = Math.min(span.count, items - n);
    for (let i = 0, at = span.pointer / 4; i < count; i++, at += 2) words[at] = n + i, words[at + 1] = ~(n + i);
    span.publish(count);
    n += count;
  }
}

/** The same with every step made by C, which sleeps by itself too (fl_sync_run). */
export function writeAllInC(ring, memory, items) {
  const { core } = ring.waiter, { exports } = core, step = exports.fl_sync_my_step() / 4;
  const words = new Uint32Array(memory.buffer);
  words[step + FLAGS] = words[step + SERIAL] = 0;
  for (let n = 0; n < items;) {
    words[step + COUNT] = Math.min(1 + (n % 61), items - n);
    core.check(exports.fl_sync_run(OP.ringWrite, ring.pointer, -1));
    const count = words[step + COUNT];
    for (let i = 0, at = words[step + RESULT] / 4; i < count; i++, at += 2) words[at] = n + i, words[at + 1] = ~(n + i);
    core.check(exports.fl_sync_attempt(OP.ringPublish, ring.pointer));
    n += count;
  }
}

/** @returns {{ items: number, lost: number, doubled: number, reordered: number, torn: number }} */
export function readAll(ring, memory, items) {
  const words = new Uint32Array(memory.buffer), times = new Uint8Array(items);
  let last = -1, reordered = 0, torn = 0, came = 0;
  while (came < items) {
    const span = came % 3 ? ring.acquireRead({ items: 1 + (came % 53) }) : ring.acquireRead();
    for (let i = 0, at = span.pointer / 4; i < span.count; i++, at += 2) {
      const n = words[at];
      if (words[at + 1] !== ~n >>> 0 || n >= items) torn++;
      else {
        if (times[n] < 255) times[n]++;
        if (n <= last) reordered++;
        last = n;
      }
    }
    came += span.count;
    span.release();
  }
  let lost = 0, doubled = 0;
  for (const count of times) {
    if (count === 0) lost++;
    if (count > 1) doubled++;
  }
  return { items: came, lost, doubled, reordered, torn };
}
