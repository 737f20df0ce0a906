// evidence.js: tests/EVIDENCE.md, the table of what each kind of evidence has last shown, from build/evidence/*.json.
// A kind that has not been run here keeps its part of the table.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const PAGE = 'tests/EVIDENCE.md', FOLDER = 'build/evidence';

const HEAD = `# Evidence

What has been shown of memory and concurrency, by which command, with the figures of its last long run on two cores. Each command prints more than
stands here; a short form of each but allocator, coverage, ring and sharing is part of \`make test\`. \`make evidence\` writes this page from what the commands have left in \`build/evidence/\`.
`;

/** The parts of the page as it is, by name. */
function partsThatStand() {
  if (!existsSync(PAGE)) return new Map();
  return new Map(readFileSync(PAGE, 'utf8').split(/^(?=## )/m).slice(1).map((part) => [part.match(/^## (.+)$/m)[1], part.trimEnd()]));
}

const escaped = (text) => String(text).replaceAll('|', '\\|');

function partOf({ name, command, rows }) {
  return [`## ${name}`, '', `\`${command}\``, '', '| what | figure |', '|---|---|', ...rows.map(([what, figure]) => `| ${escaped(what)} | ${escaped(figure)} |`)].join('\n');
}

const parts = partsThatStand();
const fresh = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
for (const name of fresh) {
  const evidence = JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  parts.set(evidence.name, partOf(evidence));
}
const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
writeFileSync(PAGE, `${[HEAD, ...sorted.map((part) => `${part}\n`)].join('\n')}`);
console.log(`${PAGE}: ${sorted.length} kinds of evidence, ${fresh.length} of them from runs here`);
