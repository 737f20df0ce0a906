// What a command that gathers evidence leaves behind: build/evidence/<name>.json.
import { mkdirSync, writeFileSync } from 'node:fs';

/** @param {string} name the make target @param {[string, string][]} rows what was shown, and the figure */
export function writeEvidence(name, rows) {
  mkdirSync('build/evidence', { recursive: true });
  writeFileSync(`build/evidence/${name}.json`, `${JSON.stringify({ name, command: `make ${name}`, rows }, null, 1)}\n`);
}
