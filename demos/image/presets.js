// Ready-made pipelines: lists of {op, params, other}; `other` names the top layer of an operation on two pictures (see LAYERS).

import { MATRICES, TABLES } from '../shared/starters.js';

const grayscale = { op: 'grayscale', params: {} };

export const PRESETS = [
  {
    id: 'golden',
    title: 'Golden hour',
    steps: [
      { op: 'unsharpMask', params: { sigma: 3, amount: 0.8 } },
      { op: 'blend', params: { mode: 'screen', opacity: 0.22 }, other: 'blurred' },
      { op: 'colorMatrix', params: { matrix: MATRICES['Golden hour'] } },
      { op: 'lut', params: { table: TABLES['Soft S-curve'] } },
    ],
  },
  {
    id: 'pencil',
    title: 'Pencil',
    steps: [
      grayscale, { op: 'gaussianBlur', params: { sigma: 1.6 } }, { op: 'sobel', params: { norm: 'l2' } },
      { op: 'linear', params: { scale: -2.6, offset: 262 } }, { op: 'blend', params: { mode: 'multiply', opacity: 0.35 }, other: 'original' },
    ],
  },
  {
    id: 'comic',
    title: 'Comic',
    steps: [
      { op: 'gaussianBlur', params: { sigma: 1.8 } },
      { op: 'colorMatrix', params: { matrix: MATRICES.Vivid } },
      { op: 'lut', params: { table: TABLES.Posterise } },
      { op: 'blend', params: { mode: 'multiply' }, other: 'ink' },
    ],
  },
  {
    id: 'edges',
    title: 'Edges',
    steps: [grayscale, { op: 'gaussianBlur', params: { sigma: 2 } }, { op: 'sobel', params: {} }, { op: 'threshold', params: { value: 40 } }],
  },
  {
    id: 'dream',
    title: 'Dream',
    steps: [
      { op: 'blend', params: { mode: 'screen', opacity: 0.55 }, other: 'blurred' },
      { op: 'contrast', params: { amount: 1.25 } },
      { op: 'colorMatrix', params: { matrix: MATRICES.Rosy } },
    ],
  },
  {
    id: 'neon',
    title: 'Neon',
    steps: [
      { op: 'colorMatrix', params: { matrix: MATRICES.Glowing } },
      { op: 'blend', params: { mode: 'multiply' }, other: 'edges' },
      { op: 'gaussianBlur', params: { sigma: 0.8 } },
    ],
  },
  {
    id: 'blueprint',
    title: 'Blueprint',
    steps: [
      grayscale, { op: 'gaussianBlur', params: { sigma: 1.6 } }, { op: 'sobel', params: {} }, { op: 'toRgba', params: {} },
      { op: 'colorMatrix', params: { matrix: MATRICES.Blueprint } },
    ],
  },
];

/** Those that this engine can do. @param {(steps: object[]) => unknown} attempt  builds a pipeline, or throws */
export function presetsFor(attempt) {
  return PRESETS.filter(({ steps }) => {
    try {
      attempt(steps);
      return true;
    } catch {
      return false;
    }
  });
}
