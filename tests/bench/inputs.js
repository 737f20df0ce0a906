// The pictures that everyone is measured on: a photo enlarged to 1080p or 4K with a little noise (no real picture has flat areas),
// and the same in the other formats.
import { readFileSync } from 'node:fs';
import { PNG } from 'pngjs';

export const WIDTH = 1920, HEIGHT = 1080;
export const SIZES = { '1080p': { width: WIDTH, height: HEIGHT }, '4K': { width: 3840, height: 2160 } };

function noise(seed) {
  let state = seed;
  return () => {
    state ^= state << 13, state ^= state >>> 17, state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The photo at any size, bilinear. */
function enlarged(photo, width, height, random) {
  const out = new Uint8ClampedArray(width * height * 4);
  const scaleX = (photo.width - 1) / width, scaleY = (photo.height - 1) / height;
  for (let y = 0; y < height; y++) {
    const sy = y * scaleY, y0 = sy | 0, fy = sy - y0;
    for (let x = 0; x < width; x++) {
      const sx = x * scaleX, x0 = sx | 0, fx = sx - x0, grain = (random() - 0.5) * 8;
      const at = (y0 * photo.width + x0) * 4, below = at + photo.width * 4, to = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) {
        const top = photo.data[at + c] * (1 - fx) + photo.data[at + 4 + c] * fx;
        const bottom = photo.data[below + c] * (1 - fx) + photo.data[below + 4 + c] * fx;
        out[to + c] = top * (1 - fy) + bottom * fy + grain;
      }
      out[to + 3] = 255;
    }
  }
  return out;
}

const swapped = (rgba) => {
  const out = rgba.slice();
  for (let i = 0; i < out.length; i += 4) out[i] = rgba[i + 2], out[i + 2] = rgba[i];
  return out;
};

function luma(rgba) {
  const out = new Uint8ClampedArray(rgba.length / 4);
  for (let i = 0; i < out.length; i++) out[i] = 0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2];
  return out;
}

/** Plausible limited-range YUV: the luma of the photo, slow waves as chroma. Interleaved (nv12) or in planes (i420). */
function yuv(gray, { width, height }, interleaved) {
  const out = new Uint8ClampedArray(width * height * 1.5), w = width / 2, h = height / 2;
  for (let i = 0; i < gray.length; i++) out[i] = 16 + gray[i] * 219 / 255;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const u = 128 + 60 * Math.sin(x / 90), v = 128 + 60 * Math.cos(y / 70), at = y * w + x;
      if (interleaved) out[gray.length + 2 * at] = u, out[gray.length + 2 * at + 1] = v;
      else out[gray.length + at] = u, out[gray.length + w * h + at] = v;
    }
  return out;
}

/** @returns {Record<string, { bytes: Uint8ClampedArray, format: string }>} */
export function makeInputs(size = SIZES['1080p']) {
  const { width, height } = size;
  const read = (name) => PNG.sync.read(readFileSync(new URL(`../../demos/images/${name}.png`, import.meta.url)));
  const rgba = enlarged(read('coffee'), width, height, noise(1)), layer = enlarged(read('astronaut'), width, height, noise(2));
  const gray = luma(rgba);
  for (let i = 3; i < layer.length; i += 4) layer[i] = (i >> 2) % width * 255 / width; // a gradient of opacity
  return {
    rgba: { bytes: rgba, format: 'rgba8' },
    layer: { bytes: layer, format: 'rgba8' },
    gray: { bytes: gray, format: 'gray8' },
    bgra: { bytes: swapped(rgba), format: 'bgra8' },
    i420: { bytes: yuv(gray, size, false), format: 'i420' },
    nv12: { bytes: yuv(gray, size, true), format: 'nv12' },
  };
}
