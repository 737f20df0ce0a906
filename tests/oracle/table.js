// What is compared with what. A row: the operation, the reference (a function in references/*.py), the largest difference allowed, in
// levels, and how it is called:
//   grid     the parameters, or functions of the picture that give them (undefined: not for this one). A grid may itself be a function:
//            of the engine's description of the parameters, so that choices added to the engine are tested at once
//   formats  which formats go in; left out: rgba8, gray8 and some bgra8. Operations of two inputs get a second picture of the same size
//   only     which pictures; left out: all
//   given    a pipeline whose output the reference gets as a second picture
//   fixed    further arguments of the reference
//   circular the first channel is an angle with so many steps
//   why      said in the report
// `within` undefined: measured, not judged. Operations that the engine does not have (yet) are listed and skipped.
import { cross } from './cases.js';
import * as params from './params.js';

const COLOUR = ['rgba8', 'bgra8'], GRAY = ['gray8'], PLANAR = ['i420', 'nv12'];
const { borders, resizes } = params;
const row = (op, reference, within, more = {}) => ({ op, reference, within, ...more });
/** The same calls against several references: [reference, within]. */
const rows = (op, references, more) => references.map(([reference, within]) => row(op, reference, within, more));

const blurredLocally = (pipeline, { radius }) =>
  pipeline.gaussianBlur({ sigma: 0.3 * (radius - 1) + 0.8, radius, border: 'replicate' });
const tone = [
  row('invert', 'invert', 0),
  ...rows('linear', [['linear', 1], ['linear_cv', 1]], { grid: params.linear }),
  ...rows('brightness', [['brightness', 1], ['brightness_cv', 1]], { grid: params.brightnesses }),
  ...rows('contrast', [['contrast', 1], ['contrast_cv', 1]], { grid: params.contrasts }),
  row('gamma', 'gamma_cv', 0, { grid: cross({ gamma: [0.01, 0.3, 0.4545, 0.8, 1, 2.2, 10, 100] }) }),
  row('lut', 'lut_cv', 0, { grid: params.tables }),
  row('lut', 'lut_cv', 0, { grid: params.channelTables, formats: ['rgba8'], why: 'a table for each channel' }),
  row('levels', 'levels', 0, { grid: params.levels }),
  row('posterize', 'posterize', 0, { grid: cross({ levels: [2, 3, 4, 7, 16, 255, 256] }) }),
  row('solarize', 'solarize_pillow', 0, { grid: cross({ threshold: [0, 1, 100, 128, 255, 256] }) }),
  row('threshold', 'threshold_cv', 0, { grid: ({ type }) => params.thresholds(type.choices) }),
  row('threshold', 'threshold_cv', 0, { grid: params.autoThresholds, formats: GRAY, why: 'otsu, triangle' }),
  row('equalize', 'equalize_cv', 1),
  row('clahe', 'clahe_cv', 2, { grid: cross({ clipLimit: [0, 1, 2, 40], tilesX: [1, 4, 8, 19], tilesY: [2, 8] }) }),
  row('adaptiveThreshold', 'adaptive_threshold_cv', 0, {
    grid: cross({ radius: [1, 3, 7, 40], offset: [0, 5, -3, 2.5], method: ['mean'], max: [255, 100] }), formats: GRAY,
  }),
  row('adaptiveThreshold', 'adaptive_threshold_of_blurred', 0, {
    grid: cross({ radius: [1, 2, 9], offset: [0, 4.5, -7], method: ['gaussian'], max: [255] }), formats: GRAY, given: blurredLocally,
    why: 'gaussian, with the engine’s own blur',
  }),
  row('adaptiveThreshold', 'adaptive_threshold_cv', undefined, {
    grid: cross({ radius: [4, 9], offset: [0, 5], method: ['gaussian'], max: [255] }), formats: GRAY,
    why: 'not judged: a level of the blur decides between 0 and max',
  }),
];

const colour = [
  ...rows('grayscale', [['grayscale_cv', 1], ['grayscale', 1]], { formats: COLOUR }),
  row('colorMatrix', 'color_matrix', 1, { formats: COLOUR, grid: params.matrices }),
  row('sepia', 'sepia', 1, { formats: COLOUR, grid: cross({ amount: [0, 0.3, 1] }) }),
  row('saturate', 'saturate', 1, { formats: COLOUR, grid: cross({ amount: [0, 0.5, 1, 3] }) }),
  row('hueRotate', 'hue_rotate', 1, { formats: COLOUR, grid: cross({ degrees: [0, 30, 90, 180, -45, 359] }) }),
  row('premultiply', 'premultiply', 1, { formats: COLOUR }),
  row('unpremultiply', 'unpremultiply', 1, { formats: COLOUR }),
  row('srgbToLinear', 'srgb_to_linear', 1),
  row('linearToSrgb', 'linear_to_srgb', 1),
  row('rgbToHsv', 'rgb_to_hsv_cv', 1, { formats: ['rgba8'], circular: 180 }),
  row('hsvToRgb', 'hsv_to_rgb_cv', 1, { formats: ['rgba8'] }),
  row('hsvToRgb', 'hsv_to_rgb', 1, { formats: COLOUR }),
  row('swizzle', 'swizzle', 0, { formats: COLOUR, grid: cross({ order: [[0, 1, 2, 3], [2, 1, 0, 3], [3, 3, 0, 1], [4, 2, 5, 0]] }) }),
  row('extractChannel', 'extract_channel', 0, { formats: COLOUR, grid: ({ channel }) => cross({ channel: channel.choices }) }),
  row('chromaKey', 'chroma_key', 1, { formats: COLOUR, grid: cross({
    color: [[0, 255, 0], [20, 60, 200], [128, 128, 128]], tolerance: [0, 33.3], softness: [12, 80],
  }) }),
  row('gradientMap', 'gradient_map', 1, { grid: cross({ stops: params.gradients }) }),
];

const isOpenCvs = ({ matrix, range }) => matrix === 'bt601' && range === 'limited';
const planesOf = { i420: 'toI420', nv12: 'toNv12' };
const convert = [
  row('toRgba', 'gray_to_rgba_cv', 0, { formats: GRAY }),
  row('toRgba', 'same_as_rgba', 0, { formats: ['bgra8', 'rgba8'] }),
  row('toRgba', 'yuv_to_rgba_cv', 1, { formats: PLANAR, why: 'bt601 limited' }),
  row('toRgba', 'yuv_to_rgba', 1, {
    formats: PLANAR, grid: ({ matrix, range }) => cross({ matrix: matrix.choices, range: range.choices }).filter((p) => !isOpenCvs(p)),
  }),
  row('toBgra', 'same_as_bgra', 0, { formats: COLOUR }),
  row('toBgra', 'gray_to_bgra_cv', 0, { formats: GRAY }),
  row('toBgra', 'yuv_to_bgra', 1, {
    formats: PLANAR, grid: ({ matrix, range }) => cross({ matrix: matrix.choices, range: range.choices }).filter((p) => !isOpenCvs(p)),
  }),
  ...['i420', 'nv12'].flatMap((to) => [
    row(planesOf[to], 'rgba_to_yuv_cv', 1, { formats: COLOUR, fixed: { to }, why: 'bt601 limited; chroma of 2 × 2 means' }),
    row(planesOf[to], 'rgba_to_yuv', 1, {
      formats: [...COLOUR, ...GRAY], fixed: { to }, grid: ({ matrix, range }) => cross({ matrix: matrix.choices, range: range.choices }),
    }),
    row(planesOf[to], 'regroup', 0, { formats: PLANAR, fixed: { to } }),
  ]),
];

const blurred = (pipeline, { sigma, border, borderColor }) => pipeline.gaussianBlur({ sigma, border, borderColor });
const everyRadius = ({ radius: { min, max } }) => cross({ radius: Array.from({ length: max - min + 1 }, (_, i) => min + i) });
const blur = [
  ...rows('boxBlur', [['box_blur_cv', 1], ['box_blur', 1]], { grid: params.boxes }),
  row('gaussianBlur', 'gaussian_blur', 1, { grid: params.gaussians }),
  row('gaussianBlur', 'gaussian_blur_cv', undefined, {
    grid: cross({ sigma: [0.5, 1, 2, 8] }), why: 'not judged: levels off the formula itself',
  }),
  row('median', 'median_cv', 0, { grid: everyRadius }),
  row('bilateral', 'bilateral_cv', 2, {
    grid: cross({ radius: [1, 2, 3, 9], sigmaColor: [10, 50, 300], sigmaSpace: [1, 5] }),
  }),
  row('bilateral', 'bilateral', 1, { grid: params.small(borders({ radius: [1, 4, 9], sigmaColor: [30], sigmaSpace: [3] })) }),
  row('motionBlur', 'motion_blur', 1, {
    grid: [...borders({ length: [6.5], angle: [0, 30, 90] }), ...cross({ length: [1, 2, 15, 80], angle: [0, 45, 100, -200] })],
  }),
  row('pixelate', 'pixelate', 0, { grid: cross({ size: [1, 2, 3, 8, 37, 1000] }) }),
  row('unsharpMask', 'unsharp_mask', 1, { grid: borders({ sigma: [0.5, 2], amount: [0, 0.3, 1] }), why: 'amounts up to 1' }),
  row('unsharpMask', 'unsharp_mask_of_blurred_cv', 1, {
    grid: cross({ sigma: [0.7, 3], amount: [0.5, 1, 2.37, 10], threshold: [0, 1, 10, 254] }), given: blurred, why: 'with the engine’s own blur',
  }),
  row('unsharpMask', 'unsharp_mask', undefined, {
    grid: cross({ sigma: [0.7, 3], amount: [2, 5] }), why: 'not judged: a level of the blur times the amount',
  }),
  row('unsharpMask', 'unsharp_mask_cv', undefined, {
    grid: cross({ sigma: [0.7, 3], amount: [1] }), why: 'not judged: OpenCV’s own blur',
  }),
];

const gradients = ({ norm }) => borders({ norm: norm.choices });
const edges = [
  row('sobel', 'sobel_cv', 1, { formats: GRAY, grid: gradients }),
  row('scharr', 'scharr_cv', 1, { formats: GRAY, grid: gradients }),
  row('prewitt', 'prewitt_cv', 1, { formats: GRAY, grid: gradients }),
  row('derivative', 'derivative_cv', 0, { grid: params.derivatives }),
  row('laplacian', 'laplacian_cv', 0, { grid: borders({ size: [1, 3, 5, 7] }) }),
  row('emboss', 'emboss_cv', 0, { grid: borders({}) }),
  row('sharpen', 'sharpen_cv', 1, { grid: borders({ amount: [0, 0.3, 1, 2.37, 10] }) }),
  row('canny', 'canny_cv', 0, { formats: GRAY, grid: params.cannys }),
  row('convolve', 'convolve', 1, { grid: params.kernels }),
  row('separable', 'convolve_separably', 1, { grid: params.kernelPairs }),
];

const shapes = ({ shape }) => [
  ...cross({ radius: [0, 1, 2, 5], shape: shape.choices, iterations: [1, 2] }), ...cross({ radius: [3, 17], shape: shape.choices }),
  ...cross({ radius: [1, 2], shape: shape.choices, iterations: [8] }),
];
const morphology = ['erode', 'dilate', 'open', 'close', 'morphGradient', 'topHat', 'blackHat'].map((op) =>
  row(op, 'morphology_cv', 0, { fixed: { op }, grid: shapes }));

const geometry = [
  row('crop', 'crop', 0, { grid: params.crops }),
  row('pad', 'pad', 0, { grid: borders({ top: [0, 3], right: [5], bottom: [0, 9], left: [1] }) }),
  row('flip', 'flip_cv', 0, { grid: ({ axis }) => cross({ axis: axis.choices }) }),
  row('rotate90', 'rotate90_cv', 0, { grid: cross({ turns: [-1000000, -5, -2, -1, 0, 1, 2, 3, 4, 7, 999999] }) }),
  row('transpose', 'transpose_cv', 0),
  row('resize', 'resize_cv', 0, { grid: resizes({ filter: ['nearest'], antialias: [true, false] }), why: 'nearest' }),
  row('resize', 'resize_cv', 1, {
    grid: resizes({ filter: ['bilinear', 'bicubic'], antialias: [false] }), why: 'bilinear, bicubic, antialias off',
  }),
  row('resize', 'resize_cv', 1, { grid: resizes({ filter: ['area'] }), why: 'area' }),
  row('resize', 'resize_pillow', 1, { grid: resizes({ filter: ['lanczos3'] }), why: 'lanczos3' }),
  row('resize', 'resize_pillow', 1, { grid: resizes({ filter: ['bilinear'] }), why: 'bilinear' }),
  row('resize', 'resize', 1, { grid: params.formulaResizes, why: 'all but nearest and area' }),
  row('affine', 'affine', 1, { grid: params.warps(params.affines) }),
  row('perspective', 'perspective', 1, { grid: params.warps(params.perspectives) }),
  row('rotate', 'rotate', 1, { grid: params.turns }),
  row('pyrDown', 'pyr_down_cv', 1),
  row('pyrUp', 'pyr_up_cv', 1),
];

const compose = [
  row('blend', 'blend', 1, { grid: ({ mode }) => cross({ mode: mode.choices, opacity: [0, 0.003, 0.3, 0.5, 1] }) }),
  row('add', 'arithmetic_cv', 1, { fixed: { op: 'add' }, formats: GRAY }),
  row('subtract', 'arithmetic_cv', 1, { fixed: { op: 'subtract' }, formats: GRAY }),
  row('absDiff', 'arithmetic_cv', 0, { fixed: { op: 'absdiff' }, formats: GRAY }),
  row('min', 'arithmetic_cv', 0, { fixed: { op: 'min' }, formats: GRAY }),
  row('max', 'arithmetic_cv', 0, { fixed: { op: 'max' }, formats: GRAY }),
  row('multiply', 'arithmetic_cv', 1, { fixed: { op: 'multiply' }, formats: GRAY, grid: cross({ scale: [1, 0.01] }) }),
  ...['add', 'subtract', 'absDiff', 'min', 'max', 'multiply'].map((op) => row(op, 'arithmetic', 1, {
    fixed: { op }, grid: [{}, ...cross({ scale: [0.5, 1.7, -3, 0] })],
  })),
  row('mix', 'mix', 1, { grid: cross({ amount: [0, 0.25, 0.3, 0.5, 1] }) }),
  row('mask', 'mask', 1, { grid: ({ mode }) => cross({ mode: mode.choices }) }),
];

const look = [
  row('vignette', 'vignette', 1, { grid: cross({ amount: [-1, -0.3, 0.5, 1], radius: [0, 0.4, 0.75, 0.99] }) }),
  row('temperature', 'temperature', 0, { formats: COLOUR, grid: cross({ kelvin: [1667, 2100, 2222, 3200, 4000, 5200, 6500, 9000, 25000] }) }),
  row('dither', 'dither', 0, { grid: cross({ levels: [2, 3, 4, 8, 17, 60, 256] }) }),
];

export const TABLE = [...tone, ...colour, ...convert, ...blur, ...edges, ...morphology, ...geometry, ...compose, ...look];
