// The pipeline as the page edits it: a list of {id, op, params, off, other}, and its translations to and from the engine's.

let serial = 0;
export const step = (op, params = {}, other = undefined) => ({ id: ++serial, op, params: { ...params }, off: false, other });

/** What an operation on two pictures can have as its top layer: a pipeline on the same source. */
export const LAYERS = {
  original: { title: 'the original', steps: [] },
  negative: { title: 'its negative', steps: [{ op: 'invert', params: {} }] },
  blurred: { title: 'a blurred copy', steps: [{ op: 'gaussianBlur', params: { sigma: 14 } }] },
  softNegative: { title: 'its blurred negative', steps: [{ op: 'invert', params: {} }, { op: 'gaussianBlur', params: { sigma: 9 } }] },
  edges: {
    title: 'its edges',
    steps: [
      { op: 'grayscale', params: {} }, { op: 'gaussianBlur', params: { sigma: 1.5 } }, { op: 'sobel', params: {} },
      { op: 'linear', params: { scale: 3, offset: 0 } }, { op: 'toRgba', params: {} },
    ],
  },
  ink: {
    title: 'its outlines in ink',
    steps: [
      { op: 'grayscale', params: {} }, { op: 'gaussianBlur', params: { sigma: 2.2 } }, { op: 'sobel', params: {} },
      { op: 'linear', params: { scale: -3.2, offset: 330 } }, { op: 'toRgba', params: {} },
    ],
  },
};
const layerSteps = (other) => (Array.isArray(other) ? other : (LAYERS[other] ?? LAYERS.original).steps);

export const active = (steps) => steps.filter(({ off }) => !off);

const TO = { grayscale: 'gray8', extractChannel: 'gray8', toRgba: 'rgba8', toBgra: 'bgra8', toI420: 'i420', toNv12: 'nv12' };

/** The pixel format before each step, and after the last. */
export function formatsThrough(steps, format = 'rgba8') {
  const formats = [format];
  for (const { op, off } of steps) formats.push((!off && TO[op]) || formats.at(-1));
  return formats;
}

/** The operation that makes `format` acceptable to `op`, or null where none is needed or none helps. */
export function bridge(op, format) {
  if (!op.formats || op.formats.includes(format)) return null;
  if (op.formats.includes('gray8') && format !== 'gray8') return 'grayscale';
  if (op.formats.includes('rgba8')) return 'toRgba';
  return null;
}

/** Adds a layer's last conversion so that both inputs of an operation have one format. */
export function layerFor(other, format) {
  const steps = layerSteps(other);
  const end = formatsThrough(steps).at(-1);
  if (end === format) return steps;
  if (format === 'gray8') return [...steps, { op: 'grayscale', params: {} }];
  return format === 'rgba8' ? [...steps, { op: 'toRgba', params: {} }] : steps;
}

/** What makes rgba8 of a captured frame: nothing, or a conversion where a camera gave its own planes. */
export function entrance({ format, origin }) {
  if (format === 'rgba8') return [];
  const { matrix, range } = origin ?? {};
  return [{ op: 'toRgba', params: matrix ? { matrix, range } : {} }];
}

/** The engine's pipeline for these steps. Throws the engine's own errors. */
export function build(engine, steps, first = []) {
  let format = 'rgba8';
  let pipeline = engine.pipeline();
  for (const { op, params, other } of [...first, ...active(steps)]) {
    if (inputsOf(engine, op) === 2) pipeline = pipeline[op](build(engine, layerFor(other, format), first), params);
    else pipeline = pipeline.op(op, params);
    format = TO[op] ?? format;
  }
  return pipeline;
}

export const inputsOf = (engine, name) => engine.ops.find((op) => op.name === name)?.inputs ?? 1;

/** describe()'s JSON as steps. */
export const stepsOf = (description) => description.map(({ op, other, ...params }) => step(op, params, layerOf(other)));

/** A described layer by the name it has in LAYERS, or as it is. */
function layerOf(other) {
  if (!Array.isArray(other)) return undefined;
  const steps = other.map(({ op, other: _, ...params }) => ({ op, params }));
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  return Object.keys(LAYERS).find((key) => ['rgba8', 'gray8'].some((format) => same(layerFor(key, format), steps))) ?? steps;
}
