// Pipelines by chance, of operations that a video tool would chain; every one ends in a picture of moderate size.
const BORDERS = ['reflect101', 'replicate', 'reflect', 'wrap', 'constant'];
const MODES = ['normal', 'multiply', 'screen', 'overlay'];
const BLENDED = 0.15; // share of chains that end on a second picture

/** A whole number from min to max. @param {() => number} next */
export const whole = (next, min, max) => min + Math.floor(next() * (max - min + 1));
/** @template T @param {() => number} next @param {T[]} list @returns {T} */
export const one = (next, list) => list[whole(next, 0, list.length - 1)];

const TONE = [
  () => ['invert', {}], (next) => ['gamma', { gamma: 0.3 + next() * 2 }], (next) => ['linear', { scale: 0.5 + next(), offset: whole(next, -40, 40) }],
  () => ['equalize', {}], (next) => ['contrast', { amount: 0.5 + next() }], (next) => ['posterize', { levels: whole(next, 2, 9) }],
  (next) => ['boxBlur', { radius: whole(next, 1, 12), border: one(next, BORDERS) }], (next) => ['gaussianBlur', { sigma: 0.4 + next() * 5, border: one(next, BORDERS) }],
  (next) => ['unsharpMask', { sigma: 0.5 + next() * 2, amount: next() * 2 }], () => ['median', {}], (next) => ['flip', { axis: one(next, ['x', 'y', 'both']) }],
  (next) => ['rotate90', { turns: whole(next, 1, 3) }], (next) => ['resize', { width: whole(next, 16, 400), filter: one(next, ['nearest', 'bilinear', 'bicubic', 'area']) }],
  (next) => ['rotate', { degrees: next() * 360 }], (next) => ['vignette', { amount: next(), radius: 0.3 + next() * 0.5 }], (next) => ['dilate', { radius: whole(next, 1, 3) }],
  (next) => ['threshold', { value: whole(next, 1, 254) }], (next) => ['pixelate', { size: whole(next, 2, 16) }],
];
const COLOUR = [...TONE, () => ['sepia', {}], (next) => ['hueRotate', { degrees: next() * 360 }], (next) => ['saturate', { amount: next() * 2 }], () => ['grayscale', {}]];
const GRAY = [...TONE, (next) => ['sobel', { border: one(next, BORDERS) }], (next) => ['canny', { low: 30, high: whole(next, 40, 120) }], () => ['clahe', {}], () => ['toRgba', {}]];

/**
 * A description: what engine.pipeline() reads; { frame: 0 } stands for a picture like the input, which `blends` says is needed.
 * @param {() => number} next @param {string} format of the input
 */
export function anyChain(next, format) {
  /** @type {Record<string, unknown>[]} */ const chain = [];
  let now = format;
  const add = (op, params) => {
    chain.push({ op, ...params });
    if (op === 'grayscale') now = 'gray8';
    else if (op === 'toRgba') now = 'rgba8';
  };
  const blends = !/^(i420|nv12)$/.test(format) && next() < BLENDED;
  if (blends) add('blend', { other: { frame: 0 }, mode: one(next, MODES), opacity: next() });
  if (/^(i420|nv12)$/.test(format)) add('toRgba', {});
  for (let i = whole(next, 1, 5); i > 0; i--) add(...one(next, now === 'gray8' ? GRAY : COLOUR)(next));
  if (next() < 0.1) add(one(next, ['toI420', 'toNv12']), {});
  return { chain, blends };
}
