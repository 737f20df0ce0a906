/** The input of a source in browsers: a Blob, read through a buffer of bounded size; or a file of the origin's own (OPFS), read straight. */

/** @typedef {import('./platform.js').HostInput} HostInput */

const BOUNCE = 1 << 20;

/**
 * @param {unknown} source a Blob, a URL, a FileSystemFileHandle @param {boolean} alone no worker will read it
 * @returns {Promise<HostInput | Uint8Array | undefined>} bytes: where only a worker could read parts; undefined: nothing that can be read
 */
export async function findInput(source, alone) {
  const file = /** @type {any} */ (source);
  if (typeof source === 'string' || source instanceof URL) return blobInput(await fetchBlob(String(source)), alone);
  if (source instanceof Blob) return blobInput(source, alone);
  if (file?.kind !== 'file' || typeof file.getFile !== 'function') return undefined;
  const blob = await file.getFile();
  if (alone || !(await isPrivate(file))) return blobInput(blob, alone);
  return { size: blob.size, parcel: { file }, counted: false, close() {} };
}

/** Is it in the origin's private file system? Handles of the user's own files cannot be read in place. @param {any} file */
async function isPrivate(file) {
  try {
    const root = await navigator.storage.getDirectory();
    return (await root.resolve(file)) !== null;
  } catch {
    return false;
  }
}

/** @param {Blob} blob @param {boolean} alone @returns {Promise<HostInput | Uint8Array>} */
async function blobInput(blob, alone) {
  if (alone) return new Uint8Array(await blob.arrayBuffer());
  return { size: blob.size, parcel: { blob }, counted: true, close() {} };
}

/** @param {string} url */
async function fetchBlob(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.blob();
}

/** In the worker that reads. @param {{ blob?: Blob, file?: any }} parcel @returns {Promise<import('./imports.js').InputReader>} */
export async function openInput({ blob, file }) {
  if (blob) return readBlob(blob);
  const handle = await file.createSyncAccessHandle({ mode: 'read-only' });
  return { read: (offset, to) => handle.read(to, { at: offset }), close: () => handle.close() };
}

/**
 * Every reading of a Blob asks another process, so a good piece is fetched at once; sources read small parts, one after the other.
 * @param {Blob} blob @returns {import('./imports.js').InputReader}
 */
function readBlob(blob) {
  const reader = new /** @type {any} */ (globalThis).FileReaderSync();
  let piece = new Uint8Array(0), start = 0;
  const fetch = (/** @type {number} */ offset) => {
    piece = new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + BOUNCE)));
    start = offset;
  };
  return {
    read(offset, to) {
      const end = Math.min(to.length, Math.max(0, blob.size - offset));
      for (let done = 0, count; done < end; done += count) {
        const at = offset + done;
        if (at < start || at >= start + piece.length) fetch(at);
        count = Math.min(end - done, start + piece.length - at);
        to.set(piece.subarray(at - start, at - start + count), done);
      }
      return end;
    },
    close() {},
  };
}
