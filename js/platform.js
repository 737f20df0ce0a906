/** What the package needs of its host, for browsers (windows and workers). js/node/platform.js is its twin for Node. */

import { badArgument } from './errors.js';
import { findInput } from './input.js';

/**
 * A thread of the pool, as its owner sees it.
 * @typedef {object} PoolThread
 * @property {(message: object) => void} post
 * @property {() => void | Promise<unknown>} terminate
 * @property {boolean} endsSurely true: after onEnd the thread runs no more instruction
 * @property {(busy: boolean) => void} keepProcess busy: the process must not exit; else it may
 *
 * What a source reads at any place.
 * @typedef {object} HostInput
 * @property {number} size in bytes
 * @property {any} parcel what the reading thread's openInput() takes
 * @property {boolean} counted reading it costs a copy
 * @property {() => void} close to be called when nobody reads it any more
 * @property {unknown} [owner]
 *
 * @typedef {object} Platform
 * @property {string} baseURL what relative URLs of the caller refer to
 * @property {number} hardwareThreads
 * @property {boolean} mayBlock may this thread sleep?
 * @property {(url: URL) => Promise<WebAssembly.Module>} compile
 * @property {(url: URL) => Promise<Uint8Array>} read a file's bytes
 * @property {(onMessage: (message: any) => void, onEnd: (why: string, failed: boolean) => void) => PoolThread} spawn
 *   failed: by its own fault, not ended from outside
 * @property {boolean} startsSurely the script of a thread is there for certain: nobody need wait and see whether it loads
 * @property {(message: string) => void} warn tells the developer what goes on all the same, but not as it should
 * @property {() => Promise<void>} breathe lets the event loop turn once
 * @property {(source: unknown, alone: boolean) => Promise<HostInput | Uint8Array | undefined>} findInput see js/input.js
 * @property {(parcel: any) => import('./imports.js').InputReader | undefined} openHere an input that this thread reads itself
 * @property {(source: unknown, rest: (done: number) => Uint8Array, position: number | undefined) => Promise<number>} readInto reads a
 *   file straight into linear memory; rest: where what comes after so many bytes belongs, to be asked for anew each time; returns the bytes read
 */

/** May this thread sleep? A window's main thread may not, and says so by throwing. */
function mayBlock() {
  if (typeof SharedArrayBuffer === 'undefined') return typeof document === 'undefined';
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** @type {Platform['spawn']} */
function spawn(onMessage, onEnd) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = (event) => onMessage(event.data);
  // An error event without a message is how a browser says that it will not load the script.
  worker.onerror = (event) => {
    event.preventDefault?.();
    onEnd(event.message || 'its script was not loaded: is worker.js served with Cross-Origin-Embedder-Policy and allowed by worker-src?', true);
  };
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate(), endsSurely: false, keepProcess() {} };
}

/** @param {URL} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response;
}

/** @param {URL} url */
async function compile(url) {
  const response = await get(url);
  if (response.headers.get('content-type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** A message to oneself: unlike a timer it is not held back by 4 ms. */
function breathe() {
  return new Promise((/** @type {(value: void) => void} */ resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** Sync access handles of the origin's private file system exist in workers only. @type {Platform['readInto']} */
async function readInto(source, rest, position) {
  const handle = /** @type {any} */ (source);
  if (typeof handle?.read !== 'function' || typeof handle.getSize !== 'function') {
    throw badArgument('readFrom: the source', 'a FileSystemSyncAccessHandle (file.createSyncAccessHandle() in a worker)', source);
  }
  return handle.read(rest(0), position === undefined ? {} : { at: position });
}

/** @type {Platform} */
export const browserPlatform = {
  get baseURL() {
    return globalThis.location?.href;
  },
  get hardwareThreads() {
    return globalThis.navigator?.hardwareConcurrency ?? 1;
  },
  get mayBlock() {
    return mayBlock();
  },
  compile,
  read: async (url) => new Uint8Array(await (await get(url)).arrayBuffer()),
  spawn,
  startsSurely: false,
  warn: (message) => console.warn(`framelane: ${message}`),
  breathe,
  findInput,
  openHere: () => undefined,
  readInto,
};
