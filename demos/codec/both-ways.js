// The panel «Both ways»: the flow in one memory and the copying way, measured in turn.

import { drawChart } from '../shared/chart.js';
import { formatBytes, h } from '../shared/dom.js';

/** @param {{measure: (signal: AbortSignal, tell: (rows, progress) => void) => Promise<object[]>}} options */
export function createBothWays(root, { measure }) {
  let controller = null;
  const button = h('button', {
    type: 'button', class: 'button', id: 'measure', onclick: () => (controller ? controller.abort() : run()),
  }, 'Measure both ways');
  const chart = h('div', { class: 'chart' }), verdict = h('p', { class: 'verdict', role: 'status' });
  root.append(
    h('div', { class: 'panel-head' }, h('h2', { id: 'bench-title' }, 'Both ways'), button),
    h('p', { class: 'hint' }, 'Time for each frame. The copying way: each module has a memory of its own, as separate Wasm modules do today; '
      + 'JavaScript carries packets, pictures and pixels from one to the next. Both draw on the screen five times a second.'),
    chart, verdict);
  drawChart(chart, [], '');

  async function run() {
    controller = new AbortController();
    verdict.textContent = '';
    root.dataset.measured = '';
    try {
      const rows = await measure(controller.signal, (soFar, { done, total }) => {
        button.textContent = `Measuring ${done} of ${total} (stop)`;
        drawChart(chart, soFar, '');
      });
      if (rows) conclude(rows);
    } finally {
      controller = null;
      button.textContent = 'Measure both ways';
    }
  }

  function conclude(rows) {
    const copying = rows[0], best = rows.slice(1).reduce((a, b) => (b.median < a.median ? b : a));
    const ratio = copying.median / best.median;
    root.dataset.measured = ratio.toFixed(3);
    verdict.replaceChildren(h('b', {}, `${ratio.toFixed(ratio < 10 ? 1 : 0)} times the frames: `),
      `${perSecond(best.median)} a second against ${perSecond(copying.median)}. Copying moved ${copying.copies.toFixed(0)} blocks, `
      + `${formatBytes(Math.round(copying.bytes))} for each frame; between the stages of one memory nothing is moved.`);
  }

  return { get isMeasuring() { return controller !== null; }, stop() { controller?.abort(); } };
}

const perSecond = (ms) => (1000 / ms).toFixed(1000 / ms < 100 ? 1 : 0);
