// One operation in the lane: its name, its first control, the others folded away, and what can be done with it.

import { control } from '../shared/controls.js';
import { h, icon } from '../shared/dom.js';
import { title } from '../shared/schema.js';
import { LAYERS } from './steps.js';

/** An li of the lane, with showProblem(message, fix). */
export function card({ step, op, index, count, open, edited, move, remove, toggle, repair }) {
  const name = title(step.op);
  const change = (param) => (value) => {
    if (value === undefined) delete step.params[param.name];
    else step.params[param.name] = value;
    edited();
  };
  const controls = op.params.map((param) => control(op, param, step.params, change(param)));
  if (op.inputs === 2) controls.unshift(layerControl(step, edited));
  const rest = h('div', { class: 'rest', id: `rest-${step.id}`, hidden: !open }, controls.slice(1), h('p', { class: 'doc' }, op.doc));
  const fold = h('button', {
    type: 'button', class: 'fold', data: { action: 'fold' }, 'aria-expanded': String(open), 'aria-controls': rest.id,
    onclick: () => {
      rest.hidden = !rest.hidden;
      element.classList.toggle('open', !rest.hidden);
      fold.setAttribute('aria-expanded', String(!rest.hidden));
    },
  }, name);
  const problem = h('div', { class: 'problem', role: 'alert', hidden: true });
  const element = h('li', {
    class: `step${open ? ' open' : ''}${step.off ? ' off' : ''}`, data: { id: step.id, op: step.op },
    onkeydown: (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || !by || event.target.tagName === 'SELECT') return;
      event.preventDefault();
      move(step, by);
    },
  }, h('span', { class: 'node', 'aria-hidden': 'true' }),
  h('div', { class: 'card', role: 'group', 'aria-label': `${name}, ${index + 1} of ${count}` },
    h('div', { class: 'card-head' }, h('h3', {}, fold), h('div', { class: 'tools' },
      tool('up', `Move ${name} up`, () => move(step, -1), index === 0),
      tool('down', `Move ${name} down`, () => move(step, 1), index === count - 1),
      tool('off', step.off ? `Switch ${name} on` : `Switch ${name} off`, toggle, false, 'eye'),
      tool('remove', `Remove ${name}`, () => remove(step)))),
    controls[0] ?? null, rest, problem));

  element.showProblem = (message, fix) => {
    problem.hidden = !message;
    problem.replaceChildren(message ?? '');
    if (fix) problem.append(h('button', { type: 'button', class: 'button small', onclick: () => repair(step, fix) }, `Insert ${title(fix)} before it`));
  };
  return element;
}

function tool(action, label, onclick, disabled = false, picture = action) {
  return h('button', {
    type: 'button', class: 'icon-button', data: { action }, 'aria-label': label, title: label, disabled, onclick,
  }, icon(picture));
}

function layerControl(step, edited) {
  const id = `layer-${step.id}`;
  const names = Object.keys(LAYERS);
  const own = Array.isArray(step.other);
  const input = h('select', { id, onchange: () => { step.other = names.includes(input.value) ? input.value : step.other; edited(); } },
    names.map((key) => h('option', { value: key, selected: step.other === key }, LAYERS[key].title)),
    own ? h('option', { value: 'own', selected: true }, `a pipeline of ${step.other.length}`) : null);
  return h('div', { class: 'field' }, h('label', { class: 'label', for: id }, 'with'), input);
}
