// What is compared with what. A row: the operation, how it is called (op(params), op(second picture, params) for operations of two
// inputs, or `build`), the grid of parameters, the reference (a function in references/*.py) and the largest difference allowed.
//   formats  which formats go in; left out: rgba8, gray8 and some bgra8
//   grid     parameters, or functions of the picture that give them (undefined: not for this one); as a function it gets the engine's
//            description of the parameters, so that choices added to the engine are tested at once
//   only     which pictures; left out: all
//   given    a pipeline whose output the reference gets as a second picture
//   within   levels; undefined: measured, not judged
//   why      said in the report where the number is not the obvious one
// Operations the engine does not have (yet) are listed and skipped.
import { cross } from './cases.js';
import * as params from './params.js';

const COLOUR = ['rgba8', 'bgra8'], GRAY = ['gray8'];
const { borders, sizes } = params;
const row = (op, reference, within, more = {}) => ({ op, reference, within, ...more });

const tone = [
  row('invert', 'invert', 0),
  row('linear', 'linear', 1, { grid: params.linear }),
  row('linear', 'linear_cv', 1, { grid: params.linear }),
  row('brightness', 'brightness', 1, { grid: cross({ amount: [-255, -100.5, -1, 0, 0.4999, 0.5, 20, 255] }) }),
  row('brightness', 'brightness_cv', 1, { grid: cross({ amount: [-255, -100.5, -1, 0, 0.4999, 0.5, 20, 255] }) }),
  row('contrast', 'contrast', 1, { grid: cross({ amount: [0, 0.25, 0.999, 1, 1.3, 4, 4.01, 100, 255] }) }),
  row('contrast', 'contrast_cv', 1, { grid: cross({ amount: [0, 0.25, 0.999, 1, 1.3, 4, 4.01, 100, 255] }) }),
  row('gamma', 'gamma_cv', 0, { grid: cross({ gamma: [0.01, 0.3, 0.4545, 0.8, 1, 2.2, 10, 100] }) }),
  row('lut', 'lut_cv', 0, { grid: params.tables }),
  row('lut', 'lut_cv', 0, { grid: params.channelTables, formats: ['rgba8'], why: 'a table for each channel' }),
  row('levels', 'levels', 0, { grid: params.levels }),
  row('threshold', 'threshold_cv', 0, { grid: ({ type }) => params.thresholds(type.choices) }),
  row('threshold', 'threshold_cv', 0, {
    grid: ({ type, auto }) => cross({ auto: auto.choices.filter((name) => name !== 'none'), type: type.choices, max: [255, 77] }), formats: GRAY, why: 'otsu, triangle',
  }),
  row('equalize', 'equalize_cv', 1),
  row('clahe', 'clahe_cv', 2, { grid: cross({ clipLimit: [1, 2, 40], tilesX: [1, 4, 8], tilesY: [2, 8] }), formats: GRAY }),
  row('adaptiveThreshold', 'adaptive_threshold_cv', 0, { grid: cross({ radius: [1, 3, 7], offset: [0, 5, -3], max: [255, 100] }), formats: GRAY }),
];

const colour = [
  row('grayscale', 'grayscale_cv', 1, { formats: COLOUR }),
  row('grayscale', 'grayscale', 1, { formats: COLOUR }),
  row('colorMatrix', 'color_matrix', 1, { formats: COLOUR, grid: params.matrices }),
  row('sepia', 'sepia', 1, { formats: COLOUR, grid: cross({ amount: [0, 0.3, 1] }) }),
  row('saturate', 'saturate', 1, { formats: COLOUR, grid: cross({ amount: [0, 0.5, 1, 3] }) }),
  row('hueRotate', 'hue_rotate', 1, { formats: COLOUR, grid: cross({ degrees: [0, 30, 90, 180, -45, 359] }) }),
];

const yuv = cross({ matrix: ['bt601', 'bt709'], range: ['limited', 'full'] });
const convert = [
  row('toRgba', 'gray_to_rgba_cv', 0, { formats: GRAY }),
  row('toRgba', 'same_as_rgba', 0, { formats: ['bgra8', 'rgba8'] }),
  row('toRgba', 'yuv_to_rgba_cv', 1, { formats: ['i420', 'nv12'], grid: [{}] }),
  row('toRgba', 'yuv_to_rgba', 1, { formats: ['i420', 'nv12'], grid: yuv.filter((p) => p.matrix !== 'bt601' || p.range !== 'limited') }),
];

/** For pictures of a few thousand pixels: so many weights take float64 seconds on a photo. */
const small = (grid) => grid.map((entry) => (picture) => (picture.group === 'photo' ? undefined : entry));
const box = [...borders({ radius: [1, 2, 31] }), ...cross({ radius: [0, 5] }), ...small(cross({ radius: [127, 300, 1000] })), ...borders({ radiusX: [0, 3], radiusY: [0, 9] }), ...cross({ radius: [4], radiusX: [12] })];
const gaussian = [...borders({ sigma: [0.5, 2, 8] }), ...cross({ sigma: [0.1, 0.3, 1, 1.5, 3.7, 20] }), ...cross({ sigma: [1, 5], radius: [0, 1, 2, 30] }), ...small(cross({ sigma: [60, 250] }))];
const blurred = (pipeline, { sigma, border, borderColor }) => pipeline.gaussianBlur({ sigma, border, borderColor });
const blur = [
  row('boxBlur', 'box_blur_cv', 1, { grid: box }),
  row('boxBlur', 'box_blur', 1, { grid: box }),
  row('gaussianBlur', 'gaussian_blur', 1, { grid: gaussian }),
  row('gaussianBlur', 'gaussian_blur_cv', undefined, { grid: cross({ sigma: [0.5, 1, 2, 8] }), why: 'OpenCV’s own is up to 2 off the formula' }),
  row('median', 'median_cv', 0, { grid: ({ radius }) => Array.from({ length: radius.max - radius.min + 1 }, (_, i) => ({ radius: radius.min + i })) }),
  row('bilateral', 'bilateral_cv', 2, { grid: cross({ radius: [1, 3], sigmaColor: [10, 50], sigmaSpace: [1, 5] }), only: (p) => p.width > 4 && p.height > 4 }),
  row('unsharpMask', 'unsharp_mask', 1, {
    grid: borders({ sigma: [0.5, 2], amount: [0, 0.3, 1] }), why: 'amount up to 1: the blur’s level times the amount',
  }),
  row('unsharpMask', 'unsharp_mask_of_blurred_cv', 1, {
    grid: cross({ sigma: [0.7, 3], amount: [0.5, 1, 2.37, 10], threshold: [0, 1, 10, 254] }), given: blurred, why: 'with the engine’s own blur',
  }),
  row('unsharpMask', 'unsharp_mask', undefined, { grid: cross({ sigma: [0.7, 3], amount: [2, 5] }), why: 'amounts beyond 1' }),
  row('unsharpMask', 'unsharp_mask_cv', undefined, { grid: cross({ sigma: [0.7, 3], amount: [1] }), why: 'OpenCV’s own blur' }),
];

const gradients = ({ norm }) => borders({ norm: norm.choices });
const edges = [
  row('sobel', 'sobel_cv', 1, { formats: GRAY, grid: gradients }),
  row('scharr', 'scharr_cv', 1, { formats: GRAY, grid: gradients }),
];

const resizes = (lists) => cross({ size: sizes, ...lists }).map(({ size, ...rest }) => (picture) => size(picture) && { ...size(picture), ...rest });
const geometry = [
  row('crop', 'crop', 0, { grid: params.crops }),
  row('pad', 'pad', 0, { grid: borders({ top: [0, 3], right: [5], bottom: [0, 9], left: [1] }) }),
  row('flip', 'flip_cv', 0, { grid: ({ axis }) => cross({ axis: axis.choices }) }),
  row('rotate90', 'rotate90_cv', 0, { grid: cross({ turns: [-1000000, -5, -2, -1, 0, 1, 2, 3, 4, 7, 999999] }) }),
  row('transpose', 'transpose_cv', 0),
  row('resize', 'resize_cv', 0, { grid: resizes({ filter: ['nearest'], antialias: [true, false] }), why: 'nearest' }),
  row('resize', 'resize_cv', 1, { grid: resizes({ filter: ['bilinear', 'bicubic'], antialias: [false] }), why: 'bilinear and bicubic, antialias off' }),
  row('resize', 'resize_cv', 1, { grid: resizes({ filter: ['area'] }), why: 'area' }),
  row('resize', 'resize_pillow', 1, { grid: resizes({ filter: ['lanczos3'] }), why: 'lanczos3' }),
  row('resize', 'resize_pillow', 1, { grid: resizes({ filter: ['bilinear'] }), why: 'bilinear' }),
  row('resize', 'resize', 1, {
    grid: ({ filter }) => resizes({ filter: filter.choices.filter((name) => !['nearest', 'area'].includes(name)), antialias: [true, false] }), why: 'the other filters, antialias on and off',
  }),
];

const compose = [
  row('blend', 'blend', 1, { grid: ({ mode }) => cross({ mode: mode.choices, opacity: [0, 0.003, 0.3, 0.5, 1] }) }),
];

export const TABLE = [...tone, ...colour, ...convert, ...blur, ...edges, ...geometry, ...compose];
