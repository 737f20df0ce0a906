// make bench: one run of everything, as tables on stdout and in build/bench/bench.md, as figures in build/bench/bench.json, and as a
// chart in build/bench/bench.svg. `node tests/bench/bench.js chains 1080p` measures only those parts; BENCH_REPETITIONS=5 makes it
// quick and rough.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../js/node/index.js';
import { drawChart } from './chart.js';
import { headline } from './headline.js';
import { makeInputs, SIZES } from './inputs.js';
import { REPETITIONS } from './measure.js';
import { operations } from './operations.js';
import { nativeOpenCv } from './peers/native.js';
import { openCvJs } from './peers/opencv-js.js';
import { photonNode } from './peers/photon.js';
import { sharpNative } from './peers/sharp.js';
import { wasmVips } from './peers/wasm-vips.js';
import { render } from './report.js';
import { makeRows, sharedWith } from './rows.js';
import { copyBandwidth, emptyJob, start } from './small.js';

const root = fileURLToPath(new URL('../..', import.meta.url)), folder = join(root, 'build/bench');
mkdirSync(folder, { recursive: true });
const say = (text) => process.stderr.write(`${text}\n`);
const words = process.argv.slice(2), PARTS = ['start', 'small', 'chains', ...Object.keys(SIZES)];
const isWanted = (part) => !words.some((word) => PARTS.includes(word)) || words.includes(part);
/** Words that name no part name rows: `node tests/bench/bench.js 1080p median blur`. */
const named = words.filter((word) => !PARTS.includes(word));

const results = {
  node: process.version,
  repetitions: REPETITIONS,
  wasm: Object.fromEntries(['framelane.wasm', 'framelane-single.wasm'].map((name) => [name, statSync(join(root, 'dist', name)).size])),
};

if (isWanted('start')) say('start'), results.start = await start(createEngine);
if (isWanted('small')) {
  say('small');
  results.emptyJob = await emptyJob(createEngine);
  results.copy = await copyBandwidth(createEngine);
}
if (isWanted('chains')) say('chains'), results.headline = await headline(createEngine, makeInputs());

/** All peers, on pictures of one size; those that are not here are left out. */
async function compare(size) {
  const inputs = makeInputs(size), shared = sharedWith(size), peers = [];
  for (const start of [openCvJs, wasmVips, photonNode, sharpNative]) {
    try {
      peers.push(await start(inputs, size, shared));
    } catch (error) {
      say(`${start.name} is left out: ${error.message}`);
    }
  }
  const native = await nativeOpenCv(inputs, size, shared, folder);
  if (!native) say('no python3 with cv2 here: the native columns are left out');
  const rows = makeRows(size).filter(({ name }) => named.length === 0 || named.some((word) => name.includes(word)));
  const done = await operations(createEngine, { rows, inputs, size, peers, native }, (row) => say(`  ${row.name}${row.failed ? `: ${row.failed}` : ''}`));
  native?.close();
  for (const peer of peers) peer.close();
  results.about = [...peers.map(({ about }) => about), native?.about ?? 'native OpenCV not measured', `Node ${process.versions.node}`];
  return done;
}

/** After each size, so that a run that is broken off leaves what it has. */
async function write() {
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(folder, 'bench.md'), `# framelane, measured\n\n${render(results, true)}`);
  if (results.operations?.['1080p']) writeFileSync(join(folder, 'bench.svg'), await drawChart(results.operations['1080p']));
}

for (const [name, size] of Object.entries(SIZES)) {
  if (!isWanted(name)) continue;
  say(name);
  (results.operations ??= {})[name] = await compare(size);
  await write();
}
await write();
console.log(`\n${render(results, false)}`);
say(`written: ${join('build/bench', 'bench.md')}, bench.json, bench.svg`);
process.exit(0);
