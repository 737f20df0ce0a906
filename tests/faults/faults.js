// faults.js [--short] [part…]: makes things fail one at a time and says what came of each. Last line: N passed, M failed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { failAllocations, failGrowth } from './allocations.js';
import { killWorkers } from './deaths.js';
import { writeEvidence } from './evidence.js';
import { Report } from './report.js';
import { failModules, failStarts } from './starts.js';
import { refuseSuccessors } from './successors.js';
import { watch } from './watchdog.js';

/** The C API, natively. @param {Report} report */
async function failNatively(report) {
  const { stdout, stderr, status } = spawnSync(fileURLToPath(new URL('../../build/faults/native', import.meta.url)), { encoding: 'utf8' });
  for (const [, name, seen, injected, error, right] of stdout.matchAll(/^(\S.*?) +(\d+) allocations +(\d+) faults +(\d+) typed errors +(\d+) right$/gm)) {
    const row = Object.assign(report.row(name), { seen: Number(seen), injected: Number(injected), error: Number(error), right: Number(right) });
    for (const [problem] of stdout.matchAll(/^not ok - .*$/gm)) if (problem.startsWith(`not ok - ${name}, allocation`)) report.fail(row, problem.slice(9));
    report.done(row);
  }
  if (status !== 0 && !/^not ok/m.test(stdout)) report.count('the native sweep', `ends with ${status}: ${stderr}`, 'error');
}

/** [what failed, what is counted first, how] */
const PARTS = {
  allocations: ['Allocations that fail, each once and for ever', 'allocations', failAllocations],
  c: ['Allocations of the C API that fail, natively, under ASan and UBSan', 'allocations', failNatively],
  growth: ['memory.grow that fails, each time and for ever', 'growths', failGrowth],
  starts: ['createEngine() whose allocations or workers fail', '', failStarts],
  modules: ['createEngine() with modules that are none', '', failModules],
  deaths: ['Workers that end at a point of a tile’s life', 'tries', killWorkers],
  successors: ['Workers that end and cannot be replaced', '', refuseSuccessors],
};

const short = process.argv.includes('--short');
const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
process.on('uncaughtException', (error) => unhandled.push(error));

const report = new Report(), at = watch();
for (const name of names.length ? names : Object.keys(PARTS)) {
  const [title, unit, run] = PARTS[name];
  report.begin(title, unit);
  const began = performance.now();
  await run(report, { short, at });
  report.print();
  console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
}
await at.end();
for (const error of unhandled) console.log(`not ok - nobody caught: ${error?.stack ?? error}`);
report.failed += unhandled.length;
if (!names.length && !short) writeEvidence('faults', 'make faults', [...report.evidence, ['Errors that nobody caught', unhandled.length]]);
console.log(`${report.passed} passed, ${report.failed} failed`);
process.exit(report.failed ? 1 : 0);
