// Before and after: over one another with a divider, or side by side at one scale where the operation changes the picture's size.

import { h } from '../shared/dom.js';
import { splitView } from '../shared/split.js';

/** {element, canvases: {before, after}, fit(result)}; fit() shapes it for {before, after}: {width, height} each. */
export function createStage(name) {
  const canvas = (what) => h('canvas', { role: 'img', 'aria-label': `${what} ${name}` });
  const canvases = { before: canvas('Before'), after: canvas('After') };
  const element = h('div', { class: 'stage' });
  let shape = null;

  function fit({ before, after }) {
    const next = before.width === after.width && before.height === after.height ? over : beside;
    if (next !== shape) element.replaceChildren(next(canvases, name));
    shape = next;
    element.style.setProperty('--ratio', after.width / after.height);
    element.style.setProperty('--across', before.width + after.width);
    element.style.setProperty('--down', Math.max(before.height, after.height));
    for (const [which, { width, height }] of Object.entries({ before, after })) {
      canvases[which].style.setProperty('--width', width);
      canvases[which].style.setProperty('--height', height);
    }
  }
  return { element, canvases, fit };
}

const over = ({ before, after }, name) => splitView(before, after, `Divider between before and after ${name}`);

function beside({ before, after }) {
  for (const canvas of [before, after]) canvas.classList.remove('picture', 'before', 'after');
  const tag = (text) => h('span', { class: `tag tag-${text.toLowerCase()}`, 'aria-hidden': 'true' }, text);
  return h('div', { class: 'pair' }, before, after, tag('Before'), tag('After'));
}
