// tsan.js [--short]: the tests under ThreadSanitizer without suppressions, then the mutants, each of which must be reported.
import { spawnSync } from 'node:child_process';

import { writeEvidence } from '../model/evidence.js';
import { mutants } from './mutants.js';

const short = process.argv.includes('--short');
const ROUNDS = short ? 1 : 5; // times what the stress tests do at least
const REPORT = /WARNING: ThreadSanitizer: (.*?)(?: \(pid|\n)/g;

function run(program, options, ...args) {
  const { stdout, stderr, status, signal } = spawnSync(`build/tsan/${program}`, args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 300_000, env: { ...process.env, TSAN_OPTIONS: `exitcode=66 ${options}` } });
  return { stdout, stderr, how: signal ?? status, reports: [...stderr.matchAll(REPORT)].map((match) => match[1]) };
}

let passed = 0, failed = 0;
const tests = run('tests', '', String(ROUNDS));
const count = (pattern) => (tests.stdout.match(pattern) ?? []).length;
passed += count(/^ok \d/gm), failed += count(/^not ok \d/gm);
console.log(tests.stdout.trimEnd().split('\n').filter((line) => !/^\d+ passed/.test(line)).join('\n'));
if (tests.reports.length > 0) console.log(tests.stderr.slice(0, 8000));
const good = tests.how === 0 && tests.reports.length === 0 && passed > 0;
good ? passed++ : failed++;
console.log(`${good ? 'ok' : 'not ok'} - ${passed + failed - 1} tests under ThreadSanitizer, ${tests.reports.length} races found, 0 suppressions${good ? '' : ` (ended with ${tests.how})`}`);
const rows = [['tests under ThreadSanitizer, 0 suppressions', String(passed + failed - 1)], ['races found', String(tests.reports.length)]];

let seen = 0;
const tried = short ? mutants.slice(0, 4) : mutants;
for (const [number, [suite, , , , breaks]] of tried.entries()) {
  const { reports, how } = run(`mutant-${number + 1}`, 'halt_on_error=1', '1', suite);
  const reported = reports.length > 0;
  seen += reported;
  reported ? passed++ : failed++;
  const figures = reported ? `reported: ${reports[0]}` : `NOT REPORTED (ended with ${how})`;
  console.log(`${reported ? 'ok' : 'not ok'} - mutant ${number + 1}: ${breaks}: ${figures}`);
  rows.push([`mutant: ${breaks}`, figures]);
}
console.log(`mutants seen: ${seen} of ${tried.length}`);
rows.push(['mutants seen', `${seen} of ${tried.length}`]);
if (!short) writeEvidence('tsan', rows);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
