// A form control for a parameter, made from its schema. Each is {element, set(value)}: set() shows a value and reports nothing.

import { h } from './dom.js';
import { listControl } from './list-control.js';
import { controlOf, isComputed, sliderScale, valueOf, words } from './schema.js';

let serial = 0;

/**
 * @param {object} op
 * @param {object} param     of op.params
 * @param {object} params    the step's parameters
 * @param {(value: any) => void} change  undefined: leave the parameter out
 */
export function control(op, param, params, change) {
  const id = `p${++serial}`;
  const value = valueOf(param, params);
  const kind = controlOf(param);
  if (kind === 'switch') return row(param, id, toggle(id, Boolean(value), change));
  if (kind === 'select') return row(param, id, select(id, param.choices, value, change));
  if (kind === 'slider') return numberRow(param, id, value, change);
  return h('div', { class: 'field list', role: 'group', 'aria-label': words(param.name), title: param.doc },
    h('span', { class: 'label' }, words(param.name)), listControl(op, param, value, change, kind));
}

function row(param, id, input) {
  return h('div', { class: 'field', title: param.doc }, h('label', { class: 'label', for: id }, words(param.name)), input);
}

export function toggle(id, checked, change, label) {
  return h('input', {
    id, type: 'checkbox', class: 'switch', role: 'switch', checked, 'aria-label': label,
    onchange: (event) => change(event.target.checked),
  });
}

export function select(id, choices, value, change, label) {
  const options = choices.map((choice) => h('option', { value: choice, selected: choice === value }, words(choice)));
  return h('select', { id, 'aria-label': label, onchange: (event) => change(event.target.value) }, options);
}

function numberRow(param, id, value, change) {
  const scale = sliderScale(param);
  const computed = value === undefined;
  const current = () => (box.value === '' ? undefined : Number(box.value));
  const box = h('input', {
    id, type: 'number', class: 'number', value: computed ? '' : value, step: 'any', placeholder: isComputed(param) ? 'auto' : '',
    min: param.min, max: param.max, inputMode: param.type === 'integer' ? 'numeric' : 'decimal',
    onchange: () => { slide(current()); change(current()); },
    onkeydown: (event) => arrow(event, 1),
  });
  const range = h('input', {
    type: 'range', min: 0, max: scale.steps, step: 1, 'aria-label': words(param.name),
    oninput: () => { box.value = scale.toValue(Number(range.value)); paint(); change(Number(box.value)); },
    onkeydown: (event) => arrow(event, event.key.startsWith('Page') ? 10 : 1),
  });
  // The browser would step by the slider's positions, or by 1: neither means the same at every value.
  function arrow(event, times) {
    const direction = { ArrowUp: 1, ArrowRight: 1, PageUp: 1, ArrowDown: -1, ArrowLeft: -1, PageDown: -1 }[event.key];
    const sideways = event.target === box && /Left|Right/.test(event.key);
    if (!direction || sideways || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    let next = current() ?? scale.toValue(Number(range.value));
    for (let i = 0; i < times; i++) next = scale.nudge(next, direction);
    box.value = next;
    slide(next);
    change(next);
  }
  function slide(next) {
    range.value = scale.toPosition(next ?? param.min);
    paint();
  }
  function paint() {
    range.style.setProperty('--fill', `${(range.value / scale.steps) * 100}%`);
    range.setAttribute('aria-valuetext', box.value === '' ? 'automatic' : box.value);
  }
  slide(computed ? undefined : value);
  return h('div', { class: 'field number-field', title: param.doc }, h('label', { class: 'label', for: id }, words(param.name)), range, box);
}
