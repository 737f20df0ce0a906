/** What a command line of the command asks for. */
import { parseArgs } from 'node:util';
import { show } from '../errors.js';
import { didYouMean } from './suggest.js';

/** @typedef {import('../pipeline.js').OpInfo} OpInfo */
/** @typedef {import('../pipeline.js').OpParam} OpParam */
/** @typedef {{ op?: string, word: string }} Item an operation's name, or what stands between */
/** @typedef {{ op: string, params: Record<string, unknown>, other?: string }} Step other: the path of an operation's second picture */
/**
 * @typedef {object} Command
 * @property {Record<string, string | boolean>} options the command's own, by name
 * @property {Item[]} items everything else, in order
 */

const OPTIONS = /** @type {const} */ ({
  output: { type: 'string', short: 'o' },
  threads: { type: 'string' },
  quality: { type: 'string' },
  explain: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
});

/** What the command line asks for is wrong: the message, to be followed by how it is meant. */
export class UsageError extends Error {}

/** @param {string[]} args @returns {Command} throws UsageError */
export function readArguments(args) {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  /** @type {Command} */ const command = { options: {}, items: [] };
  for (const token of tokens) {
    if (token.kind === 'positional') command.items.push({ word: token.value });
    else if (token.kind === 'option') readOption(command, token);
  }
  return command;
}

/** @param {Command} command @param {{ name: string, rawName: string, value?: string | undefined, inlineValue?: boolean | undefined }} token */
function readOption({ options, items }, { name, rawName, value, inlineValue }) {
  const known = Object.hasOwn(OPTIONS, name) ? OPTIONS[/** @type {keyof typeof OPTIONS} */ (name)] : undefined;
  if (!known && !rawName.startsWith('--')) throw new UsageError(`there is no option ${rawName}`);
  if (!known && value !== undefined) {
    throw new UsageError(`${rawName}=${value}: an operation's parameters follow it as name=value, like --gaussianBlur sigma=2`);
  }
  if (!known) return void items.push({ op: name, word: rawName });
  if (known.type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value`);
  const isMissing = value === undefined || value === '' || (!inlineValue && value.length > 1 && value.startsWith('-'));
  if (known.type === 'string' && isMissing) throw new UsageError(`${rawName} needs a value${value ? `, and ${show(value)} is an option` : ''}`);
  options[name] = value ?? true;
}

/** A whole number among the options. @param {Command} command @param {string} name @param {number} min @param {number} max @returns {number | undefined} */
export function numberOption({ options }, name, min, max) {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new UsageError(`--${name} must be a whole number between ${min} and ${max}, got ${show(text)}`);
  return value;
}

/**
 * The picture to begin with, and the operations in their order.
 * @param {Item[]} items @param {readonly OpInfo[]} ops @returns {{ input: string | undefined, steps: Step[] }} throws UsageError
 */
export function readSteps(items, ops) {
  /** @type {Step[]} */ const steps = [];
  /** @type {string | undefined} */ let input;
  /** @type {OpInfo | undefined} */ let op;
  for (const { op: name, word } of items) {
    const step = steps.at(-1);
    if (name !== undefined) {
      op = findOp(name, ops, op);
      steps.push({ op: name, params: {} });
    } else if (op && step && word.includes('=')) readParam(op, step, word);
    else if (op?.inputs === 2 && step && step.other === undefined) step.other = word;
    else if (input === undefined) input = word;
    else if (op) throw new UsageError(`${op.name}: ${show(word)} is no parameter: write name=value`);
    else throw new UsageError(`there is one picture to begin with, ${show(input)}; what is ${show(word)}?`);
  }
  const alone = steps.find(({ op: name, other }) => other === undefined && ops.some((info) => info.name === name && info.inputs === 2));
  if (alone) throw new UsageError(`${alone.op} needs a second picture: --${alone.op} other.png`);
  return { input, steps };
}

/** @param {string} name @param {readonly OpInfo[]} ops @param {OpInfo | undefined} before the operation it follows */
function findOp(name, ops, before) {
  const info = ops.find((op) => op.name === name);
  if (info) return info;
  if (before?.params.some((param) => param.name === name)) {
    throw new UsageError(`--${name}: ${before.name}'s parameter is written ${name}=value, without dashes`);
  }
  throw new UsageError(`there is no operation or option --${name}${didYouMean(name, [...ops.map((op) => op.name), ...Object.keys(OPTIONS)])}`);
}

/** @param {OpInfo} op @param {Step} step @param {string} word name=value */
function readParam(op, { params }, word) {
  const at = word.indexOf('='), name = word.slice(0, at), names = op.params.map((param) => param.name);
  const param = op.params.find((candidate) => candidate.name === name);
  if (!param) {
    throw new UsageError(`${op.name} has no parameter ${show(name)}${didYouMean(name, names)}`
      + (names.length ? ` (it has ${names.join(', ')})` : ' (it has none)'));
  }
  if (Object.hasOwn(params, name)) throw new UsageError(`${op.name}: ${name} is given twice`);
  params[name] = readValue(op, param, word.slice(at + 1));
}

/** Ranges are the pipeline's to check. @param {OpInfo} op @param {OpParam} param @param {string} text */
function readValue(op, { name, type }, text) {
  const number = (/** @type {string} */ word) => (word.trim() === '' ? NaN : Number(word));
  const wrong = (/** @type {string} */ what) => new UsageError(`${op.name}: ${name} must be ${what}, got ${show(text)}`);
  if (type === 'choice') return text;
  if (type === 'boolean') {
    if (text !== 'true' && text !== 'false') throw wrong('true or false');
    return text === 'true';
  }
  const values = type === 'numbers' ? text.split(',').map(number) : [number(text)];
  if (values.some(Number.isNaN)) throw wrong(type === 'numbers' ? 'numbers with commas between them' : 'a number');
  return type === 'numbers' ? values : values[0];
}
