// Before and after, one above the other, with a divider that is a range input: mouse, touch and keyboard come with it.

import { h } from './dom.js';

/**
 * @param {HTMLElement} before  a canvas, a video, or what holds one
 * @param {HTMLElement} after
 * @returns {HTMLElement}  fits into the size container that it is put in; its shape is the custom property --ratio
 */
export function splitView(before, after, label = 'Divider between before and after') {
  before.classList.add('picture', 'before');
  after.classList.add('picture', 'after');
  const split = h('input', { type: 'range', class: 'split', min: 0, max: 1000, value: 500, step: 1, 'aria-label': label, oninput: place });
  const frame = h('div', { class: 'split-frame' }, before, after,
    h('span', { class: 'tag tag-before', 'aria-hidden': 'true' }, 'Before'),
    h('span', { class: 'tag tag-after', 'aria-hidden': 'true' }, 'After'),
    h('span', { class: 'divider', 'aria-hidden': 'true' }), split);
  place();

  function place() {
    const share = split.value / 10;
    frame.style.setProperty('--split', `${share}%`);
    frame.classList.toggle('at-start', share < 12);
    frame.classList.toggle('at-end', share > 88);
    split.setAttribute('aria-valuetext', `${Math.round(share)} % before, ${Math.round(100 - share)} % after`);
  }
  return frame;
}
