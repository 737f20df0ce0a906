/** A frame as an image file: encoded where its rows lie, written from the engine's memory. */
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FramelaneError, badArgument, checkOptions, show } from '../errors.js';
import { Frame } from '../frame.js';
import { wholeNumber } from '../loader.js';
import { imageFile } from './image-file.js';

/** @typedef {import('./image-file.js').ImageType} ImageType */
/** @typedef {Awaited<ReturnType<typeof imageFile>>} ImageFile */
/** @typedef {ReturnType<ImageFile['encode']>} Encoded */

const TYPES = /** @type {Record<string, ImageType>} */ ({ png: 'png', jpg: 'jpeg', jpeg: 'jpeg' });
const QUALITY = 90;

/**
 * Writes a frame or view to a PNG or JPEG file. It is encoded on the calling thread, once no run is writing the frame, and before the file
 * is touched; rgba8 and gray8 rows are read where they lie, other formats are converted first (`toRgba()` with its defaults). JPEG has
 * no alpha: it is left out.
 *
 * @example
 * await writeImage(frame, 'out.jpg', { quality: 80 });
 *
 * @param {Frame} frame
 * @param {string | URL} path a path or a file: URL
 * @param {{ type?: ImageType, quality?: number }} [options] type: default by the name's ending; quality: of a JPEG, 1 to 100, default 90;
 *   up to 90 its colours have half the resolution
 * @returns {Promise<import('../frame.js').CopyReport>} what was copied. Rejects with 'bad-argument' for an ending that says nothing,
 *   'bad-format' for more than 16383² pixels, 'out-of-memory', or what the file system says
 */
export async function writeImage(frame, path, options = {}) {
  if (!Frame.is(frame)) throw badArgument('writeImage: the first argument', 'a frame', frame);
  if (typeof path !== 'string' && !(path instanceof URL && path.protocol === 'file:')) throw badArgument('writeImage: the path', 'a path or a file: URL', path);
  const { type, quality } = fileType(path, options), { engine } = frame;
  if (!engine) throw new FramelaneError('unsupported', 'writeImage: this thread has only attached to the engine: write the frame where the engine is');
  const file = await imageFile(engine), { pixels, free } = await asPixels(engine, frame);
  try {
    const encoded = await engine.read(pixels, () => file.encode(pixels, type, quality, 'writeImage:'));
    if (encoded.copied > 0) engine.countCopy('writeImage', encoded.copied);
    await write(file, encoded, path);
    return { path: 'writeImage', copies: Number(encoded.copied > 0), bytes: encoded.copied, why: why(encoded.copied) };
  } finally {
    free();
  }
}

/** @param {number} copied */
function why(copied) {
  return copied > 0 ? 'the JPEG encoder takes no gaps between rows: those of the view were put together first'
    : 'its rows were encoded where they lie, and the file written from the engine’s memory';
}

/**
 * What kind of file it will be. Throws 'bad-argument'.
 * @param {string | URL} path @param {{ type?: ImageType, quality?: number }} options
 */
export function fileType(path, options) {
  checkOptions('writeImage', options, ['type', 'quality']);
  const type = typeOf(path, options.type);
  return { type, quality: qualityOf(type, options.quality) };
}

/** @param {string | URL} path @param {unknown} type @returns {ImageType} */
function typeOf(path, type) {
  const ending = typeof path === 'string' ? path : fileURLToPath(path);
  const name = type === undefined ? /\.(\w+)$/.exec(ending)?.[1].toLowerCase() : type;
  if (typeof name === 'string' && Object.hasOwn(TYPES, name)) return TYPES[name];
  throw new FramelaneError('bad-argument', type === undefined
    ? `writeImage: the name of the file must end in .png, .jpg or .jpeg (or give a type), got ${show(ending)}`
    : `writeImage: type must be 'png' or 'jpeg', got ${show(type)}`);
}

/** @param {ImageType} type @param {unknown} quality */
function qualityOf(type, quality) {
  if (quality === undefined) return QUALITY;
  if (type === 'png') throw new FramelaneError('bad-argument', 'writeImage: a PNG has no quality: it keeps every pixel as it is');
  return wholeNumber(quality, 'writeImage: quality', 1, 100);
}

/**
 * The frame itself, or what it is as rgba8.
 * @param {import('../engine.js').Engine} engine @param {Frame} frame
 */
async function asPixels(engine, frame) {
  if (frame.format === 'rgba8' || frame.format === 'gray8') return { pixels: frame, free() {} };
  const pixels = await engine.pipeline().toRgba().run(frame);
  return { pixels, free: () => pixels.dispose() };
}

/** @param {ImageFile} file @param {Encoded} encoded freed in any case @param {string | URL} path */
async function write(file, encoded, path) {
  try {
    const target = await open(path, 'w');
    try {
      for (let done = 0; done < encoded.length;) done += (await target.write(file.bytes(encoded, done))).bytesWritten;
    } finally {
      await target.close();
    }
  } finally {
    file.free(encoded);
  }
}
