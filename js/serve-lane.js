/** A pool thread's life, the same in browsers and Node: instantiate, then work until the engine ends; in between, do what a message says. */
import { importsFor } from './imports.js';
import { bringSideModule } from './side-module.js';

/** @typedef {import('./side-module.js').SideModule} SideModule */
/** @typedef {Record<string, any>} Exports */
/** @typedef {(message: object) => void} Post */

/**
 * @typedef {object} Order the first message: what to work on, and where
 * @property {WebAssembly.Module} module @property {WebAssembly.Memory} memory
 * @property {number} lane @property {number} stackTop @property {number} tls
 * @property {SideModule[]} sideModules those loaded before this thread was born
 */

/**
 * Begins a lane's work. Gives back what handles the messages that come later; each comes with a call away from work.
 * @param {Order} order @param {Post} post @param {() => void} end called when there is nothing more to do
 * @returns {(message: { sideModule: SideModule }) => void}
 */
export function serveLane({ module, memory, lane, stackTop, tls, sideModules }, post, end) {
  const exports = /** @type {Exports} */ (new WebAssembly.Instance(module, importsFor(memory)).exports);
  exports.__stack_pointer.value = stackTop;
  exports.__wasm_init_tls(tls);
  exports.fl_allow_blocking(1);
  post({ type: 'ready', blocks: sideModules.map((side) => [side.id, bringSideModule(exports, memory, side)]) });

  function work() {
    try {
      if (exports.fl_worker(lane) === 1) return; // called away: to the message that is there by now
      post({ type: 'done' });
    } catch (error) {
      // A trap. The instance is sound but for what the tile was doing: say that this lane is lost, then go.
      exports.__stack_pointer.value = stackTop;
      exports.fl_worker_failed(lane);
      post({ type: 'failed', why: String(error) });
    }
    end();
  }
  // In a turn of its own: what comes meanwhile is to find its listener in place.
  queueMicrotask(work);

  return ({ sideModule }) => {
    try {
      post({ type: 'loaded', blocks: [[sideModule.id, bringSideModule(exports, memory, sideModule)]] });
    } catch (error) {
      post({ type: 'not loaded', id: sideModule.id, why: String(error) });
    }
    exports.fl_worker_answer(lane);
    work();
  };
}
