/** What the core imports: in a file of its own, as a pool thread needs nothing else of the package. */

/**
 * The input file of a source, open on this thread.
 * @typedef {object} InputReader
 * @property {(offset: number, to: Uint8Array) => number} read fills it; fewer bytes only at the end. May throw
 * @property {() => void} close
 */

/** @param {WebAssembly.Memory} memory @param {(offset: number, to: number, bytes: number) => number} [read] of the input of the stage that runs here */
export function importsFor(memory, read = () => -1) {
  return { env: { memory, emscripten_notify_memory_growth() {}, emscripten_performance_now: () => performance.now(), framelane_read: read } };
}

/**
 * The reading of an input, as the core calls it. An error is remembered and told as a negative number: it must not unwind C.
 * @param {WebAssembly.Memory} memory @param {InputReader} reader @param {(why: string) => void} onError
 * @returns {(offset: number, to: number, bytes: number) => number}
 */
export function readerInto(memory, reader, onError) {
  return (offset, to, bytes) => {
    try {
      return reader.read(offset, new Uint8Array(memory.buffer, to >>> 0, bytes >>> 0));
    } catch (error) {
      onError(error instanceof Error ? error.message : String(error));
      return -1;
    }
  };
}
