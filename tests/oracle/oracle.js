// make oracle: every operation of the table against its reference, and the laws of laws.js. Closes with «N passed, N failed», over
// rows and laws; the exit code is 1 when one failed. node tests/oracle/oracle.js [--short] [operation…]
import { casesOf } from './cases.js';
import { compare, describeDifference, describePicture } from './compare.js';
import { LAWS, checkLaw } from './laws.js';
import { Python, findPython } from './python.js';
import { shrink } from './shrink.js';
import { createSubjects } from './subject.js';
import { TABLE } from './table.js';

const IN_FLIGHT = 4;
const short = process.argv.includes('--short'), wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const started = performance.now();

const command = findPython();
if (!command) {
  console.log('oracle: no Python here with cv2, numpy and PIL (Debian: python3-opencv python3-numpy python3-pil)');
  if (short) console.log('0 passed, 0 failed');
  process.exit(short ? 0 : 1);
}
const python = new Python(command), { subject, plain, dispose } = await createSubjects();
const operations = new Map(subject.engine.ops.map((op) => [op.name, op]));
const { pictures } = await python.ask({ pictures: true });

/** @type {Map<string, Promise<import('./subject.js').Picture>>} */
const drawn = new Map();
function draw(name, format, second = false) {
  const key = `${name} ${format} ${second}`;
  if (!drawn.has(key)) drawn.set(key, python.ask({ picture: name, format, second }));
  return drawn.get(key);
}

const build = (row, params) => (pipeline, second) => (second ? pipeline[row.op](second, params) : pipeline[row.op](params));

/** What the reference makes of these pictures. */
function expect(row, params, inputs) {
  const headers = inputs.map(({ width, height, format }) => ({ width, height, format }));
  return python.ask({ reference: row.reference, params, inputs: headers }, ...inputs.map(({ bytes }) => bytes));
}

/** One case: ours, what is expected, how they differ, and whether the plain engine gives the same as ours. */
async function judge(row, params, input, second) {
  const given = row.given ? await subject.run((pipeline) => row.given(pipeline, params), input) : second;
  const expecting = expect(row, params, given ? [input, given] : [input]);
  expecting.catch(() => {});
  const ours = await subject.run(build(row, params), input, second);
  const twin = await plain.run(build(row, params), input, second);
  const expected = await expecting;
  return { ours, twin, expected, difference: compare(ours, expected), twinDifference: compare(twin, ours) };
}

const isBreach = (row, { difference }) => difference.mismatch !== undefined || (row.within !== undefined && difference.largest > row.within);

/** The first case of a kind, made small: what to look at. */
async function explain(row, params, input, second, broken, title) {
  const small = await shrink(input, second, async (a, b) => {
    const result = await judge(row, params, a, b);
    return broken(result) ? result : undefined;
  });
  const { ours, twin, expected, difference, twinDifference } = small.result;
  const text = title === 'plain' ? `plain ${describeDifference(twin, ours, twinDifference)} (as the engine ships)` : describeDifference(ours, expected, difference);
  return `${row.op} ${brief(params)} on ${describePicture(small.input)}${small.second ? ` and ${describePicture(small.second)}` : ''}\n      at ${text}`;
}

function brief(params) {
  const text = JSON.stringify(params);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Starts a case: inputs, and the result or the error. */
async function start(row, { picture, format, params }) {
  const input = await draw(picture.name, format), second = operations.get(row.op).inputs === 2 ? await draw(picture.name, format, true) : undefined;
  const about = { params, input, second, where: `${picture.name} ${format}` };
  return judge(row, params, input, second).then((result) => ({ ...about, result }), (error) => ({ ...about, error }));
}

function count(row, figures, shown, { result, error, ...about }) {
  figures.cases++;
  if (error) {
    figures.errors++;
    shown.error ??= `${row.op} ${brief(about.params)} on ${about.where}: ${error.message}`;
    return;
  }
  const { difference } = result;
  figures.equal += difference.equal, figures.total += difference.total;
  if (isBreach(row, result)) {
    figures.breaches++;
    if (!shown.breach || difference.largest > figures.largest) shown.breach = { ...about, text: describeDifference(result.ours, result.expected, difference) };
  }
  figures.largest = Math.max(figures.largest, difference.largest);
  if (result.twinDifference.largest > 0) figures.twins++, shown.twin ??= about;
}

/** @returns {Promise<any>} the row's figures, and its troubles as texts */
async function checkRow(row) {
  const figures = { cases: 0, largest: 0, equal: 0, total: 0, breaches: 0, twins: 0, errors: 0, texts: /** @type {string[]} */ ([]) };
  /** @type {{ breach?: any, twin?: any, error?: any }} */ const shown = {};
  const begun = []; // some at a time: Python computes while the engine does
  for (const item of casesOf(row, operations.get(row.op), pictures, short)) {
    begun.push(start(row, item));
    if (begun.length > IN_FLIGHT) count(row, figures, shown, await begun.shift());
  }
  for (const item of begun) count(row, figures, shown, await item);
  await tell(row, figures, shown);
  return figures;
}

async function tell(row, figures, { breach, twin, error }) {
  if (breach) {
    figures.texts.push(`${figures.breaches} cases beyond ${row.within}; the worst: ${brief(breach.params)} on ${breach.where}, ${breach.text}; made small:`);
    figures.texts.push(`  ${await explain(row, breach.params, breach.input, breach.second, (result) => isBreach(row, result), 'reference')}`);
  }
  if (twin) {
    figures.texts.push(`${figures.twins} cases where the plain engine (no SIMD, no fusion, small tiles, views) differs, such as ${twin.where}; made small:`);
    figures.texts.push(`  ${await explain(row, twin.params, twin.input, twin.second, (result) => result.twinDifference.largest > 0, 'plain')}`);
  }
  if (error) figures.texts.push(`${figures.errors} cases with an error, such as ${error}`);
}

// ---- the report ----

const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
let passed = 0, failed = 0;
const line = (mark, op, reference, cases, largest, within, equal, note) =>
  console.log(`${mark} ${op.padEnd(18)}${reference.padEnd(28)}${cases.padStart(6)}${largest.padStart(9)}${within.padStart(9)}${equal.padStart(11)}  ${note}`);

line(' ', 'operation', 'reference', 'cases', 'largest', 'allowed', 'equal', '');
for (const row of TABLE.filter(({ op }) => operations.has(op) && isWanted(op))) {
  const figures = await checkRow(row), good = figures.breaches + figures.twins + figures.errors === 0 && figures.cases > 0;
  if (good) passed++;
  else failed++;
  const share = figures.total ? `${(Math.floor((figures.equal / figures.total) * 1e6) / 1e4).toFixed(4)} %` : '';
  line(good ? '✔' : '✖', row.op, row.reference, String(figures.cases), String(figures.largest), row.within === undefined ? '' : String(row.within), share, row.why ?? '');
  for (const text of figures.texts) console.log(`    ${text}`);
}

console.log('');
let lawful = 0, lawCases = 0;
for (const law of LAWS.filter(({ ops }) => ops.every((name) => operations.has(name)) && (wanted.length === 0 || ops.some(isWanted)))) {
  const { cases, trouble } = await checkLaw(law, subject, pictures, draw, short);
  lawCases += cases;
  if (trouble) failed++, console.log(`✖ ${law.name}\n    ${trouble}`);
  else passed++, lawful++;
}
console.log(`✔ ${lawful} laws of symmetry, inverses, constants and sums hold (${lawCases} cases)`);

const known = new Set(TABLE.map(({ op }) => op));
const missing = [...operations.keys()].filter((name) => !known.has(name)), ahead = [...known].filter((name) => !operations.has(name));
if (missing.length && !wanted.length) console.log(`\nno reference yet for: ${missing.join(', ')}`);
if (ahead.length && !wanted.length) console.log(`\nin the table, not in the engine: ${ahead.join(', ')}`);
python.close();
await dispose();
console.log(`\n${pictures.length} pictures, ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || passed === 0 ? 1 : 0);
