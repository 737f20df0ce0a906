// The linear memory, to scale: what engine.layout() says lies there, and where this picture is.

import { formatBytes, h, plural } from '../shared/dom.js';

/** @param {{name, kind, start, end}[]} layout  @param {{name, frame}[]} pictures  what this page calls which frame */
export function drawMemory(root, layout, pictures, committed) {
  // The free rest at the end would press all else into a corner: the map ends a little after what is in use.
  const used = Math.max(...layout.filter(({ kind }) => kind !== 'free').map(({ end }) => end));
  const whole = Math.min(committed, used * 1.12);
  const regions = layout.filter(({ start, end }) => end > start).map((region) => {
    const picture = pictures.find(({ frame }) => region.kind === 'frame' && frame.pointer >= region.start && frame.pointer < region.end);
    return { ...region, picture: picture?.name, name: nameOf(region, picture) };
  });
  const place = ({ start, end }) => ({ left: `${(start / whole) * 100}%`, width: `${((Math.min(end, whole) - start) / whole) * 100}%` });
  const tone = ({ kind, picture }) => (picture ? `is-${picture}` : `is-${kind}`);
  root.replaceChildren(
    h('div', { class: 'panel-head' }, h('h2', { id: 'memory-title' }, 'Linear memory'),
      h('p', { class: 'hint' }, `${whole < committed ? `the first ${formatBytes(whole)} of ` : ''}${formatBytes(committed)}, to scale; slivers are widened to be seen`)),
    h('div', { class: 'map', role: 'img', 'aria-label': `The first ${formatBytes(whole)}; the table below names the parts` },
      regions.map((region) => h('i', { class: `region ${tone(region)}`, style: place(region), title: label(region) },
        region.picture && region.end - region.start > whole / 14 ? h('span', {}, region.picture) : null))),
    h('div', { class: 'map-scale', 'aria-hidden': 'true' }, h('span', {}, '0'), h('span', {}, hex(whole / 2)), h('span', {}, hex(whole))),
    table(merged(regions), tone));
}

const DESCRIPTOR_MAX = 1024;
function nameOf({ kind, name, start, end }, picture) {
  if (picture) return `${picture.name}, ${name.replace(/^frame /, '')}`;
  return kind === 'frame' && end - start < DESCRIPTOR_MAX ? 'description of a frame' : name;
}

function table(rows, tone) {
  return h('div', { class: 'scroller', tabIndex: 0, role: 'region', 'aria-label': 'Parts of the memory' }, h('table', { class: 'parts' },
    h('thead', {}, h('tr', {}, ['Part', 'From', 'To', 'Size'].map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, rows.map((row) => h('tr', {},
      h('th', { scope: 'row' }, h('i', { class: `swatch ${tone(row)}` }), row.count > 1 ? plural(row.count, row.kind) : row.name),
      h('td', {}, hex(row.start)), h('td', {}, hex(row.end)), h('td', {}, formatBytes(row.end - row.start)))))));
}

/** Neighbours of one kind are one line, but for frames: workers have a stack each. */
function merged(regions) {
  const rows = [];
  for (const region of regions) {
    const last = rows.at(-1);
    if (last?.kind === region.kind && region.kind !== 'frame') {
      last.end = region.end;
      last.count += 1;
    } else {
      rows.push({ ...region, count: 1 });
    }
  }
  return rows;
}

const hex = (address) => `0x${Math.round(address).toString(16).padStart(6, '0')}`;
const label = ({ name, start, end }) => `${name}: ${hex(start)} to ${hex(end)}, ${formatBytes(end - start)}`;
