// Frames → a canvas.

import { checkOptions, show } from '../js/errors.js';
import { Frame } from '../js/frame.js';
import { fail } from './fail.js';
import { create2d } from './present-2d.js';
import { createWebgl2 } from './present-webgl2.js';

/** @typedef {import('../js/engine.js').Engine} Engine */
/** @typedef {import('../js/frame.js').CopyReport} CopyReport */
/**
 * @typedef {object} Picture pixels that lie in an array of one's own, in tight rows
 * @property {Uint8Array | Uint8ClampedArray} data @property {number} width @property {number} height @property {'rgba8' | 'bgra8' | 'gray8'} format
 *
 * @typedef {object} Presenter
 * @property {'webgl2' | '2d'} backend
 * @property {(picture: Frame | Picture) => CopyReport} present draws it and says what was copied for it
 * @property {() => void} dispose
 *
 * @typedef {object} PresenterOptions
 * @property {'auto' | 'webgpu' | 'webgl2' | '2d'} [backend]
 * @property {Engine} [engine] counts what is copied in its stats()
 */

/**
 * A presenter draws frames on one canvas, which takes on their size; CSS says how large it is shown.
 *
 * 'webgl2' uploads straight from linear memory (no copy in JavaScript) and a shader does the rest; 'auto' falls back to '2d',
 * which copies twice, because ImageData refuses shared memory. All formats can be presented.
 *
 * @param {HTMLCanvasElement|OffscreenCanvas} canvas  one without a context yet, or with one of the backend's kind
 * @param {PresenterOptions} [options]
 * @returns {Presenter}
 * @throws {FramelaneError} unsupported: the backend is not there; bad-argument: no canvas, or an unknown backend
 * @example
 * const screen = createPresenter(document.querySelector('canvas'));
 * screen.present(await pipeline.run(frame));
 */
export function createPresenter(canvas, options = {}) {
  checkOptions('createPresenter', options, ['backend', 'engine']);
  const { backend = 'auto', engine } = options;
  if (typeof canvas?.getContext !== 'function') throw fail('bad-argument', 'createPresenter', 'canvas must be a canvas or an OffscreenCanvas');
  if (backend === 'webgl2') return checking(createWebgl2(canvas));
  if (backend === '2d') return checking(create2d(canvas, 'asked for', engine));
  if (backend === 'webgpu') throw fail('unsupported', 'createPresenter', "there is no 'webgpu' backend yet; use 'webgl2' or '2d'");
  if (backend !== 'auto') throw fail('bad-argument', 'createPresenter', `backend must be auto, webgl2, webgpu or 2d, got ${show(backend)}`);
  try {
    return checking(createWebgl2(canvas));
  } catch (error) {
    return checking(create2d(canvas, `fell back from webgl2 (${error.message.replace(/^createPresenter: /, '')})`, engine));
  }
}

const PIXEL_BYTES = { rgba8: 4, bgra8: 4, gray8: 1 };

/** @param {any} what @returns {what is Picture} */
function isPicture(what) {
  if (!ArrayBuffer.isView(what?.data) || !Object.hasOwn(PIXEL_BYTES, what.format)) return false;
  const { data, width, height, format } = what;
  return [width, height].every((side) => Number.isInteger(side) && side >= 1)
    && data.byteLength === width * height * PIXEL_BYTES[/** @type {keyof typeof PIXEL_BYTES} */ (format)];
}

/** The presenter, saying what cannot be shown. @param {Presenter} presenter @returns {Presenter} */
function checking(presenter) {
  return {
    ...presenter,
    present(picture) {
      if (Frame.is(picture) || isPicture(picture)) return presenter.present(picture);
      throw fail('bad-argument', 'present', `the picture must be a frame, or { data, width, height, format } with tight rows of rgba8, bgra8 or gray8, got ${show(picture)}`);
    },
  };
}
