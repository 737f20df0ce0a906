// framelane's side of a row: the same steps as a pipeline, frames made beforehand.

/** The inputs as frames of this engine. */
export function frames(engine, inputs, { width, height }) {
  const made = {};
  for (const [name, { bytes, format }] of Object.entries(inputs))
    made[name] = engine.frameFrom(bytes, width, height, { format });
  return made;
}

/** The steps as a pipeline; `other` is the second input of a step that takes one. */
export function build(engine, steps, other) {
  return steps.reduce((pipeline, [name, params]) => {
    const info = engine.ops.find((op) => op.name === name);
    if (!info) throw new Error('not there yet');
    return pipeline.op(name, ...(info.inputs === 2 ? [other] : []), ...(params ? [params] : []));
  }, engine.pipeline());
}

/** One row, ready to run: `work` gives the output frame, which is reused. */
export function prepare(engine, made, row) {
  const input = made[row.input];
  if (row.measure) return { work: () => { row.measure(engine, input); }, output: undefined };
  const pipeline = build(engine, row.steps, row.other && made[row.other]);
  const output = pipeline.runSync(input);
  return {
    output,
    work: () => { pipeline.runSync(input, { output }); },
    workAsync: () => pipeline.run(input, { output }),
  };
}
