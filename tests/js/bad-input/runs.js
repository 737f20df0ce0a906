// Runs on wrong frames, into wrong frames, with wrong options: [what, code, call, what the message says]. Each by run and by runSync,
// where both take it.
const both = (what, code, call, ...parts) => [
  [`run ${what}`, code, (context) => call(context, 'run'), ...parts],
  [`runSync ${what}`, code, (context) => call(context, 'runSync'), ...parts],
];
const p = ({ engine }) => engine.pipeline().invert();

const INPUTS = [
  ...[undefined, null, 5, 'frame', {}, [], true, 5n, Symbol('f'), new Uint8Array(364), () => {}].flatMap((input, i) =>
    both(`on what is no frame (${i})`, 'bad-argument', (context, run) => p(context)[run](input), 'input', 'a frame')),
  ...both('on the bytes of a frame', 'bad-argument', (context, run) => p(context)[run](context.frame.data), 'input', 'a frame'),
  ...both('on a pipeline', 'bad-argument', (context, run) => p(context)[run](p(context)), 'input', 'a frame'),
  ...both('on a frame of another engine', 'bad-argument', (context, run) => p(context)[run](context.foreignFrame), 'another engine'),
  ...both('on a frame that is disposed of', 'stale-handle', (context, run) => p(context)[run](context.gone), 'disposed'),
  ...both('on what only looks like a frame', 'bad-argument', (context, run) => p(context)[run](Object.create(Object.getPrototypeOf(context.frame))), 'a frame'),
  ...both('on a proxy of a frame', 'bad-argument', (context, run) => p(context)[run](new Proxy(context.frame, {})), 'a frame'),
  ...both('on the place of a frame', 'bad-argument', (context, run) => p(context)[run]({ handle: context.frame.handle, width: 13, height: 7 }), 'a frame'),
];

const SECOND = [
  ...both('with a second frame of another engine', 'bad-argument', (context, run) => context.engine.pipeline().blend(context.foreignFrame)[run](context.frame), 'another engine'),
  ...both('with a second frame that is disposed of', 'stale-handle', (context, run) => context.engine.pipeline().blend(context.gone)[run](context.frame), 'disposed'),
  ...both('with a second frame of another size', 'bad-argument', (context, run) => context.engine.pipeline().blend(context.small)[run](context.frame), 'blend', '13×7', '5×5'),
  ...both('with a second frame of another format', 'bad-format', (context, run) => context.engine.pipeline().blend(context.gray)[run](context.frame), 'blend'),
  ...both('with a planar second frame', 'bad-format', (context, run) => context.engine.pipeline().blend(context.planar)[run](context.frame), 'blend'),
];

const OUTPUTS = [
  ...[null, 5, 'frame', {}, [], true, new Uint8Array(364)].flatMap((output, i) =>
    both(`into what is no frame (${i})`, 'bad-argument', (context, run) => p(context)[run](context.frame, { output }), 'output', 'a frame')),
  ...both('into a frame of another engine', 'bad-argument', (context, run) => p(context)[run](context.frame, { output: context.foreignFrame }), 'another engine'),
  ...both('into a frame that is disposed of', 'stale-handle', (context, run) => p(context)[run](context.frame, { output: context.gone }), 'disposed'),
  ...both('into a frame of another size', 'bad-argument', (context, run) => p(context)[run](context.frame, { output: context.small }), 'output', '13×7', '5×5'),
  ...both('into a frame of another format', 'bad-format', (context, run) => p(context)[run](context.frame, { output: context.gray }), 'output', 'rgba8', 'gray8'),
  ...both('of a resize into its input', 'bad-argument', (context, run) => context.engine.pipeline().resize({ width: 5 })[run](context.frame, { output: context.frame }), 'output', '13×7'),
  ...both('into a proxy of a frame', 'bad-argument', (context, run) => p(context)[run](context.frame, { output: new Proxy(context.other, {}) }), 'output', 'a frame'),
];

const OPTIONS = [
  ...[null, 5, 'fast', true, 5n].flatMap((options, i) => both(`with options that are none (${i})`, 'bad-argument', (context, run) => p(context)[run](context.frame, options), 'options', 'an object')),
  ...both('with a list as options', 'bad-argument', (context, run) => p(context)[run](context.frame, []), 'options', 'an object'),
  ...both('with a misspelt option', 'bad-argument', (context, run) => p(context)[run](context.frame, { ouput: context.other }), "'ouput'", 'output'),
  ...both('with an own __proto__', 'bad-argument', (context, run) => p(context)[run](context.frame, JSON.parse('{"__proto__": 1}')), '__proto__'),
  ['runSync with a signal', 'bad-argument', (context) => p(context).runSync(context.frame, { signal: new AbortController().signal }), "'signal'", 'output'],
  ...[5, 'stop', {}, [], new AbortController(), { aborted: true }, { addEventListener() {} }].map((signal, i) => [
    `run with a signal that is none (${i})`, 'bad-argument', (context) => p(context).run(context.frame, { signal }), 'signal', 'AbortSignal']),
  ...[5, 'tell', {}, [], true].map((onProgress, i) => [`run with an onProgress that is none (${i})`, 'bad-argument', (context) => p(context).run(context.frame, { onProgress }), 'onProgress', 'a function']),
  ['run with a signal that is aborted', 'aborted', (context) => p(context).run(context.frame, { signal: AbortSignal.abort('no more') }), 'aborted'],
  ['run whose signal aborts with an Error', 'aborted', (context) => p(context).run(context.frame, { signal: AbortSignal.abort(new RangeError('mine')) }), 'aborted'],
];

/** Operations that do not go with the frame of 13×7. */
const SHAPES = [
  ...[[10, 0, 9, 3], [0, 5, 3, 9], [13, 0, 1, 1], [0, 7, 1, 1], [60000, 60000, 1, 1]].flatMap(([x, y, width, height]) =>
    both(`of a crop that leaves the frame (${x}, ${y}, ${width}, ${height})`, 'bad-argument', (context, run) => context.engine.pipeline().crop({ x, y, width, height })[run](context.frame), 'crop')),
  ...both('of a resize without a size', 'bad-argument', (context, run) => context.engine.pipeline().resize()[run](context.frame), 'resize', 'width'),
  ...both('of a boxBlur without a radius', 'bad-argument', (context, run) => context.engine.pipeline().boxBlur()[run](context.frame), 'boxBlur', 'radius'),
  ...both('of a pad beyond all frames', 'bad-argument', (context, run) => context.engine.pipeline().pad({ left: 65535, right: 65535 })[run](context.frame), 'pad'),
  ...both('of a convolve with a kernel of other sides', 'bad-argument', (context, run) => context.engine.pipeline().convolve({ kernel: [1, 2, 3], width: 3, height: 3 })[run](context.frame), 'convolve', 'kernel'),
  ...both('of a lut with half a table', 'bad-argument', (context, run) => context.engine.pipeline().lut({ table: Array(300).fill(1) })[run](context.frame), 'lut', 'table'),
  ...both('of a result too large for any memory', 'out-of-memory', (context, run) => context.engine.pipeline().resize({ width: 65535, height: 65535 })[run](context.frame), 'memory'),
];

/** Frames of every format through every operation that does not take it. */
export function formatsOf(ops) {
  return ops.flatMap((op) => ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'].filter((format) => !op.formats.includes(format)).flatMap((format) =>
    both(`of ${op.name} on ${format}`, 'bad-format', ({ engine, startingParams, formats }, run) =>
      engine.pipeline().op(op.name, ...(op.inputs === 2 ? [formats[format]] : []), startingParams(op, { width: 13, height: 7 }))[run](formats[format]), op.name, format, ...op.formats)));
}

const BUSY = [
  ['runSync on a frame that a run writes', 'busy', async (context) => {
    const big = context.engine.frame(900, 700), run = p(context).run(big, { output: big });
    try {
      return p(context).runSync(big);
    } finally {
      await run;
      big.dispose();
    }
  }, 'in flight'],
];

export const RUNS = [...INPUTS, ...SECOND, ...OUTPUTS, ...OPTIONS, ...SHAPES, ...BUSY];
