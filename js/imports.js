/** What the core imports: in a file of its own, as a pool thread needs nothing else of the package. */

/** @param {WebAssembly.Memory} memory */
export function importsFor(memory) {
  return { env: { memory, emscripten_notify_memory_growth() {}, emscripten_performance_now: () => performance.now() } };
}
