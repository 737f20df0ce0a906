/** What the core imports: in a file of its own, as a pool thread needs nothing else of the package. */

/** Reads into memory, from offset on; the bytes read, or a negative number. @typedef {(offset: number, to: number, bytes: number) => number} Read */

/** @param {WebAssembly.Memory} memory @param {Read} [read] of the input file of the stage that runs here */
export function importsFor(memory, read = () => -1) {
  return { env: { memory, emscripten_notify_memory_growth() {}, emscripten_performance_now: () => performance.now(), framelane_read: read } };
}
