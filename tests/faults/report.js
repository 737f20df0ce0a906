// What came of the faults, counted by operation.
import { table } from './evidence.js';

/** @typedef {{ name: string, seen: number, injected: number, error: number, right: number, leaks: number, hangs: number, failures: number }} Row */

export class Report {
  /** @type {{ title: string, unit: string, rows: Map<string, Row> }[]} */ parts = [];
  passed = 0;
  failed = 0;

  /** @param {string} title @param {string} unit what `seen` counts */
  begin(title, unit) {
    this.parts.push({ title, unit, rows: new Map() });
  }

  /** @param {string} name @returns {Row} */
  row(name) {
    const { rows } = this.parts[this.parts.length - 1];
    const row = rows.get(name) ?? { name, seen: 0, injected: 0, error: 0, right: 0, leaks: 0, hangs: 0, failures: 0 };
    rows.set(name, row);
    return row;
  }

  /** @param {Row} row @param {string} what */
  fail(row, what) {
    row.failures++;
    if (/no end within/.test(what)) row.hangs++;
    if (row.failures <= 5) console.log(`not ok - ${what}`);
  }

  /** @param {Row} row */
  done(row) {
    if (row.failures) this.failed++;
    else this.passed++;
  }

  /** One thing that is so or not. @param {string} name @param {string} problem '' if none @param {'error' | 'right'} outcome */
  count(name, problem, outcome) {
    const row = this.row(name);
    row.injected++;
    row[outcome]++;
    if (problem) this.fail(row, `${name}: ${problem}`);
    this.done(row);
  }

  print() {
    const { title, unit, rows } = this.parts[this.parts.length - 1];
    console.log(`\n${title}`);
    const cells = (/** @type {Row} */ row) => [row.seen || '', row.injected, row.error, row.right, row.leaks, row.hangs];
    console.log(table(['', unit, 'faults', 'typed errors', 'right bytes', 'leaks', 'hangs'], [
      ...[...rows.values()].map((row) => [row.name, ...cells(row)]), ['together', ...cells(sum(rows.values()))]]));
  }

  /** Rows for the evidence: one for each part. @returns {[string, string][]} */
  get evidence() {
    return this.parts.map(({ title, rows }) => {
      const all = sum(rows.values());
      return [title, `${all.injected} faults in ${rows.size} ways: ${all.error} typed errors, ${all.right} right results, ${all.leaks} leaks, ${all.hangs} hangs`];
    });
  }
}

/** @param {Iterable<Row>} rows @returns {Row} */
function sum(rows) {
  const all = { name: '', seen: 0, injected: 0, error: 0, right: 0, leaks: 0, hangs: 0, failures: 0 };
  for (const row of rows) for (const key of ['seen', 'injected', 'error', 'right', 'leaks', 'hangs', 'failures']) all[key] += row[key];
  return all;
}
