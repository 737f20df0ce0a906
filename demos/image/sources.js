// The tray below the picture: built-in photos, a file, the camera, and the size to work at.

import { h, icon } from '../shared/dom.js';
import { PHOTOS, SIZES } from '../shared/photos.js';

/** @param {{photo(id), file(File), camera(on: boolean), still(), size(id)}} on */
export function createSources(root, { photo, size, on }) {
  const photos = PHOTOS.map(({ id, title, url, credit }) => h('label', { class: 'thumb', title: credit },
    h('input', { type: 'radio', name: 'photo', value: id, checked: id === photo, onchange: () => on.photo(id) }),
    h('img', { src: url, alt: '', width: 72, height: 54, decoding: 'async' }), h('span', {}, title)));
  const file = h('input', {
    type: 'file', id: 'file', accept: 'image/*', class: 'visually-hidden',
    onchange: () => { if (file.files[0]) on.file(file.files[0]); file.value = ''; },
  });
  const camera = h('button', {
    type: 'button', class: 'button', id: 'camera', 'aria-pressed': 'false',
    onclick: () => on.camera(camera.getAttribute('aria-pressed') !== 'true'),
  }, icon('camera'), h('span', {}, 'Camera'));
  const still = h('button', { type: 'button', class: 'button primary', id: 'still', hidden: true, onclick: () => on.still() }, 'Take the picture');
  const sizes = SIZES.map(({ id, title }) => h('label', {},
    h('input', { type: 'radio', name: 'size', value: id, checked: id === size, onchange: () => on.size(id) }), h('span', {}, title)));
  root.append(
    h('div', { class: 'thumbs', role: 'radiogroup', 'aria-label': 'Photo' }, photos),
    h('div', { class: 'source-actions' },
      file, h('label', { class: 'button', for: 'file' }, icon('file'), h('span', {}, 'Open', h('span', { class: 'wide-only' }, ' or drop a'), ' picture')), camera, still,
      h('div', { class: 'segmented', role: 'radiogroup', 'aria-label': 'Work at' }, sizes)));

  return {
    /** Which photo is in use; null: none of the built-in ones. */
    mark(id, live) {
      root.querySelectorAll('[name=photo]').forEach((input) => { input.checked = input.value === id; });
      camera.setAttribute('aria-pressed', String(live));
      camera.lastElementChild.textContent = live ? 'Stop camera' : 'Camera';
      still.hidden = !live;
      root.querySelectorAll('[name=size]').forEach((input) => { input.disabled = live; });
    },
  };
}
