/** An image file, read straight into an engine's memory and decoded there. */
import { open } from 'node:fs/promises';
import { FramelaneError, badArgument, checkOptions, show } from '../errors.js';
import { Engine } from '../engine.js';
import { formats } from '../frame.js';
import { wholeNumber } from '../loader.js';
import { Region } from '../region.js';
import { imageFile } from './image-file.js';

/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../frame.js').Format} Format */
/** @typedef {{ region: Region, length: number, copied: number, free: () => void }} Input a file in linear memory, and what it took to bring it there */

const PIXELS_MAX = 16383 ** 2; // FL_IMAGE_PIXELS_MAX of c_src/modules/image_file/image_file.h

/**
 * Reads a PNG or JPEG file into a frame. The file is read straight into the engine's memory and decoded into the frame there, on the
 * calling thread; `frame.origin` says what had to be copied all the same. Colour profiles and EXIF's orientation are left alone.
 *
 * @example
 * using photo = await readImage(engine, 'photo.jpg');
 * const edges = await engine.pipeline().grayscale().sobel().run(photo);
 * await writeImage(edges, 'edges.png');
 *
 * @param {Engine} engine
 * @param {string | URL | ArrayBuffer | ArrayBufferView | Region} source a path, a URL (file:, or http: and https:, which is fetched), the
 *   file's bytes, or a region that holds them
 * @param {{ format?: Format | 'auto', maxPixels?: number }} [options] format: 'rgba8' unless said otherwise; 'auto': gray8 where the file
 *   is gray and opaque; any other is what the pipeline makes of it (`grayscale()`, `toI420()` …). maxPixels: refuse larger pictures before
 *   anything is decoded, default 16383²
 * @returns {Promise<Frame>} rejects with 'bad-format' (it is neither PNG nor JPEG, damaged, cut short or too large), 'out-of-memory',
 *   'bad-argument', or what the file system says
 */
export async function readImage(engine, source, options = {}) {
  if (!(engine instanceof Engine)) throw badArgument('readImage: the first argument', 'an engine', engine);
  checkOptions('readImage', options, ['format', 'maxPixels']);
  const { format = 'rgba8', maxPixels = PIXELS_MAX } = options;
  if (format !== 'auto' && !formats.includes(format)) {
    throw new FramelaneError('bad-format', `readImage: format must be one of ${formats.join(', ')} or auto, got ${show(format)}`);
  }
  wholeNumber(maxPixels, 'readImage: maxPixels', 1, PIXELS_MAX);
  const file = await imageFile(engine), input = await bring(engine, source);
  try {
    return await convert(engine, decode(engine, file, input, nameOf(source), { format, maxPixels }), format);
  } finally {
    input.free();
  }
}

/**
 * @param {Engine} engine @param {Awaited<ReturnType<typeof imageFile>>} file @param {Input} input @param {string} name
 * @param {{ format: Format | 'auto', maxPixels: number }} options
 */
function decode(engine, file, input, name, { format, maxPixels }) {
  const bytes = { address: input.region.pointer, length: input.length }, subject = `readImage: ${name}`;
  const { width, height, isGray } = file.look(bytes, maxPixels, subject);
  const frame = engine.frame(width, height, { format: isGray && (format === 'auto' || format === 'gray8') ? 'gray8' : 'rgba8' });
  try {
    const moved = file.decode(bytes, frame, subject), copied = input.copied + moved;
    frame.origin = { path: 'readImage', copies: Number(input.copied > 0) + Number(moved > 0), bytes: copied, why: why(input.copied, moved) };
    if (copied > 0) engine.countCopy('readImage', copied);
    return frame;
  } catch (error) {
    frame.dispose();
    throw error;
  }
}

/** @param {number} outside @param {number} moved */
function why(outside, moved) {
  const before = outside > 0 ? 'its bytes lay outside the engine’s memory' : 'the file was read straight into the engine’s memory';
  return `${before}, ${moved > 0 ? 'and the decoder unpacked it in another place' : 'and decoded straight into the frame'}`;
}

/** @param {Engine} engine @param {Frame} frame taken over @param {Format | 'auto'} format */
async function convert(engine, frame, format) {
  if (format === frame.format || format === 'auto') return frame;
  const to = { rgba8: 'toRgba', bgra8: 'toBgra', gray8: 'grayscale', i420: 'toI420', nv12: 'toNv12' }[format];
  try {
    const converted = await engine.pipeline().op(to).run(frame);
    converted.origin = frame.origin;
    return converted;
  } finally {
    frame.dispose();
  }
}

/** For messages. @param {unknown} source */
function nameOf(source) {
  if (source instanceof URL) return source.href;
  return typeof source === 'string' ? `'${source}'` : 'this file';
}

/** @param {Engine} engine @param {unknown} source @returns {Promise<Input>} */
async function bring(engine, source) {
  if (source instanceof Region) return { region: source, length: source.byteLength, copied: 0, free() {} };
  if (source instanceof ArrayBuffer) return copyIn(engine, new Uint8Array(source));
  if (ArrayBuffer.isView(source)) return copyIn(engine, new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  const place = typeof source === 'string' && /^https?:/.test(source) ? new URL(source) : source;
  if (place instanceof URL && place.protocol !== 'file:') return copyIn(engine, await download(place));
  if (typeof place === 'string' || place instanceof URL) return readIn(engine, place);
  throw badArgument('readImage: the file', 'a path, a URL, bytes or a region', source);
}

/** @param {URL} url */
async function download(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`readImage: ${url} answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @param {Engine} engine @param {number} bytes @returns {Region} */
function makeRegion(engine, bytes) {
  return engine.region(Math.max(1, bytes)); // an empty file is a file: the module says so
}

/** @param {Engine} engine @param {Uint8Array} bytes @returns {Input} */
function copyIn(engine, bytes) {
  const region = makeRegion(engine, bytes.length);
  region.data.set(bytes);
  return { region, length: bytes.length, copied: bytes.length, free: () => region.free() };
}

/** @param {Engine} engine @param {string | URL} path @returns {Promise<Input>} */
async function readIn(engine, path) {
  const file = await open(path);
  try {
    const about = await file.stat();
    if (!about.isFile()) return copyIn(engine, await file.readFile()); // a pipe does not tell its length
    const region = makeRegion(engine, about.size);
    try {
      return { region, length: await region.readFrom(file, { position: 0 }), copied: 0, free: () => region.free() };
    } catch (error) {
      region.free();
      throw error;
    }
  } finally {
    await file.close();
  }
}
