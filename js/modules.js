/** Side modules: Wasm files by other authors, brought into a running engine's memory, with operations that join its pipelines. */
import { FramelaneError, badArgument } from './errors.js';
import { beginSideModule, importsOfSideModule } from './side-module.js';
import { readSideModule, withMemory } from './wasm-binary.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./pool.js').Pool} Pool */
/** @typedef {import('./runner.js').Runner} Runner */
/** @typedef {import('./pipeline.js').OpInfo} OpInfo */
/** @typedef {import('./side-module.js').SideModule} SideModule */
/** @typedef {import('./side-module.js').Exports} Exports */
/** @typedef {import('./wasm-binary.js').SideModuleInfo} SideModuleInfo */

const KINDS_OFFERED = ['memory', 'table', 'global'];
const GLOBALS_OFFERED = ['__stack_pointer', '__memory_base', '__table_base'];
const PAGES_MAX = 65536; // of 64 KiB: 4 GiB
const ABOUT_BYTES = 32; // fl_module of c_src/modules/framelane_module.h
const FL_OP_AT = 1; // mail: how many operations, then the index of each

/**
 * A stage that a module brings, for engine.stages().
 * @typedef {object} StageInfo
 * @property {string} name @property {string} doc
 * @property {boolean} source it makes a stream, from its input; else it works on one
 * @property {import('./pipeline.js').OpParam[]} params
 *
 * @typedef {object} ModuleParts
 * @property {string} name @property {readonly string[]} ops @property {readonly StageInfo[]} stages
 * @property {{ start: number, end: number }} region
 * @property {Core} core whose memory it lies in @property {number} about where it says what it is
 * @property {string} prefix @property {() => Promise<void>} unload @property {() => boolean} isLoaded
 */

/** A module that was loaded. */
export class LoadedModule {
  #parts;

  /** @param {ModuleParts} parts */
  constructor(parts) {
    /** As the module calls itself. */
    this.name = parts.name;
    /** The names of the operations it has brought. */
    this.ops = parts.ops;
    /** The stages it has brought. */
    this.stages = parts.stages;
    /** Where its static data lies in linear memory. */
    this.region = Object.freeze(parts.region);
    this.#parts = parts;
  }

  /** A module itself, not what only looks like one. @param {unknown} value @returns {value is LoadedModule} @internal */
  static is(value) {
    return typeof value === 'object' && value !== null && #parts in value;
  }

  /** What flows need to know. @internal */
  get parts() {
    return this.#parts;
  }

  /**
   * Takes its operations and stages away and gives its memory back, once the runs in flight are over. Pipelines that use them throw
   * 'bad-argument' from now on. A second call does nothing. Rejects with 'busy', and nothing has changed, while a flow uses it.
   */
  unload() {
    return this.#parts.unload();
  }
}

/** The modules of one engine. */
export class Modules {
  #core;
  #platform;
  #pool;
  #runner;
  #nextId = 1;
  /** Asked before a module is unloaded: does a flow use it? @type {(module: LoadedModule) => boolean} */ isInUse = () => false;
  /** Those loaded. @type {Map<number, SideModule>} */ #loaded = new Map();
  /** @type {Map<number, { name: string, address: number }>} */ #regions = new Map();
  /** Spans of the table that modules have left. @type {{ base: number, size: number }[]} */ #freeSpans = [];

  /** @param {Core} core @param {Platform} platform @param {Pool | undefined} pool @param {Runner} runner */
  constructor(core, platform, pool, runner) {
    this.#core = core;
    this.#platform = platform;
    this.#pool = pool;
    this.#runner = runner;
  }

  /** Addresses of the modules' data, with their names: for the map of memory. @returns {[number, string][]} */
  places() {
    return [...this.#regions.values()].map(({ name, address }) => [address, name]);
  }

  /** What every thread that runs modules' code needs an instance of. */
  get loaded() {
    return [...this.#loaded.values()];
  }

  /**
   * @param {string | URL | BufferSource} source @param {string} prefix before the names of its operations
   * @returns {Promise<LoadedModule>} throws 'bad-module', saying what does not fit
   */
  async load(source, prefix) {
    const bytes = await this.#fetch(source), info = readSideModule(bytes);
    if (!info.memory) throw new FramelaneError('bad-module', 'load: the module imports no memory: build it with `npx framelane build`');
    const module = await compile(withMemory(bytes, info, this.#isShared));
    checkImports(module, new Set(Object.keys(this.#core.exports)));
    const side = this.#makeRoom(module, info);
    /** @type {number[]} */ const blocks = [side.memoryBase];
    try {
      const exports = await this.#instantiate(side, info, blocks);
      const refusal = await this.#pool?.bring(side);
      if (refusal) throw new FramelaneError('bad-module', `load: a worker could not have the module: ${refusal}`);
      return this.#register(side, exports, info, blocks, prefix);
    } catch (error) {
      this.#giveBack(side, blocks);
      throw error;
    }
  }

  get #isShared() {
    return typeof SharedArrayBuffer !== 'undefined' && this.#core.memory.buffer instanceof SharedArrayBuffer;
  }

  /** @param {unknown} source */
  async #fetch(source) {
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
    if (typeof source !== 'string' && !(source instanceof URL)) throw badArgument('load: the module', 'a URL or its bytes', source);
    try {
      return await this.#platform.read(new URL(source, this.#platform.baseURL));
    } catch (cause) {
      throw new FramelaneError('bad-module', `load: ${source} could not be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  /** Zeroed memory for its data and room in the table. @param {WebAssembly.Module} module @param {SideModuleInfo} info @returns {SideModule} */
  #makeRoom(module, { memoryBytes, memoryAlign, tableSize }) {
    const bytes = Math.max(memoryBytes, 1);
    const memoryBase = this.#core.alloc(bytes, Math.max(memoryAlign, 64), 'module');
    this.#core.memory.u8.fill(0, memoryBase, memoryBase + bytes);
    const at = this.#freeSpans.findIndex(({ size }) => size >= tableSize);
    const span = at < 0 ? undefined : this.#freeSpans.splice(at, 1)[0];
    if (span && span.size > tableSize) this.#freeSpans.push({ base: span.base + tableSize, size: span.size - tableSize });
    const tableBase = span ? span.base : this.#core.exports.__indirect_function_table.grow(tableSize);
    return { id: this.#nextId++, module, memoryBase, tableBase, tableSize };
  }

  /** This thread's instance. @param {SideModule} side @param {SideModuleInfo} info @param {number[]} blocks what it takes is added */
  async #instantiate(side, { memory }, blocks) {
    const core = this.#core;
    const alloc = (/** @type {number} */ bytes, /** @type {number} */ align) => {
      const block = core.alloc(Math.max(bytes, 1), align, 'stack');
      blocks.push(block);
      return block;
    };
    try {
      const imports = importsOfSideModule(core.exports, core.memory.memory, side, alloc);
      const { exports } = await WebAssembly.instantiate(side.module, imports);
      beginSideModule(/** @type {Exports} */ (exports), alloc, true);
      return /** @type {Exports} */ (exports);
    } catch (cause) {
      if (cause instanceof FramelaneError) throw cause;
      const hint = memory && memory.maximum < PAGES_MAX ? ` (it takes a memory of at most ${memory.maximum} pages: link it for ${PAGES_MAX})` : '';
      throw new FramelaneError('bad-module', `load: the module does not fit this engine: ${cause instanceof Error ? cause.message : cause}${hint}`, { cause });
    }
  }

  /** @param {SideModule} side @param {Exports} exports @param {SideModuleInfo} info @param {number[]} blocks @param {string} prefix @returns {LoadedModule} */
  #register(side, exports, info, blocks, prefix) {
    const core = this.#core, about = exports.fl_module_about?.() >>> 0;
    if (about < side.memoryBase || about + ABOUT_BYTES > side.memoryBase + info.memoryBytes) {
      throw new FramelaneError('bad-module', 'load: the module does not say what it is: use FL_MODULE() of framelane_module.h in one of its files');
    }
    core.check(core.exports.fl_module_register(about));
    const indices = Array.from({ length: core.mail(0) }, (_, i) => core.mail(FL_OP_AT + i));
    /** @type {string[]} */ let ops;
    try {
      ops = this.#runner.table.add(indices, prefix);
    } catch (error) {
      core.exports.fl_module_unregister(about);
      throw error;
    }
    const name = core.memory.text(core.memory.i32[about / 4 + 2] >>> 0);
    this.#regions.set(side.id, { name, address: side.memoryBase });
    this.#loaded.set(side.id, side);
    let unloading = /** @type {Promise<void> | undefined} */ (undefined);
    const unload = async () => {
      this.#runner.table.remove(ops);
      await this.#runner.settled();
      if (core.ended) return;
      core.exports.fl_module_unregister(about);
      this.#regions.delete(side.id);
      this.#giveBack(side, blocks);
    };
    const region = { start: side.memoryBase, end: side.memoryBase + info.memoryBytes };
    const module = new LoadedModule({
      name, ops: Object.freeze(ops), stages: readStages(core, about), region, core, about, prefix,
      isLoaded: () => !unloading,
      unload: async () => {
        if (!unloading && this.isInUse(module)) throw new FramelaneError('busy', `unload: a flow uses the module '${name}': await its done, or stop() it first`);
        return (unloading ??= unload());
      },
    });
    return module;
  }

  /** @param {SideModule} side @param {number[]} blocks */
  #giveBack({ id, tableBase, tableSize }, blocks) {
    if (this.#core.ended) return;
    this.#loaded.delete(id);
    this.#pool?.dismiss(id);
    for (const block of blocks) this.#core.free(block);
    if (tableSize > 0) this.#freeSpans.push({ base: tableBase, size: tableSize });
  }
}

/** @param {Core} core @param {number} about @returns {readonly StageInfo[]} */
function readStages(core, about) {
  /** @type {StageInfo[]} */ const stages = [];
  for (let text; (text = core.exports.fl_stage_json(about, stages.length));) stages.push(JSON.parse(core.memory.text(text)));
  return Object.freeze(stages);
}

/** @param {Uint8Array} bytes */
async function compile(bytes) {
  try {
    return await WebAssembly.compile(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  } catch (cause) {
    throw new FramelaneError('bad-module', `load: the module is not valid: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Throws 'bad-module' for an import that no engine has. @param {WebAssembly.Module} module @param {Set<string>} core what the core exports */
export function checkImports(module, core) {
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (from === 'GOT.mem' || from === 'GOT.func') {
      throw new FramelaneError('bad-module', `load: the module reaches '${name}' through ${from}: compile it with -fvisibility=hidden`);
    }
    const isOffered = from === 'env' && (kind === 'function' ? core.has(name) || name === 'emscripten_builtin_memalign'
      : KINDS_OFFERED.includes(kind) && (kind !== 'global' || GLOBALS_OFFERED.includes(name)));
    if (!isOffered) throw new FramelaneError('bad-module', `load: the module imports the ${kind} ${from}.${name}, which the engine does not offer`);
  }
}
