// Where pixels were copied: a list of edges, each with its count and its reason.

import { formatBytes, h, plural } from './dom.js';

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
