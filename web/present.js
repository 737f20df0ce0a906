// Frames → a canvas.

import { checkOptions, show } from '../js/errors.js';
import { Frame } from '../js/frame.js';
import { fail } from './fail.js';
import { create2d } from './present-2d.js';
import { createWebgl2 } from './present-webgl2.js';

/** @typedef {import('../js/engine.js').Engine} Engine */
/** @typedef {import('../js/frame.js').CopyReport} CopyReport */
/**
 * @typedef {object} Presenter
 * @property {'webgl2' | '2d'} backend
 * @property {(frame: Frame) => CopyReport} present draws the frame and says what was copied for it
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

/** The presenter, saying what is no frame. @param {Presenter} presenter @returns {Presenter} */
function checking(presenter) {
  return {
    ...presenter,
    present(frame) {
      if (!Frame.is(frame)) throw fail('bad-argument', 'present', `the picture must be a frame, got ${show(frame)}`);
      return presenter.present(frame);
    },
  };
}
