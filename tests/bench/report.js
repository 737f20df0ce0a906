// The results as text: tables for the terminal and for Markdown, and which of the product's promises hold.
import { geometricMean } from './measure.js';

const ms = (value) => (value === undefined ? '' : value < 0.095 ? value.toFixed(3) : value.toFixed(2));
const times = (value) => (value === undefined || Number.isNaN(value) ? '' : `${value.toFixed(value < 9.95 ? 2 : 1)}×`);
const ratio = (slow, fast) => (slow === undefined || fast === undefined ? undefined : slow / fast);

/** @param {string[]} head  @param {string[][]} rows  first column left, the others right, the last left when it is a note */
function table(head, rows, markdown) {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const isText = (i) => i === 0 || head[i] === 'note';
  const line = (cells) => cells.map((cell, i) => (isText(i) ? (cell ?? '').padEnd(widths[i]) : (cell ?? '').padStart(widths[i])));
  const join = (cells) => (markdown ? `| ${cells.join(' | ')} |` : cells.join('  ').trimEnd());
  const rule = widths.map((width, i) => (markdown && !isText(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [join(line(head)), join(rule), ...rows.map((row) => join(line(row)))].join('\n');
}

function headlineTable(headline, markdown) {
  const head = ['chain', 'copying, new arrays', 'copying', 'one by one, 1', 'unfused, 1', 'fused, 1', 'one by one, 2', 'unfused, 2', 'fused, 2',
    'fused, 2, run()', 'copying, new arrays ÷ fused 2', 'copying ÷ fused 2'];
  return table(head, headline.map(({ name, times: t }) =>
    [name, ms(t.copyingNew), ms(t.copying), ms(t.single1), ms(t.unfused1), ms(t.fused1), ms(t.single2), ms(t.unfused2), ms(t.fused2), ms(t.fused2Async),
      times(t.copyingNew / t.fused2), times(t.copying / t.fused2)]), markdown);
}

function ratios(operations) {
  const done = operations.filter((row) => row.times);
  const column = (slow, fast) => done.map((row) => ratio(row.times[slow], row.times[fast])).filter((value) => value !== undefined);
  return { js1: column('openCvJs', 'one'), js2: column('openCvJs', 'two'), native1: column('native1', 'one'), native2: column('native2', 'two') };
}

function operationsTable(operations, markdown) {
  const head = ['operation', 'framelane 1', 'framelane 2', 'OpenCV.js', 'js ÷ 1', 'js ÷ 2', 'native 1', 'n1 ÷ 1', 'native 2', 'n2 ÷ 2', 'Δ', 'note'];
  const rows = operations.map(({ name, times: t, failed, difference, note }) =>
    failed ? [name, '—', '—', ...Array(8).fill(''), failed]
      : [name, ms(t.one), ms(t.two), ms(t.openCvJs), times(ratio(t.openCvJs, t.one)), times(ratio(t.openCvJs, t.two)),
        ms(t.native1), times(ratio(t.native1, t.one)), ms(t.native2), times(ratio(t.native2, t.two)),
        difference === undefined ? '' : String(difference), note ?? '']);
  const all = ratios(operations), mean = (values) => (values.length ? times(geometricMean(values)) : '');
  rows.push(['geometric mean', '', '', '', mean(all.js1), mean(all.js2), '', mean(all.native1), '', mean(all.native2), '', '']);
  return table(head, rows, markdown);
}

function smallTable({ emptyJob: job, copy, start }, markdown) {
  return table(['cost', 'figure'], [
    ['empty job, runSync, no workers', `${(job.sync1 * 1000).toFixed(1)} µs`],
    ['empty job, runSync, 2 workers', `${(job.sync2 * 1000).toFixed(1)} µs`],
    ['empty job, run(), no workers', `${(job.async1 * 1000).toFixed(1)} µs`],
    ['empty job, run(), 2 workers', `${(job.async2 * 1000).toFixed(1)} µs`],
    ['copy of a 1080p picture, Buffer.copy', `${ms(copy.buffer.ms)} ms, ${copy.buffer.gigabytesPerSecond.toFixed(1)} GB/s`],
    ['  as an empty pipeline, 1 thread', `${ms(copy.engine1.ms)} ms, ${copy.engine1.gigabytesPerSecond.toFixed(1)} GB/s`],
    ['  as an empty pipeline, 2 threads', `${ms(copy.engine2.ms)} ms, ${copy.engine2.gigabytesPerSecond.toFixed(1)} GB/s`],
    ['createEngine with 2 workers to first result, fresh process', `${start.cold.toFixed(1)} ms`],
    ['  again in the same process', `${start.warm.toFixed(1)} ms`],
  ], markdown);
}

/** Each promise of which something was measured, whether it holds, and the figure behind it. */
export function promises({ headline = [], operations, emptyJob, start, wasm }) {
  const list = [], promise = (text, holds, figure) => list.push({ text, holds, figure });
  const microseconds = (value) => `${(value * 1000).toFixed(1)} µs`;
  for (const { name, times: t, same } of headline) {
    promise(`${name}: zero-copy, fused, 2 threads at least 3× as fast as copying`, t.copying / t.fused2 >= 3,
      `${times(t.copying / t.fused2)}, ${times(t.copyingNew / t.fused2)} where copying makes new arrays`);
    promise(`${name}: fused faster than one operation after the other`, t.fused2 < t.single2 && t.fused1 < t.single1,
      `${times(t.single2 / t.fused2)} with 2 threads, ${times(t.single1 / t.fused1)} with 1`);
    promise(`${name}: every variant gives the same bytes`, same, same ? 'same' : 'different');
  }
  if (operations) {
    const slower = operations.filter((row) => !row.times || row.times.openCvJs < row.times.two).map((row) => row.name);
    promise('every operation at least as fast as OpenCV.js', slower.length === 0, slower.length ? `slower or missing: ${slower.join(', ')}` : `${operations.length} rows`);
    const mean = geometricMean(ratios(operations).js2);
    promise('5× OpenCV.js in the geometric mean', mean >= 5, times(mean));
    const off = operations.filter((row) => row.difference !== undefined && !(row.difference <= row.within)).map((row) => `${row.name} (${row.difference})`);
    promise('results as near to OpenCV.js as documented', off.length === 0, off.join(', ') || 'all');
  }
  if (emptyJob) {
    promise('an empty job takes less than 100 µs', Math.max(emptyJob.sync2, emptyJob.async2) < 0.1,
      `${microseconds(emptyJob.sync2)} runSync, ${microseconds(emptyJob.async2)} run()`);
  }
  for (const [name, bytes] of Object.entries(wasm)) promise(`${name} smaller than 200 KB`, bytes < 200 * 1024, `${(bytes / 1024).toFixed(1)} KB`);
  if (start) promise('createEngine with 2 workers to the first result in less than 100 ms', start.cold < 100, `${start.cold.toFixed(1)} ms`);
  return list;
}

/** @param {boolean} markdown  else for the terminal */
export function render(results, markdown) {
  const title = (text) => (markdown ? `## ${text}\n` : `== ${text}`), { headline, operations } = results, out = [];
  if (headline) {
    out.push(title('Whole chains, 1920×1080 RGBA, medians in ms'), `${headline.map(({ name, text }) => `${name}: ${text}`).join('; ')}.
Copying: JavaScript array → wasm → JavaScript array for every operation on one thread, into arrays made beforehand or new ones.
The others work on frames where they are, with 1 or 2 threads.\n`, headlineTable(headline, markdown), '');
  }
  if (operations) {
    out.push(title('Operations, 1920×1080, medians in ms'), `${results.about.join('; ')}.
«1» is the calling thread alone, «2» is two threads. a ÷ b above 1: framelane is faster. Δ: largest difference to OpenCV.js, in levels.\n`,
    operationsTable(operations, markdown), '');
  }
  if (results.emptyJob && results.start) out.push(title('Around the work'), smallTable(results, markdown), '');
  const list = promises(results).map(({ text, holds, figure }) => `${markdown ? '- ' : ''}${holds ? '✔' : '✖'} ${text}: ${figure}`);
  return [...out, title('What holds'), ...list, ''].join('\n');
}
