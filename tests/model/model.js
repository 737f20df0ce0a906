// model.js [--short]: explores every model, then every mutant, prints the figures and writes build/evidence/model.json.
import { spawnSync } from 'node:child_process';

import { writeEvidence } from './evidence.js';
import { mutants } from './mutants.js';
import { groups } from './scale.js';

const short = process.argv.includes('--short');
const STATES = short ? 10_000 : 1_000_000;
const MUTANT_STATES = 1_000_000;
let passed = 0, failed = 0;
const rows = [];

function explore(program, ...args) {
  const { stdout, status } = spawnSync(`build/model/${program}/explore`, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const results = (stdout ?? '').split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  if (status !== 0 || results.length === 0) throw new Error(`build/model/${program}/explore ended with ${status}: ${stdout}`);
  return { results, schedule: stdout.split('\n').filter((line) => line.startsWith('#')) };
}

const number = (n) => n.toLocaleString('en').replaceAll(',', ' ');
const ends = { exhausted: 'all schedules', bounded: 'all schedules with ≤ 2 preemptions', limit: `the first ${number(STATES)} states` };

for (const group of Object.keys(groups)) {
  for (const r of explore(group, '--limit', String(STATES)).results) {
    const good = r.failure === null;
    good ? passed++ : failed++;
    const figures = good ? `${number(r.schedules)} schedules, ${number(r.states)} states, up to ${r.deepest} steps: ${ends[r.end]}; 0 findings` : `FAILED: ${r.failure}`;
    console.log(`${good ? 'ok' : 'not ok'} ${passed + failed} - ${r.model} (${r.threads} threads, ${r.memory}): ${figures}`);
    rows.push([`${r.model} (${r.threads} threads)`, figures]);
    if (!good) console.log(explore(group, '--limit', String(STATES), '--schedule', r.model).schedule.join('\n'));
  }
}

let killed = 0, tried = 0;
for (const [index, [, model, , , , breaks, long]] of mutants.entries()) {
  if (short && long) continue;
  tried++;
  const [r] = explore(`mutant-${index + 1}`, '--limit', String(MUTANT_STATES), model).results;
  const good = r.failure !== null;
  good ? passed++ : failed++;
  killed += good;
  const figures = good ? `killed after ${number(r.schedules)} schedules: ${r.failure.replace(/ at static data \+0x[0-9a-f]+/, '')}` : `SURVIVED ${number(r.schedules)} schedules (${r.end})`;
  console.log(`${good ? 'ok' : 'not ok'} ${passed + failed} - mutant ${index + 1}, ${model.split(':')[0]}: ${breaks}: ${figures}`);
  rows.push([`mutant: ${breaks}`, figures]);
}

console.log(`mutants killed: ${killed} of ${tried}`);
rows.push(['mutants killed', `${killed} of ${tried}`]);
if (!short) writeEvidence('model', rows);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
