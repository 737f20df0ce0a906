// First values for parameters that have no default, chosen to show what the operation does.

const luma = [0.299, 0.587, 0.114];

/** 4×5, as SVG's feColorMatrix. */
export const MATRICES = {
  Identity: [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
  'Golden hour': [1.16, 0.02, -0.08, 0, 0.015, 0.01, 1.04, -0.05, 0, 0, -0.08, -0.06, 1.02, 0, -0.01, 0, 0, 0, 1, 0],
  Vivid: [1.4, -0.26, -0.06, 0, 0, -0.12, 1.26, -0.06, 0, 0, -0.12, -0.26, 1.46, 0, 0, 0, 0, 0, 1, 0],
  Rosy: [1.12, 0.04, 0.02, 0, -0.04, -0.02, 1.02, 0, 0, -0.06, 0.02, 0, 1.04, 0, -0.02, 0, 0, 0, 1, 0],
  Glowing: [2.4, -0.3, -0.3, 0, 0.1, -0.3, 2.2, -0.3, 0, 0.1, -0.3, -0.3, 2.6, 0, 0.2, 0, 0, 0, 1, 0],
  Blueprint: [2.2, 0, 0, 0, 0.05, 1.9, 0, 0, 0, 0.2, 1.3, 0, 0, 0, 0.42, 0, 0, 0, 1, 0],
  Warm: [1.12, 0.05, 0, 0, 0.01, 0.02, 1.02, 0, 0, 0, 0, 0, 0.84, 0, 0, 0, 0, 0, 1, 0],
  Cool: [0.9, 0, 0, 0, 0, 0, 1, 0.03, 0, 0, 0, 0.05, 1.12, 0, 0.02, 0, 0, 0, 1, 0],
  'Black and white': [...luma, 0, 0, ...luma, 0, 0, ...luma, 0, 0, 0, 0, 0, 1, 0],
  Kodachrome: [1.13, -0.4, -0.04, 0, 0.25, -0.16, 1.09, -0.05, 0, 0.1, -0.17, -0.56, 1.6, 0, 0.14, 0, 0, 0, 1, 0],
  'Swap red and blue': [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0],
};

const curve = (formula) => Array.from({ length: 256 }, (_, v) => Math.round(255 * Math.min(1, Math.max(0, formula(v / 255)))));
export const TABLES = {
  Identity: curve((v) => v),
  'Soft S-curve': curve((v) => 0.5 * v + 0.5 * v * v * (3 - 2 * v)),
  'S-curve': curve((v) => v * v * (3 - 2 * v)),
  'Lifted shadows': curve((v) => 0.14 + 0.86 * v ** 0.8),
  Posterise: curve((v) => Math.round(v * 5) / 5),
  Faded: curve((v) => 0.1 + 0.8 * v),
  Negative: curve((v) => 1 - v),
  Wave: curve((v) => 0.5 - 0.5 * Math.cos(3 * Math.PI * v)),
};

const KERNELS = {
  Sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  Blur: [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16),
  Relief: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
  Outline: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
};

const ROWS = { Binomial: [0.0625, 0.25, 0.375, 0.25, 0.0625], Flat: [0.2, 0.2, 0.2, 0.2, 0.2], Edge: [-0.25, -0.5, 2.5, -0.5, -0.25] };
const AFFINE = { 'As it is': [1, 0, 0, 0, 1, 0], Shear: [1, 0.25, -35, 0, 1, 0], 'Half size': [2, 0, 0, 0, 2, 0] };
const PERSPECTIVE = { 'As it is': [1, 0, 0, 0, 1, 0, 0, 0, 1], 'Lean back': [1.5, 0.36, -105, 0, 1.25, -35, 0, 0.0017, 1] };

/** Four numbers a stop: position, red, green, blue. */
const GRADIENTS = {
  Sunset: [0, 26, 15, 66, 0.5, 206, 66, 92, 1, 255, 231, 161],
  'Ink and paper': [0, 20, 28, 52, 0.6, 150, 132, 110, 1, 247, 240, 226],
  'False colours': [0, 0, 0, 90, 0.3, 0, 140, 220, 0.55, 40, 200, 80, 0.8, 250, 220, 40, 1, 220, 30, 20],
};

/** What a list's preset select offers, by «operation.parameter». */
export const LIST_PRESETS = {
  'colorMatrix.matrix': MATRICES,
  'lut.table': TABLES,
  'gradientMap.stops': GRADIENTS,
  'convolve.kernel': KERNELS,
  'separable.kernelX': ROWS,
  'separable.kernelY': ROWS,
  'affine.matrix': AFFINE,
  'perspective.matrix': PERSPECTIVE,
};

/**
 * By operation: parameters, or a function of the picture's {width, height} that gives them. What an operation does not know, or
 * takes as another type, is left out when they are used.
 */
export const STARTERS = {
  linear: { scale: 1.3, offset: -30 },
  brightness: { amount: 40 },
  contrast: { amount: 1.5 },
  gamma: { gamma: 0.6 },
  levels: { inBlack: 40, inWhite: 210, gamma: 1.2 },
  lut: { table: TABLES['S-curve'] },
  posterize: { levels: 5 },
  solarize: { threshold: 128 },
  threshold: { value: 110 },
  clahe: { clipLimit: 3 },
  adaptiveThreshold: { radius: 8, offset: 6 },
  colorMatrix: { matrix: MATRICES.Warm },
  sepia: { amount: 0.9 },
  saturate: { amount: 1.8 },
  hueRotate: { degrees: 60 },
  swizzle: { order: [2, 1, 0, 3] },
  extractChannel: { channel: 'red' },
  chromaKey: { color: [150, 38, 18], tolerance: 14, softness: 10 },
  gradientMap: { stops: GRADIENTS.Sunset },
  temperature: { kelvin: 4300 },
  boxBlur: { radius: 4 },
  gaussianBlur: { sigma: 2 },
  motionBlur: { length: 24, angle: 20 },
  pixelate: { size: 12 },
  bilateral: { radius: 4, sigmaColor: 40, sigmaSpace: 3 },
  sharpen: { amount: 1.5 },
  unsharpMask: { sigma: 2, amount: 1.5 },
  derivative: { dx: 1, dy: 0 },
  laplacian: { size: 3 },
  canny: { low: 100, high: 220 },
  convolve: { kernel: KERNELS.Sharpen, width: 3, height: 3, divisor: 1 },
  separable: { kernelX: ROWS.Binomial, kernelY: ROWS.Binomial },
  ...Object.fromEntries(['erode', 'dilate', 'open', 'close', 'morphGradient'].map((name) => [name, { radius: 3, shape: 'ellipse' }])),
  topHat: { radius: 6, shape: 'ellipse' },
  blackHat: { radius: 6, shape: 'ellipse' },
  crop: ({ width, height }) => ({
    x: Math.floor(width / 8), y: Math.floor(height / 8), width: Math.ceil(width * 0.75), height: Math.ceil(height * 0.75),
  }),
  pad: ({ width }) => Object.fromEntries(['top', 'right', 'bottom', 'left'].map((side) => [side, Math.ceil(width / 15)])),
  resize: ({ width }) => ({ width: Math.ceil(width / 2) }),
  rotate: { degrees: 12, border: 'constant' },
  affine: { matrix: AFFINE.Shear, border: 'constant' },
  perspective: { matrix: PERSPECTIVE['Lean back'], border: 'constant' },
  blend: { mode: 'multiply' },
  mix: { amount: 0.5 },
  vignette: { amount: 0.8, radius: 0.3 },
  dither: { levels: 3 },
};
