// fuzz.js [--short] [--seconds=60]: replays what is committed, then tries new inputs for so long per target, two targets at a time;
// then the heap, on threads. Prints figures, writes build/evidence/fuzz.json and heap.json, exits with 1 when anything was found.
// --short: what `make test` has time for.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const short = process.argv.includes('--short');
const seconds = Number(process.argv.find((word) => word.startsWith('--seconds='))?.slice(10) || 60);
if (!(seconds >= 1)) throw new Error('fuzz: SECONDS must be a number of seconds, at least 1');

// The share of the time in the short form, in seconds, and the longest input.
const TARGETS = [
  { name: 'pipeline', what: 'pipelines in ways that must agree', short: 11, longest: 400 },
  { name: 'wire', what: 'the wire encoding', short: 6, longest: 1500 },
  { name: 'views', what: 'sizes, frames, views', short: 3, longest: 256 },
  { name: 'avi', what: 'AVI and Y4M files', short: 4, longest: 6000 },
  { name: 'text', what: 'parameters and texts', short: 3, longest: 512 },
  { name: 'jpeg', what: 'compressed pictures', short: 6, longest: 4000 },
];
const HEAP = [
  { program: 'build/heap/heap', as: 'as shipped, -O2', operations: 1e7, debug: 0 },
  { program: 'build/native-asan/heap', as: 'in debug, under ASan and UBSan', operations: short ? 4e5 : 3e6, debug: 1 },
];

/** @returns {Promise<{ code: number | null, output: string }>} */
function run(command, args, limit) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (text) => { output += text; };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const timer = setTimeout(() => { output += `\nno end after ${limit} s`; child.kill('SIGKILL'); }, limit * 1000);
    child.on('error', (error) => { output += error.message; });
    child.on('close', (code) => { clearTimeout(timer); resolve({ code, output }); });
  });
}

const filesIn = (folder) => (existsSync(folder) ? readdirSync(folder).length : 0);
const last = (output, pattern) => [...output.matchAll(pattern)].at(-1)?.[1];

/** What a program that found something had to say: the finding and the file that holds the input. */
const findingIn = (output) => output.split('\n')
  .filter((line) => /does not hold|runtime error|ERROR:|SUMMARY|written to|no end after|finding/.test(line)).slice(0, 6).join('\n    ');

async function fuzzTarget({ name, what, short: share, longest }) {
  const program = `build/fuzz/fuzz-${name}`, corpus = `build/fuzz/corpus/${name}`, findings = `build/fuzz/findings/${name}-`;
  const given = [`tests/fuzz/seeds/${name}`, `tests/fuzz/regressions/${name}`].filter(filesIn);
  mkdirSync(corpus, { recursive: true });
  mkdirSync('build/fuzz/findings', { recursive: true });
  const limits = ['-timeout=120', '-rss_limit_mb=3000', `-max_len=${longest}`, '-len_control=0', `-artifact_prefix=${findings}`];
  const files = given.flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`));
  const replay = await run(program, [...limits, ...files], 300);
  const time = short ? share : seconds;
  const fresh = replay.code ? replay
    : await run(program, [...limits, `-max_total_time=${time}`, '-print_final_stats=1', corpus, ...given], time + 240);
  const runs = Number(last(fresh.output, /number_of_executed_units: (\d+)/g) ?? 0);
  const reached = last(fresh.output, /cov: (\d+)/g) ?? '?';
  const ok = replay.code === 0 && fresh.code === 0 && runs > 0;
  const figure = `${files.length} replayed, ${runs} inputs in ${time} s, ${reached} edges, ${ok ? '0 findings' : 'A FINDING'}`;
  console.log(`${ok ? '✔' : '✖'} ${name.padEnd(10)}${figure}`);
  if (!ok) console.log(`    ${findingIn(replay.code ? replay.output : fresh.output) || fresh.output.slice(-500)}`);
  return { ok, row: [what, figure] };
}

async function fuzzHeap({ program, as, operations, debug }) {
  const { code, output } = await run(program, [String(operations), '4', short ? '1' : String(Date.now() % 1e6), String(debug)], 600);
  const ok = code === 0;
  console.log(`${ok ? '✔' : '✖'} heap, ${as}: ${output.trim()}`);
  return { ok, row: [`allocator and handles, ${as}`, output.trim().split('\n').at(-1)] };
}

async function refuseEach() {
  const { code, output } = await run('build/fuzz/fuzz-refusals', [], 300);
  const figure = output.trim().split('\n').at(-1);
  console.log(`${code ? '✖' : '✔'} refusals  ${figure}`);
  return { ok: code === 0, row: ['every allocation of every call refused, once and for ever', figure] };
}

const evidence = (name, rows) => {
  mkdirSync('build/evidence', { recursive: true });
  writeFileSync(`build/evidence/${name}.json`, `${JSON.stringify({ name, command: 'make fuzz', rows }, null, 2)}\n`);
};

const results = [];
const waiting = [...TARGETS];
const next = async () => { while (waiting.length) results.push(await fuzzTarget(waiting.shift())); };
await Promise.all([next(), next()]);
results.push(await refuseEach());
evidence('fuzz', results.map(({ row }) => row));
const heap = [];
for (const part of HEAP) heap.push(await fuzzHeap(part));
evidence('heap', heap.map(({ row }) => row));
const failed = [...results, ...heap].filter(({ ok }) => !ok).length;
console.log(`${results.length + heap.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
