// The fallback without a GPU: linear memory → one ImageData that is kept → the canvas. Two copies.

import { fail } from './fail.js';
import { toRgba } from './pixels.js';
import { pixelBytes } from './target.js';

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {string} reason @param {import('../js/engine.js').Engine} [engine] @returns {import('./present.js').Presenter} */
export function create2d(canvas, reason, engine) {
  const context = /** @type {CanvasRenderingContext2D | null} */ (canvas.getContext('2d'));
  if (!context) throw fail('unsupported', 'createPresenter', 'the canvas has another kind of context already, so 2d is not to be had');
  /** @type {ImageData | undefined} */
  let pixels; // a fresh one per frame would cost more than the copies
  let disposed = false;

  return {
    backend: '2d',
    present(frame) {
      if (disposed) throw fail('disposed', 'present', 'this presenter was disposed');
      const { width, height } = frame;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      if (pixels?.width !== width || pixels.height !== height) pixels = context.createImageData(width, height);
      toRgba(frame, pixels.data);
      context.putImageData(pixels, 0, 0);
      const bytes = pixelBytes(frame) + pixels.data.byteLength;
      engine?.countCopy('present', bytes);
      return {
        path: '2d',
        copies: 2,
        bytes,
        why: `${reason}: ImageData refuses shared memory, so pixels go to a kept ImageData and then to the canvas`,
      };
    },
    dispose() { disposed = true; pixels = undefined; },
  };
}
