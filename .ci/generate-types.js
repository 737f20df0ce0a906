// generate-types.js OUT: asks the built wasm for its operations and writes their TypeScript declarations,
// so that nothing about an operation is written twice.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param {{ type: string, choices?: string[] }} param */
function typeOf(param) {
  switch (param.type) {
    case 'number':
    case 'integer': return 'number';
    case 'boolean': return 'boolean';
    case 'choice': return (param.choices ?? []).map((name) => `'${name}'`).join(' | ') || 'string';
    case 'numbers': return 'ArrayLike<number>';
    default: throw new Error(`ops.d.ts: no TypeScript type for a parameter of type «${param.type}»`);
  }
}

const isRequired = (param) => param.required === true;
const isGiven = (value) => value !== undefined && value !== null;
const clean = (text) => text.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim();

function paramLines(param) {
  const facts = [];
  if (isGiven(param.min) && isGiven(param.max) && param.type !== 'boolean' && param.type !== 'choice') facts.push(`${param.min} to ${param.max}`);
  if (param.computed) facts.push(`default ${param.computed}`);
  else if (!isRequired(param) && isGiven(param.default)) facts.push(`default ${typeof param.default === 'object' ? JSON.stringify(param.default) : param.default}`);
  return [
    `  /** ${clean(param.doc)}${facts.length ? ` (${facts.join('; ')})` : ''} */`,
    `  ${param.name}${isRequired(param) ? '' : '?'}: ${typeOf(param)};`,
  ];
}

const pascal = (name) => name[0].toUpperCase() + name.slice(1);
const takesOther = (op) => (op.inputs ?? 1) === 2;

function declaration(op) {
  const name = `${pascal(op.name)}Params`, lines = [];
  if (op.params.length) lines.push(`export interface ${name} {`, ...op.params.flatMap(paramLines), '}', '');
  return lines;
}

function method(op) {
  const args = [];
  if (takesOther(op)) args.push('other: Frame | Pipeline');
  if (op.params.length) args.push(`params${op.params.some(isRequired) ? '' : '?'}: ${pascal(op.name)}Params`);
  return [`  /** ${clean(op.doc)} Formats: ${op.formats.join(', ')}. */`, `  ${op.name}(${args.join(', ')}): AnyPipeline;`];
}

/** @param {Array<any>} all engine.ops */
export function declarations(all) {
  const ops = all.filter((op) => !op.internal);
  return [
    '// Made from the operation table of the wasm by .ci/generate-types.js.',
    "import type { Frame } from '../js/frame.js';",
    "import type { AnyPipeline, Pipeline } from '../js/pipeline.js';",
    '',
    ...ops.flatMap(declaration),
    '/** One method per operation; each gives a new pipeline. */',
    'export interface PipelineMethods {',
    ...ops.flatMap(method),
    '}',
    '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const out = process.argv[2] ?? 'dist/ops.d.ts';
  const { createEngine } = await import('../js/node/index.js').catch(() => import('../js/index.js'));
  const engine = await createEngine({ mode: 'single', threads: 0 });
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, declarations(engine.ops));
  await engine.dispose();
}
