// Below the screen: which video, and how it is played.

import { toggle } from '../shared/controls.js';
import { h, icon } from '../shared/dom.js';

const PACES = [{ id: 'free', title: 'As fast as it goes' }, { id: 'video', title: 'At its own rate' }];

/** @param {{pace: string, repeat: boolean, on: {builtIn(), file(File), pace(id), repeat(on: boolean)}}} options */
export function createSources(root, { pace, repeat, on }) {
  const builtIn = h('button', {
    type: 'button', class: 'button', id: 'built-in', 'aria-pressed': 'false', onclick: () => on.builtIn(),
  }, 'Built-in video');
  const file = h('input', {
    type: 'file', id: 'file', accept: '.avi,.y4m,video/x-msvideo,video/avi', class: 'visually-hidden',
    onchange: () => { if (file.files[0]) on.file(file.files[0]); file.value = ''; },
  });
  const paces = PACES.map(({ id, title }) => h('label', {},
    h('input', { type: 'radio', name: 'pace', value: id, checked: id === pace, onchange: () => on.pace(id) }), h('span', {}, title)));
  root.append(
    h('div', { class: 'source-actions' }, builtIn, file,
      h('label', { class: 'button', for: 'file', title: 'AVI with Motion JPEG or without compression, or Y4M' },
        icon('file'), h('span', {}, 'Open', h('span', { class: 'wide-only' }, ' or drop'), ' a video'))),
    h('div', { class: 'source-actions' },
      h('div', { class: 'segmented', role: 'radiogroup', 'aria-label': 'Pace' }, paces),
      h('div', { class: 'way' }, h('label', { for: 'repeat' }, 'Repeat'), toggle('repeat', repeat, on.repeat))));

  return {
    /** Which video is in use. */
    mark(isBuiltIn) { builtIn.setAttribute('aria-pressed', String(isBuiltIn)); },
  };
}
