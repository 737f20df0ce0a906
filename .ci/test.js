// test.js [part…]: runs the parts of the test suite one after the other, shows their output, and closes with one line:
// «N passed, N failed», over all parts. Exit code 1 when anything failed, crashed or ran nothing where tests exist.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// beside: another such part may run beside it, on the other core, the longest first; the others are about how threads meet and have both
// asked: only when it is named, as what it needs takes minutes to compile
const PARTS = {
  browser: { title: 'browser', folder: 'tests/browser', timeout: 600, beside: true },
  js: { title: 'JavaScript', folder: 'tests/js', timeout: 600, beside: true },
  c: { title: 'C, native, under ASan and UBSan', command: './build/native-asan/tests', timeout: 300, beside: true },
  'c-wasm': { title: 'C, in wasm', command: process.execPath, args: ['build/wasm-tests/tests.js'], timeout: 300, beside: true },
  layers: { title: 'layers', command: process.execPath, args: ['.ci/layers.js'], timeout: 60, beside: true },
  model: { title: 'all schedules of small programs, short', command: process.execPath, args: ['tests/model/model.js', '--short'], timeout: 180, beside: true },
  oracle: { title: 'oracle, short (nothing without Python and OpenCV)', command: process.execPath, args: ['tests/oracle/oracle.js', '--short'], timeout: 180, beside: true },
  fuzz: { title: 'fuzzing, short', command: process.execPath, args: ['tests/fuzz/fuzz.js', '--short'], timeout: 300, beside: true },
  coverage: { title: 'coverage, short', command: process.execPath, args: ['tests/coverage/coverage.js', '--short'], timeout: 120, asked: true },
  package: { title: 'package', folder: 'tests/package', timeout: 180 },
  tsan: { title: 'ThreadSanitizer, short', command: process.execPath, args: ['tests/tsan/tsan.js', '--short'], timeout: 300 },
  litmus: { title: 'litmus, short', command: process.execPath, args: ['tests/litmus/litmus.js', '--short'], timeout: 120 },
  faults: { title: 'faults, short', command: process.execPath, args: ['tests/faults/faults.js', '--short'], timeout: 300 },
  soak: { title: 'soak, short', command: process.execPath, args: ['tests/soak/soak.js', '--seconds', '12'], timeout: 120 },
};
const AT_ONCE = 2;

function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String).filter((name) => /[._-]test\.m?js$/.test(name)).sort().map((name) => join(folder, name));
}

/** Runs a command, hands on what it prints except for its own closing line, and gives back everything it printed. */
function run(command, args, seconds, show) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_TEST_CONTEXT: undefined } });
    const lines = [];
    let rest = '', timedOut = false;
    const timer = setTimeout(() => { timedOut = true; child.kill('SIGKILL'); }, seconds * 1000);
    const take = (line) => {
      lines.push(line);
      if (!/^\d+ passed, \d+ failed/.test(line) && !/^ok \d+/.test(line)) show(line);
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop();
      parts.forEach(take);
    });
    child.on('error', (error) => lines.push(`cannot run ${command}: ${error.message}`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (rest) take(rest);
      resolve({ lines, failure: timedOut ? `no end after ${seconds} s` : signal ? `killed by ${signal}` : code ? `exit code ${code}` : '' });
    });
  });
}

/** Counts from a closing line: ours («3 passed, 0 failed») or those of node --test («ℹ pass 3»). */
function counts(lines) {
  const number = (pattern) => {
    for (let i = lines.length - 1; i >= 0; i--) {
      const match = pattern.exec(lines[i]);
      if (match) return Number(match[1]);
    }
    return undefined;
  };
  const passed = number(/^(\d+) passed, \d+ failed/) ?? number(/^\S+ pass (\d+)$/);
  const failed = number(/^\d+ passed, (\d+) failed/) ?? (number(/^\S+ fail (\d+)$/) ?? 0) + (number(/^\S+ cancelled (\d+)$/) ?? 0);
  return { passed, failed, skipped: number(/^\S+ skipped (\d+)$/) ?? 0 };
}

async function runPart(part, show) {
  const start = performance.now();
  let command = part.command, args = part.args ?? [];
  if (part.folder) {
    const files = testFiles(part.folder);
    if (files.length === 0) return { passed: 0, failed: 0, skipped: 0, note: 'no tests yet' };
    command = process.execPath;
    // browser tests share one machine and their servers want their ports: one file after the other
    args = ['--test', '--test-reporter=spec', ...(part.folder.includes('browser') ? ['--test-concurrency=1'] : []), ...files];
  }
  const { lines, failure } = await run(command, args, part.timeout, show);
  const result = counts(lines);
  if (result.passed === undefined) result.passed = 0, result.failed ||= 1;
  if (failure && !result.failed) result.failed = 1;
  result.note = [`${((performance.now() - start) / 1000).toFixed(1)} s`, failure].filter(Boolean).join(', ');
  return result;
}

const names = process.argv.slice(2);
const unknown = names.find((name) => !PARTS[name]);
if (unknown) {
  console.error(`test.js: no part «${unknown}»; there are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
/** Runs the parts, AT_ONCE side by side; each one's lines are shown together. */
async function runBeside(parts) {
  const waiting = parts.entries(), results = [];
  const lane = async () => {
    for (const [i, part] of waiting) {
      const lines = [];
      results[i] = { title: part.title, ...(await runPart(part, (line) => lines.push(line))) };
      console.log([`\n== ${part.title}`, ...lines].join('\n'));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

async function runAlone(part) {
  console.log(`\n== ${part.title}`);
  return { title: part.title, ...(await runPart(part, console.log)) };
}

const parts = (names.length ? names : Object.keys(PARTS).filter((name) => !PARTS[name].asked)).map((name) => PARTS[name]);
const summary = await runBeside(parts.filter((part) => part.beside));
for (const part of parts.filter((part) => !part.beside)) summary.push(await runAlone(part));
console.log('');
for (const { title, passed, failed, skipped, note } of summary)
  console.log(`${failed ? '✖' : '✔'} ${title.padEnd(32)} ${String(passed).padStart(5)} ok ${String(failed).padStart(4)} bad${skipped ? ` ${skipped} skipped` : ''}  (${note})`);
const total = (key) => summary.reduce((sum, part) => sum + part[key], 0);
console.log(`${total('passed')} passed, ${total('failed')} failed`);
process.exit(total('failed') > 0 || total('passed') === 0 ? 1 : 0);
