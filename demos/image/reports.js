// Where pixels were copied, and which passes the engine made of the pipeline.

import { formatBytes, h, plural } from '../shared/dom.js';

/** @param {{name, path, copies, bytes, why}[]} edges  in the order a picture goes through them */
export function drawEdges(root, edges) {
  const copies = edges.reduce((sum, edge) => sum + edge.copies, 0);
  const bytes = edges.reduce((sum, edge) => sum + edge.bytes, 0);
  root.replaceChildren(
    h('div', { class: 'panel-head' }, h('h2', { id: 'edges-title' }, 'Copies'),
      h('p', { class: 'hint' }, `${plural(copies, 'copy', 'copies')}, ${formatBytes(bytes)} in all`)),
    h('ol', { class: 'edges' }, edges.map((edge) => h('li', { class: edge.copies === 0 ? 'none-copied' : '' },
      h('b', { class: 'edge-count' }, String(edge.copies)),
      h('div', {},
        h('p', { class: 'edge-name' }, edge.name, h('span', { class: 'edge-bytes' }, edge.copies ? formatBytes(edge.bytes) : 'no bytes')),
        h('p', { class: 'edge-why' }, edge.why))))));
}

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
