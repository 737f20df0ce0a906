// The engine's other calls, and all of them after its end: [what, code, call, what the message says].
const NO_FRAMES = [undefined, null, 5, 'frame', {}, [], true, new Uint8Array(364), Symbol('f'), () => {}];
const MEASURES = ['histogram', 'statistics', 'integral', 'compare'];
const ways = (name) => [name, `${name}Sync`];

const MEASURE = MEASURES.flatMap((name) => ways(name).flatMap((way) => {
  const call = (engine, frame) => engine[way](...(name === 'compare' ? [frame, frame] : [frame]));
  return [
    ...NO_FRAMES.map((frame, i) => [`${way} of what is no frame (${i})`, 'bad-argument', ({ engine }) => call(engine, frame), name, 'a frame']),
    [`${way}()`, 'bad-argument', ({ engine }) => engine[way](), name, 'a frame'],
    [`${way} of a pipeline`, 'bad-argument', ({ engine }) => call(engine, engine.pipeline()), name, 'a frame'],
    [`${way} of a proxy of a frame`, 'bad-argument', ({ engine, frame }) => call(engine, new Proxy(frame, {})), name, 'a frame'],
    [`${way} of a frame of another engine`, 'bad-argument', ({ engine, foreignFrame }) => call(engine, foreignFrame), 'another engine'],
    [`${way} of a frame that is disposed of`, 'stale-handle', ({ engine, gone }) => call(engine, gone), 'disposed'],
    [`${way} of i420`, 'bad-format', ({ engine, planar }) => call(engine, planar), name, 'rgba8', 'gray8', 'i420'],
    [`${way} of nv12`, 'bad-format', ({ engine, formats }) => call(engine, formats.nv12), name, 'nv12'],
  ];
}));

const MEASURE_OPTIONS = MEASURES.flatMap((name) => {
  const call = ({ engine, frame }, options) => engine[name](...(name === 'compare' ? [frame, frame, options] : [frame, options]));
  return [
    ...[null, 5, 'fast', []].map((options, i) => [`${name} with options that are none (${i})`, 'bad-argument', (context) => call(context, options), 'options', 'an object']),
    [`${name} with a misspelt option`, 'bad-argument', (context) => call(context, { sgnal: 1 }), "'sgnal'", 'signal'],
    [`${name} with a signal that is none`, 'bad-argument', (context) => call(context, { signal: {} }), 'signal', 'AbortSignal'],
    [`${name} with an onProgress that is none`, 'bad-argument', (context) => call(context, { onProgress: 1 }), 'onProgress', 'a function'],
    [`${name} with a signal that is aborted`, 'aborted', (context) => call(context, { signal: AbortSignal.abort() }), 'aborted'],
  ];
});

const COMPARE = ways('compare').flatMap((way) => [
  [`${way} of one frame`, 'bad-argument', ({ engine, frame }) => engine[way](frame), 'compare', 'a frame'],
  [`${way} of two sizes`, 'bad-argument', ({ engine, frame, small }) => engine[way](frame, small), 'compare', '13×7', '5×5'],
  [`${way} of two formats`, 'bad-format', ({ engine, frame, gray }) => engine[way](frame, gray), 'compare', 'rgba8', 'gray8'],
]);

const INTEGRAL = ways('integral').map((way) => [`${way} of more pixels than can be summed`, 'unsupported', async ({ engine }) => {
  const large = engine.frame(4105, 4105, { format: 'gray8' });
  try {
    return await engine[way](large);
  } finally {
    large.dispose();
  }
}, 'integral', 16843009]);

const ALLOC = [
  ...[0, -5, 1.5, NaN, Infinity, '9', null, undefined, {}, 5n, true, 2 ** 33, Symbol('n')].map((bytes, i) => [
    `alloc(wrong ${i})`, 'bad-argument', ({ engine }) => engine.alloc(bytes), 'alloc', 'bytes', 'between 1 and 4294967296']),
  ...[0, 3, -64, 131072, '64', null, NaN, 1.5, {}, Infinity].map((align, i) => [`alloc with align ${i}`, 'bad-argument', ({ engine }) => engine.alloc(8, { align }), 'align', 'a power of two', 65536]),
  ...[null, 5, 'align', []].map((options, i) => [`alloc with options that are none (${i})`, 'bad-argument', ({ engine }) => engine.alloc(8, options), 'alloc', 'options', 'an object']),
  ['alloc with a misspelt option', 'bad-argument', ({ engine }) => engine.alloc(8, { aling: 64 }), "'aling'", 'align'],
  ['alloc of more than there is', 'out-of-memory', ({ engine }) => engine.alloc(2 ** 32), 4294967296],
  ['a second free', 'stale-handle', ({ engine }) => {
    const block = engine.alloc(100);
    block.free();
    return block.free();
  }, 'freed before'],
];

/** Everything an engine does, after its end. */
const CALLS = {
  frame: (engine) => engine.frame(5, 5), frameFrom: (engine) => engine.frameFrom(new Uint8Array(4), 1, 1), pipeline: (engine) => engine.pipeline(),
  'pipeline(description)': (engine) => engine.pipeline([]), alloc: (engine) => engine.alloc(8), layout: (engine) => engine.layout(), stats: (engine) => engine.stats(),
  leaks: (engine) => engine.leaks(),
  ...Object.fromEntries(MEASURES.flatMap((name) => ways(name).map((way) => [way, (engine, { orphan }) => engine[way](...(name === 'compare' ? [orphan, orphan] : [orphan]))]))),
  run: (_, { orphanPipeline, orphan }) => orphanPipeline.run(orphan), runSync: (_, { orphanPipeline, orphan }) => orphanPipeline.runSync(orphan),
  op: (_, { orphanPipeline }) => orphanPipeline.op('invert'), explain: (_, { orphanPipeline }) => orphanPipeline.explain(5, 5), free: (_, { orphanBlock }) => orphanBlock.free(),
};
const ENDED = Object.entries(CALLS).map(([name, call]) => [`${name} after dispose()`, 'disposed', (context) => call(context.ended, context), 'engine', 'disposed']);

export const ENGINE = [...MEASURE, ...MEASURE_OPTIONS, ...COMPARE, ...INTEGRAL, ...ALLOC, ...ENDED];
