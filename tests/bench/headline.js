// What it is all for: whole chains on shared pixels, fused, against the usual way, which copies in and out at every step.
import { build, frames, prepare } from './framelane.js';
import { HEIGHT, WIDTH } from './inputs.js';
import { interleave } from './measure.js';
import { CHAINS } from './rows.js';

/**
 * JavaScript array → wasm → JavaScript array for every step, on one thread; frames are made beforehand.
 * `kept`: so are the arrays, the best that copying can do; else every step gives a new one, as slice() does.
 */
function copying(engine, steps, bytes) {
  const stages = [];
  let input = engine.frame(WIDTH, HEIGHT, { format: 'rgba8' });
  for (const step of steps) {
    const pipeline = build(engine, [step]);
    const output = pipeline.runSync(input);
    stages.push({ pipeline, input, output, array: new Uint8ClampedArray(output.byteLength) });
    input = output.clone();
  }
  const work = (kept) => {
    let array = bytes;
    for (const { pipeline, input, output, array: own } of stages) {
      input.data.set(array);
      pipeline.runSync(input, { output });
      if (kept) own.set(output.data);
      array = kept ? own : output.data.slice();
    }
  };
  return { kept: () => work(true), fresh: () => work(false), result: () => stages.at(-1).array };
}

/** Every operation in a run of its own, on frames that stay where they are. */
function oneByOne(engine, steps, bytes) {
  let input = engine.frameFrom(bytes, WIDTH, HEIGHT, { format: 'rgba8' });
  const runs = steps.map((step) => {
    const pipeline = build(engine, [step]), from = input, output = pipeline.runSync(from);
    input = output;
    return () => pipeline.runSync(from, { output });
  });
  return () => runs.forEach((run) => run());
}

/** @param {(options: object) => Promise<any>} createEngine */
export async function headline(createEngine, inputs) {
  const engines = {
    one: await createEngine({ threads: 0 }),
    two: await createEngine({ threads: 2 }),
    oneUnfused: await createEngine({ threads: 0, fuse: false }),
    twoUnfused: await createEngine({ threads: 2, fuse: false }),
  };
  const rows = [];
  for (const [name, { text, steps }] of Object.entries(CHAINS)) {
    const old = copying(engines.one, steps, inputs.rgba.bytes), ready = {};
    for (const [key, engine] of Object.entries(engines))
      ready[key] = prepare(engine, frames(engine, { rgba: inputs.rgba }, { width: WIDTH, height: HEIGHT }), { input: 'rgba', steps });
    const times = await interleave({
      copyingNew: old.fresh,
      copying: old.kept,
      single1: oneByOne(engines.one, steps, inputs.rgba.bytes),
      unfused1: ready.oneUnfused.work,
      fused1: ready.one.work,
      single2: oneByOne(engines.two, steps, inputs.rgba.bytes),
      unfused2: ready.twoUnfused.work,
      fused2: ready.two.work,
      fused2Async: ready.two.workAsync,
    });
    const bytes = Buffer.from(old.result());
    const same = Object.values(ready).every(({ output }) => bytes.equals(Buffer.from(output.data)));
    rows.push({ name, text, same, times });
  }
  for (const engine of Object.values(engines)) await engine.dispose();
  return rows;
}
