// Pictures → a canvas at the size to work at. The canvas is the «before» picture and what the engine captures.

import { scaledSize, SIZES } from './photos.js';

/**
 * @param {Blob} blob      a picture file
 * @param {string} size    of SIZES
 * @returns {Promise<HTMLCanvasElement>}  opened without alpha where the file can have none: its pixels then reach wasm in one copy
 */
export async function canvasOf(blob, size) {
  const bitmap = await createImageBitmap(blob).catch((error) => {
    throw new Error('This file is no picture that your browser can read.', { cause: error });
  });
  try {
    const { pixels } = SIZES.find(({ id }) => id === size);
    const { width, height } = scaledSize(bitmap.width, bitmap.height, pixels);
    return paint(bitmap, width, height, await isOpaque(blob));
  } finally {
    bitmap.close();
  }
}

export function paint(source, width, height, opaque) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: !opaque, willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

/** JPEG never has alpha; a PNG says in its header, unless it marks one colour as transparent. */
async function isOpaque(blob) {
  const head = new Uint8Array(await blob.slice(0, 4096).arrayBuffer());
  if (head[0] === 0xff && head[1] === 0xd8) return true;
  const isPng = head[0] === 0x89 && head[1] === 0x50;
  if (!isPng) return false;
  const colorType = head[25];
  const hasKey = new TextDecoder('latin1').decode(head).includes('tRNS');
  return (colorType === 0 || colorType === 2) && !hasKey;
}
