// Builds build/tsan/: the tests and one program for each mutant, under ThreadSanitizer.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { copySources, FOLDERS } from '../model/mutate.js';
import { mutants } from './mutants.js';

const OUT = 'build/tsan';
const CFLAGS = ['-std=c17', '-O1', '-g', '-fsanitize=thread', '-fno-omit-frame-pointer', '-Wall', '-Wextra', '-Werror', '-pthread'];
const run = promisify(execFile);

const suites = ['allocator', 'handles', 'frame', 'sched', 'sync_locks', 'sync_signals', 'sync_items'].map((name) => `tests/c/${name}_test.c`);
const stress = readdirSync('tests/tsan').filter((name) => /^stress.*\.c$/.test(name)).map((name) => join('tests/tsan', name));

/** @param {string} name @param {string} core a c_src/ or a copy of it @param {string} [only] this suite alone */
async function build(name, core, only) {
  const sources = FOLDERS.flatMap((folder) => readdirSync(join(core, folder)).filter((file) => /\.c$/.test(file) && !/_wasm\.c$/.test(file)).map((file) => join(core, folder, file)));
  const tests = [...stress, ...suites].filter((file) => !only || file.endsWith(`/${only}.c`) || file.endsWith(`/${only}_test.c`));
  await run('.ci/clang', [...CFLAGS, ...(only ? [`-DFL_ONLY=${only}`] : []), '-Itests/tsan', '-Itests/c', `-I${core}`, 'tests/tsan/main.c', ...tests, ...sources, '-o', join(OUT, name)]);
}

mkdirSync(OUT, { recursive: true });
const jobs = [() => build('tests', 'c_src')];
for (const [number, [suite, file, from, to]] of mutants.entries()) {
  const core = join(OUT, `mutant-${number + 1}.c_src`);
  jobs.push(() => (copySources(core, [[file, from, to]]), build(`mutant-${number + 1}`, core, suite)));
}
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  for (let job; (job = jobs.shift());) await job();
}));
