// Checks the layers: who includes whom in c_src/, who imports whom in js/ and web/, and that only sync/ speaks of atomics.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// ---- the rules ----

// folder of c_src/ → what it may include besides itself and the C library
const CORE = ['base', 'sync', 'memory', 'frame', 'kernels', 'ops', 'pipeline', 'sched', 'flow', 'api'];
const MAY_INCLUDE = {
  base: [],
  sync: ['base'],
  memory: ['base', 'sync'],
  frame: ['base', 'sync', 'memory'],
  kernels: ['base'],
  ops: ['base', 'frame', 'kernels'],
  pipeline: ['base', 'memory', 'frame', 'kernels', 'ops'],
  sched: ['base', 'sync', 'memory'],
  flow: ['base', 'sync', 'memory', 'frame', 'ops', 'pipeline'],
  api: CORE,
  modules: ['base'], // and the SDK header; never each other
  lab: [...CORE, 'modules'],
};
const SDK_HEADERS = ['modules/framelane_module.h'];
const SDK_MAY_INCLUDE = ['base/simd.h', 'flow/stage.h', 'ops/op.h'];

// js/*.js: each may import only files further up. New files are added where they belong.
const JS_ORDER = [
  'dispose.js',
  'errors.js',
  'races.js',
  'input.js',
  'platform.js',
  'memory.js',
  'imports.js',
  'loader.js',
  'wasm-binary.js',
  'side-module.js',
  'guard.js',
  'alloc.js',
  'region.js',
  'bulk.js',
  'heap.js',
  'options.js',
  'layout.js',
  'queue.js',
  'pool.js',
  'frame.js',
  'sync-wait.js',
  'sync-locks.js',
  'sync-signals.js',
  'sync-items.js',
  'ring-side.js',
  'sync-ring.js',
  'sync.js',
  'share.js',
  'attach.js',
  'job.js',
  'encode.js',
  'pipeline.js',
  'op-table.js',
  'runner.js',
  'measure.js',
  'modules.js',
  'crew.js',
  'flow-line.js',
  'flow-feed.js',
  'flow.js',
  'stages.js',
  'engine-memory.js',
  'engine.js',
  'index.js',
];
// what a worker runs, outside that chain: may import anything in js/ but index.js
const JS_ENTRIES = ['serve-lane.js', 'serve-seat.js', 'worker.js', 'modules-built-in.js'];

// ---- the checks ----

const problems = [];
let checked = 0;
const complain = (file, line, text) => problems.push(`${file}:${line}: ${text}`);

function* files(folder, pattern) {
  let entries;
  try { entries = readdirSync(folder, { recursive: true }).map(String).sort(); } catch { return; }
  for (const name of entries) if (pattern.test(name)) yield join(folder, name);
}
function* matches(file, pattern) {
  const lines = readFileSync(file, 'utf8').split('\n');
  for (let i = 0; i < lines.length; i++) for (const match of lines[i].matchAll(pattern)) yield [i + 1, match];
}

function checkIncludes(file) {
  checked++;
  const path = file.slice('c_src/'.length), [folder, module] = path.split('/');
  if (!MAY_INCLUDE[folder]) return complain(file, 1, `c_src/${folder}/ has no place in the layers (.ci/layers.js)`);
  for (const [line, [, open, name]] of matches(file, /^\s*#\s*include\s+([<"])([^>"]+)[>"]/g)) {
    if (open === '<') {
      const isSimd = /simd/.test(name);
      if (isSimd && path !== 'base/simd.h') complain(file, line, `<${name}>: SIMD comes through "base/simd.h"`);
      continue;
    }
    const target = name.includes('/') ? normalize(name.startsWith('.') ? join(dirname(path), name) : name) : join(dirname(path), name);
    const targetFolder = target.split('/')[0];
    if (SDK_HEADERS.includes(path)) { // it hands on what an operation is made of
      if (!SDK_MAY_INCLUDE.includes(target)) complain(file, line, `the SDK header may include only ${SDK_MAY_INCLUDE.join(' and ')}`);
      continue;
    }
    if (SDK_HEADERS.includes(target) && (folder === 'modules' || folder === 'api')) continue;
    if (folder === 'modules' && targetFolder === 'modules' && target.split('/')[1] === module) continue;
    if (folder !== 'modules' && targetFolder === folder) continue;
    if (!MAY_INCLUDE[folder].includes(targetFolder)) complain(file, line, `${folder}/ may not include "${name}" (only ${MAY_INCLUDE[folder].join(', ') || 'libc'})`);
  }
}

function checkAtomics(file) {
  const path = file.slice('c_src/'.length);
  if (/^(sync\/|base\/prim_|lab\/)/.test(path)) return;
  for (const [line, [word]] of matches(file, /__atomic_\w*|__sync_\w+|\batomic_\w+|\bmemory_order\w*|\b_Atomic\b|<stdatomic\.h>|__builtin_wasm_memory_atomic\w*/g))
    complain(file, line, `${word}: atomics live in c_src/sync/`);
}

function checkImports(file) {
  checked++;
  const isChain = dirname(file) === 'js', own = file.slice('js/'.length);
  const rank = JS_ORDER.indexOf(own);
  if (isChain && rank < 0 && !JS_ENTRIES.includes(own)) complain(file, 1, `js/${own} has no place in the order (.ci/layers.js)`);
  // `import … from 'x'`, `export … from 'x'` and `import('x')` count; types in comments do not
  for (const [line, match] of matches(file, /^(?!\s*(?:\*|\/\/|\/\*)).*?\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
    const target = normalize(join(dirname(file), match[1]));
    if (file.startsWith('js/') && target.startsWith('web/')) complain(file, line, `js/ may not import ${target}`);
    if (isChain && target.startsWith('js/node/')) complain(file, line, `js/ may not import js/node/`);
    if (/^(demos|tests|build)\//.test(target)) complain(file, line, `the package may not import ${target}`);
    if (!isChain || dirname(target) !== 'js') continue;
    const targetRank = JS_ORDER.indexOf(target.slice('js/'.length));
    if (rank >= 0 && targetRank >= rank) complain(file, line, `${own} comes before ${target.slice(3)} in the order, so it may not import it`);
    if (rank < 0 && target === 'js/index.js') complain(file, line, `${own} may not import js/index.js`);
  }
}

for (const file of files('c_src', /\.[ch]$/)) checkIncludes(file), checkAtomics(file);
for (const file of [...files('js', /\.js$/), ...files('web', /\.js$/)]) checkImports(file);

for (const problem of problems) console.log(problem);
console.log(`layers: ${checked} files`);
console.log(problems.length ? `0 passed, ${problems.length} failed` : '1 passed, 0 failed');
process.exit(problems.length ? 1 : 0);
