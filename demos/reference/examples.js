// What the reference shows of each operation: on which picture, after which others, with which parameters, and as what code.
// The parameters themselves are those that the demo starts with (../shared/starters.js).

import { startingParams } from '../shared/schema.js';
import { TABLES } from '../shared/starters.js';

/** All example pictures have this size, so that any two can be combined. */
export const SIZE = { width: 420, height: 280 };

/** Operations that undo another, or take what another makes: shown after the first of these that the engine has. */
const AFTER = {
  toRgba: ['toI420', 'grayscale'],
  unpremultiply: ['premultiply'],
  hsvToRgb: ['rgbToHsv'],
  linearToSrgb: ['srgbToLinear'],
};

const CONVERSION = { bgra8: 'toBgra', i420: 'toI420', nv12: 'toNv12' };

/** 'photo' unless said here. cutout: a picture whose surroundings are transparent. */
const PICTURE = { premultiply: 'cutout', unpremultiply: 'cutout', chromaKey: 'coffee' };
const LAYER = { blend: 'cutout', mask: 'cutout' };

/** How a long list is written. */
const WRITTEN = [
  [TABLES['S-curve'], 'Array.from({ length: 256 }, (_, v) => Math.round(v * v * (765 - 2 * v) / 65025))'],
];

/**
 * @param {object} op     of engine.ops
 * @param {object[]} ops  engine.ops
 * @returns {{op: object, first: string[], params: object, picture: string, layer?: string}}  first: the operations before it;
 *          layer: the second picture, for operations on two
 */
export function exampleOf(op, ops) {
  const example = { op, first: before(op, ops), params: startingParams(op, SIZE), picture: PICTURE[op.name] ?? 'photo' };
  return op.inputs === 2 ? { ...example, layer: LAYER[op.name] ?? 'coffee' } : example;
}

/** What makes of the photo what the operation takes. */
function before({ name, formats }, ops) {
  const after = (AFTER[name] ?? []).find((each) => ops.some((op) => op.name === each));
  if (after) return [after];
  if (formats.includes('rgba8')) return [];
  return [formats.includes('gray8') ? 'grayscale' : CONVERSION[formats[0]]];
}

/** The pipelines of an example: what comes before the operation, and all of it. `layer`: the second picture's frame, if it takes one. */
export function pipelinesOf(engine, { op, first }, params, layer) {
  const start = first.reduce((pipeline, name) => pipeline.op(name), engine.pipeline());
  return { start, whole: start.op(op.name, ...(layer ? [layer] : []), params) };
}

/** One line of JavaScript that runs: photo and layer are frames, engine is the engine. */
export function codeOf({ op, first, layer }, params) {
  const written = Object.entries(params).map(([name, value]) => `${name}: ${literal(value)}`).join(', ');
  const args = [layer && 'layer', written && `{ ${written} }`].filter(Boolean).join(', ');
  return `const result = await engine.pipeline()${first.map((name) => `.${name}()`).join('')}.${op.name}(${args}).run(photo);`;
}

function literal(value) {
  if (typeof value === 'string') return `'${value}'`;
  if (!Array.isArray(value)) return String(value);
  const known = WRITTEN.find(([list]) => list.length === value.length && list.every((item, i) => item === value[i]));
  return known ? known[1] : `[${value.join(', ')}]`;
}
