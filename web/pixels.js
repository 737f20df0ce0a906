// Any frame → tight rgba8 bytes of this thread's own. For edges that refuse shared memory; pipelines convert in wasm.

import { planesOf } from './target.js';

/** Writes the frame to `out`, width × height × 4 bytes. Frames without matrix and range in origin are taken as bt601 limited. */
export function toRgba(frame, out) {
  const { format, width, height } = frame;
  const planes = planesOf(frame);
  if (format === 'rgba8' && planes[0].stride === width * 4) { out.set(planes[0].data.subarray(0, out.length)); return; }
  const row = { rgba8: copyRow, bgra8: swapRow, gray8: grayRow, i420: yuvRow, nv12: yuvRow }[format];
  const yuv = yuvConstants(frame.origin);
  for (let y = 0; y < height; y++) row(planes, y, out.subarray(y * width * 4, (y + 1) * width * 4), width, yuv);
}

function copyRow([{ data, stride }], y, out) {
  out.set(data.subarray(y * stride, y * stride + out.length));
}

function swapRow([{ data, stride }], y, out) {
  for (let i = 0, at = y * stride; i < out.length; i += 4, at += 4) {
    out[i] = data[at + 2];
    out[i + 1] = data[at + 1];
    out[i + 2] = data[at];
    out[i + 3] = data[at + 3];
  }
}

function grayRow([{ data, stride }], y, out) {
  for (let i = 0, at = y * stride; i < out.length; i += 4, at++) {
    out[i] = out[i + 1] = out[i + 2] = data[at];
    out[i + 3] = 255;
  }
}

function yuvRow(planes, y, out, width, { offset, luma, rv, gu, gv, bu }) {
  const [{ data, stride }, u, v] = planes;
  const half = y >> 1;
  for (let x = 0; x < width; x++) {
    const c = x >> 1;
    const cb = (v ? u.data[half * u.stride + c] : u.data[half * u.stride + 2 * c]) - 128;
    const cr = (v ? v.data[half * v.stride + c] : u.data[half * u.stride + 2 * c + 1]) - 128;
    const l = (data[y * stride + x] - offset) * luma;
    out[4 * x] = l + rv * cr; // a clamped array rounds and saturates
    out[4 * x + 1] = l - gu * cb - gv * cr;
    out[4 * x + 2] = l + bu * cb;
    out[4 * x + 3] = 255;
  }
}

/** Y'CbCr → RGB for values 0–255, from the luma weights of the standard (Source: ITU-R BT.601, BT.709). */
export function yuvConstants({ matrix = 'bt601', range = 'limited' } = {}) {
  const [kr, kb] = matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114];
  const kg = 1 - kr - kb;
  const full = range === 'full';
  const chroma = full ? 1 : 255 / 224;
  return {
    offset: full ? 0 : 16,
    luma: full ? 1 : 255 / 219,
    rv: 2 * (1 - kr) * chroma,
    gu: 2 * (1 - kb) * kb / kg * chroma,
    gv: 2 * (1 - kr) * kr / kg * chroma,
    bu: 2 * (1 - kb) * chroma,
  };
}
