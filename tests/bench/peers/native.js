// Native OpenCV through a Python process of its own, asked for one run at a time, so that its runs interleave with ours.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SAMPLE_MS } from '../measure.js';

const SCRIPT = fileURLToPath(new URL('native.py', import.meta.url));

/** @returns {Promise<undefined | { about: string, measure: (row: string, threads: number) => Promise<number | undefined>, close: () => void }>} */
export async function nativeOpenCv(inputs, size, shared, folder) {
  const python = ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import cv2, numpy']).status === 0);
  if (!python) return undefined;
  mkdirSync(folder, { recursive: true });
  const files = {};
  for (const [name, { bytes }] of Object.entries(inputs)) writeFileSync((files[name] = join(folder, `${name}.raw`)), bytes);

  const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('native OpenCV: the Python process ended');
    return value;
  };
  child.stdin.write(`${JSON.stringify({ ...size, files, ...shared })}\n`);
  const version = await answer();
  return {
    about: `native OpenCV ${version} through Python`,
    async measure(row, threads) {
      child.stdin.write(`${threads}\t${row}\t${SAMPLE_MS}\n`);
      const text = await answer();
      return text === 'none' ? undefined : Number(text);
    },
    close: () => child.stdin.end(),
  };
}
