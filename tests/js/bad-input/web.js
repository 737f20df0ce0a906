// framelane/web as far as Node can call it: [what, code, call, what the message says]. What a browser would bring is a stand-in.
import { capture, createPresenter } from '../../../web/index.js';

const SOURCES = [undefined, null, 5, 'img', {}, [], true, 5n, Symbol('s'), () => {}, new Uint8Array(4), new Map()];

class ImageData {
  constructor(width, height, data = new Uint8ClampedArray(width * height * 4)) {
    Object.assign(this, { width, height, data });
  }
}
class VideoFrame {
  codedWidth = 0;
}
class HTMLVideoElement {
  readyState = 0;
}
class OffscreenCanvas {
  constructor(width, height) {
    Object.assign(this, { width, height });
  }
  getContext() {
    return null;
  }
}
class HTMLImageElement {
  complete = false;
}
const STAND_INS = { ImageData, VideoFrame, HTMLVideoElement, OffscreenCanvas, HTMLImageElement };

/** Runs this with the browser's names in place. */
async function inBrowser(body) {
  const before = Object.keys(STAND_INS).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(STAND_INS)) Object.defineProperty(globalThis, name, { value, configurable: true });
  try {
    return await body();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  }
}
const captured = (make, options) => ({ engine, ...context }) => inBrowser(() => capture(engine, make(), typeof options === 'function' ? options(context) : options));
const image = () => new ImageData(13, 7);

/** A canvas of which only a 2d context can be had. */
const canvas2d = () => ({
  width: 1, height: 1,
  getContext: (kind) => (kind === '2d' ? { createImageData: (width, height) => new ImageData(width, height), putImageData() {} } : null),
});

const CAPTURE = [
  ...SOURCES.map((source, i) => [`capture of no source (${i})`, 'bad-argument', ({ engine }) => capture(engine, source), 'capture', 'source', 'canvas', 'VideoFrame', 'Blob']),
  ['capture()', 'bad-argument', () => capture(), 'capture', 'source'],
  ...['rgb', 'gray8', 5, null, {}, '__proto__', Symbol('f')].map((format, i) => [`capture with format ${i}`, 'bad-argument', captured(image, { format }), 'capture', 'format', 'rgba8', 'native']),
  ...[null, 5, 'rgba8', []].map((options, i) => [`capture with options that are none (${i})`, 'bad-argument', captured(image, options), 'capture', 'options', 'an object']),
  ['capture with a misspelt option', 'bad-argument', captured(image, { inot: 1 }), "'inot'", 'into'],
  ['capture into another size', 'bad-argument', captured(image, ({ small }) => ({ into: small })), 'into', '13×7', '5×5'],
  ['capture into another format', 'unsupported', captured(image, ({ gray }) => ({ into: gray })), 'gray8'],
  ['capture into a frame that is disposed of', 'stale-handle', captured(image, ({ gone }) => ({ into: gone })), 'disposed'],
  ...[5, 'frame', {}, new Uint8Array(4)].map((into, i) => [`capture into what is no frame (${i})`, 'bad-argument', captured(image, { into }), 'into']),
  ['capture with an engine that is none', 'bad-argument', () => inBrowser(() => capture({}, image())), 'capture', 'engine'],
  ['capture of float ImageData', 'unsupported', captured(() => new ImageData(13, 7, new Float32Array(13 * 7 * 4))), 'Float32Array', '8 bit'],
  ['capture of ImageData as i420', 'unsupported', captured(image, { format: 'i420' }), 'rgba8', 'i420'],
  ['capture of a VideoFrame that is closed', 'bad-argument', captured(() => new VideoFrame()), 'VideoFrame', 'closed'],
  ['capture of a video without a picture', 'bad-argument', captured(() => new HTMLVideoElement()), 'video', 'no picture yet'],
  ['capture of an empty canvas', 'bad-argument', captured(() => new OffscreenCanvas(0, 5)), 'canvas', 'empty', '0×5'],
  ['capture of an image that is not loaded', 'bad-argument', captured(() => new HTMLImageElement()), 'image', 'not loaded'],
  ['capture of a Blob where pictures cannot be read', 'unsupported', ({ engine }) => capture(engine, new Blob(['x'])), 'capture', 'picture'],
  ['capture with an engine that is disposed of', 'disposed', ({ ended }) => inBrowser(() => capture(ended, image())), 'disposed'],
];

const PRESENT = [
  ...[undefined, null, 5, 'canvas', {}, [], Symbol('c')].map((canvas, i) => [`createPresenter on no canvas (${i})`, 'bad-argument', () => createPresenter(canvas), 'createPresenter', 'canvas']),
  ...['gl', 5, null, {}, '', '__proto__', Symbol('b')].map((backend, i) => [`createPresenter with backend ${i}`, 'bad-argument', () => createPresenter(canvas2d(), { backend }), 'backend', 'webgl2', '2d']),
  ...[null, 5, '2d'].map((options, i) => [`createPresenter with options that are none (${i})`, 'bad-argument', () => createPresenter(canvas2d(), options), 'createPresenter', 'options', 'an object']),
  ['createPresenter with a misspelt option', 'bad-argument', () => createPresenter(canvas2d(), { bakend: '2d' }), "'bakend'", 'backend'],
  ['createPresenter with webgpu', 'unsupported', () => createPresenter(canvas2d(), { backend: 'webgpu' }), 'webgpu', 'webgl2'],
  ['createPresenter with webgl2 where there is none', 'unsupported', () => createPresenter(canvas2d(), { backend: 'webgl2' }), 'WebGL2'],
  ['createPresenter where there is no context at all', 'unsupported', () => createPresenter({ getContext: () => null }), '2d'],
  ...[undefined, null, 5, {}, 'frame', new Uint8Array(4)].map((frame, i) => [`present of no frame (${i})`, 'bad-argument', () => createPresenter(canvas2d()).present(frame), 'present', 'a frame']),
  ['present of a frame that is disposed of', 'stale-handle', ({ gone }) => createPresenter(canvas2d()).present(gone), 'disposed'],
  ['present after dispose()', 'disposed', ({ frame }) => {
    const presenter = createPresenter(canvas2d());
    presenter.dispose();
    return presenter.present(frame);
  }, 'present', 'disposed'],
];

export const WEB = [...CAPTURE, ...PRESENT];
