// VideoFrame → frame: its planes are copied once, straight into linear memory, in the format that they have.
// Browsers decode the same file to different formats, so the format is asked for, never assumed.

import { fail } from './fail.js';
import { layoutOf, pixelBytes, planesOf, target } from './target.js';

const NATIVE = { RGBA: 'rgba8', RGBX: 'rgba8', BGRA: 'bgra8', BGRX: 'bgra8', I420: 'i420', NV12: 'nv12' };
const YUV = ['i420', 'nv12'];

/** The frame format that holds this VideoFrame's planes as they are. undefined: none does, or they would lie on their side. */
const nativeFormat = ({ format, rotation, flip }) => (rotation || flip ? undefined : NATIVE[format]);

/**
 * Copies a VideoFrame. Does not close it.
 * Resolves to null where this needs a canvas instead: a picture that is to be shown turned, as EXIF or a phone's camera has it, or a
 * format without a counterpart (I422, 10 bit, planes on the GPU only).
 */
export async function copyVideoFrame(engine, videoFrame, { into, format = 'native' }) {
  const native = nativeFormat(videoFrame);
  if (!native) {
    if (format === 'native' || format === 'rgba8') return null;
    throw fail('unsupported', 'capture', `a ${videoFrame.rotation ? 'turned' : videoFrame.format ?? 'hidden'} VideoFrame becomes rgba8 only, not ${format}`);
  }
  const wanted = format === 'native' ? native : format;
  const { width, height } = videoFrame.visibleRect;
  if (wanted === native) return exact(engine, videoFrame, target(engine, into, width, height, native));
  if (wanted !== 'rgba8') {
    throw fail('unsupported', 'capture', `this source is ${native}: capture it as native or rgba8 and convert in a pipeline, not as ${wanted}`);
  }
  const frame = target(engine, into, width, height, 'rgba8');
  return native === 'bgra8' && await convertsOnCopy() ? swizzled(videoFrame, frame) : converted(engine, videoFrame, frame);
}

async function exact(engine, videoFrame, frame) {
  await copyPlanes(videoFrame, frame);
  const repaired = videoFrame.format.endsWith('X') && makeOpaque(frame);
  return done(frame, {
    path: 'videoframe',
    copies: repaired ? 2 : 1,
    why: `VideoFrame.copyTo wrote its ${videoFrame.format} planes straight into linear memory`
      + (repaired ? '; its unused byte was then set to 255' : ''),
  }, colorOf(videoFrame));
}

async function swizzled(videoFrame, frame) {
  await copyPlanes(videoFrame, frame, 'RGBA');
  return done(frame, {
    path: 'videoframe',
    copies: 1,
    why: `VideoFrame.copyTo turned ${videoFrame.format} into RGBA on its way into linear memory`,
  });
}

async function converted(engine, videoFrame, frame) {
  const native = nativeFormat(videoFrame);
  const color = colorOf(videoFrame);
  const raw = engine.frame(frame.width, frame.height, { format: native });
  try {
    await copyPlanes(videoFrame, raw);
    if (videoFrame.format === 'BGRX') makeOpaque(raw);
    await engine.pipeline().toRgba(YUV.includes(native) ? color : {}).run(raw, { output: frame });
  } finally {
    raw.dispose();
  }
  return done(frame, {
    path: 'videoframe',
    copies: 1,
    why: `VideoFrame.copyTo wrote its ${videoFrame.format} planes into linear memory, toRgba() made rgba8 of them there`,
  });
}

async function copyPlanes(videoFrame, frame, format) {
  for (;;) {
    const { view, layout } = layoutOf(frame);
    await videoFrame.copyTo(view, { layout, rect: videoFrame.visibleRect, ...(format && { format }) });
    // Unshared memory that grew meanwhile has new bytes elsewhere: then copy again.
    if (planesOf(frame)[0].data.buffer === view.buffer || view.byteLength > 0) return;
  }
}

function done(frame, origin, color) {
  const bytes = pixelBytes(frame) * origin.copies;
  frame.origin = { ...origin, bytes, ...(color && YUV.includes(frame.format) && color) };
  return frame;
}

/** What toRgba() needs to know of a YUV frame. Browsers leave it out for some cameras: then as the size suggests. */
function colorOf({ colorSpace, visibleRect }) {
  const hd = { bt709: 'bt709', smpte170m: 'bt601', bt470bg: 'bt601' }[colorSpace?.matrix];
  return { matrix: hd ?? (visibleRect.height >= 720 ? 'bt709' : 'bt601'), range: colorSpace?.fullRange ? 'full' : 'limited' };
}

/** The fourth byte of RGBX is anything by the standard and 255 in practice. True where it had to be set. */
function makeOpaque(frame) {
  const { data, stride } = planesOf(frame)[0];
  const { width, height } = frame;
  const corners = [3, width * 4 - 1, (height - 1) * stride + 3, (height - 1) * stride + width * 4 - 1];
  if (corners.every((at) => data[at] === 255)) return false;
  for (let y = 0; y < height; y++) {
    for (let at = y * stride + 3; at < y * stride + width * 4; at += 4) data[at] = 255;
  }
  return true;
}

let conversion;
/** Whether copyTo honours {format: 'RGBA'}: one engine takes the option and ignores it. */
function convertsOnCopy() {
  conversion ??= (async () => {
    const probe = new VideoFrame(new Uint8Array([1, 2, 3, 255]), { format: 'BGRX', codedWidth: 1, codedHeight: 1, timestamp: 0 });
    const out = new Uint8Array(4);
    try {
      await probe.copyTo(out, { format: 'RGBA' });
      return out[0] === 3;
    } catch {
      return false;
    } finally {
      probe.close();
    }
  })();
  return conversion;
}
