// Every operation that is compared, once: how framelane does it. Its peers do the same work under the same name in peers/.
// `note` says where the work is not the same. `within`: how many levels OpenCV.js's result may differ (left out: not compared).

const SEPIA = [0.393, 0.769, 0.189, 0, 0, 0.349, 0.686, 0.168, 0, 0, 0.272, 0.534, 0.131, 0, 0, 0, 0, 0, 1, 0];
const tableOf = (value) => Array.from({ length: 256 }, (_, v) => Math.round(255 * value(v / 255)));
const TABLE = tableOf((v) => Math.sin(v * (Math.PI / 2)));
const SOFT3 = [1, 2, 1, 2, 4, 2, 1, 2, 1], SHARP3 = [0, -1, 0, -1, 5, -1, 0, -1, 0];
const SOFT5 = [1, 4, 7, 4, 1, 4, 16, 26, 16, 4, 7, 26, 41, 26, 7, 4, 16, 26, 16, 4, 1, 4, 7, 4, 1];
const LINE7 = [1, 6, 15, 20, 15, 6, 1];

export const CHAINS = {
  'chain 1': {
    text: 'grayscale → gaussianBlur σ2 → sobel → threshold',
    steps: [['grayscale'], ['gaussianBlur', { sigma: 2 }], ['sobel'], ['threshold', { value: 64 }]],
  },
  'chain 2': {
    text: 'resize ½ (area) → unsharpMask σ2 → colorMatrix → gamma',
    steps: [
      ['resize', { width: 960, height: 540, filter: 'area' }],
      ['unsharpMask', { sigma: 2, amount: 1 }],
      ['colorMatrix', { matrix: SEPIA }],
      ['gamma', { gamma: 0.8 }],
    ],
  },
};

/** Maps output pixels to input pixels: a turn by 10° about the middle, and a tilt. */
function turn({ width, height }) {
  const a = Math.PI / 18, c = Math.cos(a), s = Math.sin(a), x = width / 2, y = height / 2;
  return [c, -s, x - c * x + s * y, s, c, y - s * x - c * y];
}
const tilt = ({ width }) => [1, 0.1, -20, 0.02, 1.1, -10, 0.1 / width, 0.05 / width, 1];

const row = (name, input, steps, more = {}) => ({ name, input, steps, ...more });
const ALPHA = 'OpenCV changes alpha too', OTHER = { other: 'layer' };
const blend = (mode, note) => row(`blend ${mode}`, 'rgba', [['blend', { mode, opacity: 1 }]], { ...OTHER, note });
const resized = ({ width, height }) => (name, scale, filter, more) =>
  row(`resize ${name}`, 'rgba', [['resize', { width: width * scale, height: height * scale, filter, antialias: filter === 'area' || filter === 'lanczos3' }]], more);
const scaled = (steps, { width, height }) =>
  steps.map(([name, params]) => (name === 'resize' ? [name, { ...params, width: width / 2, height: height / 2 }] : [name, params]));

/** @param {{ width: number, height: number }} size */
export function makeRows(size) {
  const resize = resized(size), { width, height } = size;
  return [
    // tone
    row('invert', 'rgba', [['invert']], { note: ALPHA }),
    row('linear', 'rgba', [['linear', { scale: 1.2, offset: 10 }]], { note: ALPHA }),
    row('brightness', 'rgba', [['brightness', { amount: 20 }]], { note: ALPHA }),
    row('contrast', 'rgba', [['contrast', { amount: 1.3 }]], { note: ALPHA }),
    row('gamma', 'rgba', [['gamma', { gamma: 0.8 }]], { note: ALPHA }),
    row('lut', 'rgba', [['lut', { table: TABLE }]], { note: ALPHA }),
    row('threshold', 'gray', [['threshold', { value: 100 }]], { within: 0 }),
    row('threshold otsu', 'gray', [['threshold', { auto: 'otsu' }]], { within: 0 }),
    row('equalize', 'gray', [['equalize']], { within: 1 }),
    row('clahe', 'gray', [['clahe']], { within: 2 }),
    row('adaptiveThreshold r7', 'gray', [['adaptiveThreshold', { radius: 7, offset: 5 }]], { within: 0 }),
    // colour
    row('grayscale', 'rgba', [['grayscale']], { within: 1 }),
    row('toRgba gray8', 'gray', [['toRgba']], { within: 0 }),
    row('colorMatrix', 'rgba', [['colorMatrix', { matrix: SEPIA }]], { within: 1 }),
    row('extractChannel', 'rgba', [['extractChannel', { channel: 'green' }]], { within: 0 }),
    row('premultiply', 'layer', [['premultiply']]),
    row('unpremultiply', 'layer', [['unpremultiply']]),
    row('rgbToHsv', 'rgba', [['rgbToHsv']], { note: 'OpenCV: three channels, without alpha' }),
    // convert
    row('toRgba i420', 'i420', [['toRgba']], { within: 1 }),
    row('toRgba nv12', 'nv12', [['toRgba']], { within: 1 }),
    row('toRgba bgra8', 'bgra', [['toRgba']], { within: 0 }),
    row('toI420', 'rgba', [['toI420']]),
    // blur
    row('boxBlur r5', 'rgba', [['boxBlur', { radius: 5 }]], { within: 1 }),
    row('boxBlur r5 gray8', 'gray', [['boxBlur', { radius: 5 }]], { within: 1 }),
    row('gaussianBlur σ2', 'rgba', [['gaussianBlur', { sigma: 2 }]], { within: 2 }),
    row('gaussianBlur σ2 gray8', 'gray', [['gaussianBlur', { sigma: 2 }]], { within: 2 }),
    row('gaussianBlur σ8', 'rgba', [['gaussianBlur', { sigma: 8 }]], { within: 4 }),
    row('median r1', 'rgba', [['median', { radius: 1 }]], { within: 0 }),
    row('median r1 gray8', 'gray', [['median', { radius: 1 }]], { within: 0 }),
    row('median r2', 'rgba', [['median', { radius: 2 }]], { within: 0 }),
    row('median r5 gray8', 'gray', [['median', { radius: 5 }]], { within: 0 }),
    row('bilateral r2', 'rgba', [['bilateral', { radius: 2, sigmaColor: 30, sigmaSpace: 3 }]], { note: 'OpenCV: three channels, without alpha' }),
    // sharpen, edges, convolve
    row('unsharpMask σ2', 'rgba', [['unsharpMask', { sigma: 2, amount: 1 }]], { within: 4, note: 'OpenCV: GaussianBlur and addWeighted' }),
    row('sobel', 'gray', [['sobel']], { within: 1, note: 'OpenCV: two Sobel, two convertScaleAbs, add' }),
    row('scharr', 'gray', [['scharr']], { within: 1, note: 'OpenCV: as sobel' }),
    row('laplacian', 'gray', [['laplacian']], { within: 0, note: 'OpenCV: Laplacian, convertScaleAbs' }),
    row('canny', 'gray', [['canny', { low: 60, high: 120 }]], { within: 0 }),
    row('convolve 3×3', 'rgba', [['convolve', { kernel: SHARP3, width: 3, height: 3, divisor: 1 }]], { within: 1 }),
    row('convolve 5×5', 'rgba', [['convolve', { kernel: SOFT5, width: 5, height: 5, divisor: 273 }]], { within: 1 }),
    row('separable 7+7', 'rgba', [['separable', { kernelX: LINE7.map((v) => v / 64), kernelY: LINE7.map((v) => v / 64) }]], { within: 1 }),
    // morphology
    row('erode r1', 'rgba', [['erode', { radius: 1 }]], { within: 0 }),
    row('dilate r5', 'rgba', [['dilate', { radius: 5 }]], { within: 0 }),
    row('open r2 gray8', 'gray', [['open', { radius: 2 }]], { within: 0 }),
    row('morphGradient gray8', 'gray', [['morphGradient', { radius: 1 }]], { within: 0 }),
    // geometry
    resize('nearest ⅔', 2 / 3, 'nearest', { note: 'OpenCV rounds coordinates down, not to pixel centres' }),
    resize('bilinear ⅔', 2 / 3, 'bilinear', { within: 1 }),
    resize('area ⅔', 2 / 3, 'area', { within: 1 }),
    resize('area ½', 1 / 2, 'area', { within: 1 }),
    resize('bicubic 2×', 2, 'bicubic', { within: 1 }),
    resize('lanczos3 ½', 1 / 2, 'lanczos3', { note: 'native: OpenCV’s lanczos4 does not antialias' }),
    row('crop', 'rgba', [['crop', { x: 320, y: 180, width: 1280, height: 720 }]], { within: 0 }),
    row('pad', 'rgba', [['pad', { top: 32, right: 32, bottom: 32, left: 32 }]], { within: 0 }),
    row('flip x', 'rgba', [['flip', { axis: 'x' }]]),
    row('flip y', 'rgba', [['flip', { axis: 'y' }]]),
    row('rotate90', 'rgba', [['rotate90']], { within: 0 }),
    row('transpose', 'rgba', [['transpose']], { within: 0 }),
    row('affine', 'rgba', [['affine', { matrix: turn(size), width, height, border: 'constant' }]], { note: 'OpenCV’s positions have 5 bits of fraction' }),
    row('perspective', 'rgba', [['perspective', { matrix: tilt(size), width, height, border: 'constant' }]], { note: 'OpenCV’s positions have 5 bits of fraction' }),
    row('pyrDown', 'rgba', [['pyrDown']], { within: 1 }),
    row('pyrUp', 'rgba', [['pyrUp']], { within: 1 }),
    // compose
    blend('normal', 'OpenCV has no alpha blending: addWeighted, a constant weight'),
    blend('multiply', 'OpenCV ignores alpha'),
    blend('screen', 'OpenCV ignores alpha; three inversions and a product'),
    blend('softLight'),
    row('add', 'rgba', [['add']], OTHER),
    row('absDiff', 'rgba', [['absDiff']], OTHER),
    row('mix', 'rgba', [['mix', { amount: 0.25 }]], OTHER),
    // measure
    row('histogram', 'gray', [], { measure: (engine, input) => engine.histogramSync(input) }),
    row('statistics', 'gray', [], { measure: (engine, input) => engine.statisticsSync(input) }),
    row('integral', 'gray', [], { measure: (engine, input) => engine.integralSync(input).dispose() }),
    ...Object.entries(CHAINS).map(([name, { steps }]) => row(name, 'rgba', scaled(steps, size), { note: 'peers run it op by op' })),
  ];
}

/** What the peers need too. */
export const sharedWith = (size) => ({
  sepia: SEPIA, table: TABLE, gamma: tableOf((v) => v ** 0.8), sharp3: SHARP3, soft3: SOFT3, soft5: SOFT5, line7: LINE7, turn: turn(size), tilt: tilt(size),
});
