// Before and after, one above the other, with a divider that is a range input: mouse, touch and keyboard come with it.

import { createPresenter } from '../../web/index.js';
import { $, h } from './dom.js';

export function createViewer(root) {
  const after = h('canvas', { class: 'picture after', role: 'img', 'aria-label': 'Result' });
  const before = h('div', { class: 'picture before' });
  const split = h('input', {
    type: 'range', class: 'split', min: 0, max: 1000, value: 500, step: 1, 'aria-label': 'Divider between before and after',
    oninput: place,
  });
  const frame = h('div', { class: 'viewer-frame' }, before, after,
    h('span', { class: 'tag tag-before', 'aria-hidden': 'true' }, 'Before'),
    h('span', { class: 'tag tag-after', 'aria-hidden': 'true' }, 'After'),
    h('span', { class: 'divider', 'aria-hidden': 'true' }), split);
  root.append(h('div', { class: 'viewer-fit' }, frame));
  const presenter = createPresenter(after);
  place();

  function place() {
    const share = split.value / 10;
    frame.style.setProperty('--split', `${share}%`);
    frame.classList.toggle('at-start', share < 12);
    frame.classList.toggle('at-end', share > 88);
    split.setAttribute('aria-valuetext', `${Math.round(share)} % before, ${Math.round(100 - share)} % after`);
  }

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
  const veil = $('#drop');
  let depth = 0;
  const isFile = (event) => event.dataTransfer?.types.includes('Files');
  const over = (by) => { depth += by; veil.hidden = depth <= 0; };
  addEventListener('dragenter', (event) => { if (isFile(event)) { event.preventDefault(); over(1); } });
  addEventListener('dragleave', (event) => { if (isFile(event)) over(-1); });
  addEventListener('dragover', (event) => { if (isFile(event)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    depth = 0;
    over(0);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
  addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (file) take(file);
  });
}
