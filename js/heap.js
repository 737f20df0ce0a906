/** How the heap is used, for people: sizes, holes, fragmentation. */

/**
 * @typedef {object} Heap in bytes, headers left out
 * @property {number} free what blocks could be made of without growing
 * @property {number} largestFree the largest of them
 * @property {number} freeBlocks
 * @property {number} fragmentation 1 − largestFree / free: 0 where all that is free is in one piece (or nothing is free)
 * @property {{ upTo: number, blocks: number, bytes: number }[]} sizes live blocks by size: how many hold up to so many bytes and more than
 *   the line before, and what was asked for in all; sizes that no block has are left out
 */

const SMALLEST_CLASS = 64; // FL_MEMORY_ALIGNMENT

/** @param {import('./loader.js').Core} core @returns {Heap} */
export function surveyHeap(core) {
  core.check(core.exports.fl_survey_heap());
  const [free, largestFree, freeBlocks, classes] = [0, 1, 2, 3].map((i) => core.mail(i));
  const sizes = Array.from({ length: classes }, (_, c) => ({ upTo: SMALLEST_CLASS * 2 ** c, blocks: core.mail(4 + 2 * c), bytes: core.mail(5 + 2 * c) }));
  return { free, largestFree, freeBlocks, fragmentation: free ? 1 - largestFree / free : 0, sizes: sizes.filter(({ blocks }) => blocks > 0) };
}
