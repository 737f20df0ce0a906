// Pipelines by hostile names and descriptions, too long, too deep, in circles: [what, code, call, what the message says].
const NAMES = ['sharpn', '', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'run', 'describe', 'op', undefined, 5, null, {}, [], true, 5n, Symbol('op'), 'sharpenCombine', 'INVERT', ' invert'];
const LIST = ['description', 'a list'];

/** A description that refers to itself. */
function circle() {
  const description = [{ op: 'blend' }];
  description[0].other = description;
  return description;
}

function nested(levels) {
  let description = [];
  for (let i = 0; i < levels; i++) description = [{ op: 'blend', other: description }];
  return description;
}

/** Twice as many operations with each level, if it were a tree. */
const doubledDescription = (levels) => Array.from({ length: levels }).reduce((inner) => [{ op: 'add', other: inner }, { op: 'add', other: inner }], [{ op: 'invert' }]);

const chain = (engine, length) => Array.from({ length }).reduce((pipeline, _, i) => pipeline.linear({ offset: i % 7 }), engine.pipeline());

/** Twice as many operations with each step, if it were a tree. */
const doubled = (engine, times) => Array.from({ length: times }).reduce((pipeline) => pipeline.add(pipeline), engine.pipeline().invert());

const BUILDING = [
  ...NAMES.map((name) => [`op(${String(name).slice(0, 20)})`, 'bad-argument', ({ engine }) => engine.pipeline().op(name, {}), 'there is no operation', 'engine.ops']),
  ['op()', 'bad-argument', ({ engine }) => engine.pipeline().op(), 'there is no operation'],
  ['invert with two objects', 'bad-argument', ({ engine }) => engine.pipeline().invert({}, {}), 'invert', 'one object'],
  ['blend with a pipeline of another engine', 'bad-argument', ({ engine, foreign }) => engine.pipeline().blend(foreign.pipeline().invert()), 'blend', 'another engine'],
  ['blend with what only looks like a frame', 'bad-argument', ({ engine, frame }) => engine.pipeline().blend(Object.create(Object.getPrototypeOf(frame))), 'blend', 'a frame or a pipeline'],
  ['blend with a proxy of a frame', 'bad-argument', ({ engine, frame }) => engine.pipeline().blend(new Proxy(frame, {})), 'blend', 'a frame or a pipeline'],
  ['blend with what only looks like a pipeline', 'bad-argument', ({ engine }) => engine.pipeline().blend(Object.create(Object.getPrototypeOf(engine.pipeline()))), 'blend', 'a frame or a pipeline'],
];

const DESCRIPTIONS = [
  ...[null, 5, 'invert', {}, true, Symbol('d'), new Map(), () => []].map((description, i) => [`pipeline(no list ${i})`, 'bad-argument', ({ engine }) => engine.pipeline(description), ...LIST]),
  ...[[null], [5], ['invert'], [{}], [{ op: 5 }], [{ op: null }], [[]], [undefined], Array(1), [{ OP: 'invert' }]].map((description, i) => [
    `pipeline(list of no operations ${i})`, 'bad-argument', ({ engine }) => engine.pipeline(description), 'description', 'op']),
  ...['sharpn', '__proto__', 'constructor', 'toString', ''].map((op) => [`pipeline([{ op: '${op}' }])`, 'bad-argument', ({ engine }) => engine.pipeline([{ op }]), 'there is no operation']),
  ['pipeline([{ op: invert, extra }])', 'bad-argument', ({ engine }) => engine.pipeline([{ op: 'invert', extra: 1 }]), 'invert', 'extra'],
  ['pipeline with an own __proto__', 'bad-argument', ({ engine }) => engine.pipeline(JSON.parse('[{"op": "invert", "__proto__": {"a": 1}}]')), 'invert', '__proto__'],
  ['pipeline with constructor', 'bad-argument', ({ engine }) => engine.pipeline(JSON.parse('[{"op": "invert", "constructor": 1}]')), 'invert', 'constructor'],
  ...[5, 'x', true, null, {}, { frame: 0 }, { frame: -1 }, { frame: 1.5 }, { frame: '0' }, { frame: 'length' }, { frame: '__proto__' }, { frame: 'constructor' }, { frame: NaN }, undefined].map((other, i) => [
    `pipeline([{ op: blend, other: wrong ${i} }])`, 'bad-argument', ({ engine }) => engine.pipeline([{ op: 'blend', other }]), 'blend']),
  ...[null, 5, 'frames', {}, [5], [null]].map((frames, i) => [`pipeline with frames that are none (${i})`, 'bad-argument', ({ engine }) => engine.pipeline([{ op: 'blend', other: { frame: 0 } }], frames)]),
  ['pipeline([{ op: invert, other: [] }])', 'bad-argument', ({ engine }) => engine.pipeline([{ op: 'invert', other: [] }]), 'invert'],
  ['pipeline with a wrong operation in other', 'bad-argument', ({ engine }) => engine.pipeline([{ op: 'blend', other: [{ op: 'nope' }] }]), "'nope'"],
  ['pipeline that contains itself', 'bad-argument', ({ engine }) => engine.pipeline(circle()), 'description', 'deep'],
  ['pipeline whose parts stand in it 2^60 times', 'bad-argument', ({ engine }) => engine.pipeline(doubledDescription(60)), 'description', 'operations long'],
  ['pipeline of 20000 levels', 'bad-argument', ({ engine }) => engine.pipeline(nested(20000)), 'description', 'deep'],
];

const LONG = [
  ['a run of 1100 operations', 'bad-argument', ({ engine, frame }) => chain(engine, 1100).run(frame), 'operations', 1023],
  ['a runSync of 1100 operations', 'bad-argument', ({ engine, frame }) => chain(engine, 1100).runSync(frame), 'operations', 1023],
  ['explain of 1100 operations', 'bad-argument', ({ engine }) => chain(engine, 1100).explain(8, 8), 'operations', 1023],
  ['describe of 1100 operations', 'bad-argument', ({ engine }) => chain(engine, 1100).describe(), 'operations', 1023],
  ['describe of a graph that is a tree of 2^60', 'unsupported', ({ engine }) => doubled(engine, 60).describe(), 'describe'],
  ['a run on more frames than fit', 'bad-argument', async ({ engine, frame }) => {
    const frames = Array.from({ length: 70 }, () => engine.frame(13, 7));
    try {
      return await frames.reduce((pipeline, other) => pipeline.add(other), engine.pipeline()).run(frame);
    } finally {
      for (const each of frames) each.dispose();
    }
  }, 'frames'],
];

const SIDES = [0, -1, 1.5, NaN, Infinity, 65536, '5', null, undefined, {}, 5n];
const EXPLAIN = [
  ...SIDES.flatMap((value) => [
    [`explain(${String(value)}, 5)`, 'bad-argument', ({ engine }) => engine.pipeline().invert().explain(value, 5), 'explain', 'width', 'between 1 and 65535'],
    [`explain(5, ${String(value)})`, 'bad-argument', ({ engine }) => engine.pipeline().invert().explain(5, value), 'explain', 'height', 'between 1 and 65535'],
  ]),
  ...['rgb', null, 5, {}, Object.create(null), Symbol('f'), '__proto__'].map((format, i) => [`explain of format ${i}`, 'bad-format', ({ engine }) => engine.pipeline().invert().explain(5, 5, { format }), 'format', 'rgba8', 'nv12']),
  ...[null, 5, 'rgba8'].map((options, i) => [`explain with options ${i}`, 'bad-argument', ({ engine }) => engine.pipeline().invert().explain(5, 5, options), 'explain', 'options', 'an object']),
  ['explain with a misspelt option', 'bad-argument', ({ engine }) => engine.pipeline().invert().explain(5, 5, { fromat: 'gray8' }), "'fromat'", 'format'],
  ['explain of a planar format that is not taken', 'bad-format', ({ engine }) => engine.pipeline().invert().explain(5, 5, { format: 'i420' }), 'invert', 'i420'],
];

export const PIPELINES = [...BUILDING, ...DESCRIPTIONS, ...LONG, ...EXPLAIN];
