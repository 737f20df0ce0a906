// framelane's side of a row: the same steps as a pipeline, frames made beforehand.
import { HEIGHT, WIDTH } from './inputs.js';

/** The inputs as frames of this engine. */
export function frames(engine, inputs) {
  const made = {};
  for (const [name, { bytes, format }] of Object.entries(inputs))
    made[name] = engine.frameFrom(bytes, WIDTH, HEIGHT, { format });
  return made;
}

/** The steps as a pipeline; `other` is the second input of a step that takes one. */
export function build(engine, steps, other) {
  return steps.reduce((pipeline, [name, params]) => {
    if (name === 'blend') return pipeline.blend(other, params);
    return params ? pipeline[name](params) : pipeline[name]();
  }, engine.pipeline());
}

/** One row, ready to run: `work` gives the output frame, which is reused. */
export function prepare(engine, made, row) {
  const pipeline = build(engine, row.steps, row.other && made[row.other]), input = made[row.input];
  const output = pipeline.runSync(input);
  return {
    output,
    work: () => { pipeline.runSync(input, { output }); },
    workAsync: () => pipeline.run(input, { output }),
  };
}
