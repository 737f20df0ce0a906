// The screen: a canvas, and on it a large button while nothing plays.

import { createPresenter } from '../../web/index.js';
import { h, svg } from '../shared/dom.js';

export function createScreen(root, { engine, play }) {
  const canvas = h('canvas', { role: 'img', 'aria-label': 'Video' });
  const start = h('button', { type: 'button', class: 'big-play', 'aria-label': 'Play the video', onclick: play },
    svg('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' }, svg('path', { d: 'M16 10v28l24-14z' })));
  root.append(canvas, start);
  const presenter = createPresenter(canvas, { engine });
  let isReady = true; // the last picture has been on the screen

  return {
    canvas,
    backend: presenter.backend,
    /** Draws a frame or picture. What the presenter reports. */
    present(picture) {
      const report = presenter.present(picture);
      root.style.setProperty('--ratio', picture.width / picture.height);
      isReady = false;
      requestAnimationFrame(() => { isReady = true; });
      return report;
    },
    /** Would another picture be seen? Drawing more of them than the screen shows only keeps this thread busy. */
    get isReady() { return isReady; },
    /** Shows the large button. */
    rest(isIdle) { start.hidden = !isIdle; },
  };
}
