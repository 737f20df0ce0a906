/** What createEngine() takes. */
import { FramelaneError, badArgument, checkOptions } from './errors.js';
import { wholeNumber } from './loader.js';

/**
 * @typedef {object} EngineOptions
 * @property {number} [threads] workers; default: as many as the hardware runs at once; 0: the calling thread only
 * @property {'auto' | 'shared' | 'single' | 'memory64'} [mode] 'auto': 'shared' where SharedArrayBuffer exists, else 'single'
 * @property {import('./memory.js').MemorySize | WebAssembly.Memory} [memory] bytes, or a memory of your own that nothing else uses yet
 * @property {string | URL | BufferSource | WebAssembly.Module} [wasm] where the core is, for hosts that place files themselves
 * @property {boolean} [simd] false: the reference kernels (for tests)
 * @property {boolean} [fuse] false: one pass per operation (for tests)
 * @property {{ width: number, height: number }} [tile] a fixed tile (for tests)
 * @property {boolean | 0 | 1 | 2} [debug] true or 1: red zones around blocks and below stacks, looked at when each run ends; freed memory
 *   is filled, and looked at when it is used again; frames, blocks and runs remember where they were made. 2: all freed memory is looked
 *   at when each run ends. What was overwritten is a 'corrupted' error of the run that noticed. It costs time: for development
 */

const THREADS_MAX = 128;

/**
 * The options checked and completed.
 * @param {import('./platform.js').Platform} platform @param {EngineOptions} options
 */
export function readOptions(platform, options) {
  checkOptions('createEngine', options, ['threads', 'mode', 'memory', 'wasm', 'simd', 'fuse', 'tile', 'debug']);
  const { simd = true, fuse = true, tile } = options;
  for (const [name, value] of Object.entries({ simd, fuse })) {
    if (typeof value !== 'boolean') throw badArgument(`createEngine: ${name}`, 'true or false', value);
  }
  checkSource(options.wasm);
  if (tile !== undefined) {
    wholeNumber(tile?.width, 'createEngine: tile.width', 1, 65535);
    wholeNumber(tile?.height, 'createEngine: tile.height', 1, 65535);
    checkOptions('createEngine: tile', tile, ['width', 'height']);
  }
  const debug = Number(options.debug ?? 0);
  if (options.debug === null || ![true, false, 0, 1, 2, undefined].includes(/** @type {any} */ (options.debug))) {
    throw badArgument('createEngine: debug', 'true or false, or a level from 0 to 2', options.debug);
  }
  const mode = chooseMode(options.mode === undefined ? 'auto' : options.mode);
  const threads = options.threads === undefined ? Math.min(platform.hardwareThreads, THREADS_MAX)
    : wholeNumber(options.threads, 'createEngine: threads', 0, THREADS_MAX);
  return { simd, fuse, debug, tile, mode, threads: mode === 'single' ? 0 : threads };
}

/** @param {unknown} wasm */
function checkSource(wasm) {
  const isBytes = wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm);
  if (wasm === undefined || typeof wasm === 'string' || isBytes || wasm instanceof URL || wasm instanceof WebAssembly.Module) return;
  throw badArgument('createEngine: wasm', 'a URL, bytes or a WebAssembly.Module', wasm);
}

/** @param {unknown} wanted @returns {'shared' | 'single'} */
function chooseMode(wanted) {
  const can = typeof SharedArrayBuffer !== 'undefined';
  if (wanted === 'auto') return can ? 'shared' : 'single';
  if (wanted === 'single') return 'single';
  if (wanted === 'memory64') throw new FramelaneError('unsupported', "createEngine: mode 'memory64' is not there yet");
  if (wanted !== 'shared') throw badArgument('createEngine: mode', "'auto', 'shared', 'single' or 'memory64'", wanted);
  if (can) return 'shared';
  throw new FramelaneError('unsupported', "createEngine: mode 'shared' needs SharedArrayBuffer: serve the page with Cross-Origin-Opener-Policy: same-origin "
    + "and Cross-Origin-Embedder-Policy: require-corp, or use mode 'auto'");
}
