// Many items through one small ring, in spans of changing length, both threads sleeping when they must: is each there once, in its order?

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
