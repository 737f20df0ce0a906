// The picture before and after the pipeline, and pictures dropped or pasted onto it.

import { createPresenter } from '../../web/index.js';
import { h } from '../shared/dom.js';
import { listenForDrops } from '../shared/drop.js';
import { splitView } from '../shared/split.js';

export function createViewer(root) {
  const after = h('canvas', { role: 'img', 'aria-label': 'Result' });
  const before = h('div');
  root.append(h('div', { class: 'viewer-fit' }, splitView(before, after)));
  const presenter = createPresenter(after);

  return {
    after,
    backend: presenter.backend,
    /** The source: a canvas, or the camera's video. */
    setBefore(element) {
      element.classList.add('picture-source');
      before.replaceChildren(element);
    },
    /** Draws a result. Returns what the presenter reports. */
    present(picture) {
      const report = presenter.present(picture);
      root.style.setProperty('--ratio', picture.width / picture.height);
      root.style.setProperty('--width', picture.width / devicePixelRatio);
      return report;
    },
    /** One picture pixel per screen pixel, with scroll bars; or the whole picture. */
    zoom(actual) {
      root.classList.toggle('actual', actual);
      if (actual) root.scrollTo((root.scrollWidth - root.clientWidth) / 2, (root.scrollHeight - root.clientHeight) / 2);
    },
  };
}

/** Dropped and pasted pictures, anywhere on the page. */
export function listenForPictures(take) {
  listenForDrops(take);
  addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (file) take(file);
  });
}
