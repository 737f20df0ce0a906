/** One stage's work on a thread of its own, the same in browsers and Node: instantiate, run until the flow's end, be ready for the next. */
import { importsFor, readerInto } from './imports.js';
import { bringSideModule } from './side-module.js';

/** @typedef {import('./imports.js').InputReader} InputReader */
/** @typedef {import('./side-module.js').SideModule} SideModule */

/**
 * @typedef {object} SeatOrder
 * @property {WebAssembly.Module} module @property {WebAssembly.Memory} memory
 * @property {number} thread its number @property {number} stackTop @property {number} tls
 * @property {SideModule[]} sideModules
 * @property {number} line @property {number} seat which one of the line in memory
 * @property {unknown} [input] the parcel of a source's input
 */

/**
 * Every order has an instance of its own: nothing of a flow before, and of how it ended, is left in it.
 * @param {SeatOrder} order @param {(message: object) => void} post
 * @param {(parcel: any) => InputReader | Promise<InputReader>} openInput
 */
export async function serveSeat({ module, memory, thread, stackTop, tls, sideModules, line, seat, input }, post, openInput) {
  /** @type {InputReader | undefined} */ let reader;
  let trouble = '';
  try {
    reader = input === undefined ? undefined : await openInput(input);
    const read = reader && readerInto(memory, reader, (error) => (trouble = error));
    const exports = /** @type {Record<string, any>} */ (new WebAssembly.Instance(module, importsFor(memory, read)).exports);
    exports.__stack_pointer.value = stackTop;
    exports.__wasm_init_tls(tls);
    exports.fl_thread_be(thread);
    exports.fl_allow_blocking(1);
    post({ type: 'began', blocks: sideModules.flatMap((side) => bringSideModule(exports, memory, side)) });
    exports.fl_flows_run_seat(line, seat);
    reader?.close();
    post({ type: 'done', trouble });
  } catch (error) {
    reader?.close();
    post({ type: 'failed', why: String(error) });
  }
}
