// The costs around the work: an empty job, a plain copy, the start.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HEIGHT, WIDTH } from './inputs.js';
import { interleave, median, REPETITIONS } from './measure.js';

/** Milliseconds from the call to the end of a job with no operations on a 1×1 frame. */
export async function emptyJob(createEngine) {
  const engines = [await createEngine({ threads: 0 }), await createEngine({ threads: 2 })];
  const subjects = engines.map((engine) => {
    const pipeline = engine.pipeline(), input = engine.frame(1, 1), output = engine.frame(1, 1);
    return { sync: () => { pipeline.runSync(input, { output }); }, async: () => pipeline.run(input, { output }) };
  });
  const times = await interleave({ sync1: subjects[0].sync, async1: subjects[0].async, sync2: subjects[1].sync, async2: subjects[1].async }, 3 * REPETITIONS);
  for (const engine of engines) await engine.dispose();
  return times;
}

/** GB read and written per second: one 1080p picture copied, by Node and as an empty pipeline. */
export async function copyBandwidth(createEngine) {
  const one = await createEngine({ threads: 0 }), two = await createEngine({ threads: 2 });
  const bytes = WIDTH * HEIGHT * 4, from = Buffer.alloc(bytes, 7), to = Buffer.alloc(bytes);
  const copy = (engine) => {
    const pipeline = engine.pipeline(), input = engine.frame(WIDTH, HEIGHT), output = engine.frame(WIDTH, HEIGHT);
    return () => { pipeline.runSync(input, { output }); };
  };
  const times = await interleave({ buffer: () => { from.copy(to); }, engine1: copy(one), engine2: copy(two) }, 2 * REPETITIONS);
  await one.dispose();
  await two.dispose();
  return Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, { ms, gigabytesPerSecond: (2 * bytes) / ms / 1e6 }]));
}

/** Milliseconds from createEngine({threads: 2}) to the first result, in fresh processes and again in this one. */
export async function start(createEngine) {
  const script = fileURLToPath(new URL('start.js', import.meta.url));
  const cold = [], warm = [];
  const { startOnce } = await import('./start.js');
  for (let i = 0; i < REPETITIONS; i++) {
    cold.push(Number(execFileSync(process.execPath, [script], { encoding: 'utf8' })));
    warm.push(await startOnce(createEngine));
  }
  return { cold: median(cold), warm: median(warm) };
}
