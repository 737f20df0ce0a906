// What must hold whatever the reference says: mirror images, inverses, constants, sums. A law gives two pipelines that must make
// the same of a picture, within `within` levels (0 unless said), or one that must leave it as it is. `change`: of the picture,
// beforehand.
import { compare, describeDifference, describePicture } from './compare.js';
import { shrink } from './shrink.js';

const ANY = ['rgba8', 'gray8'], GRAY = ['gray8'], COLOUR = ['rgba8'];
const BORDERS = ['reflect101', 'replicate', 'reflect', 'wrap'];
const law = (name, formats, left, right = undefined, more = {}) => ({ name, formats, left, right, ops: opsOf(left, right), ...more });

/** The operations that pipelines use. */
function opsOf(...builds) {
  const used = new Set();
  const recorder = new Proxy({}, { get: (_, name) => () => (used.add(name), recorder) });
  for (const build of builds) build?.(recorder, { width: 8, height: 8 });
  return [...used];
}

const then = (...builds) => (p, picture) => builds.reduce((pipeline, build) => build(pipeline, picture), p);
const flip = (axis) => (p) => p.flip({ axis });
const turn = (turns) => (p) => p.rotate90({ turns });
const invert = (p) => p.invert();
/** Mirrored along the falling diagonal. */
const transpose = then(turn(1), flip('x'));

/** The picture as a constant one, in its first pixel's colour. */
function flat(input) {
  const pixel = input.format === 'gray8' ? 1 : 4;
  return { ...input, bytes: input.bytes.map((_, i) => input.bytes[i % pixel]) };
}

function opaque(input) {
  return input.format === 'gray8' ? input : { ...input, bytes: input.bytes.map((v, i) => (i % 4 === 3 ? 255 : v)) };
}

// ---- the laws ----

const resize = (filter) => (p, { width, height }) => p.resize({ width: width * 2 + 1, height: (height >> 1) + 1, filter });
const geometry = [
  ...['x', 'y', 'both'].map((axis) => law(`flip ${axis} twice is the identity`, ANY, then(flip(axis), flip(axis)))),
  law('flip x then y is flip both', ANY, then(flip('x'), flip('y')), flip('both')),
  law('four quarter turns are the identity', ANY, then(turn(1), turn(1), turn(1), turn(1))),
  law('a quarter turn and one back are the identity', ANY, then(turn(1), turn(-1))),
  law('two quarter turns are flip both', ANY, then(turn(1), turn(1)), flip('both')),
  law('a quarter turn and flip x, twice, are the identity', ANY, then(transpose, transpose)),
  law('crop of everything is the identity', ANY, (p, { width, height }) => p.crop({ x: 0, y: 0, width, height })),
  law('resize to the same size is the identity', ANY, (p, { width, height }) => p.resize({ width, height })),
  ...['bilinear', 'bicubic', 'mitchell', 'lanczos3', 'area'].map((filter) =>
    law(`resize ${filter} of a constant is that constant`, ANY, resize(filter), resize('nearest'), { change: flat })),
  ...['bilinear', 'bicubic', 'mitchell', 'lanczos3'].map((filter) =>
    law(`resize ${filter} of a mirror image is its mirror image`, ANY, then(flip('both'), resize(filter), flip('both')), resize(filter),
      { within: 1 })),
];

const everyBorder = (name, build) => BORDERS.map((border) => [`${name} with border ${border}`, (p) => build(p, border)]);
const smoothing = [
  ...everyBorder('boxBlur', (p, border) => p.boxBlur({ radius: 3, border })),
  ...everyBorder('gaussianBlur', (p, border) => p.gaussianBlur({ sigma: 1.7, border })),
  ...everyBorder('unsharpMask', (p, border) => p.unsharpMask({ sigma: 1, amount: 1.5, border })),
  ['median', (p) => p.median()],
];
const sobel = everyBorder('sobel', (p, border) => p.sobel({ border }));
/** Rows first or columns first: where both are rounded, one level, and the amount's share more when sharpening. */
const transposedWithin = (name) => (name.startsWith('gaussian') ? 1 : name.startsWith('unsharp') ? 2 : 0);
const box = (p) => p.boxBlur({ radius: 2 }), gaussian = (p) => p.gaussianBlur({ sigma: 2 }), median = (p) => p.median();
const half = (p) => p.linear({ scale: 0.5 });
const stencils = [
  ...smoothing.map(([name, build]) => law(`${name} of a constant is that constant`, ANY, build, undefined, { change: flat })),
  ...[...smoothing.map((pair) => [...pair, ANY]), ...sobel.map((pair) => [...pair, GRAY])].flatMap(([name, build, formats]) => [
    law(`${name} of a mirror image is its mirror image`, formats, then(flip('both'), build, flip('both')), build),
    law(`${name} of a transposed image is its transposed image`, formats, then(transpose, build, transpose), build,
      { within: transposedWithin(name) }),
  ]),
  law('sobel of a constant is 0', GRAY, (p) => p.sobel(), (p) => p.linear({ scale: 0 }), { change: flat }),
  law('sobel of the negative is sobel', GRAY, (p) => p.invert().sobel(), (p) => p.sobel()),
  law('boxBlur of radius 0 is the identity', ANY, (p) => p.boxBlur({ radius: 0 })),
  law('gaussianBlur of radius 0 is the identity', ANY, (p) => p.gaussianBlur({ sigma: 3, radius: 0 })),
  law('unsharpMask of amount 0 is the identity', ANY, (p) => p.unsharpMask({ sigma: 2, amount: 0 })),
  law('median of the negative is its negative', ANY, then(invert, median), then(median, invert)),
  law('boxBlur of the negative is its negative', GRAY, then(invert, box), then(box, invert), { within: 1 }),
  law('gaussianBlur of the negative is its negative', GRAY, then(invert, gaussian), then(gaussian, invert), { within: 1 }),
  law('gaussianBlur of half an image is half of its blur', GRAY, then(half, gaussian), then(gaussian, half), { within: 1 }),
];

const neutral = (p) => p.linear().brightness({ amount: 0 }).contrast({ amount: 1 }).gamma({ gamma: 1 });
const luma = [0.299, 0.587, 0.114, 0, 0];
const split = (p) => p.threshold({ value: 90 }), equalize = (p) => p.equalize();
const tone = [
  law('invert twice is the identity', ANY, then(invert, invert)),
  law('linear, brightness 0, contrast 1, gamma 1 are the identity', ANY, neutral),
  law('brightness is an offset', ANY, (p) => p.brightness({ amount: 17.3 }), (p) => p.linear({ offset: 17.3 })),
  law('linear −1 and 255 is invert', ANY, (p) => p.linear({ scale: -1, offset: 255 }), invert),
  law('threshold twice is threshold', ANY, then(split, split), split),
  law('binary and binaryInv are each other’s negative', ANY, (p) => p.threshold({ type: 'binaryInv' }), (p) => p.threshold().invert()),
  law('equalize of a constant is that constant', ANY, equalize, undefined, { change: flat }),
  law('equalize twice is equalize', ANY, then(equalize, equalize), equalize, { within: 1 }),
  law('grayscale of gray is that gray', GRAY, (p) => p.toRgba().grayscale()),
  law('colorMatrix of the weights of luma is grayscale', COLOUR,
    (p) => p.colorMatrix({ matrix: [...luma, ...luma, ...luma, 0, 0, 0, 0, 1] }), (p) => p.grayscale().toRgba(), { within: 1 }),
];

const layered = (params) => (p) => p.blend(p.flip(), params);
const compose = [
  law('blend at opacity 0 is the backdrop, where that is opaque', ANY, layered({ opacity: 0 }), undefined, { change: opaque }),
  law('blend normal of an opaque layer is that layer', ANY, layered({ mode: 'normal' }), flip('x'), { change: opaque }),
  law('an opaque image blended with itself stays', ANY, (p) => p.blend(p, { opacity: 0.37 }), undefined, { change: opaque }),
  law('multiply and screen are each other’s negative', GRAY,
    (p) => p.invert().blend(p.flip().invert(), { mode: 'multiply' }).invert(), layered({ mode: 'screen' }), { within: 1 }),
  ...['multiply', 'screen'].map((mode) => law(`${mode} does not ask which layer is on top`, GRAY,
    layered({ mode }), (p) => p.flip().blend(p, { mode }))),
];

export const LAWS = [...geometry, ...stencils, ...tone, ...compose];

// ---- checking them ----

/** @returns {Promise<any>} how both sides differ where they differ too much; undefined where the law holds */
async function breach(law, subject, input) {
  const left = await subject.run((p) => law.left(p, input), input);
  const right = law.right ? await subject.run((p) => law.right(p, input), input) : input;
  const difference = compare(left, right);
  return difference.largest > (law.within ?? 0) ? { left, right, difference } : undefined;
}

/**
 * In the short form a law meets every sixth picture, the next law others.
 * @param {any} law @param {import('./judge.js').Judge} judge
 * @returns {Promise<{ cases: number, trouble?: string }>} trouble: the first breach, made small
 */
export async function checkLaw(law, judge) {
  const { subject, pictures, short } = judge;
  const chosen = pictures.filter(({ group }, i) => !short || (group !== 'photo' && i % 6 === law.name.length % 6));
  let cases = 0;
  for (const format of law.formats)
    for (const { name } of chosen) {
      const drawn = await judge.draw(name, format), input = law.change ? law.change(drawn) : drawn;
      cases++;
      try {
        if (await breach(law, subject, input)) return { cases, trouble: `${name} ${format}: ${await tell(law, subject, input)}` };
      } catch (error) {
        return { cases, trouble: `${name} ${format}: ${error.message}` };
      }
    }
  return { cases };
}

async function tell(law, subject, input) {
  const small = await shrink(input, undefined, (smaller) => breach(law, subject, smaller));
  if (!small.result) return 'it came only once, the same case passes now';
  const { left, right, difference } = small.result;
  return `made small: ${describePicture(small.input)}: ${describeDifference(left, right, difference)}`;
}
