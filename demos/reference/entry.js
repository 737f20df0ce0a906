// One entry of the reference: its text, its line of code, its table of parameters, and the operation at work with controls.

import { control } from '../shared/controls.js';
import { h, toast } from '../shared/dom.js';
import { title } from '../shared/schema.js';
import { defaultText, rangeText, shorten, typeText } from './describe.js';
import { codeOf } from './examples.js';
import { runExample } from './previews.js';
import { createStage } from './stage.js';

/** An article for an operation. Its show() makes the preview for the first time. */
export function entryOf(op, example, previews) {
  let params = { ...example.params };
  const line = codeLine();
  const stage = createStage(op.name);
  const facts = h('span');
  const second = example.layer ? h('canvas', { class: 'second', role: 'img', 'aria-label': `The second picture of ${op.name}` }) : null;
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const controls = h('div');
  const outcome = h('figcaption', { class: 'outcome' }, facts, second && [h('code', {}, 'layer'), second]);
  const reset = h('button', { type: 'button', class: 'button small', onclick: startAgain }, 'Reset');
  const panel = h('div', { class: 'panel', role: 'group', 'aria-label': `Parameters of ${op.name}` }, controls, reset);
  const hasParams = op.params.length > 0;
  const article = entry(op.name, op.family, op.doc,
    formatsLine(op), h('div', { class: 'trial' }, h('figure', {}, stage.element, outcome, problem), hasParams && panel),
    line.element, hasParams && paramTable(op));

  function startAgain() {
    params = { ...example.params };
    drawControls();
    ask();
  }

  function drawControls() {
    controls.replaceChildren(...op.params.map((param) => control(op, param, params, (value) => {
      if (value === undefined) delete params[param.name];
      else params[param.name] = value;
      ask();
    })));
  }

  async function run(means) {
    try {
      const result = await runExample(means, example, params, { ...stage.canvases, second });
      stage.fit(result);
      facts.textContent = factsOf(example, result);
      problem.hidden = true;
      article.dataset.state = 'ready';
    } catch (error) {
      if (means.signal.aborted) return; // it runs again, with other parameters
      problem.hidden = false;
      problem.textContent = error.message;
      article.dataset.state = 'error';
    }
  }

  function ask() {
    line.set(codeOf(example, params));
    article.dataset.state = 'working';
    previews.ask(run);
  }

  drawControls();
  line.set(codeOf(example, params));
  article.show = ask;
  return article;
}

/** An article for a measuring method: what it answers about the photo. */
export function measureEntry({ name, doc, gives, code, args }, previews) {
  const line = codeLine();
  const answer = h('output', { class: 'answer' });
  const article = entry(name, 'measure', doc, h('p', { class: 'formats' }, `Gives ${gives}.`), line.element, answer);
  line.set(code);
  article.show = () => previews.ask(async ({ engine, pictures }) => {
    try {
      answer.textContent = shorten(await engine[name](...args.map((picture) => pictures[picture])));
      article.dataset.state = 'ready';
    } catch (error) {
      answer.textContent = error.message;
      article.dataset.state = 'error';
    }
  });
  return article;
}

function entry(name, family, doc, ...parts) {
  const id = `name-${name}`;
  const text = `${name} ${title(name)} ${family} ${doc}`.toLowerCase();
  return h('article', { class: 'entry', id: name, tabIndex: -1, 'aria-labelledby': id, data: { state: 'waiting', text } },
    h('h3', { id }, h('a', { href: `#${name}` }, name)), h('p', { class: 'entry-doc' }, prose(doc)), parts);
}

/** Words between backticks are code. */
const prose = (text) => text.split('`').map((part, i) => (i % 2 ? h('code', {}, part) : part));

function formatsLine({ formats, inputs }) {
  const names = formats.flatMap((format, i) => [i > 0 && ', ', h('code', {}, format)]);
  return h('p', { class: 'formats' }, 'Takes ', names,
    inputs === 2 && '; and a second picture: a frame, or a pipeline that makes it of the same input');
}

function codeLine() {
  const code = h('code');
  const write = () => navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
  const copy = h('button', {
    type: 'button', class: 'button small',
    onclick: async () => toast(await write() ? 'Line copied.' : 'This browser keeps the clipboard to itself; select the line instead.'),
  }, 'Copy');
  return { element: h('div', { class: 'example' }, code, copy), set(text) { code.textContent = text; } };
}

function paramTable(op) {
  const columns = { type: typeText, default: defaultText, range: rangeText, meaning: ({ doc }) => doc };
  const heads = ['parameter', ...Object.keys(columns)].map((head) => h('th', { scope: 'col' }, head));
  const rows = op.params.map((param) => h('tr', {}, h('th', { scope: 'row' }, h('code', {}, param.name)),
    Object.entries(columns).map(([head, text]) => h('td', { data: { head } }, prose(text(param))))));
  return h('table', { class: 'params' }, h('caption', { class: 'visually-hidden' }, `Parameters of ${op.name}`),
    h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows));
}

function factsOf({ first }, { before, after }) {
  const size = ({ width, height, format }) => `${width} × ${height} ${format}`;
  const [from, to] = [before, after].map(size);
  return `${from === to ? to : `${from} → ${to}`}${first.length ? `, after ${first.map((name) => `${name}()`).join(', ')}` : ''}`;
}
