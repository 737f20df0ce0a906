// The frame that a capture writes to, and its bytes as the browser's calls want them.

import { show } from '../js/errors.js';
import { fail } from './fail.js';

/** @typedef {'native' | 'rgba8' | 'bgra8' | 'i420' | 'nv12'} CaptureFormat */

const FORMATS = ['rgba8', 'bgra8', 'i420', 'nv12'];

export function checkFormat(format) {
  if (format === undefined || format === 'native' || FORMATS.includes(format)) return;
  const hint = format === 'gray8' ? '; for gray8, capture rgba8 and run grayscale()' : '';
  throw fail('bad-argument', 'capture', `format must be native, ${FORMATS.join(', ')}, got ${show(format)}${hint}`);
}

/** `into` where it fits, else a new frame. Errors: bad-argument when `into` has another size or format. */
export function target(engine, into, width, height, format) {
  if (!into) return engine.frame(width, height, { format });
  if (into.width !== width || into.height !== height || into.format !== format) {
    throw fail('bad-argument', 'capture', `into must be ${width}×${height} ${format} like the source, `
      + `got ${into.width}×${into.height} ${into.format}`);
  }
  return into;
}

/** The planes of any frame; a packed one has one. */
export function planesOf(frame) {
  if (frame.planes?.length) return frame.planes;
  return [{ data: frame.data, stride: frame.stride ?? frame.data.byteLength / frame.height, width: frame.width, height: frame.height }]; // tight where it is no frame
}

/** One view over all planes of a frame, and where each lies in it. */
export function layoutOf(frame) {
  const planes = planesOf(frame);
  const start = Math.min(...planes.map(({ data }) => data.byteOffset));
  const end = Math.max(...planes.map(({ data }) => data.byteOffset + data.byteLength));
  return {
    view: new Uint8Array(planes[0].data.buffer, start, end - start),
    layout: planes.map(({ data, stride }) => ({ offset: data.byteOffset - start, stride })),
  };
}

/** Bytes of the pixels alone, without what lies between the rows of a view. */
export function pixelBytes(frame) {
  const chroma = Math.ceil(frame.width / 2) * Math.ceil(frame.height / 2) * 2;
  const samples = frame.width * frame.height;
  return { gray8: samples, i420: samples + chroma, nv12: samples + chroma }[frame.format] ?? samples * 4;
}

/** Copies tight rgba8 bytes into a frame; a view's rows are set one by one. */
export function setPixels(frame, bytes) {
  const [{ data, stride }] = planesOf(frame);
  const row = frame.width * 4;
  if (stride === row) { data.set(bytes); return; }
  for (let y = 0; y < frame.height; y++) data.set(bytes.subarray(y * row, (y + 1) * row), y * stride);
}
