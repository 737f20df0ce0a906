// The pipeline editor: a lane with one card per operation. A solid line means that two operations run in one pass;
// where it is broken, the picture goes through memory.

import { announce, h, icon } from '../shared/dom.js';
import { card } from './card.js';
import { createPicker } from './picker.js';
import { startingParams, title } from '../shared/schema.js';
import { bridge, formatsThrough, step } from './steps.js';

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {object[]} options.ops        engine.ops
 * @param {object[]} options.presets
 * @param {() => {width, height}} options.size   of the source
 * @param {(steps: object[]) => void} options.change  the steps are new, or a parameter of one is
 */
export function createLane(root, { ops, presets, size, change }) {
  let steps = [];
  const byName = new Map(ops.map((op) => [op.name, op]));
  const pick = createPicker(ops);
  const list = h('ol', { class: 'steps' });
  const start = h('p', { class: 'terminal start' });
  const end = h('p', { class: 'terminal end' });
  const chips = presets.map((preset) => h('button', {
    type: 'button', class: 'preset', 'aria-pressed': 'false', data: { preset: preset.id }, onclick: () => use(preset),
  }, preset.title));
  const add = h('button', { type: 'button', class: 'button add', id: 'add', onclick: async () => insert(await pick()) }, icon('plus'), 'Add operation');
  const clear = h('button', { type: 'button', class: 'button quiet', id: 'clear', onclick: () => { set([]); add.focus(); announce('All operations removed.'); } }, 'Clear');
  root.append(
    h('h2', { id: 'lane-title' }, 'Pipeline'),
    h('div', { class: 'presets', role: 'group', 'aria-label': 'Ready-made pipelines' }, chips),
    h('div', { class: 'track' }, start, list, end),
    h('div', { class: 'lane-foot' }, add, clear, h('p', { class: 'hint' }, 'Alt + ↑ ↓ moves the operation you are in.')));

  function use(preset) {
    set(preset.steps.map(({ op, params, other }) => step(op, params, other)));
    announce(`${preset.title}: ${preset.steps.length} operations.`);
  }

  function set(next) {
    steps = next;
    mark();
    render();
    change(steps);
  }

  function mark() {
    const key = (list) => JSON.stringify(list.map(({ op, params, other, off = false }) => [op, params, other, off]));
    const now = key(steps);
    chips.forEach((chip, i) => chip.setAttribute('aria-pressed', String(key(presets[i].steps) === now)));
  }

  function insert(name) {
    if (!name) { add.focus(); return; }
    const op = byName.get(name);
    const fix = bridge(op, formatsThrough(steps).at(-1));
    const added = step(name, startingParams(op, size()), op.inputs === 2 ? 'original' : undefined);
    set([...steps, ...(fix ? [step(fix)] : []), added]);
    const element = list.lastElementChild;
    element.querySelector('input, select, textarea, button').focus();
    element.scrollIntoView({ block: 'nearest' });
    announce(`${title(name)} added${fix ? `, after ${title(fix)}, which it needs` : ''}.`);
  }

  function move(target, by) {
    const from = steps.indexOf(target);
    const to = from + by;
    if (to < 0 || to >= steps.length) return;
    const used = document.activeElement?.dataset?.action;
    set(swap(steps, from, to));
    const buttons = list.children[to].querySelectorAll('[data-action]');
    ([...buttons].find((button) => button.dataset.action === used && !button.disabled) ?? buttons[0]).focus();
    announce(`${title(target.op)} moved to place ${to + 1} of ${steps.length}.`);
  }

  function remove(target) {
    const at = steps.indexOf(target);
    set(steps.filter((each) => each !== target));
    (list.children[Math.min(at, steps.length - 1)]?.querySelector('.fold') ?? add).focus();
    announce(`${title(target.op)} removed.`);
  }

  function repair(target, fix) {
    const at = steps.indexOf(target);
    set([...steps.slice(0, at), step(fix), ...steps.slice(at)]);
    announce(`${title(fix)} inserted before ${title(target.op)}.`);
  }

  // A parameter changed: the cards stay as they are, so that a slider keeps its focus.
  function edited() {
    mark();
    change(steps);
  }

  function render() {
    const open = new Set([...list.querySelectorAll('.step.open')].map(({ dataset }) => Number(dataset.id)));
    list.replaceChildren(...steps.map((each, i) => card({
      step: each, op: byName.get(each.op), index: i, count: steps.length, open: open.has(each.id), edited, move, remove, repair,
      toggle: () => { each.off = !each.off; set([...steps]); list.children[steps.indexOf(each)].querySelector('[data-action=off]').focus(); },
    })));
    clear.hidden = steps.length === 0;
  }

  return {
    set,
    get steps() { return steps; },
    /** Shows what the engine made of the steps: {start, end, joined: [bool per step], error: {message, op}} */
    describe({ start: from, end: to, joined = [], error = null }) {
      start.textContent = from;
      end.textContent = to;
      const culprit = error && steps.findLast(({ op, off }) => !off && op === error.op);
      const formats = formatsThrough(steps);
      [...list.children].forEach((element, i) => {
        element.classList.toggle('joined', Boolean(joined[i]));
        const wrong = steps[i] === culprit;
        const fix = wrong ? bridge(byName.get(steps[i].op), formats[i]) : null;
        element.showProblem(wrong ? error.message : null, fix);
      });
    },
  };
}

function swap(steps, from, to) {
  const next = [...steps];
  [next[from], next[to]] = [next[to], next[from]];
  return next;
}
