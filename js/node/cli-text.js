/** What the command prints. */

/** @typedef {import('../pipeline.js').OpInfo} OpInfo */
/** @typedef {import('../pipeline.js').OpParam} OpParam */

export const USAGE = `framelane photo.jpg -o out.png --gaussianBlur sigma=2 --sobel
    reads a PNG or JPEG, runs the operations in their order, writes a PNG or JPEG
    --operation name=value …   its parameters follow an operation; lists as 1,2,3; yes and no as true and false
    what takes gray pictures only is given a gray one
    --blend other.png          operations on two pictures: the second one follows, too

    -o, --output FILE   .png, .jpg or .jpeg
    --quality 1…100     of a JPEG, 90 unless given
    --explain           says how the operations run; with -o, and does it
    --threads N         0: the calling thread only; as many as there are processors unless given
    --list [word]       every operation with its parameters, ranges and defaults; or those with that word in their name

framelane build op.c [more.c …] -o op.wasm [--cc emcc] [-- flags for emcc]
    makes a side module of C files that #include <framelane_module.h>; bring it into an engine with engine.load('op.wasm')

framelane --help | --version`;

/** @param {OpParam} param */
function rangeOf({ type, min, max, choices, minCount, maxCount }) {
  if (type === 'choice') return (choices ?? []).join(' | ');
  if (type === 'boolean') return 'true | false';
  const range = `${min} to ${max}`;
  if (type !== 'numbers') return type === 'integer' ? `${range}, whole` : range;
  return `${minCount === maxCount ? minCount : `${minCount} to ${maxCount}`} numbers, ${range}`;
}

/** @param {OpParam} param */
function presetOf({ required, computed, default: preset }) {
  if (required) return 'required';
  return `default ${computed ?? (Array.isArray(preset) ? preset.join(',') : preset)}`;
}

/** @param {OpInfo} op */
function describeOp({ name, inputs, doc, params }) {
  const rows = params.map((param) => `      ${param.name}=  ${rangeOf(param)} (${presetOf(param)}): ${param.doc}`);
  return [`  --${name}${inputs === 2 ? ' other.png' : ''}`, `      ${doc}`, ...rows].join('\n');
}

/** Operations by family. @param {readonly OpInfo[]} ops */
export function listText(ops) {
  const families = [...new Set(ops.map(({ family }) => family))];
  return families.map((family) => [family, ...ops.filter((op) => op.family === family).map(describeOp)].join('\n')).join('\n\n');
}

/** @param {number} bytes */
function size(bytes) {
  const step = bytes < 1e3 ? 0 : bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3;
  return `${Number((bytes / 1e3 ** step).toPrecision(3))} ${['bytes', 'KB', 'MB', 'GB'][step]}`;
}

/**
 * A pipeline's plan in words.
 * @param {string} name @param {import('../frame.js').Frame} input @param {any} plan of pipeline.explain()
 */
export function explainText(name, { width, height, format }, plan) {
  const passes = plan.passes.map((/** @type {any} */ pass, /** @type {number} */ i) => {
    const ops = pass.stages.flatMap((/** @type {any} */ stage) => stage.ops).join(' → ');
    const tiles = `${pass.tiles} ${pass.tiles === 1 ? 'tile' : 'tiles'} of ${pass.tile.width}×${pass.tile.height}`;
    return `  ${i + 1}. ${pass.kind}: ${ops}; ${pass.width}×${pass.height} ${pass.format}, ${tiles}, ${size(pass.scratchBytes)} of scratch`;
  });
  const kept = plan.intermediateBytes > 0 ? `, keeps ${size(plan.intermediateBytes)} between passes` : '';
  return [
    `${name}: ${width}×${height} ${format}`, ...passes,
    `  reads ${size(plan.bytesRead)}, writes ${size(plan.bytesWritten)}${kept}; about ${Number(plan.estimatedMs.toPrecision(2))} ms`,
  ].join('\n');
}
