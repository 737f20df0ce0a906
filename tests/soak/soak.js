// soak.js [--minutes n | --seconds n] [--seed n]: random video-rate work in both modes. Last line: N passed, M failed.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { table, writeEvidence } from '../faults/evidence.js';
import { watch } from '../faults/watchdog.js';
import { MODES, random, returnsTo, warmUp, withEngine } from '../js/support.js';
import { p99, quantile, residentDrift, thirds } from './figures.js';
import { Session } from './session.js';

setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc');

const THREADS = 2;
const JUDGED = 100; // probes in each third, below which nothing is said of a drift
const LATENCY_MAX = 2; // the last third's p99 at most so many times the first's, or more where a control that knows no engine has drifted too
const RESIDENT_MAX_MB = 48; // beyond a quarter more than in the first third

const argument = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const seconds = argument('seconds', 60 * argument('minutes', 10)), seed = argument('seed', Date.now() % 1e6);
const isLong = process.argv.includes('--minutes');
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error('soak.js [--minutes n | --seconds n] [--seed n]');
console.log(`soak: ${seconds} s, SEED=${seed}`);

const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
process.on('uncaughtException', (error) => unhandled.push(error));
const at = watch();

/** Tells how far it is: over and over on a terminal, now and then elsewhere. */
function teller(mode, ms) {
  const began = performance.now();
  let told = 0;
  return ({ counts, most, problems }) => {
    at(`soak, mode ${mode}, ${counts.runs} runs`);
    const now = performance.now() - began;
    if (now - told < (process.stdout.isTTY ? 250 : Math.max(10_000, ms / 10))) return;
    told = now;
    const line = `${mode}: ${Math.round(now / 1000)} of ${Math.round(ms / 1000)} s, ${counts.runs} runs, ${counts.aborted} aborted, ${counts.kills} workers killed, `
      + `${counts.compared} compared, at most ${most.inFlight} in flight, ${problems.length} problems`;
    process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
}

/** @param {'shared' | 'single'} mode @param {number} ms */
function soak(mode, ms) {
  return withEngine({ mode, threads: THREADS, memory: { initial: 8 << 20, maximum: 256 << 20 } }, async (engine) => {
    const live = await warmUp(engine), session = new Session(engine, random(seed + MODES.indexOf(mode)), { mode });
    await session.run(ms, teller(mode, ms));
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    await returnsTo(engine, live).catch((error) => session.problem(error.message));
    const end = engine.stats();
    if (end.frames !== 0) session.problem(`${end.frames} frames are left`);
    if (end.inFlight !== 0) session.problem(`${end.inFlight} runs are in flight after the last`);
    if (mode === 'shared' && engine.workers.length !== THREADS) session.problem(`${engine.workers.length} workers, not ${THREADS}`);
    return judge(session, { mode, live, left: end.live - live, replaced: end.workersReplaced });
  });
}

/** The figures of one mode, and what is wrong with them. */
function judge(session, { mode, live, left, replaced }) {
  const [first, last] = thirds(session.probes), resident = residentDrift(session.resident);
  const [early, late] = [first, last].map(p99), [allEarly, allLate] = thirds(session.latencies).map(p99);
  const [calm, busy] = thirds(session.controls).map(p99), isJudged = first.length >= JUDGED;
  if (isJudged && late > LATENCY_MAX * early * Math.max(1, busy / calm)) session.problem(`p99 of the same run drifts: ${early.toFixed(2)} ms in the first third, ${late.toFixed(2)} in the last`);
  if (isJudged && resident.last > 1.25 * resident.first + RESIDENT_MAX_MB) session.problem(`resident memory drifts: ${resident.first.toFixed(0)} MB, then ${resident.last.toFixed(0)}`);
  const { counts, most } = session, ms = (value) => value?.toFixed(2) ?? '–';
  return { problems: session.problems, counts, columns: [mode, ...[
    counts.runs, `${counts.aborted} / ${counts.stale}`, `${counts.kills} / ${replaced}`, counts.measures, counts.views, counts.clones, `${counts.guests} / ${counts.grown}`, counts.compared,
    `${most.inFlight} / ${most.frames}`, `${live} ${left >= 0 ? '+' : '−'} ${Math.abs(left)}`, `${resident.first?.toFixed(0) ?? '–'} → ${resident.last?.toFixed(0) ?? '–'}`,
    `${ms(quantile(session.probes, 0.5))}`, `${ms(early)} → ${ms(late)}${isJudged ? '' : ' (too few to judge)'}`, `${ms(calm)} → ${ms(busy)}`, `${ms(allEarly)} → ${ms(allLate)}`,
  ].map(String)] };
}

const ROWS = [
  'runs', 'aborted / waiting for a frame that was disposed of', 'workers killed / replaced', 'measures', 'views', 'clones, overwritten twice', 'other engines / growths', 'runs compared byte by byte',
  'most runs in flight / frames alive', 'live bytes at the start ± at the end', 'resident MB, first → last third', 'the same run: median ms', 'the same run: p99 ms, first → last third',
  'a control in plain JavaScript: p99 ms, first → last third', 'any run: p99 ms, first → last third',
];

const results = [];
for (const mode of MODES) results.push(await soak(mode, (seconds * 1000) / MODES.length));
await at.end();
console.log(table(['', ...results.map(({ columns }) => columns[0])], ROWS.map((row, i) => [row, ...results.map(({ columns }) => columns[i + 1])])));
const problems = [...results.flatMap((result) => result.problems), ...unhandled.map((error) => `nobody caught: ${error?.stack ?? error}`)];
for (const problem of problems) console.log(`not ok - ${problem}`);
if (isLong) {
  writeEvidence('soak', `make soak MINUTES=${seconds / 60} SEED=${seed}`, [...ROWS.map((row, i) => /** @type {[string, string]} */ (
    [row, results.map(({ columns }) => `${columns[i + 1]} (${columns[0]})`).join(', ')])), ['Rejections that nobody caught', unhandled.length], ['Problems', problems.length]]);
}
console.log(`${results.reduce((sum, { counts }) => sum + counts.runs + counts.compared, 0)} passed, ${problems.length} failed`);
process.exit(problems.length ? 1 : 0);
