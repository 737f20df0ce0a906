// The panel «How it ran»: workers, fusion and copying switched live, with the times side by side.

import { drawChart } from '../shared/chart.js';
import { toggle } from '../shared/controls.js';
import { h } from '../shared/dom.js';
import { keyOf } from './history.js';

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {object} options.way       {workers, fused, copying}, changed in place
 * @param {number} options.most      workers that may be chosen; 0: one thread only, and `why` says so
 * @param {() => void} options.change
 * @param {() => Promise<void>} options.measure   runs all ways
 */
export function createBench(root, { way, most, why, change, measure }) {
  const count = h('output', { class: 'worker-count', for: 'workers' }, String(way.workers));
  const workers = h('input', {
    type: 'range', id: 'workers', min: 1, max: Math.max(1, most), step: 1, value: way.workers, disabled: most < 2,
    oninput: () => { count.textContent = workers.value; paint(); },
    onchange: () => { way.workers = Number(workers.value); changed(); },
  });
  const fused = toggle('fused', way.fused, (on) => { way.fused = on; changed(); });
  const copying = toggle('copying', way.copying, (on) => { way.copying = on; changed(); });
  const all = h('button', { type: 'button', class: 'button', id: 'measure', onclick: run }, 'Measure all ways');
  const chart = h('div', { class: 'chart' });
  const same = h('p', { class: 'same' });
  root.append(
    h('div', { class: 'panel-head' }, h('h2', { id: 'bench-title' }, 'How it runs'), all),
    h('div', { class: 'ways' },
      h('div', { class: 'way' }, h('label', { for: 'workers' }, 'Workers'), workers, count),
      h('div', { class: 'way' }, h('label', { for: 'fused' }, 'Fuse operations'), fused),
      h('div', { class: 'way' }, h('label', { for: 'copying' }, 'Copy in and out of wasm'), copying)),
    why ? h('p', { class: 'hint' }, why) : null ?? '', chart, same);
  paint();

  function paint() {
    workers.style.setProperty('--fill', `${most > 1 ? ((workers.value - 1) / (most - 1)) * 100 : 100}%`);
    root.classList.toggle('is-copying', way.copying);
  }

  function changed() {
    paint();
    change();
  }

  async function run() {
    all.disabled = true;
    try {
      await measure((text) => { all.textContent = text; });
    } finally {
      all.disabled = false;
      all.textContent = 'Measure all ways';
    }
  }

  return {
    draw(rows) {
      drawChart(chart, rows.map((row) => ({ ...row, ...nameOf(row.way, most) })), keyOf(way));
      const hashes = new Set(rows.map(({ hash }) => hash).filter(Boolean));
      same.hidden = rows.length < 2 || hashes.size === 0;
      same.classList.toggle('differ', hashes.size > 1);
      same.textContent = hashes.size === 1 ? `All gave the same bytes (${[...hashes][0]}).` : `The results differ: ${[...hashes].join(', ')}.`;
    },
  };
}

function nameOf({ copying, workers, fused }, most) {
  if (copying) return { title: 'Copying', detail: 'unfused, one thread', tone: 'by-copy' };
  const threads = most === 0 ? 'one thread' : workers === 1 ? '1 worker' : `${workers} workers`;
  return { title: 'Zero-copy', detail: `${fused ? 'fused' : 'unfused'}, ${threads}`, tone: 'by-view' };
}
