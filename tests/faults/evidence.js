// What an evidence command leaves behind: figures for people, and build/evidence/<name>.json for the table in the documentation.
import { mkdirSync, writeFileSync } from 'node:fs';

const folder = new URL('../../build/evidence/', import.meta.url);

/** @param {string} name @param {string} command @param {[string, string | number][]} rows what was shown, the figure */
export function writeEvidence(name, command, rows) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ name, command, rows: rows.map(([what, figure]) => [what, String(figure)]) }, null, 2)}\n`);
}

/** A table in columns as wide as they need. @param {string[]} head @param {(string | number)[][]} rows */
export function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, c) => Math.max(...lines.map((line) => line[c].length)));
  return lines.map((line) => line.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  ').trimEnd()).join('\n');
}
