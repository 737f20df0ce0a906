// Every call of the public API that may allocate, and a pipeline of each kind: what is given to it, what it does.
import { startingParams } from '../../demos/shared/schema.js';
import { noiseFrame, noiseView } from '../js/support.js';

const W = 97, H = 61;
const SEPIA = [0.393, 0.769, 0.189, 0, 0, 0.349, 0.686, 0.168, 0, 0, 0.272, 0.534, 0.131, 0, 0, 0, 0, 0, 1, 0];
const LONG = { table: Array.from({ length: 1024 }, (_, i) => (i * 37) % 256) };

/**
 * @typedef {object} Operation
 * @property {string} name
 * @property {(engine: any) => Record<string, any>} given frames it is called with; the same for every call
 * @property {(engine: any, given: any) => unknown} call what it gives is read and disposed of
 * @property {boolean} [fresh] needs an engine of its own: it makes the engine keep something for good
 * @property {boolean} [undone] false: an error may come after a part of it was done
 * @property {boolean} [brief] also part of the short form
 */

const one = (engine) => ({ frame: noiseFrame(engine, W, H) });
const two = (engine) => ({ frame: noiseFrame(engine, W, H), other: noiseFrame(engine, W, H, 'rgba8', 5) });

/** @type {Operation[]} */
const ENGINE = [
  { name: 'frame', given: () => ({}), call: (engine) => engine.frame(33, 21), brief: true },
  { name: 'frame, planar', given: () => ({}), call: (engine) => engine.frame(33, 21, { format: 'nv12' }) },
  { name: 'frameFrom', given: () => ({}), call: (engine) => engine.frameFrom(new Uint8Array(33 * 21).fill(7), 33, 21, { format: 'gray8' }), brief: true },
  { name: 'view', given: one, call: (_, { frame }) => frame.view(3, 5, 40, 30), brief: true },
  { name: 'view of a view', given: (engine) => ({ frame: noiseView(engine, W, H) }), call: (_, { frame }) => frame.view(3, 5, 40, 30) },
  { name: 'clone', given: (engine) => ({ frame: noiseView(engine, W, H) }), call: (_, { frame }) => frame.clone(), brief: true },
  { name: 'alloc', given: () => ({}), call: (engine) => engine.alloc(70000, { align: 4096 }), brief: true },
  { name: 'stats', given: one, call: (engine) => Object.keys(engine.stats()), brief: true },
  { name: 'layout', given: one, call: (engine) => engine.layout().every(({ start, end }) => end > start), brief: true },
  { name: 'leaks', given: one, call: (engine) => engine.leaks().length },
  { name: 'building a pipeline', given: two, brief: true,
    call: (engine, { other }) => engine.pipeline().grayscale().toRgba().blend(other, { opacity: 0.5 }).lut(LONG).gaussianBlur({ sigma: 3 }).describe() },
  { name: 'pipeline(description)', given: two, call: (engine, { other }) => engine.pipeline([{ op: 'blend', other: { frame: 0 } }, { op: 'lut', ...LONG }], [other]).describe() },
  { name: 'explain', given: () => ({}), call: (engine) => engine.pipeline().unsharpMask({ sigma: 2 }).equalize().rotate({ degrees: 9 }).explain(640, 480), brief: true },
  { name: 'a pipeline longer than the staging area', given: one, fresh: true, brief: true,
    call: (engine, { frame }) => engine.pipeline().lut(LONG).lut(LONG).linear({ scale: 0.9 }).lut(LONG).run(frame) },
  { name: '300 frames: the table of handles grows', given: () => ({}), fresh: true, brief: true, call: (engine) => {
    const frames = [];
    try {
      for (let i = 0; i < 300; i++) frames.push(engine.frame(1 + i % 3, 1, { format: 'gray8' }));
      return frames.length;
    } finally {
      for (const frame of frames) frame.dispose();
    }
  } },
];

/** Measures, each waiting and not. @type {Operation[]} */
const MEASURES = ['histogram', 'statistics', 'integral', 'compare'].flatMap((name) => ['', 'Sync'].map((way) => ({
  name: name + way, given: two, brief: true,
  call: (/** @type {any} */ engine, /** @type {any} */ { frame, other }) => engine[name + way](...(name === 'compare' ? [frame, other] : [frame])),
})));

/** A pipeline of each kind, and of kinds together. */
const KINDS = {
  'a point operation': [one, (p) => p.linear({ scale: 1.2, offset: -9 }).colorMatrix({ matrix: SEPIA })],
  'a table': [one, (p) => p.lut(LONG).gamma({ gamma: 0.7 })],
  'a stencil': [one, (p) => p.boxBlur({ radius: 4 })],
  'a wide stencil': [one, (p) => p.gaussianBlur({ sigma: 40 })],
  'a resampling': [one, (p) => p.resize({ width: 131, height: 23, filter: 'lanczos3' })],
  'random access': [one, (p) => p.rotate({ degrees: 31 })],
  'a reduction': [one, (p) => p.equalize()],
  'a reduction by cells': [one, (p) => p.grayscale().clahe()],
  'to planar': [one, (p) => p.toNv12()],
  'from planar': [(engine) => ({ frame: noiseFrame(engine, W, H, 'i420') }), (p) => p.toRgba().invert()],
  'a binary operation on a frame': [two, (p, { other }) => p.blend(other, { mode: 'screen' })],
  'a binary operation on a pipeline': [one, (p) => p.absDiff(p.gaussianBlur({ sigma: 2 }))],
  'two consumers': [one, (p) => p.boxBlur({ radius: 2 }).unsharpMask({ sigma: 3 })],
  'many passes': [one, (p) => p.grayscale().gaussianBlur({ sigma: 2 }).canny({ low: 40, high: 90 }).rotate({ degrees: 5 }).threshold({ auto: 'otsu' })],
  'a view': [(engine) => ({ frame: noiseView(engine, W, H) }), (p) => p.median().rotate90()],
};

/** @type {Operation[]} */
const PIPELINES = Object.entries(KINDS).flatMap(([name, [given, build]]) => [
  { name: `run of ${name}`, given, brief: true, call: (engine, all) => build(engine.pipeline(), all).run(all.frame) },
  { name: `runSync of ${name}`, given, brief: true, call: (engine, all) => build(engine.pipeline(), all).runSync(all.frame) },
]);

/** @type {Operation[]} */
const OUTPUTS = [
  { name: 'run in place', given: one, brief: true, call: (engine, { frame }) => engine.pipeline().invert().gaussianBlur({ sigma: 2 }).run(frame, { output: frame }) },
  { name: 'runSync in place', given: one, brief: true, call: (engine, { frame }) => engine.pipeline().equalize().flip().runSync(frame, { output: frame }) },
  { name: 'run into another frame', given: two, brief: true, call: (engine, { frame, other }) => engine.pipeline().median().run(frame, { output: other }) },
  { name: 'two runs that wait for each other', given: two, brief: true, call: async (engine, { frame, other }) => {
    const first = engine.pipeline().invert(), second = engine.pipeline().boxBlur({ radius: 3 }); // before any run: they may throw
    const ends = await Promise.allSettled([first.run(frame, { output: other }), second.run(other, { output: frame })]);
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    return frame;
  }, undone: false },
];

/** Every operation of the catalogue, with parameters that show something. @returns {Operation[]} */
function catalogue(ops) {
  return ops.map((op) => ({
    name: `pipeline().${op.name}()`,
    given: (engine) => {
      const format = op.formats.includes('rgba8') ? 'rgba8' : op.formats[0];
      return { frame: noiseFrame(engine, W, H, format), other: noiseFrame(engine, W, H, format, 9) };
    },
    call: (engine, { frame, other }) => engine.pipeline().op(op.name, ...(op.inputs === 2 ? [other] : []), startingParams(op, { width: W, height: H })).run(frame),
  }));
}

/** @param {any[]} ops engine.ops */
export const operationsOf = (ops) => [...ENGINE, ...MEASURES, ...PIPELINES, ...OUTPUTS, ...catalogue(ops)];
