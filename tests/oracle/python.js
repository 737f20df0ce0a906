// The Python process that gives pictures and references: asked in messages of JSON and bytes, answers in the same order.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('reference.py', import.meta.url));

/** The first Python that has what the references need: the system's, where apt puts it, then any. */
export function findPython() {
  return ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import cv2, numpy, PIL']).status === 0);
}

export class Python {
  #child;
  /** @type {Buffer[]} */ #chunks = [];
  #arrived = 0;
  #ended = false;
  /** @type {(value?: unknown) => void} */ #wake = () => {};
  /** @type {Promise<unknown>} */ #last = Promise.resolve();

  /** @param {string} command */
  constructor(command) {
    this.#child = spawn(command, ['-B', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {}); // its end shows when the answer is read
    this.#child.stdout.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#arrived += chunk.length;
      this.#wake();
    });
    this.#child.stdout.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /**
   * @param {object} request @param {...Uint8Array} payloads its bytes, one after the other
   * @returns {Promise<any>} the answer, its bytes as `bytes`; rejects with what the reference said
   */
  ask(request, ...payloads) {
    const text = Buffer.from(JSON.stringify(request)), head = Buffer.alloc(8);
    head.writeUInt32LE(text.length, 0);
    head.writeUInt32LE(payloads.reduce((sum, { length }) => sum + length, 0), 4);
    this.#child.stdin.write(Buffer.concat([head, text, ...payloads]));
    const answer = this.#last.catch(() => {}).then(() => this.#answer());
    this.#last = answer;
    return answer;
  }

  async #answer() {
    const head = await this.#take(8);
    const header = JSON.parse(String(await this.#take(head.readUInt32LE(0))));
    const bytes = await this.#take(head.readUInt32LE(4));
    if (header.error) throw new Error(header.error.trim());
    return { ...header, bytes };
  }

  /** @param {number} count @returns {Promise<Buffer>} */
  async #take(count) {
    while (this.#arrived < count) {
      if (this.#ended) throw new Error('the Python process has ended');
      await new Promise((resolve) => { this.#wake = resolve; });
    }
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#arrived -= count;
    return all.subarray(0, count);
  }

  close() {
    this.#child.stdin.end();
  }
}
