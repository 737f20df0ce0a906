// allocator.js <program> <operations>: runs the allocator's bench and keeps its figures as evidence.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

const [program, operations] = process.argv.slice(2);
const { status, output } = spawnSync(program, [operations, '2'], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'], encoding: 'utf8' });
if (status !== 0) process.exit(1);
const rows = output[3].trim().split('\n').map((line) => JSON.parse(line)).map(({ what, figure }) => [what, figure]);
mkdirSync('build/evidence', { recursive: true });
writeFileSync('build/evidence/allocator.json', `${JSON.stringify({ name: 'allocator', command: 'make allocator', rows }, null, 2)}\n`);
