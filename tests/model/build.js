// Builds build/model/: the explorer, one program for each group of models, and one for each mutant.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { copySources, runAll } from './mutate.js';
import { mutants } from './mutants.js';
import { groups, scale } from './scale.js';

const OUT = 'build/model', CLANG = resolve('.ci/clang'), HERE = resolve('tests/model');
const COMMON = ['-std=c17', '-g', '-Wall', '-Wextra', '-Werror', `-I${HERE}`];
// The callbacks of ThreadSanitizer's instrumentation are ours (instrument.c); its library is not linked.
const INSTRUMENTED = [...COMMON, '-O1', '-fsanitize=thread', '-ftrap-function=fl_model_trap', '-mllvm', '-tsan-instrument-func-entry-exit=0', '-fno-stack-protector'];

const run = promisify(execFile);
const clang = (args, cwd) => run(CLANG, args, { cwd }).catch((error) => { throw new Error(error.stderr || error.message); });

async function buildExplorer() {
  const folder = join(OUT, 'explorer');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sources = ['machine', 'clocks', 'instrument', 'explore', 'main', 'prim_model'].map((name) => join(HERE, `${name}.c`));
  await clang([...COMMON, '-O2', '-D_GNU_SOURCE', `-I${resolve('c_src')}`, '-c', ...sources], folder);
  return sources.map((source) => resolve(folder, `${basename(source, '.c')}.o`));
}

/** @param {string} name @param {string} group @param {[string, string, string][]} replacements @param {string} [mutated] the one file that
 * differs from the group's own program */
async function buildProgram(name, group, replacements, mutated) {
  const folder = resolve(OUT, name), model = join(HERE, 'models', `${group}_model.c`);
  copySources(join(folder, 'c_src'), replacements);
  const sources = [...groups[group].map((file) => join(folder, 'c_src', file)), model];
  const fresh = groups[group].includes(mutated) ? [join(folder, 'c_src', mutated)] : sources; // all of them where a header differs
  await clang([...INSTRUMENTED, `-I${join(folder, 'c_src')}`, '-c', ...fresh], folder);
  const objects = sources.map((source) => join(fresh.includes(source) ? folder : resolve(OUT, group), `${basename(source, '.c')}.o`));
  await clang(['-no-pie', '-Wl,-z,now', ...explorer, ...objects, '-o', join(folder, 'explore')], folder);
}

const explorer = await buildExplorer();
const scaleOf = (group) => scale.filter(([file]) => file === 'sync/atomic.h' || groups[group].includes(file) || groups[group].includes(file.replace(/\.h$/, '.c')));
await runAll(Object.keys(groups).map((group) => () => buildProgram(group, group, scaleOf(group))));
await runAll(mutants.map(([group, , file, from, to], number) => () =>
  buildProgram(`mutant-${number + 1}`, group, [...scaleOf(group), [file, from, to]], file)));
