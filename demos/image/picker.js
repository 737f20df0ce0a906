// The list of all operations, in a dialog: type to search, arrow keys to move, Enter to add.

import { h } from '../shared/dom.js';
import { byFamily } from '../shared/families.js';
import { title } from '../shared/schema.js';

/** Returns open(): resolves to the name of the chosen operation, or null. */
export function createPicker(ops) {
  const search = h('input', { type: 'search', class: 'search', placeholder: 'Search operations', 'aria-label': 'Search operations', oninput: filter });
  const none = h('p', { class: 'none', hidden: true }, 'No operation of that name.');
  const groups = byFamily(ops).map(([family, members]) => h('section', { class: 'family' },
    h('h3', {}, title(family)),
    h('ul', {}, members.map((op) => h('li', {}, h('button', {
      type: 'button', class: 'choice', data: { op: op.name, text: `${op.name} ${title(op.name)} ${op.doc} ${family}`.toLowerCase() },
      onclick: () => dialog.close(op.name),
    }, h('b', {}, title(op.name)), h('span', {}, op.doc)))))));
  const dialog = h('dialog', { class: 'picker', 'aria-label': 'Add an operation', onkeydown: keys, onclick: outside },
    h('form', { method: 'dialog', class: 'picker-head', onsubmit: first }, search,
      h('button', { type: 'button', class: 'button', onclick: () => dialog.close('') }, 'Close')),
    h('div', { class: 'picker-body' }, groups, none));
  document.body.append(dialog);
  const shown = () => [...dialog.querySelectorAll('.choice')].filter((choice) => !choice.closest('li').hidden);

  function filter() {
    const wanted = search.value.trim().toLowerCase().split(/\s+/);
    for (const choice of dialog.querySelectorAll('.choice')) {
      choice.closest('li').hidden = !wanted.every((word) => choice.dataset.text.includes(word));
    }
    groups.forEach((section) => { section.hidden = !section.querySelector('li:not([hidden])'); });
    none.hidden = shown().length > 0;
  }

  function first(event) {
    event.preventDefault();
    const [choice] = shown();
    if (choice) dialog.close(choice.dataset.op);
  }

  function keys(event) {
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const all = [search, ...shown()];
    all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + direction))].focus();
  }

  function outside(event) {
    if (event.target === dialog) dialog.close('');
  }

  return () => new Promise((done) => {
    search.value = '';
    filter();
    dialog.returnValue = '';
    dialog.addEventListener('close', () => done(dialog.returnValue || null), { once: true });
    dialog.showModal();
    search.focus();
  });
}
