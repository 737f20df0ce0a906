// Copies of the C with some text replaced, scaled constants and at most one fault, and their building. Used by make model and make tsan.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

export const FOLDERS = ['base', 'sync', 'memory', 'frame', 'sched'];

/** Replaces text that must be there exactly once. */
export function replaceOnce(file, from, to) {
  const text = readFileSync(file, 'utf8');
  const found = text.split(from).length - 1;
  if (found !== 1) throw new Error(`${file}: expected once, found ${found} times: ${from}`);
  writeFileSync(file, text.replace(from, () => to));
}

/**
 * @param {string} folder where the copy goes @param {[string, string, string][]} replacements file, from, to
 */
export function copySources(folder, replacements) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of FOLDERS) cpSync(join('c_src', name), join(folder, name), { recursive: true });
  for (const [file, from, to] of replacements) replaceOnce(join(folder, file), from, to);
}

/** As many at once as there are cores. @param {(() => Promise<void>)[]} jobs */
export const runAll = (jobs) => Promise.all(Array.from({ length: availableParallelism() }, async () => {
  for (let job; (job = jobs.shift());) await job();
}));
