/** Compiles and instantiates the core, and calls it: a negative status becomes a FramelaneError. */
import { FramelaneError, badArgument, codeOf } from './errors.js';
import { importsFor } from './imports.js';
import { LinearMemory } from './memory.js';

/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {'shared' | 'single'} Mode */
/** @typedef {string | URL | BufferSource | WebAssembly.Module | undefined} WasmSource */

const ABI = 1;

/** What a block of memory is for, as in memory/allocator.h. */
export const memoryKinds = ['free', 'frame', 'stack', 'plan', 'module', 'user', 'table', 'foreign', 'region'];

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const compiled = new Map();

/**
 * @param {Platform} platform @param {WasmSource} source the caller's own, or undefined for the file that comes with the package @param {Mode} mode
 * @returns {Promise<WebAssembly.Module>}
 */
export async function loadModule(platform, source, mode) {
  if (source instanceof WebAssembly.Module) return source;
  try {
    if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return await WebAssembly.compile(source);
    const url = source === undefined ? packagedWasm(mode) : new URL(source, platform.baseURL);
    let module = compiled.get(url.href);
    if (!module) {
      module = platform.compile(url);
      compiled.set(url.href, module);
      module.catch(() => compiled.delete(url.href)); // a failed download may be tried again
    }
    return await module;
  } catch (cause) {
    throw new FramelaneError('bad-module', `createEngine: the core could not be loaded: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Written out in full, each, because that is what bundlers recognise. @param {Mode} mode */
function packagedWasm(mode) {
  return mode === 'shared'
    ? new URL('../dist/framelane.wasm', import.meta.url)
    : new URL('../dist/framelane-single.wasm', import.meta.url);
}

/** The instance of the core that this thread calls. */
export class Core {
  /** @param {WebAssembly.Instance} instance @param {WebAssembly.Memory} memory */
  constructor(instance, memory) {
    /** @type {Record<string, any>} the exported calls of api/framelane.h */
    this.exports = instance.exports;
    this.memory = new LinearMemory(memory);
    this.mailbox = 0;
    /** What a source that is stepped on this thread reads. @type {((offset: number, to: number, bytes: number) => number) | undefined} */
    this.read = undefined;
    /** The level of debugging, 0: none. */
    this.debug = 0;
    /** True once this instance was told to forget everything. */
    this.ended = false;
  }

  /**
   * The creating thread's instance: starts the core.
   * @param {WebAssembly.Module} module @param {WebAssembly.Memory} memory
   * @param {{ debug: number, mayBlock: boolean }} options
   */
  static async start(module, memory, { debug, mayBlock }) {
    if (!WebAssembly.Module.exports(module).some(({ name, kind }) => name === 'fl_abi' && kind === 'function')) {
      throw new FramelaneError('bad-module', "createEngine: this module is not framelane's core: it exports no fl_abi");
    }
    /** @type {Core} */
    const core = new Core(await instantiate(module, memory, (...where) => core.read?.(...where) ?? -1), memory);
    const { exports } = core;
    const abi = exports.fl_abi();
    if (abi !== ABI || !exports.fl_start) {
      throw new FramelaneError('bad-module', `createEngine: the core's ABI is ${abi}, this package needs ${ABI}: take both from one release`);
    }
    exports.fl_start(debug);
    core.debug = debug;
    if (debug) exports.fl_guard_stack(0, exports.__data_end.value); // the main stack lies between that and the heap
    if (exports.__wasm_init_tls) exports.__wasm_init_tls(core.alloc(Math.max(exports.__tls_size.value, 64), 64, 'stack'));
    core.mailbox = exports.fl_mail(); // thread-local, so not before
    exports.fl_allow_blocking(mayBlock ? 1 : 0);
    return core;
  }

  /** Number i of what the last call has left in the mailbox. @param {number} i */
  mail(i) {
    return this.memory.f64[this.mailbox / 8 + i];
  }

  /** Throws what a status says. @param {number} status @param {string} [op] */
  check(status, op) {
    if (status < 0) throw this.lastError(op);
  }

  /** What the core has last reported. @param {string} [op] */
  lastError(op) {
    const message = this.memory.text(this.exports.fl_message());
    const full = op && !message.startsWith(`${op}: `) ? `${op}: ${message}` : message;
    return new FramelaneError(codeOf(this.exports.fl_message_status()), full, { op: full.match(/^(\w+): /)?.[1] });
  }

  /** @param {number} bytes @param {number} alignment @param {string} kind one of memoryKinds */
  alloc(bytes, alignment, kind) {
    const address = this.exports.fl_alloc(bytes, alignment, memoryKinds.indexOf(kind)) >>> 0;
    if (!address) throw new FramelaneError('out-of-memory', `${bytes} bytes do not fit: the memory is full at its maximum; dispose of frames`);
    return address;
  }

  /** @param {number} address */
  free(address) {
    this.check(this.exports.fl_free(address));
  }
}

/** @param {WebAssembly.Module} module @param {WebAssembly.Memory} memory @param {(offset: number, to: number, bytes: number) => number} read */
async function instantiate(module, memory, read) {
  try {
    return await WebAssembly.instantiate(module, importsFor(memory, read));
  } catch (cause) {
    if (cause instanceof WebAssembly.LinkError) {
      throw new FramelaneError('bad-argument', `createEngine: the core does not fit this memory: ${cause.message}`, { cause });
    }
    throw new FramelaneError('bad-module', `createEngine: the core could not be started: ${cause}`, { cause });
  }
}

/** @param {unknown} value @param {string} name @param {number} min @param {number} max @returns {number} */
export function wholeNumber(value, name, min, max) {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw badArgument(name, `a whole number between ${min} and ${max}`, value);
  }
  return value;
}
