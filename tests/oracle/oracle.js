// make oracle: every operation of table.js against its reference, and the laws of laws.js. Closes with «N passed, N failed», over
// rows and laws; the exit code is 1 when one failed. node tests/oracle/oracle.js [--short] [operation…]
import { Judge } from './judge.js';
import { LAWS, checkLaw } from './laws.js';
import { Python, findPython } from './python.js';
import { createSubjects } from './subject.js';
import { TABLE } from './table.js';

const started = performance.now();
const short = process.argv.includes('--short'), wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

const command = findPython();
if (!command) {
  console.log('oracle: no Python here with cv2, numpy and PIL (Debian: python3-opencv python3-numpy python3-pil)');
  if (short) console.log('0 passed, 0 failed');
  process.exit(short ? 0 : 1);
}
const python = new Python(command), subjects = await createSubjects();
const { pictures } = await python.ask({ pictures: true });
const judge = new Judge(python, subjects, pictures, short), { operations } = judge;
let passed = 0, failed = 0;

// ---- the table ----

/** A line of the report: two columns of words, four of numbers, a note. */
function say(mark, op, reference, numbers, note) {
  const columns = numbers.map((number, i) => String(number).padStart([6, 9, 9, 11][i])).join('');
  console.log(`${mark} ${op.padEnd(18)}${reference.padEnd(28)}${columns}  ${note}`);
}
/** Rounded down, so that only 100 is all. */
const percent = ({ equal, total }) => (total ? `${(Math.floor((equal / total) * 1e6) / 1e4).toFixed(4)} %` : '');

say(' ', 'operation', 'reference', ['cases', 'largest', 'allowed', 'equal'], '');
for (const row of TABLE.filter(({ op }) => operations.has(op) && isWanted(op))) {
  const figures = await judge.checkRow(row), { good, cases, largest, texts } = figures;
  if (good) passed++;
  else failed++;
  say(good ? '✔' : '✖', row.op, row.reference, [cases, largest, row.within ?? '', percent(figures)], row.why ?? '');
  for (const text of texts) console.log(`    ${text}`);
}

// ---- the laws ----

let lawful = 0, lawCases = 0;
for (const law of LAWS.filter(({ ops }) => ops.every((name) => operations.has(name)) && ops.some(isWanted))) {
  const { cases, trouble } = await checkLaw(law, judge);
  lawCases += cases;
  if (trouble) failed++, console.log(`✖ ${law.name}\n    ${trouble}`);
  else passed++, lawful++;
}
console.log(`\n✔ ${lawful} laws of symmetry, inverses, constants and sums (${lawCases} cases)`);

// ---- the rest ----

const known = new Set(TABLE.map(({ op }) => op));
const missing = [...operations.keys()].filter((name) => !known.has(name)), ahead = [...known].filter((name) => !operations.has(name));
if (missing.length && !wanted.length) console.log(`no reference yet: ${missing.join(', ')}`);
if (ahead.length && !wanted.length) console.log(`in the table, not in the engine: ${ahead.join(', ')}`);
python.close();
await subjects.dispose();
console.log(`${pictures.length} pictures, ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || passed === 0 ? 1 : 0);
