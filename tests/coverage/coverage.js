// coverage.js [--short] [--list=folder/file.c]: runs the C tests, the fuzz seeds and a random share of the fuzz inputs, compiled with clang's
// source-based coverage, and says for every folder of c_src how many branches were taken both ways. Exit code 1 below a target.
// --list shows the lines of a file with branches that were not taken. --short: only what needs no picture, and only the folders with
// the higher target.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const TARGETS = { memory: 95, sync: 95, sched: 95, frame: 95 }; // % of branches; others:
const TARGET = 90;
const raw = 'build/coverage/raw';

const seeds = (target) => ['seeds', 'regressions'].map((kind) => `tests/fuzz/${kind}/${target}`).filter(existsSync);
const short = process.argv.includes('--short');
const SUITES = ['allocator', 'guard', 'invariants', 'regions', 'handles', 'frame', 'sched', 'sync_locks', 'sync_signals', 'sync_corners', 'sync_items', 'sync_api',
  'image', 'burial', 'api', 'api_memory', 'modules', 'overlap'];
const SHORT = [['tests', SUITES], ['fuzz-views', ['--random=500', ...seeds('views')]], ['heap', ['300000', '4']]];
const LONG = [
  ['tests', []],
  ['fuzz-pipeline', ['--random=900', ...seeds('pipeline')]],
  ['fuzz-refusals', []],
  ['fuzz-wire', ['--random=200', ...seeds('wire')]],
  ['fuzz-views', ['--random=500', ...seeds('views')]],
  ['fuzz-avi', ['--random=200', ...seeds('avi')]],
  ['fuzz-text', ['--random=2000', ...seeds('text')]],
  ['fuzz-jpeg', seeds('jpeg')],
  ['heap', ['1500000', '4']],
];
const PROGRAMS = (short ? SHORT : LONG).filter(([name]) => existsSync(`build/coverage/${name}`));

/** LLVM's tools, of the version that compiled. */
function tool(name) {
  const version = /clang version (\d+)/.exec(execFileSync('.ci/clang', ['--version'], { encoding: 'utf8' }))?.[1];
  for (const candidate of [`${name}-${version}`, `/usr/lib/llvm-${version}/bin/${name}`, name]) {
    try {
      execFileSync(candidate, ['--version'], { stdio: 'ignore' });
      return candidate;
    } catch { /* the next one */ }
  }
  throw new Error(`coverage: ${name} is missing: install llvm-${version}`);
}

function run([name, args]) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(`build/coverage/${name}`, args, {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LLVM_PROFILE_FILE: `${raw}/${name}.profraw` },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
    child.on('close', (code) => {
      const line = output.trim().split('\n').at(-1);
      console.log(`  ${name.padEnd(14)}${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${line}`);
      resolve(code === 0);
    });
  });
}

async function runAll() {
  rmSync(raw, { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
  const waiting = [...PROGRAMS], results = [];
  const next = async () => { while (waiting.length) results.push(await run(waiting.shift())); };
  await Promise.all([next(), next()]);
  return results.filter((ok) => !ok).length;
}

const profile = 'build/coverage/all.profdata';
const objects = PROGRAMS.flatMap(([name], i) => (i ? ['-object', `build/coverage/${name}`] : [`build/coverage/${name}`]));

/** @returns {{ path: string, covered: number, count: number }[]} by file */
function measure() {
  execFileSync(tool('llvm-profdata'), ['merge', '-sparse', '-o', profile, ...readdirSync(raw).map((file) => `${raw}/${file}`)]);
  const text = execFileSync(tool('llvm-cov'), ['export', '-summary-only', `-instr-profile=${profile}`, ...objects],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(text).data[0].files
    .map(({ filename, summary }) => ({ path: filename.split('/c_src/')[1], covered: summary.branches.covered, count: summary.branches.count }))
    .filter(({ path }) => path);
}

function showMissed(path) {
  const text = execFileSync(tool('llvm-cov'), ['show', '-show-branches=count', `-instr-profile=${profile}`, ...objects, `c_src/${path}`],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    if (!/Branch \(.*(True: 0|False: 0)[,\]]/.test(lines[i])) continue;
    const at = Number(/Branch \((\d+):/.exec(lines[i])[1]);
    const source = lines.find((line) => Number(/^ *(\d+)\|/.exec(line)?.[1]) === at);
    console.log(`${source?.replace(/^( *\d+)\|[^|]*\|/, '$1 ')}\n        ${lines[i].replace(/^[ |]*/, '')}`);
  }
}

const failed = await runAll();
const files = measure();
for (const word of process.argv.slice(2)) if (word.startsWith('--list=')) showMissed(word.slice(7));

const folders = new Map();
for (const { path, covered, count } of files) {
  const folder = path.split('/')[0];
  if (short && !TARGETS[folder]) continue;
  const sum = folders.get(folder) ?? { covered: 0, count: 0 };
  folders.set(folder, { covered: sum.covered + covered, count: sum.count + count });
}
let below = 0;
const rows = [];
console.log(`\n  ${'folder'.padEnd(12)}branches  taken       %  target`);
for (const [folder, { covered, count }] of [...folders].sort()) {
  const share = count ? (100 * covered) / count : 100, target = TARGETS[folder] ?? TARGET;
  if (share < target) below++;
  console.log(`${share < target ? '✖' : '✔'} ${folder.padEnd(12)}${String(count).padStart(8)}${String(covered).padStart(7)}${share.toFixed(1).padStart(8)}${String(target).padStart(8)}`);
  rows.push([`${folder}: branches taken both ways`, `${covered} of ${count}, ${share.toFixed(1)} %`]);
  const worst = files.filter((file) => file.path.startsWith(`${folder}/`) && file.count > file.covered).sort((a, b) => b.count - b.covered - a.count + a.covered);
  if (share < target || process.argv.includes('--files'))
    for (const file of worst.slice(0, process.argv.includes('--files') ? 100 : 5)) console.log(`      ${file.path.padEnd(34)} ${file.count - file.covered} of ${file.count} not taken`);
}
mkdirSync('build/evidence', { recursive: true });
if (!short) writeFileSync('build/evidence/coverage.json', `${JSON.stringify({ name: 'coverage', command: 'make coverage', rows }, null, 2)}\n`);
console.log(`${folders.size - below + PROGRAMS.length - failed} passed, ${below + failed} failed`);
process.exit(below + failed ? 1 : 0);
