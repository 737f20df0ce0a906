/** One thread's instance of a side module: the same data and the same table indices in every thread, its own thread-local block. */

/**
 * @typedef {object} SideModule what every thread needs to know to have an instance
 * @property {number} id
 * @property {WebAssembly.Module} module
 * @property {number} memoryBase where its static data lies
 * @property {number} tableBase @property {number} tableSize its function pointers in the table of functions
 *
 * @typedef {Record<string, any>} Exports
 */

/**
 * What the module imports, out of the core's instance on this thread.
 * @param {Exports} core @param {WebAssembly.Memory} memory @param {SideModule} side
 * @param {(bytes: number, align: number) => number} alloc for its thread-local data
 */
export function importsOfSideModule(core, memory, side, alloc) {
  /** @type {WebAssembly.Table} */
  const table = core.__indirect_function_table;
  const missing = side.tableBase + side.tableSize - table.length;
  if (missing > 0) table.grow(missing);
  const constant = (/** @type {number} */ value) => new WebAssembly.Global({ value: 'i32', mutable: false }, value);
  const env = /** @type {Record<string, any>} */ ({
    memory,
    __indirect_function_table: table,
    __stack_pointer: core.__stack_pointer,
    __memory_base: constant(side.memoryBase),
    __table_base: constant(side.tableBase),
    // Emscripten's thread-local set-up asks for its block itself
    emscripten_builtin_memalign: (/** @type {number} */ align, /** @type {number} */ bytes) => alloc(bytes, align),
  });
  for (const { name, kind } of WebAssembly.Module.imports(side.module)) {
    if (kind === 'function' && !(name in env) && typeof core[name] === 'function') env[name] = core[name];
  }
  return { env };
}

const KIND_STACK = 2; // FL_MEMORY_STACK of memory/allocator.h

/** An instance for this thread, another than the one that loaded it; the blocks it has taken. @param {Exports} core @param {WebAssembly.Memory} memory @param {SideModule} side */
export function bringSideModule(core, memory, side) {
  /** @type {number[]} */ const blocks = [];
  const alloc = (/** @type {number} */ bytes, /** @type {number} */ align) => {
    const block = core.fl_alloc(Math.max(bytes, 1), align, KIND_STACK) >>> 0;
    if (!block) throw new Error('the memory is full');
    blocks.push(block);
    return block;
  };
  const instance = new WebAssembly.Instance(side.module, importsOfSideModule(core, memory, side, alloc));
  beginSideModule(/** @type {Exports} */ (instance.exports), alloc, false);
  return blocks;
}

/**
 * Begins a thread's instance: before any other call into it.
 * @param {Exports} exports of the module's instance @param {(bytes: number, align: number) => number} alloc
 * @param {boolean} isFirst of all threads: pointers within the shared data are set once
 */
export function beginSideModule(exports, alloc, isFirst) {
  if (isFirst) exports.__wasm_apply_data_relocs?.();
  if (exports.__wasm_init_tls) exports.__wasm_init_tls(alloc(exports.__tls_size?.value ?? 64, exports.__tls_align?.value ?? 16));
  else exports.emscripten_tls_init?.();
  if (isFirst) exports.__wasm_call_ctors?.();
}
