// make reference: writes demos/reference/REFERENCE.md from the table of operations that the built wasm holds.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { defaultText, rangeText, typeText } from '../demos/reference/describe.js';
import { codeOf, exampleOf, SIZE } from '../demos/reference/examples.js';
import { measuresOf } from '../demos/reference/measures.js';
import { byFamily } from '../demos/shared/families.js';
import { title } from '../demos/shared/schema.js';
import { createEngine } from '../js/node/index.js';

export const REFERENCE = fileURLToPath(new URL('../demos/reference/REFERENCE.md', import.meta.url));

const cell = (text) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
const code = (text) => `\`${text}\``;
const fence = (text) => ['```js', text, '```'];
const link = (name) => `[${name}](#${name.toLowerCase()})`;

function paramTable(params) {
  if (params.length === 0) return ['No parameters.', ''];
  const rows = params.map((param) => [
    code(param.name), typeText(param), defaultText(param), rangeText(param), cell(param.doc),
  ].join(' | '));
  return ['| parameter | type | default | range | meaning |', '|---|---|---|---|---|', ...rows.map((row) => `| ${row} |`), ''];
}

function section(op, ops) {
  const example = exampleOf(op, ops);
  const two = op.inputs === 2 ? ['The first argument is the second picture: a frame, or a pipeline that makes it of the same input.', ''] : [];
  return [
    `### ${op.name}`, '', cell(op.doc), '', `Formats: ${op.formats.join(', ')}.`, '', ...two,
    ...paramTable(op.params), ...fence(codeOf(example, example.params)), '',
  ];
}

function measureTable(measures) {
  const rows = measures.map(({ name, doc, gives }) => `| ${code(name)} | ${cell(doc)} | ${cell(gives)} |`);
  const examples = measures.flatMap(({ code: line }) => [...fence(line), '']);
  return [
    '## Measuring', '',
    'Methods of the engine. Each gives a promise; with Sync behind its name it waits, where blocking is allowed.', '',
    '| method | what | gives |', '|---|---|---|', ...rows, '', ...examples,
  ];
}

/** The whole text. @param {import('../js/engine.js').Engine} engine */
export function reference(engine) {
  const ops = [...engine.ops];
  const families = byFamily(ops);
  const start = [
    "import { createEngine } from 'framelane';", '', 'const engine = await createEngine();',
    `const photo = engine.frame(${SIZE.width}, ${SIZE.height}); // rgba8, 4 bytes per pixel`,
    `const layer = engine.frame(${SIZE.width}, ${SIZE.height}); // the second picture, for operations on two`,
  ].join('\n');
  return [
    '# Reference', '',
    'Every operation of framelane, made by `make reference` from the table that the core itself holds: do not edit.',
    'The page beside this file shows each at work: `make demo`, then `demos/reference/`.', '',
    'Names of methods and parameters are as in JavaScript. A parameter that does not exist, or a value out of its range, is an error when the',
    'pipeline is built. Where the example begins with another operation, the one shown takes what that makes.', '',
    ...families.map(([family, members]) => `- **${family}**: ${members.map(({ name }) => link(name)).join(' · ')}`),
    '- [**measuring**](#measuring)', '',
    'All examples go on from here:', '', ...fence(start), '',
    ...families.flatMap(([family, members]) => [`## ${title(family)} operations`, '', ...members.flatMap((op) => section(op, ops))]),
    ...measureTable(measuresOf(engine)),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const engine = await createEngine({ threads: 0 });
  writeFileSync(REFERENCE, reference(engine));
  console.log(`demos/reference/REFERENCE.md: ${engine.ops.filter(({ internal }) => !internal).length} operations`);
  await engine.dispose();
}
