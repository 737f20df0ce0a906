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

/** @param {Blob} blob @returns {import('./imports.js').InputReader} */
function readBlob(blob) {
  const reader = new /** @type {any} */ (globalThis).FileReaderSync();
  return {
    read(offset, to) {
      const end = Math.min(to.length, Math.max(0, blob.size - offset));
      for (let done = 0; done < end; done += BOUNCE) {
        const part = blob.slice(offset + done, offset + Math.min(done + BOUNCE, end));
        to.set(new Uint8Array(reader.readAsArrayBuffer(part)), done);
      }
      return end;
    },
    close() {},
  };
}
