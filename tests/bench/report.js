// The results as text: tables for the terminal and for Markdown, and which of the product's promises hold.
import { geometricMean } from './measure.js';

const ms = (value) => (value === undefined ? '' : value < 0.095 ? value.toFixed(3) : value.toFixed(2));
const times = (value) => (value === undefined || Number.isNaN(value) ? '' : `${value.toFixed(value < 9.95 ? 2 : 1)}×`);
const finite = (value) => (Number.isFinite(value) ? value : undefined);
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

const JS_PEERS = ['OpenCV.js', 'wasm-vips', 'photon'];
/** ms of the fastest peer in JavaScript or Wasm. */
export const bestJs = (t) => Math.min(...JS_PEERS.map((name) => t[name] ?? Infinity));

/** By comparison: theirs ÷ ours of every row where both were measured. */
function ratios(operations) {
  const done = operations.filter((row) => row.times);
  const column = (theirs, ours) => done.map(({ name, times: t }) => ({ name, value: theirs(t) / t[ours] })).filter(({ value }) => Number.isFinite(value));
  return {
    openCvJs2: column((t) => t['OpenCV.js'], 'two'), js1: column(bestJs, 'one'), js2: column(bestJs, 'two'),
    native1: column((t) => t.native1, 'one'), native2: column((t) => t.native2, 'two'), scale: column((t) => t.one, 'two'),
  };
}
const meanOf = (column) => (column.length ? geometricMean(column.map(({ value }) => value)) : NaN);

function operationsTable(operations, markdown) {
  const head = ['operation', 'framelane 1', 'framelane 2', ...JS_PEERS, 'best ÷ 2', 'sharp', 'native 1', 'native 2', 'n2 ÷ 2', 'Δ', 'note'];
  const rows = operations.map(({ name, times: t, failed, difference, note }) =>
    failed ? [name, '—', '—', ...Array(9).fill(''), failed]
      : [name, ms(t.one), ms(t.two), ...JS_PEERS.map((peer) => ms(t[peer])), times(finite(bestJs(t) / t.two)), ms(t.sharp),
        ms(t.native1), ms(t.native2), times(ratio(t.native2, t.two)), difference === undefined ? '' : String(difference), note ?? '']);
  const all = ratios(operations);
  rows.push(['geometric mean', '', '', '', '', '', times(meanOf(all.js2)), '', '', '', times(meanOf(all.native2)), '', '']);
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
  for (const [size, rows] of Object.entries(operations ?? {})) {
    const all = ratios(rows), missing = rows.filter(({ failed }) => failed).map(({ name }) => name);
    const worst = (column, limit) => column.filter(({ value }) => value < limit).map(({ name, value }) => `${name} ${times(value)}`).join(', ');
    promise(`${size}: every row runs`, missing.length === 0, missing.join(', ') || `${rows.length} rows`);
    promise(`${size}: every operation at least as fast as OpenCV.js`, !worst(all.openCvJs2, 1), worst(all.openCvJs2, 1) || `${all.openCvJs2.length} rows`);
    promise(`${size}: 8× the fastest JS or Wasm peer in the geometric mean`, meanOf(all.js2) >= 8, times(meanOf(all.js2)));
    promise(`${size}: nowhere below 2× of it`, !worst(all.js2, 2), worst(all.js2, 2) || 'all');
    promise(`${size}: as fast as native OpenCV with 2 threads in the geometric mean`, meanOf(all.native2) >= 1, times(meanOf(all.native2)));
    promise(`${size}: nowhere twice as slow as it`, !worst(all.native2, 0.5), worst(all.native2, 0.5) || 'all');
    const large = new Set(rows.filter(({ times: t }) => t?.one > 3).map(({ name }) => name)), scale = all.scale.filter(({ name }) => large.has(name));
    promise(`${size}: what takes over 3 ms gains 1.7× from a second thread`, !worst(scale, 1.7), worst(scale, 1.7) || 'all');
    const off = rows.filter((row) => row.difference !== undefined && !(row.difference <= row.within)).map((row) => `${row.name} (${row.difference})`);
    promise(`${size}: results as near to OpenCV.js as documented`, off.length === 0, off.join(', ') || 'all');
  }
  if (emptyJob) {
    promise('an empty job takes less than 100 µs', Math.max(emptyJob.sync2, emptyJob.async2) < 0.1,
      `${microseconds(emptyJob.sync2)} runSync, ${microseconds(emptyJob.async2)} run()`);
  }
  for (const [name, bytes] of Object.entries(wasm)) promise(`${name} smaller than 400 KB`, bytes < 400 * 1024, `${(bytes / 1024).toFixed(1)} KB`);
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
  for (const [size, rows] of Object.entries(operations ?? {})) {
    out.push(title(`Operations, ${size}, medians in ms`), `${results.about.join('; ')}; ${results.repetitions} interleaved repetitions.
«1» is the calling thread alone, «2» is two threads. best: the fastest of the three before it. a ÷ b above 1: framelane is faster.
Δ: largest difference to OpenCV.js, in levels.\n`, operationsTable(rows, markdown), '');
    for (const { name, why } of rows) for (const reason of why) out.push(`${markdown ? '- ' : ''}${name}, left out: ${reason}`);
    out.push('');
  }
  if (results.emptyJob && results.start) out.push(title('Around the work'), smallTable(results, markdown), '');
  const list = promises(results).map(({ text, holds, figure }) => `${markdown ? '- ' : ''}${holds ? '✔' : '✖'} ${text}: ${figure}`);
  return [...out, title('What holds'), ...list, ''].join('\n');
}
