// What must hold whatever the reference says: mirror images, inverses, constants, sums. A law gives two pipelines that must make the
// same of a picture, within `within` levels (0 unless said), or one that must leave it as it is. `change`: of the picture, beforehand.
import { compare, describeDifference, describePicture } from './compare.js';
import { shrink } from './shrink.js';

const ANY = ['rgba8', 'gray8'], GRAY = ['gray8'], COLOUR = ['rgba8'];
const BORDERS = ['reflect101', 'replicate', 'reflect', 'wrap'];
const law = (name, ops, formats, left, right = undefined, more = {}) => ({ name, ops, formats, left, right, ...more });

/** Every picture as a constant one of its size, in its first pixel's colour. */
const flat = (input) => {
  const pixel = input.format === 'gray8' ? 1 : 4;
  return { ...input, bytes: input.bytes.map((_, i) => input.bytes[i % pixel]) };
};
const everyBorder = (ops, build) => BORDERS.map((border) => [`${ops} with border ${border}`, (p) => build(p, border)]);
const flip = (axis) => (p) => p.flip({ axis });
const turn = (turns) => (p) => p.rotate90({ turns });
const then = (...builds) => (p) => builds.reduce((pipeline, build) => build(pipeline), p);
/** Mirrored along the falling diagonal. */
const transpose = then(turn(1), flip('x'));

const geometry = [
  ...['x', 'y', 'both'].map((axis) => law(`flip ${axis} twice is the identity`, ['flip'], ANY, then(flip(axis), flip(axis)))),
  law('flip x then y is flip both', ['flip'], ANY, then(flip('x'), flip('y')), flip('both')),
  law('four quarter turns are the identity', ['rotate90'], ANY, then(turn(1), turn(1), turn(1), turn(1))),
  law('a quarter turn and one back are the identity', ['rotate90'], ANY, then(turn(1), turn(-1))),
  law('two quarter turns are flip both', ['rotate90', 'flip'], ANY, then(turn(1), turn(1)), flip('both')),
  law('a quarter turn and flip x, twice, is the identity', ['rotate90', 'flip'], ANY, then(transpose, transpose)),
  law('resize to the same size is the identity', ['resize', 'crop'], ANY, (p, { width, height }) => p.resize({ width, height })),
  law('crop of everything is the identity', ['crop'], ANY, (p, { width, height }) => p.crop({ x: 0, y: 0, width, height })),
  ...['nearest', 'bilinear', 'bicubic', 'mitchell', 'lanczos3', 'area'].map((filter) =>
    law(`resize ${filter} of a constant is that constant`, ['resize'], ANY,
      (p, { width, height }) => p.resize({ width: width * 2 + 1, height: (height >> 1) + 1, filter }),
      (p, { width, height }) => p.resize({ width: width * 2 + 1, height: (height >> 1) + 1, filter: 'nearest' }), { change: flat })),
  ...['bilinear', 'bicubic', 'mitchell', 'lanczos3'].map((filter) =>
    law(`resize ${filter} of a mirror image is the mirror image of resize`, ['resize', 'flip'], ANY,
      (p, { width, height }) => then(flip('both'), (q) => q.resize({ width: width + 3, height: (height + 1) >> 1, filter }), flip('both'))(p),
      (p, { width, height }) => p.resize({ width: width + 3, height: (height + 1) >> 1, filter }), { within: 1 })),
];

const STENCILS = [
  ...everyBorder('boxBlur', (p, border) => p.boxBlur({ radius: 3, border })),
  ...everyBorder('gaussianBlur', (p, border) => p.gaussianBlur({ sigma: 1.7, border })),
  ...everyBorder('unsharpMask', (p, border) => p.unsharpMask({ sigma: 1, amount: 1.5, border })),
  ['median', (p) => p.median()],
];
const sobel = everyBorder('sobel', (p, border) => p.sobel({ border }));
const stencils = [
  ...STENCILS.map(([name, build]) => law(`${name} of a constant is that constant`, [name.split(' ')[0]], ANY, build, undefined, { change: flat })),
  law('sobel of a constant is 0', ['sobel', 'linear'], GRAY, (p) => p.sobel(), (p) => p.linear({ scale: 0 }), { change: flat }),
  ...[...STENCILS, ...sobel].flatMap(([name, build]) => {
    const op = name.split(' ')[0], formats = op === 'sobel' ? GRAY : ANY;
    return [
      law(`${name} of a mirror image is the mirror image of it`, [op, 'flip'], formats, then(flip('both'), build, flip('both')), build),
      law(`${name} of a transposed image is the transposed image of it`, [op, 'rotate90', 'flip'], formats, then(transpose, build, transpose), build,
        { within: { gaussianBlur: 1, unsharpMask: 2 }[op] ?? 0 }),
    ];
  }),
  law('boxBlur of radius 0 is the identity', ['boxBlur'], ANY, (p) => p.boxBlur({ radius: 0 })),
  law('gaussianBlur of radius 0 is the identity', ['gaussianBlur'], ANY, (p) => p.gaussianBlur({ sigma: 3, radius: 0 })),
  law('unsharpMask of amount 0 is the identity', ['unsharpMask'], ANY, (p) => p.unsharpMask({ sigma: 2, amount: 0 })),
  law('sobel of the negative is sobel', ['sobel', 'invert'], GRAY, (p) => p.invert().sobel(), (p) => p.sobel()),
  law('median of the negative is the negative of the median', ['median', 'invert'], ANY, (p) => p.invert().median(), (p) => p.median().invert()),
  law('boxBlur of the negative is the negative of it', ['boxBlur', 'invert'], GRAY, (p) => p.invert().boxBlur({ radius: 2 }), (p) => p.boxBlur({ radius: 2 }).invert(), { within: 1 }),
  law('gaussianBlur of the negative is the negative of it', ['gaussianBlur', 'invert'], GRAY, (p) => p.invert().gaussianBlur({ sigma: 2 }), (p) => p.gaussianBlur({ sigma: 2 }).invert(), { within: 1 }),
  law('gaussianBlur is linear: of half the image it is half of it', ['gaussianBlur', 'linear'], GRAY, (p) => p.linear({ scale: 0.5 }).gaussianBlur({ sigma: 2 }), (p) => p.gaussianBlur({ sigma: 2 }).linear({ scale: 0.5 }), { within: 1 }),
];

const tone = [
  law('invert twice is the identity', ['invert'], ANY, (p) => p.invert().invert()),
  law('linear, brightness 0, contrast 1, gamma 1 are the identity', ['linear', 'brightness', 'contrast', 'gamma'], ANY, (p) => p.linear().brightness({ amount: 0 }).contrast({ amount: 1 }).gamma({ gamma: 1 })),
  law('brightness is an offset', ['brightness', 'linear'], ANY, (p) => p.brightness({ amount: 17.3 }), (p) => p.linear({ offset: 17.3 })),
  law('linear −1 and 255 is invert', ['linear', 'invert'], ANY, (p) => p.linear({ scale: -1, offset: 255 }), (p) => p.invert()),
  law('threshold twice is threshold', ['threshold'], ANY, (p) => p.threshold({ value: 90 }).threshold({ value: 90 }), (p) => p.threshold({ value: 90 })),
  law('binary and binaryInv are each other’s negative', ['threshold', 'invert'], ANY, (p) => p.threshold({ type: 'binaryInv' }), (p) => p.threshold().invert()),
  law('equalize of a constant is that constant', ['equalize'], ANY, (p) => p.equalize(), undefined, { change: flat }),
  law('equalize twice is equalize', ['equalize'], ANY, (p) => p.equalize().equalize(), (p) => p.equalize(), { within: 1 }),
  law('grayscale of gray is that gray', ['grayscale', 'toRgba'], GRAY, (p) => p.toRgba().grayscale()),
  law('colorMatrix of BT.601 weights is grayscale', ['colorMatrix', 'grayscale', 'toRgba'], COLOUR,
    (p) => p.colorMatrix({ matrix: [0.299, 0.587, 0.114, 0, 0, 0.299, 0.587, 0.114, 0, 0, 0.299, 0.587, 0.114, 0, 0, 0, 0, 0, 0, 1] }),
    (p) => p.grayscale().toRgba(), { within: 1 }),
];

const layered = (params) => (p) => p.blend(p.flip(), params);
const compose = [
  law('blend at opacity 0 is the backdrop, where that is opaque', ['blend', 'flip'], ANY, layered({ opacity: 0 }), undefined, { change: opaque }),
  law('blend normal of an opaque layer is that layer', ['blend', 'flip'], ANY, layered({ mode: 'normal' }), flip('x'), { change: opaque }),
  law('an image blended with itself stays, where it is opaque', ['blend'], ANY, (p) => p.blend(p, { opacity: 0.37 }), undefined, { change: opaque }),
  law('multiply and screen are each other’s negative', ['blend', 'flip', 'invert'], GRAY,
    (p) => p.invert().blend(p.flip().invert(), { mode: 'multiply' }).invert(), layered({ mode: 'screen' }), { within: 1 }),
  ...['multiply', 'screen'].map((mode) => law(`${mode} does not ask which layer is on top`, ['blend', 'flip'], GRAY,
    layered({ mode }), (p) => p.flip().blend(p, { mode }))),
];

export const LAWS = [...geometry, ...stencils, ...tone, ...compose];

/** @returns {Promise<any>} how both sides differ where they differ too much; undefined where the law holds */
async function breach(law, subject, input) {
  const left = await subject.run((p) => law.left(p, input), input);
  const right = law.right ? await subject.run((p) => law.right(p, input), input) : input;
  const difference = compare(left, right);
  return difference.largest > (law.within ?? 0) ? { left, right, difference } : undefined;
}

/** @returns {Promise<{ cases: number, trouble?: string }>} trouble: the first breach, made small */
export async function checkLaw(law, subject, pictures, draw, short) {
  let cases = 0;
  const chosen = pictures.filter(({ group }, i) => (short ? group !== 'photo' && i % 6 === law.name.length % 6 : true));
  for (const format of law.formats)
    for (const { name } of chosen) {
      const drawn = await draw(name, format), input = law.change ? law.change(drawn) : drawn;
      cases++;
      if (!(await breach(law, subject, input))) continue;
      const small = await shrink(input, undefined, (smaller) => breach(law, subject, smaller));
      const { left, right, difference } = small.result;
      return { cases, trouble: `${name} ${format}; made small: ${describePicture(small.input)}, at ${describeDifference(left, right, difference)}` };
    }
  return { cases };
}

function opaque(input) {
  return input.format === 'gray8' ? input : { ...input, bytes: input.bytes.map((v, i) => (i % 4 === 3 ? 255 : v)) };
}
