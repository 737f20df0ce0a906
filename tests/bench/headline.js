// What it is all for: whole chains on shared pixels, fused, against the usual way, which copies in and out at every step.
import { build, frames, prepare } from './framelane.js';
import { HEIGHT, WIDTH } from './inputs.js';
import { interleave } from './measure.js';
import { CHAINS } from './rows.js';

/** JavaScript array → wasm → JavaScript array for every step, on one thread. All arrays and frames are made beforehand. */
function copying(engine, steps, bytes) {
  const stages = [];
  let input = engine.frame(WIDTH, HEIGHT, { format: 'rgba8' });
  for (const step of steps) {
    const pipeline = build(engine, [step]);
    const output = pipeline.runSync(input);
    stages.push({ pipeline, input, output, array: new Uint8ClampedArray(output.byteLength) });
    input = output.clone();
  }
  const work = () => {
    let array = bytes;
    for (const stage of stages) {
      stage.input.data.set(array);
      stage.pipeline.runSync(stage.input, { output: stage.output });
      stage.array.set(stage.output.data);
      array = stage.array;
    }
    return undefined;
  };
  return { work, result: () => stages.at(-1).array };
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
      ready[key] = prepare(engine, frames(engine, { rgba: inputs.rgba }), { input: 'rgba', steps });
    const times = await interleave({
      copying: old.work,
      unfused1: ready.oneUnfused.work,
      fused1: ready.one.work,
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
