/** What the package needs of its host, for Node. The contract stands in js/platform.js. */
import { read as readDescriptor } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { badArgument } from '../errors.js';
import { findInput, openInput } from './input.js';

/** @type {import('../platform.js').Platform['spawn']} */
function spawn(onMessage, onEnd) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [] }); // --eval and the like are not for workers
  worker.unref(); // an idle pool does not keep a process alive
  let error = '';
  worker.on('message', onMessage);
  worker.on('error', (cause) => (error = String(cause)));
  worker.on('exit', (code) => onEnd(error || `it exited with code ${code}`, error !== ''));
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
    endsSurely: true,
    keepProcess: (busy) => (busy ? worker.ref() : worker.unref()),
  };
}

/** @param {URL} url */
async function read(url) {
  if (url.protocol === 'file:') return new Uint8Array(await readFile(url));
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const readFd = promisify(readDescriptor);

/** Node reads into views of shared memory too. A read may stop early: what is missing is asked for again. @type {import('../platform.js').Platform['readInto']} */
async function readInto(source, rest, position) {
  const handle = /** @type {any} */ (source);
  if (!(Number.isInteger(source) || typeof handle?.read === 'function' && Number.isInteger(handle.fd))) {
    throw badArgument('readFrom: the source', 'a FileHandle or a file descriptor', source);
  }
  for (let done = 0; ;) {
    const view = rest(done), at = position === undefined ? null : position + done;
    const { bytesRead } = await (typeof source === 'number' ? readFd(source, view, 0, view.length, at) : handle.read(view, 0, view.length, at));
    done += bytesRead;
    if (bytesRead === 0 || bytesRead === view.length) return done;
  }
}

/** @type {import('../platform.js').Platform} */
export const nodePlatform = {
  baseURL: pathToFileURL(`${process.cwd()}/`).href,
  hardwareThreads: availableParallelism(),
  mayBlock: true,
  read,
  compile: async (url) => WebAssembly.compile(await read(url)),
  spawn,
  startsSurely: true,
  warn: (message) => process.emitWarning(`framelane: ${message}`),
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  findInput,
  openHere: openInput,
  readInto,
};
