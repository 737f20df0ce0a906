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
  law('transpose twice is the identity', ANY, (p) => p.transpose().transpose()),
  law('transpose is a quarter turn and flip x', ANY, (p) => p.transpose(), transpose),
  ...['reflect101', 'replicate', 'reflect', 'wrap', 'constant'].map((border) =>
    law(`pad ${border} and crop back is the identity`, ANY, (p, { width, height }) =>
      p.pad({ top: 3, right: 70, bottom: 80, left: 9, border }).crop({ x: 9, y: 3, width, height }))),
  law('rotate by a quarter turn is rotate90', ANY, (p) => p.rotate({ degrees: -90 }), turn(-1)),
  law('affine by the identity is the identity', ANY, (p) => p.affine({ matrix: [1, 0, 0, 0, 1, 0], border: 'constant' })),
  ...['pyrDown', 'pyrUp'].map((name) => law(`${name} of a constant is that constant`, ANY, (p) => p[name](), (p, { width, height }) =>
    p.resize(name === 'pyrUp' ? { width: 2 * width, height: 2 * height, filter: 'nearest' }
      : { width: (width + 1) >> 1, height: (height + 1) >> 1, filter: 'nearest' }), { change: flat })),
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

const SHAPES = ['rect', 'cross', 'ellipse'];
const erode = (shape) => (p) => p.erode({ radius: 3, shape }), dilate = (shape) => (p) => p.dilate({ radius: 3, shape });
const open = (p) => p.open({ radius: 2 }), ellipse = (p) => p.dilate({ radius: 2, shape: 'ellipse', iterations: 2 });
const morphology = [
  ...SHAPES.map((shape) => law(`erode ${shape} of the negative is the negative of dilate`, GRAY,
    then(invert, erode(shape)), then(dilate(shape), invert))),
  ...SHAPES.map((shape) => law(`dilate ${shape} of a mirror image is its mirror image`, ANY,
    then(flip('both'), dilate(shape), flip('both')), dilate(shape))),
  law('open twice is open', ANY, then(open, open), open),
  law('two iterations of dilate are dilate twice', ANY, ellipse,
    (p) => p.dilate({ radius: 2, shape: 'ellipse' }).dilate({ radius: 2, shape: 'ellipse' })),
  law('laplacian of a constant is 0', GRAY, (p) => p.laplacian({ size: 5 }), (p) => p.linear({ scale: 0 }), { change: flat }),
  law('emboss of a constant is that constant', ANY, (p) => p.emboss(), undefined, { change: flat }),
  law('sharpen of amount 0 is the identity', ANY, (p) => p.sharpen({ amount: 0 })),
  law('a kernel of one weight is the identity', ANY, (p) => p.convolve({ kernel: [1], width: 1, height: 1 })),
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

const swap = (p) => p.swizzle({ order: [2, 1, 0, 3] });
const colour = [
  law('swizzle of red and blue twice is the identity', COLOUR, then(swap, swap)),
  law('sepia 0, saturate 1 and hueRotate 0 are the identity', COLOUR,
    (p) => p.sepia({ amount: 0 }).saturate({ amount: 1 }).hueRotate({ degrees: 0 })),
  law('hueRotate there and back is the identity, where nothing saturates', COLOUR,
    (p) => p.saturate({ amount: 0.2 }).linear({ scale: 0.5, offset: 64 }).hueRotate({ degrees: 75 }).hueRotate({ degrees: -75 }),
    (p) => p.saturate({ amount: 0.2 }).linear({ scale: 0.5, offset: 64 }), { within: 2 }),
  law('premultiply and unpremultiply leave opaque pixels', COLOUR, (p) => p.premultiply().unpremultiply(), undefined, { change: opaque }),
  law('premultiply undoes unpremultiply', COLOUR, (p) => p.premultiply().unpremultiply().premultiply(), (p) => p.premultiply()),
  law('hsvToRgb undoes rgbToHsv, as far as hues of 2 degrees go', COLOUR, (p) => p.rgbToHsv().hsvToRgb(), undefined, { within: 4 }),
  law('gradientMap from black to white is toRgba', GRAY, (p) => p.gradientMap({ stops: [0, 0, 0, 0, 1, 255, 255, 255] }), (p) => p.toRgba()),
  law('extractChannel of gray is that gray', GRAY, (p) => p.toRgba().extractChannel({ channel: 'blue' })),
];

const dim = (p) => p.linear({ scale: 0.49 });
const layered = (params) => (p) => p.blend(p.flip(), params);
const compose = [
  law('blend at opacity 0 is the backdrop, where that is opaque', ANY, layered({ opacity: 0 }), undefined, { change: opaque }),
  law('blend normal of an opaque layer is that layer', ANY, layered({ mode: 'normal' }), flip('x'), { change: opaque }),
  law('an opaque image blended with itself stays', ANY, (p) => p.blend(p, { opacity: 0.37 }), undefined, { change: opaque }),
  law('multiply and screen are each other’s negative', GRAY,
    (p) => p.invert().blend(p.flip().invert(), { mode: 'multiply' }).invert(), layered({ mode: 'screen' }), { within: 1 }),
  law('overlay is hardLight with the layers swapped', GRAY, layered({ mode: 'overlay' }), (p) => p.flip().blend(p, { mode: 'hardLight' })),
  law('colorBurn is the negative of colorDodge', GRAY,
    (p) => p.invert().blend(p.flip().invert(), { mode: 'colorDodge' }).invert(), layered({ mode: 'colorBurn' })),
  law('sourceOver is normal', ANY, layered({ mode: 'sourceOver', opacity: 0.6 }), layered({ mode: 'normal', opacity: 0.6 })),
  law('destinationOver is normal the other way round', ANY, layered({ mode: 'destinationOver' }), (p) => p.flip().blend(p), { within: 1 }),
  law('clear leaves nothing', GRAY, layered({ mode: 'clear' }), (p) => p.linear({ scale: 0 })),
  law('absDiff is the larger less the smaller', ANY, (p) => p.absDiff(p.flip()), (p) => p.max(p.flip()).subtract(p.min(p.flip()))),
  law('min and max of the same are the same', ANY, (p) => p.min(p).max(p)),
  law('subtract undoes add, where that is not saturated', ANY, (p) => dim(p).add(dim(p).flip()).subtract(dim(p).flip()), dim),
  law('mix of amount 0 is this, of amount 1 the other', ANY, (p) => p.mix(p.flip(), { amount: 0 }).mix(p.flip().flip(), { amount: 1 })),
  ...['multiply', 'screen'].map((mode) => law(`${mode} does not ask which layer is on top`, GRAY,
    layered({ mode }), (p) => p.flip().blend(p, { mode }))),
];

export const LAWS = [...geometry, ...stencils, ...morphology, ...tone, ...colour, ...compose];

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
