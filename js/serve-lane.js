/** A pool thread's life, the same in browsers and Node: instantiate, then work until the engine ends. */
import { importsFor } from './imports.js';

/**
 * @param {{ module: WebAssembly.Module, memory: WebAssembly.Memory, lane: number, stackTop: number, tls: number }} order
 * @param {(message: object) => void} post
 */
export function serveLane({ module, memory, lane, stackTop, tls }, post) {
  const exports = /** @type {Record<string, any>} */ (new WebAssembly.Instance(module, importsFor(memory)).exports);
  exports.__stack_pointer.value = stackTop;
  exports.__wasm_init_tls(tls);
  exports.fl_allow_blocking(1);
  post({ type: 'ready' });
  try {
    exports.fl_worker(lane);
    post({ type: 'done' });
  } catch (error) {
    // A trap. The instance is sound but for what the tile was doing: say that this lane is lost, then go.
    exports.__stack_pointer.value = stackTop;
    exports.fl_worker_failed(lane);
    post({ type: 'failed', why: String(error) });
  }
}
