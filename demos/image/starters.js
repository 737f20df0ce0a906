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

const ROWS = { Triangle: [1, 2, 1], Flat: [1, 1, 1, 1, 1], Difference: [-1, 0, 1] };
const AFFINE = { 'As it is': [1, 0, 0, 0, 1, 0], Shear: [1, 0.2, 0, 0, 1, 0], 'Half size': [2, 0, 0, 0, 2, 0] };
const PERSPECTIVE = { 'As it is': [1, 0, 0, 0, 1, 0, 0, 0, 1], 'Lean back': [1, 0.15, 0, 0, 1, 0, 0, 0.0003, 1] };

/** What a list's preset select offers, by «operation.parameter». */
export const LIST_PRESETS = {
  'colorMatrix.matrix': MATRICES,
  'lut.table': TABLES,
  'convolve.kernel': KERNELS,
  'separable.kernelX': ROWS,
  'separable.kernelY': ROWS,
  'affine.matrix': AFFINE,
  'perspective.matrix': PERSPECTIVE,
};

/** By operation: parameters, or a function of the picture's {width, height} that gives them. */
export const STARTERS = {
  brightness: { amount: 24 },
  contrast: { amount: 1.35 },
  gamma: { gamma: 0.7 },
  lut: { table: TABLES['S-curve'] },
  posterize: { levels: 5 },
  solarize: { threshold: 128 },
  colorMatrix: { matrix: MATRICES.Warm },
  saturate: { amount: 1.4 },
  hueRotate: { degrees: 40 },
  temperature: { kelvin: 5200 },
  swizzle: { order: [2, 1, 0, 3] },
  chromaKey: { color: [40, 160, 60], tolerance: 60, softness: 30 },
  boxBlur: { radius: 4 },
  motionBlur: { length: 24, angle: 20 },
  pixelate: { size: 12 },
  bilateral: { radius: 4, sigmaColor: 40, sigmaSpace: 3 },
  unsharpMask: { sigma: 2 },
  adaptiveThreshold: { radius: 8, offset: 6 },
  canny: { low: 60, high: 160 },
  derivative: { dx: 1, dy: 0 },
  convolve: { kernel: KERNELS.Sharpen, width: 3, height: 3, divisor: 1 },
  separable: { kernelX: ROWS.Triangle, kernelY: ROWS.Triangle, divisor: 16 },
  rotate: { degrees: 12 },
  affine: { matrix: AFFINE.Shear },
  perspective: { matrix: PERSPECTIVE['Lean back'] },
  dither: { levels: 2 },
  vignette: { amount: 0.5, radius: 0.75 },
  mix: { amount: 0.5 },
  crop: ({ width, height }) => ({
    x: Math.floor(width / 8), y: Math.floor(height / 8), width: Math.ceil(width * 0.75), height: Math.ceil(height * 0.75),
  }),
  resize: ({ width, height }) => ({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) }),
  pad: ({ width }) => Object.fromEntries(['top', 'right', 'bottom', 'left'].map((side) => [side, Math.ceil(width / 30)])),
};
