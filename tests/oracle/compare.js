// Two pictures against each other.

const CHANNELS = { rgba8: 'RGBA', bgra8: 'BGRA' };

/**
 * @param {import('./subject.js').Picture} ours @param {import('./subject.js').Picture} expected
 * @param {number} [circular] the first of four channels is an angle: after so many steps it is back at 0
 * @returns {{ mismatch?: string, largest: number, equal: number, total: number, at: number }} at: the first of the largest differences
 */
export function compare(ours, expected, circular) {
  const total = expected.bytes.length;
  if (ours.width !== expected.width || ours.height !== expected.height || ours.format !== expected.format)
    return { mismatch: `gave ${shape(ours)}, expected ${shape(expected)}`, largest: 255, equal: 0, total, at: 0 };
  let largest = 0, at = 0, equal = 0;
  for (let i = 0; i < total; i++) {
    let difference = Math.abs(ours.bytes[i] - expected.bytes[i]);
    if (circular && i % 4 === 0) difference = Math.min(difference, circular - difference);
    if (difference === 0) equal++;
    else if (difference > largest) largest = difference, at = i;
  }
  return { largest, equal, total, at };
}

const shape = ({ width, height, format }) => `${width}×${height} ${format}`;

/** «x 3, y 0, G: 17, expected 20» */
export function describeDifference(ours, expected, { mismatch, at }) {
  if (mismatch) return mismatch;
  const channels = CHANNELS[expected.format], pixel = channels ? at >> 2 : at;
  const channel = channels ? `, ${channels[at & 3]}` : '';
  return `x ${pixel % expected.width}, y ${Math.floor(pixel / expected.width)}${channel}: ${ours.bytes[at]}, expected ${expected.bytes[at]}`;
}

/** A small picture in full, of a large one its size. */
export function describePicture({ bytes, ...picture }) {
  return bytes.length <= 96 ? `${shape(picture)} [${[...bytes].join(' ')}]` : shape(picture);
}

/** Part of a picture, of formats with one plane. */
export function cut({ width, format, bytes }, x, y, newWidth, newHeight) {
  const pixel = CHANNELS[format] ? 4 : 1, out = new Uint8Array(newWidth * newHeight * pixel);
  for (let row = 0; row < newHeight; row++) {
    const from = ((y + row) * width + x) * pixel;
    out.set(bytes.subarray(from, from + newWidth * pixel), row * newWidth * pixel);
  }
  return { width: newWidth, height: newHeight, format, bytes: out };
}
