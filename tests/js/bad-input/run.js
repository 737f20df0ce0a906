// run.js: makes all wrong calls and says what came of them. Last line: N passed, M failed.
import { table, writeEvidence } from '../../faults/evidence.js';
import { watch } from '../../faults/watchdog.js';
import { casesOf, judge, makeContext, stateOf } from './corpus.js';

const SHOWN = 8;

const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
process.on('uncaughtException', (error) => unhandled.push(error));
const at = watch(), { context, end } = await makeContext(), before = await stateOf(context);

const rows = [], all = { calls: 0, traps: 0, hangs: 0, untyped: 0, other: 0 };
for (const [area, cases] of Object.entries(casesOf(context.engine.ops))) {
  const row = { calls: 0, traps: 0, hangs: 0, untyped: 0, other: 0 };
  for (const each of cases) {
    at(each[0]);
    const problem = await judge(each, context);
    row.calls++;
    if (!problem) continue;
    const kind = /^(trap|hang|untyped)/.exec(problem)?.[1];
    row[kind === 'untyped' ? kind : kind ? `${kind}s` : 'other']++;
    if (row.traps + row.hangs + row.untyped + row.other <= SHOWN || process.argv.includes('--all')) console.log(`not ok - ${each[0]}: ${problem}`);
  }
  rows.push([area, ...Object.values(row)]);
  for (const key of Object.keys(all)) all[key] += row[key];
}
const after = await stateOf(context);
await end();
await at.end();

console.log(table(['', 'calls', 'traps', 'hangs', 'untyped errors', 'other code or words'], [...rows, ['together', ...Object.values(all)]]));
const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
for (const key of changed) console.log(`not ok - ${key} after all of them: ${after[key]}, before: ${before[key]}`);
for (const error of unhandled) console.log(`not ok - nobody caught: ${error?.stack ?? error}`);
writeEvidence('bad-input', 'make bad-input', [
  ['Wrong calls against the public API', all.calls], ['Traps, hangs, untyped errors', `${all.traps}, ${all.hangs}, ${all.untyped}`],
  ['Errors of another code, or that do not name what was wrong', all.other],
  ['Afterwards', changed.length ? `changed: ${changed.join(', ')}` : 'the same bytes computed, the same bytes live'],
]);
const failed = all.traps + all.hangs + all.untyped + all.other + changed.length + unhandled.length;
console.log(`${all.calls + Object.keys(before).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
