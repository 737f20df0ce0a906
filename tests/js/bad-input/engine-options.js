// createEngine() with options that are wrong: [the options, the code, what the message says].
const MB = 1 << 20;
const memory = (initial, maximum, shared) => new WebAssembly.Memory({ initial: (initial * MB) / 65536, maximum: (maximum * MB) / 65536, shared });

/** A memory in which something lives already. */
function used() {
  const taken = memory(4, 8, true);
  new Uint8Array(taken.buffer)[100] = 1;
  return taken;
}

const THREADS = ['threads', 'between 0 and 128'], FLAG = ['true or false'], BYTES = ['between 2097152 and 4294967296', 'bytes'];

/** @type {[unknown, string, ...(string | number)[]][]} */
export const ENGINE_OPTIONS = [
  ...[null, 5, 'fast', true, 7n].map((value) => [value, 'bad-argument', 'createEngine', 'options', 'an object']),
  [[], 'bad-argument', 'options', 'an object', 'Array'],
  [() => {}, 'bad-argument', 'options', 'an object', 'a function'],
  ...['thread', 'Threads', 'workers', 'constructor', 'hasOwnProperty', ''].map((name) => [{ [name]: 1 }, 'bad-argument', 'there is no option', `'${name}'`, 'threads', 'wasm']),
  [JSON.parse('{"__proto__": {"threads": 2}}'), 'bad-argument', 'there is no option', '__proto__'],
  ...[-1, 129, 1.5, NaN, Infinity, -Infinity].map((threads) => [{ threads }, 'bad-argument', ...THREADS, `got ${threads}`]),
  [{ threads: '2' }, 'bad-argument', ...THREADS, "'2'"],
  [{ threads: null }, 'bad-argument', ...THREADS, 'null'],
  [{ threads: 2n }, 'bad-argument', ...THREADS],
  [{ threads: true }, 'bad-argument', ...THREADS, 'true'],
  [{ threads: [2] }, 'bad-argument', ...THREADS, 'an Array'],
  [{ threads: Symbol('two') }, 'bad-argument', ...THREADS, 'a symbol'],
  ...['fast', 'SHARED', '', 5, null, {}, [], Symbol('m'), true, '__proto__'].map((mode) => [{ mode }, 'bad-argument', 'mode', "'auto'", "'shared'", "'single'"]),
  [{ mode: 'memory64' }, 'unsupported', 'memory64'],
  ...[5, 'big', true, null, Symbol('m')].map((value) => [{ memory: value }, 'bad-argument', 'memory', 'WebAssembly.Memory', 'initial', 'maximum']),
  ...['x', -1, 0, NaN, Infinity, 1, 2 ** 33, null, 5n].map((initial) => [{ memory: { initial } }, 'bad-argument', 'memory.initial', ...BYTES]),
  ...['x', -1, 0, NaN, Infinity, 1, 2 ** 33, {}].map((maximum) => [{ memory: { maximum } }, 'bad-argument', 'memory.maximum', ...BYTES]),
  [{ memory: { initial: 64 * MB, maximum: 32 * MB } }, 'bad-argument', 'memory.initial', 'memory.maximum', 32 * MB, 64 * MB],
  [{ memory: { size: 64 * MB } }, 'bad-argument', "'size'", 'initial', 'maximum'],
  [{ memory: memory(4, 8, false), mode: 'shared' }, 'bad-argument', 'shared: true'],
  [{ memory: memory(4, 8, true), mode: 'single' }, 'bad-argument', 'not shared'],
  [{ memory: memory(1, 8, true), mode: 'shared' }, 'bad-argument', 'at least', 2 * MB, MB],
  [{ memory: used() }, 'bad-argument', 'in use already'],
  ...[5, null, true, {}, [], 10n, Symbol('w'), () => {}].map((wasm) => [{ wasm }, 'bad-argument', 'wasm', 'URL', 'bytes', 'WebAssembly.Module']),
  ...['', 'no-such-file.wasm', 'nonsense://x', 'http://localhost:1/x.wasm'].map((wasm) => [{ wasm }, 'bad-module', 'core could not be loaded']),
  [{ wasm: new Uint8Array(0) }, 'bad-module', 'core could not be loaded'],
  [{ wasm: new Uint8Array(8) }, 'bad-module', 'core could not be loaded'],
  [{ wasm: new Float64Array(3) }, 'bad-module', 'core could not be loaded'],
  [{ wasm: new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) }, 'bad-module', 'fl_abi'],
  ...['simd', 'fuse'].flatMap((name) => [1, 0, 'yes', null, {}, NaN].map((value) => [{ [name]: value }, 'bad-argument', name, ...FLAG])),
  ...[-1, 3, 1.5, 'yes', null, {}, NaN].map((debug) => [{ debug }, 'bad-argument', 'debug', '0', '2']),
  ...[5, 'big', {}, { width: 5 }, { height: 5 }, null].map((tile) => [{ tile }, 'bad-argument', 'tile']),
  ...[0, -1, 1.5, NaN, 65536, '8', Infinity].map((width) => [{ tile: { width, height: 8 } }, 'bad-argument', 'tile.width', 'between 1 and 65535']),
  [{ tile: { width: 8, height: 8, depth: 8 } }, 'bad-argument', "'depth'", 'width', 'height'],
];
