// Which passes the engine made of the pipeline.

import { formatBytes, h, plural } from '../shared/dom.js';

/** @param {object} plan  what explained() made  @param {{copying, fused}} way */
export function drawPasses(root, plan, { copying, fused }) {
  const { passes, facts, raw } = plan;
  const note = copying ? 'of the zero-copy run' : fused ? 'fused' : 'fusion is off';
  root.replaceChildren(
    h('div', { class: 'panel-head' }, h('h2', { id: 'passes-title' }, 'Passes'),
      h('p', { class: 'hint' }, passes.length ? `${plural(passes.length, 'pass', 'passes')}, ${note}` : 'none')),
    h('ol', { class: 'passes' }, passes.map(({ name, detail }) => h('li', { class: 'pass' }, h('div', {},
      h('b', {}, name), detail && h('p', {}, detail))))),
    h('dl', { class: 'facts' }, facts.map(([name, bytes]) => h('div', {}, h('dt', {}, name), h('dd', {}, formatBytes(bytes))))),
    raw && h('details', {}, h('summary', {}, 'What explain() says'), h('pre', { tabIndex: 0 }, JSON.stringify(raw, null, 1))));
}
