// The linear memory, to scale: what engine.layout() says lies there, and where this picture is.

import { formatBytes, h, plural } from '../shared/dom.js';

/**
 * @param {Engine} engine
 * @param {{name, frame}[]} pictures  what this page calls which frame
 */
export function drawMemory(root, engine, pictures) {
  const layout = engine.layout(), committed = engine.memory.buffer.byteLength;
  // The free rest at the end would press all else into a corner: the map ends a little after what is in use.
  const used = Math.max(...layout.slice(0, -1).filter(({ kind }) => kind !== 'free').map(({ end }) => end)); // the last is the heap's end mark
  const whole = Math.min(committed, used * 1.12);
  const regions = layout.filter(({ start, end }) => end > start).map((region) => {
    const picture = pictures.find(({ frame }) => region.kind === 'frame' && frame.pointer >= region.start && frame.pointer < region.end);
    return { ...region, picture: picture?.name, name: picture ? `${picture.name}, ${region.name.replace(/^frame /, '')}` : region.name };
  });
  const hadFocus = root.querySelector('.map') === document.activeElement;
  const said = h('p', { class: 'map-said', role: 'status' });
  const map = mapOf(root, regions, whole);
  root.replaceChildren(
    h('div', { class: 'panel-head' }, h('h2', { id: 'memory-title' }, 'Linear memory'),
      h('p', { class: 'hint' }, `${whole < committed ? `the first ${formatBytes(whole)} of ` : ''}${formatBytes(committed)}, to scale; slivers are widened to be seen`)),
    ...map,
    h('div', { class: 'map-foot' }, h('p', {}, heapLine(engine)),
      h('button', { class: 'button small', type: 'button', onclick: () => { said.textContent = verdict(engine.check()); } }, 'Check it'), said),
    table(merged(regions), tone));
  if (hadFocus) map[0].focus();
}

const tone = ({ kind, picture }) => (picture ? `is-${picture}` : `is-${kind}`);

function heapLine(engine) {
  const { live, blocks } = engine.stats(), { free, fragmentation } = engine.heap();
  return `${formatBytes(live)} in ${plural(blocks, 'block')}; ${formatBytes(free)} free, ${fragmentation < 0.005 ? 'in one piece' : `${Math.round(100 * fragmentation)} % of it fragmented`}`;
}

function verdict(findings) {
  if (findings.length === 0) return 'Sound: every block, list and figure of the heap, and nothing written through a null pointer.';
  return findings.map(({ message }) => message).join('; ');
}

/** The bar, its scale, and what the arrow keys have walked to: which part is kept in root.dataset from one drawing to the next. */
function mapOf(root, regions, whole) {
  const place = ({ start, end }) => ({ left: `${(start / whole) * 100}%`, width: `${((Math.min(end, whole) - start) / whole) * 100}%` });
  const parts = regions.map((region, i) => h('i', { class: `region ${tone(region)}`, style: place(region), title: label(region), onclick: () => pick(i) },
    region.picture && region.end - region.start > whole / 14 ? h('span', {}, region.picture) : null));
  const picked = h('p', { class: 'map-picked', 'aria-hidden': 'true' });
  let at = Math.max(0, regions.findLastIndex(({ start }) => start <= Number(root.dataset.picked ?? 0)));
  const step = (event) => {
    const to = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: regions.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pick(Math.min(Math.max(to, 0), regions.length - 1));
  };
  const map = h('div', {
    class: 'map', tabIndex: 0, role: 'slider', 'aria-label': 'Parts of the memory, by address', 'aria-valuemin': '1', 'aria-valuemax': String(regions.length), onkeydown: step,
  }, parts);
  const pick = (to) => {
    parts[at].classList.remove('is-picked');
    at = to;
    parts[at].classList.add('is-picked');
    root.dataset.picked = regions[at].start;
    map.setAttribute('aria-valuenow', String(at + 1));
    map.setAttribute('aria-valuetext', label(regions[at]));
    picked.textContent = label(regions[at]);
  };
  pick(at);
  return [map, h('div', { class: 'map-scale', 'aria-hidden': 'true' }, h('span', {}, '0'), h('span', {}, hex(whole / 2)), h('span', {}, hex(whole))), picked];
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
