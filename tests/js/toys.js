// The stages of modules/toys.c, built once for the tests of flows; and what flows of theirs give.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withEngine } from './support.js';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
export const folder = mkdtempSync(join(tmpdir(), 'framelane-stages-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The path of a module built of one of modules/*.c. */
export function build(name) {
  const output = join(folder, `${name}.wasm`);
  execFileSync(process.execPath, [file('../../js/node/cli.js'), 'build', file(`modules/${name}.c`), '-o', output], { stdio: ['ignore', 'ignore', 'inherit'] });
  return output;
}

export const toys = build('toys');

/** Lends an engine with the toys in it; live bytes are compared with what they are once a frame has been there. */
export function withToys(options, body) {
  return withEngine(options, async (engine) => {
    const module = await engine.load(toys);
    engine.frame(3, 3).dispose();
    return body(engine, module);
  });
}

/** Carries a flow through; the numbers of the frames with their first pixel each, and the summary. */
export async function collect(stages, options) {
  const seen = [];
  const { frames, skipped, stages: stats } = await stages.sink((frame, { number }) => {
    seen.push([number, frame.data[0]]);
  }, options).done;
  return { seen, frames, skipped, stats };
}
