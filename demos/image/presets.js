// Ready-made pipelines. Each is a list of {op, params, other}; `other` names the top layer of an operation on two pictures.

export const PRESETS = [
  {
    id: 'golden',
    title: 'Golden hour',
    steps: [
      { op: 'unsharpMask', params: { sigma: 2.5, amount: 0.9 } },
      { op: 'temperature', params: { kelvin: 5000 } },
      { op: 'saturate', params: { amount: 1.25 } },
      { op: 'contrast', params: { amount: 1.15 } },
      { op: 'vignette', params: { amount: 0.55, radius: 0.8 } },
    ],
  },
  {
    id: 'pencil',
    title: 'Pencil',
    steps: [
      { op: 'grayscale', params: {} },
      { op: 'gaussianBlur', params: { sigma: 1.6 } },
      { op: 'sobel', params: {} },
      { op: 'invert', params: {} },
      { op: 'levels', params: { inBlack: 110, inWhite: 250, gamma: 0.9 } },
    ],
  },
  {
    id: 'edges',
    title: 'Edges',
    steps: [
      { op: 'grayscale', params: {} },
      { op: 'gaussianBlur', params: { sigma: 2 } },
      { op: 'sobel', params: {} },
      { op: 'threshold', params: { value: 48 } },
    ],
  },
  {
    id: 'dream',
    title: 'Dream',
    steps: [
      { op: 'saturate', params: { amount: 1.3 } },
      { op: 'gaussianBlur', params: { sigma: 14 } },
      { op: 'blend', params: { mode: 'screen', opacity: 0.7 }, other: 'original' },
      { op: 'contrast', params: { amount: 1.25 } },
    ],
  },
  {
    id: 'poster',
    title: 'Poster',
    steps: [
      { op: 'median', params: { radius: 3 } },
      { op: 'posterize', params: { levels: 5 } },
      { op: 'saturate', params: { amount: 1.7 } },
    ],
  },
  {
    id: 'duotone',
    title: 'Night vision',
    steps: [
      { op: 'grayscale', params: {} },
      { op: 'toRgba', params: {} },
      { op: 'colorMatrix', params: { matrix: [0.15, 0, 0, 0, 0.02, 0, 1.25, 0, 0, 0.05, 0, 0, 0.35, 0, 0.08, 0, 0, 0, 1, 0] } },
      { op: 'vignette', params: { amount: 0.9, radius: 0.7 } },
    ],
  },
  {
    id: 'print',
    title: 'Newsprint',
    steps: [
      { op: 'grayscale', params: {} },
      { op: 'contrast', params: { amount: 1.4 } },
      { op: 'dither', params: { levels: 2 } },
    ],
  },
];

/** Those whose operations this engine has. */
export function presetsFor(ops) {
  const names = new Set(ops.map(({ name }) => name));
  return PRESETS.filter(({ steps }) => steps.every(({ op }) => names.has(op)));
}
