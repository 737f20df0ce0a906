// Makes a failing picture small: halves, then single rows and columns, as long as the failure stays.
import { cut } from './compare.js';

const ATTEMPTS = 120;

/** Rectangles of a picture of this size, the promising ones first. */
function* parts(width, height) {
  const halfWidth = width >> 1, halfHeight = height >> 1;
  if (width > 1) yield [0, 0, halfWidth, height], yield [halfWidth, 0, width - halfWidth, height];
  if (height > 1) yield [0, 0, width, halfHeight], yield [0, halfHeight, width, height - halfHeight];
  if (width > 1) yield [0, 0, width - 1, height], yield [1, 0, width - 1, height];
  if (height > 1) yield [0, 0, width, height - 1], yield [0, 1, width, height - 1];
}

/**
 * @param {any} input @param {any} second or undefined @param {(input: any, second: any) => Promise<any>} fails gives the failure's
 * result, undefined when there is none
 * @returns {Promise<any>} the smallest one, its result undefined when even the picture itself does not fail again
 */
export async function shrink(input, second, fails) {
  let small = { input, second, result: await fails(input, second) };
  if (!small.result || !['rgba8', 'bgra8', 'gray8'].includes(input.format)) return small;
  for (let attempts = 0, found = true; found;) {
    found = false;
    for (const part of parts(small.input.width, small.input.height)) {
      if (++attempts > ATTEMPTS) return small;
      const smaller = cut(small.input, ...part), other = small.second && cut(small.second, ...part);
      const result = await fails(smaller, other).catch(() => undefined); // parameters that do not suit the size
      if (!result) continue;
      small = { input: smaller, second: other, result };
      found = true;
      break;
    }
  }
  return small;
}
