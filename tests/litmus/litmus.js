// litmus.js [--short]: each test, then its mutant, on worker threads over one shared memory. Forbidden outcomes must be 0, and the
// mutant must show them, or the row is no evidence. Exit code 1: a forbidden outcome was seen.
import { availableParallelism } from 'node:os';

import { writeEvidence } from '../model/evidence.js';
import { isCrowded, runMutant, runRight, stayInBaseline } from './run.js';
import { tests } from './tests.js';
import { lookAtWaits } from './wait.js';

const short = process.argv.includes('--short');
const ENOUGH = short ? 100_000 : 10_000_000; // iterations
const seconds = short ? 0.4 : 45; // a run, at most
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const say = (n) => n.toLocaleString('en').replaceAll(',', ' ');

let passed = 0, failed = 0;
const rows = [];
function tell(name, says, verdict, figures, time) {
  verdict === 'passed' ? passed++ : verdict === 'FAILED' ? failed++ : 0;
  console.log(`${verdict === 'passed' ? 'ok' : verdict === 'FAILED' ? 'not ok' : '#'} ${name} (${says}): ${figures}: ${verdict}${time}`);
  rows.push([`${name}: ${says}`, `${figures}: ${verdict}`]);
}

async function look(test, name, module) {
  const right = await runRight(test, { module, seed, seconds }, ENOUGH);
  const mutant = await runMutant(test, { module, seed, seconds: short ? 0.4 : 15 });
  let verdict = 'passed';
  if (right.seen > 0) verdict = 'FAILED';
  else if (mutant.seen === 0) verdict = 'no evidence on this machine';
  else if (right.interleaved === 0) verdict = 'no evidence on this machine: nothing was interleaved';
  else if (!short && right.iterations < ENOUGH) verdict = `no evidence on this machine: not ${say(ENOUGH)} within ${seconds} s`;
  const percent = right.iterations ? ((100 * right.interleaved) / right.iterations).toPrecision(2) : 0;
  const where = isCrowded(test) ? `; ${test.threads} threads on ${availableParallelism()} cores: shows the order in which the engine and a core do things, not when a store reaches each of four cores` : '';
  tell(name, test.says, verdict, `${say(right.seen)} forbidden in ${say(right.iterations)} / mutant (${test.mutant}) seen ${say(mutant.seen)} times in ${say(mutant.iterations)} / ${percent} % interleaved${where}`,
    ` (${(right.seconds + mutant.seconds).toFixed(1)} s)`);
}

for (const test of tests) await look(test, test.name);
const module = stayInBaseline();
for (const test of tests.filter((test) => test.baseline && !(short && test.forbidden))) await look(test, `${test.name}, baseline compiler`, module);
const waits = await lookAtWaits();
tell('wait', waits.says, waits.good ? 'passed' : 'FAILED', waits.figures, '');

if (failed) console.log(`# SEED=${seed}`);
if (!short) writeEvidence('litmus', rows);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
