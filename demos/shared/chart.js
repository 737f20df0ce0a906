// Times side by side: a dot per run, a bar over the middle half, a line at the median; all rows on one axis that starts at 0.

import { formatMs, h, plural } from './dom.js';

/**
 * @param {HTMLElement} root
 * @param {{key, title, detail, tone, values, median, low, high}[]} rows   tone: 'by-view' or 'by-copy'
 * @param {string} current   key of the row in use
 */
export function drawChart(root, rows, current) {
  if (rows.length === 0) {
    root.replaceChildren(h('p', { class: 'none' }, 'Times appear here after the first run.'));
    return;
  }
  const { top, ticks } = axis(Math.max(...rows.flatMap(({ values }) => values)));
  const at = (ms) => `${(ms / top) * 100}%`;
  const yardstick = rows[0].median;
  root.replaceChildren(
    ...rows.map((row) => h('div', {
      class: `chart-row ${row.tone}${row.key === current ? ' current' : ''}`, role: 'img',
      'aria-label': `${row.title}, ${row.detail}: median ${formatMs(row.median)}, middle half ${formatMs(row.low)} to ${formatMs(row.high)}, ${plural(row.values.length, 'run')}`,
    },
    h('p', { class: 'chart-name' }, h('b', {}, row.title), h('span', {}, row.detail)),
    h('div', { class: 'chart-plot' },
      ticks.map((tick) => h('i', { class: 'grid-line', style: { left: at(tick) } })),
      h('i', { class: 'reach', style: { width: at(row.median) } }),
      h('i', { class: 'half', style: { left: at(row.low), width: at(Math.max(row.high - row.low, top / 400)) } }),
      row.values.map((ms, i) => h('i', { class: 'run', style: { left: at(ms), top: `${50 + (((i * 7) % 5) - 2) * 11}%` } })),
      h('i', { class: 'median', style: { left: at(row.median) } })),
    h('p', { class: 'chart-value' }, h('b', {}, formatMs(row.median)),
      h('span', {}, row.median < yardstick * 0.97 ? `${times(yardstick / row.median)} faster` : '')))),
    h('div', { class: 'chart-axis', 'aria-hidden': 'true' }, h('div', { class: 'chart-plot' },
      ticks.map((tick) => h('span', { style: { left: at(tick) } }, tick === 0 ? '0' : formatTick(tick))))));
}

const times = (ratio) => `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)}×`;
const formatTick = (ms) => (ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${Number(ms.toPrecision(3))} ms`);

/** Three to five round steps from 0 that hold `most`. */
function axis(most) {
  const rough = Math.max(most, 0.01) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const stride = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
  const count = Math.ceil(most / stride - 1e-9);
  return { top: Math.max(count, 1) * stride, ticks: Array.from({ length: Math.max(count, 1) + 1 }, (_, i) => i * stride) };
}
