// A result → a PNG file. Blob refuses shared memory, so the pixels take the way over a canvas.

import { createPresenter } from '../../web/index.js';

/** @param {{data, width, height, format}} picture  a frame, or pixels in an array */
export async function savePng(picture, name) {
  const canvas = document.createElement('canvas');
  createPresenter(canvas, { backend: '2d' }).present(picture);
  const blob = await new Promise((done) => { canvas.toBlob(done, 'image/png'); });
  if (!blob) throw new Error('The browser could not write this picture as PNG.');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own reference once it has begun; until then the address must live.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return blob;
}
