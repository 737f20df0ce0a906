// make bench: one run of everything, as tables on stdout and in build/bench/bench.md, as figures in build/bench/bench.json.
// `node tests/bench/bench.js chains` measures only that part; BENCH_REPETITIONS=5 makes it quick and rough.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../js/node/index.js';
import { headline } from './headline.js';
import { makeInputs } from './inputs.js';
import { REPETITIONS } from './measure.js';
import { nativeOpenCv } from './native.js';
import { openCvJs } from './opencv-js.js';
import { operations } from './operations.js';
import { render } from './report.js';
import { copyBandwidth, emptyJob, start } from './small.js';

const root = fileURLToPath(new URL('../..', import.meta.url)), folder = join(root, 'build/bench');
mkdirSync(folder, { recursive: true });
const say = (text) => process.stderr.write(`${text}\n`);

say('inputs');
const inputs = makeInputs();
const js = await openCvJs(inputs), native = await nativeOpenCv(inputs, folder);
if (!native) say('no python3 with cv2 here: the native columns are left out');

const results = {
  node: process.version,
  repetitions: REPETITIONS,
  about: [js.about, native?.about ?? 'native OpenCV not measured', `Node ${process.versions.node}`, `${REPETITIONS} interleaved repetitions`],
  wasm: Object.fromEntries(['framelane.wasm', 'framelane-single.wasm'].map((name) => [name, statSync(join(root, 'dist', name)).size])),
};
/** What can be measured; arguments name some of it, none means all. */
const PARTS = {
  start: async () => { results.start = await start(createEngine); },
  small: async () => {
    results.emptyJob = await emptyJob(createEngine);
    results.copy = await copyBandwidth(createEngine);
  },
  chains: async () => { results.headline = await headline(createEngine, inputs); },
  operations: async () => {
    results.operations = await operations(createEngine, inputs, js, native, (row) => say(`  ${row.name}${row.failed ? `: ${row.failed}` : ''}`));
  },
};
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(PARTS)) {
  if (wanted.length && !wanted.includes(name)) continue;
  say(name);
  await measure();
}
native?.close();

writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(results, null, 1)}\n`);
writeFileSync(join(folder, 'bench.md'), `# framelane, measured\n\n${render(results, true)}`);
console.log(`\n${render(results, false)}`);
say(`written: ${join('build/bench', 'bench.md')}, bench.json`);
process.exit(0);
