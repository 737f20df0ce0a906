// Every operation that is compared, once: how framelane does it, and under which name OpenCV's two sides do the same work.
// `note` says where the work is not the same. `within`: how many levels the results may differ (left out: not compared).

const SEPIA = [0.393, 0.769, 0.189, 0, 0, 0.349, 0.686, 0.168, 0, 0, 0.272, 0.534, 0.131, 0, 0, 0, 0, 0, 1, 0];
const TABLE = Array.from({ length: 256 }, (_, v) => Math.round(255 * Math.sin((v / 255) * (Math.PI / 2))));

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

const row = (name, input, steps, more = {}) => ({ name, input, steps, ...more });
const ALPHA = 'OpenCV changes alpha too';
const resize = (name, width, height, filter, more) =>
  row(name, 'rgba', [['resize', { width, height, filter, antialias: filter === 'area' }]], more);
const blend = (mode, note) => row(`blend ${mode}`, 'rgba', [['blend', { mode, opacity: 1 }]], { other: 'layer', note });

export const ROWS = [
  row('invert', 'rgba', [['invert']], { note: ALPHA }),
  row('linear', 'rgba', [['linear', { scale: 1.2, offset: 10 }]], { note: ALPHA }),
  row('brightness', 'rgba', [['brightness', { amount: 20 }]], { note: ALPHA }),
  row('contrast', 'rgba', [['contrast', { amount: 1.3 }]], { note: ALPHA }),
  row('gamma', 'rgba', [['gamma', { gamma: 0.8 }]], { note: ALPHA }),
  row('lut', 'rgba', [['lut', { table: TABLE }]], { note: ALPHA }),
  row('grayscale', 'rgba', [['grayscale']], { within: 1 }),
  row('toRgba gray8', 'gray', [['toRgba']], { within: 0 }),
  row('colorMatrix', 'rgba', [['colorMatrix', { matrix: SEPIA }]], { within: 1 }),
  row('threshold', 'gray', [['threshold', { value: 100 }]], { within: 0 }),
  row('threshold otsu', 'gray', [['threshold', { auto: 'otsu' }]], { within: 0 }),
  row('equalize', 'gray', [['equalize']], { within: 1 }),
  row('boxBlur r5', 'rgba', [['boxBlur', { radius: 5 }]], { within: 1 }),
  row('boxBlur r5 gray8', 'gray', [['boxBlur', { radius: 5 }]], { within: 1 }),
  row('gaussianBlur σ2', 'rgba', [['gaussianBlur', { sigma: 2 }]], { within: 2 }),
  row('gaussianBlur σ2 gray8', 'gray', [['gaussianBlur', { sigma: 2 }]], { within: 2 }),
  row('unsharpMask σ2', 'rgba', [['unsharpMask', { sigma: 2, amount: 1 }]], { within: 4, note: 'OpenCV: GaussianBlur and addWeighted' }),
  row('sobel', 'gray', [['sobel']], { within: 1, note: 'OpenCV: two Sobel, two convertScaleAbs, add' }),
  row('median r1', 'rgba', [['median', { radius: 1 }]], { within: 0 }),
  row('median r1 gray8', 'gray', [['median', { radius: 1 }]], { within: 0 }),
  row('median r2', 'rgba', [['median', { radius: 2 }]], { within: 0 }),
  resize('resize nearest ⅔', 1280, 720, 'nearest', { note: 'OpenCV rounds coordinates down, not to pixel centres' }),
  resize('resize bilinear ⅔', 1280, 720, 'bilinear', { within: 1 }),
  resize('resize area ⅔', 1280, 720, 'area', { within: 1 }),
  resize('resize area ½', 960, 540, 'area', { within: 1 }),
  row('crop', 'rgba', [['crop', { x: 320, y: 180, width: 1280, height: 720 }]], { within: 0 }),
  row('flip x', 'rgba', [['flip', { axis: 'x' }]]),
  row('flip y', 'rgba', [['flip', { axis: 'y' }]]),
  row('rotate90', 'rgba', [['rotate90']], { within: 0 }),
  blend('normal', 'OpenCV has no alpha blending: addWeighted, a constant weight'),
  blend('multiply', 'OpenCV ignores alpha'),
  blend('screen', 'OpenCV ignores alpha; three inversions and a product'),
  row('toRgba i420', 'i420', [['toRgba']], { within: 1 }),
  row('toRgba nv12', 'nv12', [['toRgba']], { within: 1 }),
  row('toRgba bgra8', 'bgra', [['toRgba']], { within: 0 }),
  ...Object.entries(CHAINS).map(([name, { steps }]) => row(name, 'rgba', steps, { note: 'OpenCV runs it op by op' })),
];

/** The parameters that the OpenCV sides need too. */
export const SHARED = { sepia: SEPIA, table: TABLE, gamma: Array.from({ length: 256 }, (_, v) => Math.round(255 * (v / 255) ** 0.8)) };
