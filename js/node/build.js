/** Makes a side module of C files: the compiler's command line, and a look at what came out. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkImports } from '../modules.js';
import { readSideModule } from '../wasm-binary.js';

const HEADER_FOLDER = fileURLToPath(new URL('../../dist', import.meta.url));
const CORE = new URL('../../dist/framelane.wasm', import.meta.url);
const FLAGS = [
  '-std=c17', '-O3', '-pthread', '-msimd128', '-mbulk-memory', '-fvisibility=hidden', '-ffp-contract=off', '-Wall', '-Wextra',
  '-sSIDE_MODULE=2', '-Wno-experimental', // Emscripten's word for side modules with threads: its own runtime's, which is not used here
];
const LLVM = '/usr/lib/llvm-19/bin'; // Debian's Emscripten drives it where it is installed: better code

/**
 * @param {string[]} sources C files @param {string} output the module to write
 * @param {{ cc?: string, flags?: string[] }} [options] cc: instead of emcc, or of what EMCC says; flags: for the compiler
 * @returns {Promise<void>} throws when there is no compiler, when it fails, and when what it made cannot be loaded
 */
export async function build(sources, output, { cc = process.env.EMCC ?? 'emcc', flags = [] } = {}) {
  await run(cc, [...FLAGS, `-I${HEADER_FOLDER}`, ...flags, ...sources, '-o', output]);
  const bytes = new Uint8Array(await readFile(output)), info = readSideModule(bytes);
  const core = await WebAssembly.compile(await readFile(CORE));
  checkImports(await WebAssembly.compile(bytes), new Set(WebAssembly.Module.exports(core).map(({ name }) => name)));
  console.log(`${output}: ${bytes.length} bytes; ${info.memoryBytes} bytes of data, ${info.tableSize} functions in the table`);
}

/** @param {string} command @param {string[]} args @returns {Promise<void>} */
function run(command, args) {
  const onDebian = existsSync('/usr/share/emscripten') && existsSync(`${LLVM}/wasm-ld`) && existsSync(`${LLVM}/clang`);
  const env = onDebian ? { EM_LLVM_ROOT: LLVM, EM_LLVM_ADD_VERSION: '', EM_CLANG_ADD_VERSION: '', EMSDK_PYTHON: '/usr/bin/python3', NODE_PATH: '/usr/share/nodejs', ...process.env } : process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    child.on('error', () => reject(new Error(
      `build: '${command}' was not found: install Emscripten (https://emscripten.org; apt install emscripten), or say where it is with --cc or EMCC`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`build: ${command} failed (exit code ${code})`))));
  });
}
