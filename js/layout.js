/** The map of linear memory, for people. */
import { memoryKinds } from './loader.js';

/** @typedef {{ name: string, kind: string, start: number, end: number }} Region addresses in bytes, [start, end) */

const NULL_GUARD = 1024; // the linker leaves it empty
const HEAP_ALIGNMENT = 64; // FL_MEMORY_ALIGNMENT of memory/allocator.h

/**
 * @param {import('./loader.js').Core} core @param {[number, string][]} places addresses within blocks, and what to call those
 * @returns {Region[]}
 */
export function describeLayout(core, places) {
  const { exports } = core;
  const dataEnd = exports.__data_end.value;
  const heapBase = Math.ceil(exports.__heap_base.value / HEAP_ALIGNMENT) * HEAP_ALIGNMENT;
  /** @type {Region[]} */
  const regions = [
    { name: 'null guard', kind: 'guard', start: 0, end: NULL_GUARD },
    { name: 'static data', kind: 'static', start: NULL_GUARD, end: dataEnd },
    { name: 'main stack', kind: 'stack', start: dataEnd, end: heapBase },
  ];
  const names = places.sort(([a], [b]) => a - b);
  for (let at = 0, named = 0; exports.fl_layout_next(at) === 1;) {
    const [start, end, kind] = [core.mail(0), core.mail(1), memoryKinds[core.mail(2)]];
    while (named < names.length && names[named][0] < start) named++;
    const name = named < names.length && names[named][0] < end ? names[named][1] : kind;
    regions.push({ name, kind, start, end });
    at = start;
  }
  return regions;
}
