// Builds build/tsan/: the tests and one program for each mutant, under ThreadSanitizer.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { copySources, FOLDERS, runAll } from '../model/mutate.js';
import { mutants } from './mutants.js';

const OUT = 'build/tsan';
const CFLAGS = ['-std=c17', '-O1', '-g', '-fsanitize=thread', '-fno-omit-frame-pointer', '-Wall', '-Wextra', '-Werror', '-pthread'];
const run = promisify(execFile);

const suites = ['allocator', 'handles', 'frame', 'sched', 'sync_locks', 'sync_signals', 'sync_items'].map((name) => `tests/c/${name}_test.c`);
const stress = readdirSync('tests/tsan').filter((name) => /^stress.*\.c$/.test(name)).map((name) => join('tests/tsan', name));

/** The sources of a c_src/ or a copy of it. @param {string} core */
const sourcesOf = (core) => FOLDERS.flatMap((folder) =>
  readdirSync(join(core, folder)).filter((file) => /\.c$/.test(file) && !/_wasm\.c$/.test(file)).map((file) => join(core, folder, file)));
/** Where the object of a source as it is goes: of the core or the tests. @param {string} source */
const objectOf = (source) => join(OUT, 'objects', `${source.replaceAll('/', '_')}.o`);
const clang = (args) => run('.ci/clang', [...CFLAGS, '-Itests/tsan', '-Itests/c', ...args]);

async function buildObject(source) {
  await clang(['-Ic_src', '-c', source, '-o', objectOf(source)]);
}

async function buildTests() {
  await clang(['-Ic_src', 'tests/tsan/main.c', ...[...stress, ...suites, ...sourcesOf('c_src')].map(objectOf), '-o', join(OUT, 'tests')]);
}

/** @param {number} number @param {[string, string, string, string]} mutant the suite, the file, what is replaced, by what */
async function buildMutant(number, [suite, file, from, to]) {
  const name = `mutant-${number}`, core = join(OUT, `${name}.c_src`);
  copySources(core, [[file, from, to]]);
  const test = [...stress, ...suites].find((each) => each.endsWith(`/${suite}.c`) || each.endsWith(`/${suite}_test.c`));
  const own = sourcesOf('c_src');
  const parts = own.includes(join('c_src', file)) // else a header differs, and all that includes it
    ? [objectOf(test), join(core, file), ...own.filter((source) => source !== join('c_src', file)).map(objectOf)]
    : [test, ...sourcesOf(core)];
  await clang([`-DFL_ONLY=${suite}`, `-I${core}`, 'tests/tsan/main.c', ...parts, '-o', join(OUT, name)]);
}

mkdirSync(join(OUT, 'objects'), { recursive: true });
await runAll([...stress, ...suites, ...sourcesOf('c_src')].map((source) => () => buildObject(source)));
await runAll([buildTests, ...mutants.map((mutant, i) => () => buildMutant(i + 1, mutant))]);
