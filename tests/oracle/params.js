// Grids of parameters that are longer than a line.
import { cross } from './cases.js';

/** Every combination with every border, and some colours of the constant one. */
export const borders = (lists) => cross({ ...lists, edge: [
  { border: 'reflect101' }, { border: 'replicate' }, { border: 'reflect' }, { border: 'wrap' }, { border: 'constant' },
  { border: 'constant', borderColor: [255] }, { border: 'constant', borderColor: [30, 99] },
  { border: 'constant', borderColor: [200, 10, 60] }, { border: 'constant', borderColor: [1, 254, 128, 0] },
] }).map(({ edge, ...rest }) => ({ ...rest, ...edge }));

export const linear = [
  {}, { scale: 1.2, offset: 10 }, { scale: 0.333, offset: 0.25 }, { scale: -1, offset: 255 }, { scale: -0.5, offset: 200 },
  { scale: 0, offset: 77.5 }, { scale: 4, offset: -300 }, { scale: 4.001, offset: -300 }, { scale: 3.99, offset: 1022.9 },
  { scale: 1, offset: 1023 }, { scale: 20, offset: -2000 }, { scale: 255, offset: -30000 }, { scale: 254.9, offset: -64999 },
  { scale: -255, offset: 65025 }, { scale: -255, offset: 65535 }, { scale: 1 / 255, offset: 0 }, { scale: 0.0001, offset: 12.4999 },
  { scale: 1, offset: -0.5 }, { scale: 1, offset: 0.5 },
];

export const brightnesses = cross({ amount: [-255, -100.5, -1, 0, 0.4999, 0.5, 20, 255] });
export const contrasts = cross({ amount: [0, 0.25, 0.999, 1, 1.3, 4, 4.01, 100, 255] });

const table = (f) => Array.from({ length: 256 }, (_, v) => f(v));
export const tables = [
  { table: table((v) => v) }, { table: table((v) => 255 - v) }, { table: table((v) => (v * 167) & 255) },
  { table: table((v) => (v & 1 ? 255 : 0)) }, { table: table((v) => Math.min(255, v * 1.37 + 0.25)) }, { table: table(() => 9) },
];
export const channelTables = [
  { table: [...table((v) => v), ...table((v) => 255 - v), ...table((v) => v >> 1), ...table((v) => (v * 3) & 255)] },
  { table: [...table((v) => (v * 7) & 255), ...table(() => 128), ...table((v) => v), ...table((v) => 255 - v)] },
];

export const levels = [
  {}, { inBlack: 20, inWhite: 230 }, { gamma: 2.2 }, { gamma: 0.5, outBlack: 10, outWhite: 200 }, { inBlack: 100, inWhite: 101 },
  { outBlack: 255, outWhite: 0 }, { inBlack: 220, inWhite: 30, gamma: 1.5 },
];

export const thresholds = (types) => [
  ...cross({ type: types, value: [0, 1, 100, 127.5, 254, 254.99, 255], max: [255] }),
  ...cross({ type: types, value: [64], max: [0, 1, 128] }),
];

/** 4 × 5 each. */
export const matrices = [
  [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
  [0.393, 0.769, 0.189, 0, 0, 0.349, 0.686, 0.168, 0, 0, 0.272, 0.534, 0.131, 0, 0, 0, 0, 0, 1, 0],
  [0.574, 1.43, -1.004, 0, 0, 0.426, -0.43, 1.004, 0, 0.1, 0.213, 0.715, 0.072, 0, -0.2, 0, 0, 0, 1, 0],
  [-1, 0, 0, 0, 1, 0, -1, 0, 0, 1, 0, 0, -1, 0, 1, 0, 0, 0, 0.5, 0.25],
  [0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0.299, 0.587, 0.114, 0, 0],
  [1.999, -1.999, 1.999, -1.999, 0.003, 2, 2, -2, -2, 0.5, 0.001, 0.002, 0.003, 0.004, 0.5, 0.25, 0.25, 0.25, 0.25, 0],
  [7.9, -7.9, 3.3, 0, -1, -7.99, 7.99, 0, 0.1, 2, 5, -4.5, 0.25, 0, 0, 0, 0, 0, 1, 0],
  [999, -999, 1, 0, 0.5, 1000, -500, -500, 0.3, 0.1, 31.9, -32, 0.3, 0.7, 0.4, -1000, 0, 0, 1000, 1],
  [0, 0, 0, 0, 1000, 0, 0, 0, 0, -1000, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.9999],
  [1.05, 0.01, 0.01, 0.01, -0.0176, 0.3333, 0.3333, 0.3333, 0, 0, 1 / 3, 1 / 3, 1 / 3, 0, 0.002, 0.1, 0.2, 0.3, 0.4, 0],
].map((matrix) => ({ matrix }));

/** Position, red, green, blue for each stop. */
export const gradients = [
  [0, 0, 0, 0, 1, 255, 255, 255], [0, 10, 0, 64, 0.25, 120, 0, 140.5, 0.6, 255, 100, 0, 1, 255, 255, 220], [0.3, 200, 30, 0, 0.7, 0, 90, 255],
];

/** Rectangles within the picture. */
export const crops = [
  ({ width, height }) => ({ x: 0, y: 0, width, height }),
  ({ width, height }) => ({ x: width - 1, y: height - 1, width: 1, height: 1 }),
  ({ width, height }) => ({ x: width >> 2, y: height >> 1, width: (width + 1) >> 1, height: (height + 3) >> 2 }),
  ({ width, height }) => ({ x: 0, y: height >> 1, width, height: 1 }),
  ({ width, height }) => (width > 2 && height > 2 ? { x: 1, y: 1, width: width - 2, height: height - 2 } : undefined),
];

const at = (value) => Math.max(1, Math.round(value));
/** New sizes: the same, halves, thirds, doubles, odd ratios, one side only, down to a pixel, and one side left out. */
export const sizes = [
  ({ width, height }) => ({ width, height }),
  ({ width, height }) => ({ width: at(width / 2), height: at(height / 2) }),
  ({ width, height }) => ({ width: at(width / 3), height: at(height / 3) }),
  ({ width, height }) => ({ width: at(width * 0.7), height: at(height * 0.613) }),
  ({ width, height }) => ({ width: at(width / 7.3), height: at(height / 5) }),
  ({ width, height }) => ({ width: width * 2, height: height * 2 }),
  ({ width, height }) => ({ width: at(width * 1.37), height: at(height * 1.61) }),
  ({ width, height, group }) => (group === 'photo' ? undefined : { width: width * 3 + 1, height: height * 5 - 2 }),
  ({ width, height }) => ({ width: width + 1, height: at(height - 1) }),
  ({ width, height }) => ({ width: at(width / 4), height: height * 2 }),
  ({ width, height }) => ({ width, height: at(height / 2) }),
  ({ width, height }) => ({ width: at(width * 1.5), height }),
  () => ({ width: 1, height: 1 }),
  () => ({ width: 37, height: 1 }),
  () => ({ width: 31 }),
  () => ({ height: 29 }),
];
/** Every size with every combination. */
export const resizes = (lists) =>
  cross({ size: sizes, ...lists }).map(({ size, ...rest }) => (picture) => size(picture) && { ...size(picture), ...rest });
export const formulaResizes = ({ filter }) =>
  resizes({ filter: filter.choices.filter((name) => name !== 'nearest' && name !== 'area'), antialias: [true, false] });

/** For pictures of a few thousand pixels only: so many weights take float64 seconds on a photo. */
export const small = (grid) => grid.map((entry) => (picture) => (picture.group === 'photo' ? undefined : entry));

export const boxes = [
  ...borders({ radius: [1, 2, 31] }), ...borders({ radiusX: [0, 3], radiusY: [0, 9] }), ...cross({ radius: [0, 5] }),
  ...cross({ radius: [4], radiusX: [12] }), ...small(cross({ radius: [127, 300, 1000] })),
];
export const gaussians = [
  ...borders({ sigma: [0.5, 2, 8] }), ...cross({ sigma: [0.1, 0.3, 1, 1.5, 3.7, 20] }),
  ...cross({ sigma: [1, 5], radius: [0, 1, 2, 30] }), ...small(cross({ sigma: [60, 250] })),
];

export const autoThresholds = ({ type, auto }) =>
  cross({ auto: auto.choices.filter((name) => name !== 'none'), type: type.choices, max: [255, 77] });

/** Every order that a size allows, and every border with some. */
export const derivatives = [
  ...[3, 5, 7].flatMap((size) => cross({ dx: [0, 1, 2, 3, 6], dy: [0, 1, 2, 5], size: [size] })).filter(
    ({ dx, dy, size }) => dx + dy > 0 && dx < size && dy < size),
  ...borders({ dx: [1], dy: [0], size: [3, 7] }), { dx: 0, dy: 1 },
];
export const cannys = cross({ low: [0, 20, 100.7, 300], high: [10, 60, 200, 400.2], l2: [false, true] });

const numbers = (count, f) => Array.from({ length: count }, (_, i) => f(i));
const general = { kernel: numbers(35, (i) => ((i * 13) % 7) - 2.5), width: 5, height: 7, divisor: 17.5 };
export const kernels = [
  { kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0], width: 3, height: 3, divisor: 1 },
  { kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0], width: 3, height: 3 },
  { kernel: [1, 2, 3, 4, 5, 6, 7, 8, 9], width: 3, height: 3, divisor: 45, offset: 3 },
  { kernel: [-1, 0, 1], width: 3, height: 1, divisor: 2, offset: 128 },
  { kernel: [-1, 0, 1], width: 1, height: 3, absolute: true, preserveAlpha: true },
  { kernel: [1, -3, 2, 2], width: 2, height: 2, divisor: -2, offset: 40 },
  { kernel: numbers(25, () => 1), width: 5, height: 5 },
  ...borders(Object.fromEntries(Object.entries(general).map(([name, value]) => [name, [value]]))),
  { kernel: numbers(961, (i) => 1 + (i % 5)), width: 31, height: 31, divisor: 2883 },
  { kernel: numbers(961, (i) => (i === 480 ? 2883 + 961 : -1)), width: 31, height: 31, divisor: 2883 },
  { kernel: [100000, -99999.5, 0.7], width: 3, height: 1, divisor: 1 },
];
export const kernelPairs = [
  { kernelX: [0.25, 0.5, 0.25], kernelY: [0.25, 0.5, 0.25] },
  { kernelX: [1, 4, 6, 4, 1], kernelY: [1, 2, 1] },
  ...borders({ kernelX: [[-0.5, 0, 0.5]], kernelY: [[0.1, 0.2, 0.4, 0.2, 0.1]] }),
  { kernelX: [-1, 0, 1], kernelY: [3, 10, 3], absolute: true, preserveAlpha: true },
  { kernelX: numbers(31, (i) => 31 - i), kernelY: [2, -1, 5, 6], divisor: 5000, offset: 9.5 },
];

export const affines = [
  [1, 0, 0, 0, 1, 0], [1, 0, 0.5, 0, 1, -0.25], [0.8, 0.3, -2, -0.3, 0.8, 4], [-1, 0, 30, 0, 2, -7], [0.1, 0, 3.3, 0, 0.1, 2.7],
];
export const perspectives = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1], [1, 0.2, -1, 0.1, 0.9, 2, 0.01, 0.004, 1], [0.7, 0, 3, 0, 0.7, 3, -0.005, 0.002, 1.1],
];
export const warps = (matrices) => small(borders({ filter: ['bilinear'], width: [31], height: [23], matrix: matrices }));
export const turns = small(borders({ degrees: [0, 30, 90, -200.5], expand: [true, false] }));
