/** The input of a source in Node: a file that is read straight into linear memory. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FramelaneError } from '../errors.js';

/** @typedef {import('../platform.js').HostInput} HostInput */

/**
 * @param {unknown} source a path, file: URL, file descriptor or FileHandle; also a Blob or another URL, whose bytes come whole
 * @returns {Promise<HostInput | Uint8Array | undefined>} undefined: it is nothing that Node can read
 */
export async function findInput(source) {
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  const handle = /** @type {any} */ (source);
  if (typeof source === 'number') return fileInput(source, () => {});
  if (typeof handle?.read === 'function' && Number.isInteger(handle.fd)) return fileInput(handle.fd, () => {}, handle);
  if (typeof source !== 'string' && !(source instanceof URL)) return undefined;
  const isRemote = /^https?:/.test(String(source));
  if (isRemote) return fetchBytes(String(source));
  const fd = openSync(typeof source === 'string' && source.startsWith('file:') ? new URL(source) : source, 'r');
  try {
    return fileInput(fd, () => closeSync(fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** @param {string} url */
async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @param {number} fd @param {() => void} close @param {unknown} [owner] is kept from being collected, which would close it @returns {HostInput} */
function fileInput(fd, close, owner) {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw new FramelaneError('bad-argument', 'it is no file that can be read at any place');
  return { size: stats.size, parcel: { fd }, counted: false, close, owner };
}

/** On the thread that reads. @param {{ fd: number }} parcel @returns {import('../imports.js').InputReader} */
export function openInput({ fd }) {
  return {
    read(offset, to) {
      let done = 0;
      for (let count = -1; count !== 0 && done < to.length; done += count) count = readSync(fd, to, done, to.length - done, offset + done);
      return done;
    },
    close() {},
  };
}
