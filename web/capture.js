// Pixels of the web platform → frames in linear memory, by the way with the fewest copies that keeps them right.

import { checkOptions, show } from '../js/errors.js';
import { Frame } from '../js/frame.js';
import { fail } from './fail.js';
import { pixelBytes, checkFormat, setPixels, target } from './target.js';
import { copyVideoFrame } from './video-frame.js';

/** @typedef {import('../js/engine.js').Engine} Engine */
/** @typedef {import('./target.js').CaptureFormat} CaptureFormat */
/** @typedef {HTMLCanvasElement | OffscreenCanvas | HTMLVideoElement | HTMLImageElement | ImageBitmap | ImageData | VideoFrame | Blob} CaptureSource */
/**
 * @typedef {object} CaptureOptions
 * @property {Frame} [into] reuse this frame; it must have the source's size and the format
 * @property {CaptureFormat} [format] default: that of `into`, else native for VideoFrame and video, rgba8 for all others
 * @property {'default' | 'none'} [colorSpaceConversion] for a Blob
 */

/**
 * Brings the pixels of a picture into a frame of the engine's memory.
 *
 * | source | way | copies |
 * |---|---|---|
 * | VideoFrame, video | `copyTo` of the planes as they are: frame.format says rgba8, bgra8, i420 or nv12 | 1 |
 * | opaque canvas (`{alpha: false}`), JPEG Blob | VideoFrame → `copyTo` | 1 |
 * | canvas with alpha | `getImageData`, then `set` | 2 |
 * | img, ImageBitmap, other Blob | drawn on a canvas, `getImageData`, then `set` | 3 |
 * | ImageData | `set` | 1 |
 *
 * A Blob is turned upright as its EXIF orientation says, and colours of another profile become sRGB, so that a frame presented
 * looks as the file does; `colorSpaceConversion: 'none'` keeps the bytes of the file. A canvas stores premultiplied alpha, so colours of
 * translucent pixels that pass one are rounded; opaque pixels are exact. A canvas that has no context yet gets a 2d one.
 * Alpha is straight in every frame.
 *
 * @param {Engine} engine
 * @param {CaptureSource} source borrowed: a VideoFrame or ImageBitmap stays open
 * @param {CaptureOptions} [options]
 * @returns {Promise<Frame>} frame.origin is {path, copies, bytes, why}; for i420 and nv12 also {matrix, range}, as toRgba() takes them
 * @throws {FramelaneError} bad-argument: not a source, no picture in it yet, closed, another origin's, or `into` does not fit;
 *         unsupported: the format cannot be had from this source; out-of-memory
 * @example
 * const frame = await capture(engine, document.querySelector('canvas'));
 * console.log(frame.origin.why);
 */
export async function capture(engine, source, options = {}) {
  checkOptions('capture', options, ['into', 'format', 'colorSpaceConversion']);
  const { into, format, colorSpaceConversion = 'default' } = options;
  checkFormat(format);
  const kind = KINDS.find(({ is }) => is(source));
  if (!kind) {
    throw fail('bad-argument', 'capture', 'source must be a canvas, OffscreenCanvas, video, img, ImageBitmap, ImageData, VideoFrame '
      + `or Blob, got ${show(source)}`);
  }
  if (typeof engine?.frame !== 'function') throw fail('bad-argument', 'capture', `engine must be what createEngine() gave, got ${show(engine)}`);
  if (into != null && !Frame.is(into)) throw fail('bad-argument', 'capture', `into must be a frame, got ${show(into)}`);
  try {
    const frame = await kind.take(engine, source, { into, format: format ?? into?.format, colorSpaceConversion });
    engine.countCopy('capture', frame.origin?.bytes ?? 0);
    return frame;
  } catch (error) {
    throw error?.name === 'SecurityError'
      ? fail('bad-argument', 'capture', 'the picture comes from another origin and was loaded without CORS, so its pixels may not be read; '
        + 'set crossorigin="anonymous" on the element and let the server allow it', error)
      : error;
  }
}

// Constructors are looked up by name when asked: workers and older browsers lack some of them.
const isA = (...names) => (source) => names.some((name) => typeof globalThis[name] === 'function' && source instanceof globalThis[name]);
/** @type {{ is: (source: unknown) => boolean, take: (engine: Engine, source: any, options: any) => Promise<Frame> }[]} */
const KINDS = [
  { is: isA('VideoFrame'), take: takeVideoFrame },
  { is: isA('HTMLVideoElement'), take: takeVideo },
  { is: isA('HTMLCanvasElement', 'OffscreenCanvas'), take: takeCanvas },
  { is: isA('HTMLImageElement'), take: takeImage },
  { is: isA('ImageBitmap'), take: takeBitmap },
  { is: isA('ImageData'), take: takeImageData },
  { is: isA('Blob'), take: takeBlob },
];

async function takeVideoFrame(engine, source, options) {
  if (source.codedWidth === 0) throw fail('bad-argument', 'capture', 'this VideoFrame is closed');
  const frame = await copyVideoFrame(engine, source, options);
  if (frame) return frame;
  const { width, height } = source.visibleRect;
  const [across, down] = source.rotation % 180 ? [height, width] : [width, height];
  return draw(engine, source, across, down, options, `a VideoFrame of format ${source.format}${source.rotation ? ', turned' : ''}`);
}

async function takeVideo(engine, video, options) {
  if (video.readyState < 2 || !video.videoWidth) {
    throw fail('bad-argument', 'capture', 'the video has no picture yet; wait for its loadeddata event or for requestVideoFrameCallback');
  }
  if (typeof VideoFrame === 'undefined') return draw(engine, video, video.videoWidth, video.videoHeight, options, 'a video, without WebCodecs');
  return closing(new VideoFrame(video), (frame) => takeVideoFrame(engine, frame, options));
}

async function takeCanvas(engine, canvas, options) {
  const { width, height } = canvas;
  sized(width, height, 'the canvas');
  const { context, opaque } = contextOf(canvas);
  const frame = opaque && await throughVideoFrame(engine, canvas, options);
  if (frame) return frame;
  if (!context?.getImageData) return draw(engine, canvas, width, height, options, 'a canvas without a 2d context that may be translucent');
  return read(engine, context, width, height, options, {
    path: 'getimagedata',
    copies: 2,
    why: `${opaque ? 'this browser has no WebCodecs' : 'a canvas with alpha would come premultiplied from a VideoFrame'}: `
      + 'getImageData, then set; new canvases opened with {alpha: false} need one copy less',
  });
}

async function takeImage(engine, image, options) {
  if (!image.complete || !image.naturalWidth) {
    throw fail('bad-argument', 'capture', 'the image is not loaded; await image.decode() first');
  }
  return draw(engine, image, image.naturalWidth, image.naturalHeight, options, 'an img element');
}

async function takeBitmap(engine, bitmap, options, opaque = false) {
  sized(bitmap.width, bitmap.height, 'the ImageBitmap (closed?)');
  const frame = opaque && await throughVideoFrame(engine, bitmap, options);
  if (frame) return frame;
  return draw(engine, bitmap, bitmap.width, bitmap.height, options, 'an ImageBitmap, which does not say whether it is opaque');
}

async function takeImageData(engine, { width, height, data }, options) {
  if (!(data instanceof Uint8ClampedArray)) {
    throw fail('unsupported', 'capture', `ImageData with ${data.constructor.name} pixels; 8 bit only`);
  }
  const frame = rgba(engine, width, height, options);
  setPixels(frame, data);
  frame.origin = { path: 'imagedata', copies: 1, bytes: pixelBytes(frame), why: 'ImageData.data was set into linear memory' };
  return frame;
}

async function takeBlob(engine, blob, options) {
  const { colorSpaceConversion } = options;
  if (typeof createImageBitmap === 'undefined') throw fail('unsupported', 'capture', 'this host cannot read files as pictures: it has no createImageBitmap');
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image', premultiplyAlpha: 'none', colorSpaceConversion })
    .catch((error) => {
      throw fail('bad-argument', 'capture', `this browser cannot read the ${blob.type || 'untyped'} file as a picture`, error);
    });
  return closing(bitmap, () => takeBitmap(engine, bitmap, options, blob.type === 'image/jpeg'));
}

/** The context a canvas has, and whether its pixels are opaque by contract. */
function contextOf(canvas) {
  let context = null;
  try {
    // null where another kind of context is open; then asking for that kind opens nothing new either.
    context = canvas.getContext('2d') ?? canvas.getContext('webgl2') ?? canvas.getContext('webgl');
  } catch (error) {
    throw fail('bad-argument', 'capture', 'this canvas was handed to a worker; capture its OffscreenCanvas there', error);
  }
  const attributes = context?.getContextAttributes?.();
  return { context, opaque: attributes?.alpha === false };
}

/** For opaque pictures only: translucent ones come out premultiplied, or worse. null where this browser cannot. */
async function throughVideoFrame(engine, source, options) {
  if (typeof VideoFrame === 'undefined') return null;
  return closing(new VideoFrame(source, { timestamp: 0, alpha: 'discard' }), (videoFrame) =>
    copyVideoFrame(engine, videoFrame, { ...options, format: options.format ?? 'rgba8' }));
}

let scratch;
function draw(engine, source, width, height, options, what) {
  scratch ??= typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(width, height);
  if (scratch.width !== width || scratch.height !== height) Object.assign(scratch, { width, height });
  const context = scratch.getContext('2d', { willReadFrequently: true });
  context.globalCompositeOperation = 'copy';
  context.drawImage(source, 0, 0, width, height);
  return read(engine, context, width, height, options, {
    path: 'draw', copies: 3, why: `${what}: drawn on a canvas, read with getImageData, then set`,
  });
}

function read(engine, context, width, height, options, origin) {
  const frame = rgba(engine, width, height, options);
  setPixels(frame, context.getImageData(0, 0, width, height).data);
  frame.origin = { ...origin, bytes: pixelBytes(frame) * origin.copies };
  return frame;
}

function rgba(engine, width, height, { into, format }) {
  if (format && format !== 'native' && format !== 'rgba8') {
    throw fail('unsupported', 'capture', `this source gives rgba8, not ${format}; convert in a pipeline`);
  }
  return target(engine, into, width, height, 'rgba8');
}

function sized(width, height, what) {
  if (!width || !height) throw fail('bad-argument', 'capture', `${what} is empty (${width}×${height})`);
}

async function closing(resource, use) {
  try {
    return await use(resource);
  } finally {
    resource.close();
  }
}
