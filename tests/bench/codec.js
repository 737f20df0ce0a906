// codec.js [--short]: the demo's video through demuxer, decoder and renderer, all ways in turn: in one memory with several threads, on one
// thread, and the copying way. The ratio is printed with its parts, and why it cannot be more here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { createHash } from 'node:crypto';
import { CopyingLane, loadModules, startFlow } from '../../demos/codec/lanes.js';
import { perFrame } from '../../demos/codec/occupancy.js';
import { createEngine } from '../../js/node/index.js';
import { median } from './measure.js';

const short = process.argv.includes('--short');
const ROUNDS = short ? 2 : 7, FRAMES = short ? 20 : 160;
const INPUT = new URL('../../build/media/lane.avi', import.meta.url), LOOK = { stamp: true };
const cores = availableParallelism();

const engine = await createEngine({ threads: 1 }), modules = await loadModules(engine);
const alone = await createEngine({ threads: 0 }), aloneModules = await loadModules(alone);
const copying = await CopyingLane.create(createEngine);

/** A way that is a flow. @param {object} where */
const flow = (where, its, decoders) => async (onFrame) => {
  const summary = await startFlow(where, its, { input: INPUT, decoders, count: FRAMES, look: LOOK }, onFrame).done;
  return { frames: summary.frames, stages: summary.stages };
};
const carry = (fresh) => (onPicture) => copying.run({ input: INPUT, count: FRAMES, look: LOOK, fresh }, onPicture);

const most = Math.max(2, cores);
const ways = [
  { key: 'fresh', title: 'copying, a fresh array for each block', run: carry(true) },
  { key: 'copying', title: 'copying, its arrays used again', run: carry(false) },
  { key: 'alone', title: 'one memory, one thread', run: flow(alone, aloneModules, 1) },
  { key: 'one', title: 'one memory, a thread each, 1 decoder', run: flow(engine, modules, 1) },
  { key: 'two', title: 'one memory, a thread each, 2 decoders', run: flow(engine, modules, 2) },
  ...(most > 2 ? [{ key: 'most', title: `one memory, a thread each, ${most} decoders`, run: flow(engine, modules, most) }] : []),
].map((way) => ({ ...way, ms: [], results: [] }));

/** Every way must make the same pictures, or their times say nothing. */
async function comparePictures() {
  const hashes = new Map();
  for (const way of ways) {
    const sum = createHash('sha1'), numbers = [];
    await way.run((picture, { number }) => {
      numbers.push(number);
      const { data, width, height, stride = 4 * width } = picture;
      for (let y = 0; y < height; y += 8) sum.update(data.subarray(y * stride, y * stride + 4 * width));
    });
    const inOrder = numbers.length === FRAMES && numbers.every((number, i) => number === i);
    hashes.set(way.key, inOrder ? sum.digest('hex') : `${numbers.length} frames, not in order`);
  }
  if (new Set(hashes.values()).size > 1) throw new Error(`the ways make different pictures: ${JSON.stringify([...hashes])}`);
}

async function measure() {
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of round % 2 ? [...ways].reverse() : ways) {
      const start = performance.now();
      const result = await way.run(() => {});
      way.ms.push((performance.now() - start) / result.frames);
      way.results.push(result);
    }
  }
}

await comparePictures();
await measure();

const quartile = (values, q) => [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * q)];
const time = Object.fromEntries(ways.map(({ key, ms }) => [key, median(ms)]));
const best = ways.slice(3).reduce((a, b) => (time[b.key] < time[a.key] ? b : a));
const decoders = best.results[0].stages[1].seats.length;
const parts = { 'no copies': time.copying / time.alone, 'overlap of stages': time.alone / time.one, 'parallel decoders': time.one / time[best.key] };
const whole = time.copying / time[best.key];
// what the stages did in the run on one thread that took the middle time
const middle = ways[2].results[ways[2].ms.indexOf(quartile(ways[2].ms, 0.5))], work = perFrame(middle.stages, FRAMES), workMs = work.reduce((sum, { busy }) => sum + busy, 0);
const between = ways.slice(2).flatMap(({ results }) => results).flatMap(({ stages }) => stages.slice(1)).flatMap(({ seats }) => seats)
  .reduce((sum, { copied }) => sum + copied, 0);
const times = (ratio) => `${ratio.toFixed(2)}×`, plural = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;

console.log(`${FRAMES} frames of 1920×1080 Motion JPEG, ${ROUNDS} rounds in turn, ${cores} cores (${cpus()[0].model}), Node ${process.version}\n`);
for (const { key, title, ms } of ways) {
  const each = `${time[key].toFixed(2).padStart(7)} ms a frame  ${(1000 / time[key]).toFixed(1).padStart(6)} frames/s`;
  console.log(`${title.padEnd(42)}${each}  (half of the runs in ${quartile(ms, 0.25).toFixed(2)} to ${quartile(ms, 0.75).toFixed(2)})`);
}
const product = Object.entries(parts).map(([name, ratio]) => `${times(ratio)} ${name}`).join(' · ');
console.log(`\nthe flow against the copying way: ${times(whole)} = ${product} (${plural(decoders, 'decoder')})`);
console.log(`against the copying way with a fresh array for each block: ${times(time.fresh / time[best.key])}`);
const { bytes, copies } = ways[1].results[0];
console.log(`copied between stages: ${between} bytes in one memory; ${(bytes / FRAMES / 2 ** 20).toFixed(1)} MB a frame in ${copies / FRAMES} blocks the copying way`);
const works = work.map(({ name, busy }) => `${name} ${busy.toFixed(2)}`).join(' + '), least = workMs / cores;
console.log(`why not more: ${works} = ${workMs.toFixed(2)} ms of work a frame on one thread; ${cores} cores need ${least.toFixed(2)} ms for it at best,`
  + ` which is ${times(time.copying / least)}; of that the flow reaches ${Math.round((100 * least) / time[best.key])} %`);
if (between !== 0) process.exitCode = 1;

if (!short) {
  mkdirSync('build/bench', { recursive: true });
  writeFileSync('build/bench/codec.json', `${JSON.stringify({
    frames: FRAMES, rounds: ROUNDS, cores, cpu: cpus()[0].model, node: process.version, whole, parts, decoders, between, work,
    ways: ways.map(({ key, title, ms }) => ({ key, title, median: time[key], ms })),
  }, null, 1)}\n`);
}
await Promise.all([engine.dispose(), alone.dispose(), copying.dispose()]);
