// The lane beside the screen: the three modules in the order a frame goes through them, each with its threads, its settings and its counts.

import { toggle } from '../shared/controls.js';
import { h, plural } from '../shared/dom.js';

const WIDTHS = [{ id: 'full', title: 'Full size' }, { id: 'half', title: 'Half size' }];

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {{decoders, width, stamp}} options.settings  changed in place
 * @param {number} options.most  decoders that may be chosen; 1 where there are no threads, and `why` says so
 * @param {() => void} options.change
 */
export function createStages(root, { settings, most, why, change }) {
  const count = h('output', { class: 'worker-count', for: 'decoders' }, String(settings.decoders));
  const decoders = h('input', {
    type: 'range', id: 'decoders', min: 1, max: Math.max(2, most), step: 1, value: settings.decoders, disabled: most < 2,
    oninput: () => { count.textContent = decoders.value; paint(); },
    onchange: () => { settings.decoders = Number(decoders.value); change(); },
  });
  const paint = () => decoders.style.setProperty('--fill', `${((decoders.value - 1) / (Math.max(2, most) - 1)) * 100}%`);
  const widths = WIDTHS.map(({ id, title }) => h('label', {},
    h('input', { type: 'radio', name: 'width', value: id, checked: id === settings.width, onchange: () => { settings.width = id; change(); } }),
    h('span', {}, title)));
  const stages = {
    aviDemux: card('aviDemux', 'Demuxer', 'avi_demux.wasm finds the pictures in the file and reads each into the memory.'),
    jpegDecode: card('jpegDecode', 'Decoder', 'jpeg_decode.wasm unpacks them into frames, side by side, and keeps their order.',
      h('div', { class: 'field' }, h('label', { class: 'label', for: 'decoders' }, 'Side by side'), h('div', { class: 'with-count' }, decoders, count)),
      why ? h('p', { class: 'doc' }, why) : null),
    render: card('render', 'Renderer', 'render.wasm makes RGBA of them, scales, and stamps number and time.',
      h('div', { class: 'segmented', role: 'radiogroup', 'aria-label': 'Size' }, widths),
      h('div', { class: 'field' }, h('label', { class: 'label', for: 'stamp' }, 'Stamp'),
        toggle('stamp', settings.stamp, (on) => { settings.stamp = on; change(); }))),
  };
  const start = h('p', { class: 'terminal start' }), end = h('p', { class: 'terminal end' }, 'Canvas');
  root.append(
    h('h2', { id: 'lane-title' }, 'One memory'),
    h('p', { class: 'hint' }, 'Handles move from stage to stage. The pixels stay where they are.'),
    h('div', { class: 'track' }, start, h('ol', { class: 'steps' }, Object.values(stages).map(({ element }) => element)), end));
  paint();

  return {
    /** What comes in and goes out. */
    describe(from, to) { start.textContent = from; end.textContent = to; },
    /** @param {{name, seats, inFlight}[]} stats  of the flow  @param {{name, shares}[]} rows  of Occupancy */
    update(stats, rows) {
      for (const { name, seats, inFlight } of stats) stages[name]?.update(seats, inFlight, rows.filter(({ key }) => key.startsWith(`${name} `)));
    },
  };
}

function card(name, title, doc, ...controls) {
  const seats = h('div', { class: 'seats', 'aria-hidden': 'true' });
  const counts = h('p', { class: 'counts' }, 'not at work');
  const element = h('li', { class: 'step', data: { stage: name } }, h('span', { class: 'node', 'aria-hidden': 'true' }),
    h('div', { class: 'card', role: 'group', 'aria-label': title },
      h('h3', {}, title, h('code', {}, name)), seats, counts, controls, h('p', { class: 'doc' }, doc)));
  return {
    element,
    update(all, inFlight, rows) {
      while (seats.children.length > all.length) seats.lastChild.remove();
      while (seats.children.length < all.length) seats.append(h('i', { class: 'seat' }, h('i', { class: 'is-busy' }), h('i', { class: 'is-output' })));
      rows.forEach(({ shares }, i) => {
        const { busy, output } = shares.at(-1) ?? { busy: 0, output: 0 };
        const [first, second] = seats.children[i]?.children ?? [];
        first?.style.setProperty('inline-size', `${100 * busy}%`);
        second?.style.setProperty('inline-size', `${100 * output}%`);
      });
      const done = all.reduce((sum, seat) => sum + seat.out, 0), left = all.reduce((sum, seat) => sum + seat.skipped, 0);
      counts.textContent = `${plural(done, name === 'aviDemux' ? 'packet' : 'frame')} out, ${inFlight} in flight${left ? `, ${left} left out` : ''}`;
    },
  };
}
