// Lists: a colour, a small grid of numbers, or a table as text; ready-made ones where the operation has some.

import { h, svg } from './dom.js';
import { countOf, words } from './schema.js';
import { LIST_PRESETS } from './starters.js';

const COLUMNS = { 6: 3, 9: 3, 16: 4, 20: 5, 25: 5 };

export function listControl(op, param, value = [], change, kind) {
  if (kind === 'color') return color(param, value, change);
  const presets = LIST_PRESETS[`${op.name}.${param.name}`];
  const body = h('div', { class: 'list-body' });
  const show = (items) => body.replaceChildren(kind === 'grid' ? grid(param, items, edited) : table(param, items, edited));
  const edited = (items) => { if (chooser) chooser.value = matching(presets, items); change(items); };
  const chooser = presets && h('select', {
    'aria-label': `Ready-made ${words(param.name)}`,
    onchange: () => { if (presets[chooser.value]) { show(presets[chooser.value]); change([...presets[chooser.value]]); } },
  }, [...Object.keys(presets), 'Own'].map((name) => h('option', { value: name }, name)));
  if (chooser) chooser.value = matching(presets, value);
  show(value);
  return h('div', { class: 'list-control' }, chooser, body);
}

function matching(presets, items) {
  return Object.keys(presets).find((name) => String(presets[name]) === String(items)) ?? 'Own';
}

function grid(param, items, change) {
  const columns = COLUMNS[items.length] ?? Math.min(5, items.length);
  const cells = items.map((item, i) => h('input', {
    type: 'number', step: 'any', class: 'cell', value: Number(item.toPrecision(4)), min: param.min, max: param.max,
    'aria-label': `${words(param.name)}, row ${Math.floor(i / columns) + 1}, column ${(i % columns) + 1}`,
    onchange: () => change(cells.map((cell, k) => (cell === cells[i] || cell.value !== String(Number(items[k].toPrecision(4))) ? Number(cell.value) : items[k]))),
  }));
  return h('div', { class: 'grid', style: { '--columns': columns } }, cells);
}

function table(param, items, change) {
  const { min, max } = countOf(param);
  const plot = h('div', { class: 'curve' });
  const problem = h('p', { class: 'mistake', role: 'alert', hidden: true });
  const text = h('textarea', {
    rows: 3, spellcheck: false, value: items.map((item) => Number(item.toPrecision(5))).join(' '), 'aria-label': `${words(param.name)}, numbers separated by spaces`,
    onchange: () => {
      const next = text.value.trim().split(/[\s,;]+/).map(Number);
      const wrong = next.some(Number.isNaN) || next.length < min || next.length > max;
      problem.hidden = !wrong;
      problem.textContent = `${min === max ? min : `${min} to ${max}`} numbers, please; these are ${next.length}.`;
      if (!wrong) { draw(next); change(next); }
    },
  });
  const draw = (values) => plot.replaceChildren(values.length >= 64 ? curve(values) : '');
  draw(items);
  return h('div', { class: 'table' }, plot, text, problem);
}

function curve(values) {
  const points = values.slice(0, 256).map((value, x) => `${x},${255 - value}`).join(' ');
  return svg('svg', { viewBox: '-2 -2 260 260', role: 'img', 'aria-label': 'The table as a curve' },
    svg('path', { d: 'M0 255L255 0', class: 'diagonal' }), svg('polyline', { points }));
}

function color(param, value, change) {
  const [red = 0, green = red, blue = red] = value;
  const hex = `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
  return h('input', {
    type: 'color', value: hex, 'aria-label': words(param.name),
    oninput: (event) => {
      const parts = [1, 3, 5].map((at) => parseInt(event.target.value.slice(at, at + 2), 16));
      change([...parts, ...value.slice(3)]);
    },
  });
}
