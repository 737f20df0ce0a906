// Frames of wrong sizes, formats and bytes, wrong rectangles, frames that are gone: [what, code, call, what the message says].
const NUMBERS = [0, -1, 1.5, NaN, Infinity, -Infinity, 65536, 2 ** 32, 2 ** 53, '5', null, undefined, {}, [5], true, 5n, Symbol('five'), () => 5];
const shown = (value) => (typeof value === 'symbol' ? 'symbol' : typeof value === 'bigint' ? `${value}n` : typeof value === 'function' ? 'function' : JSON.stringify(value) ?? String(value));
const SIDE = 'between 1 and 65535';
const FORMATS = ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'];
const BAD_FORMATS = ['rgb8', 'RGBA8', '', 'gray16', null, 5, {}, [], Object.create(null), Symbol('f'), true, '__proto__', 'constructor', 0];
const BAD_OPTIONS = [null, 5, 'gray8', true, Symbol('o')];

/** A buffer whose bytes have gone elsewhere. */
function detached(bytes) {
  const buffer = new ArrayBuffer(bytes);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

const SIZES = NUMBERS.flatMap((value) => [
  [`frame(${shown(value)}, 5)`, 'bad-argument', ({ engine }) => engine.frame(value, 5), 'frame', 'width', SIDE],
  [`frame(5, ${shown(value)})`, 'bad-argument', ({ engine }) => engine.frame(5, value), 'frame', 'height', SIDE],
]);

const FRAME = [
  ['frame()', 'bad-argument', ({ engine }) => engine.frame(), 'width', SIDE],
  ['frame(65535, 65535)', 'out-of-memory', ({ engine }) => engine.frame(65535, 65535), 65535 * 65535 * 4, 'memory.maximum'],
  ...BAD_FORMATS.map((format) => [`frame of format ${shown(format)}`, 'bad-format', ({ engine }) => engine.frame(5, 5, { format }), 'format', ...FORMATS]),
  ...BAD_OPTIONS.map((options) => [`frame with options ${shown(options)}`, 'bad-argument', ({ engine }) => engine.frame(5, 5, options), 'frame', 'options', 'an object']),
  ['frame with a misspelt option', 'bad-argument', ({ engine }) => engine.frame(5, 5, { fromat: 'gray8' }), "'fromat'", 'format'],
  ['frame with an option of the prototype’s', 'bad-argument', ({ engine }) => engine.frame(5, 5, JSON.parse('{"__proto__": 1}')), '__proto__', 'format'],
];

const BYTES = ['a Uint8Array', 'ArrayBuffer'];
const FRAME_FROM = [
  ...[undefined, null, 5, 'abc', {}, [1, 2, 3, 4], true, new Uint16Array(4), new Float32Array(1), new DataView(new ArrayBuffer(4)), Symbol('b'), () => {}]
    .map((bytes) => [`frameFrom(${bytes?.constructor?.name} ${shown(bytes).slice(0, 20)})`, 'bad-argument', ({ engine }) => engine.frameFrom(bytes, 1, 1), 'frameFrom', ...BYTES]),
  ...[0, 3, 5, 400].map((length) => [`frameFrom of ${length} bytes for 4`, 'bad-argument', ({ engine }) => engine.frameFrom(new Uint8Array(length), 1, 1), '4 bytes', '1×1 rgba8', `got ${length}`]),
  ['frameFrom of 5 bytes for an i420 of 3×3', 'bad-argument', ({ engine }) => engine.frameFrom(new Uint8Array(5), 3, 3, { format: 'i420' }), 'bytes', '3×3 i420', 'got 5'],
  ['frameFrom of a detached buffer', 'bad-argument', ({ engine }) => engine.frameFrom(detached(4), 1, 1), 'frameFrom'],
  ['frameFrom of a detached view', 'bad-argument', ({ engine }) => {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return engine.frameFrom(bytes, 1, 1);
  }, 'frameFrom'],
  ...[0, 1.5, '1', NaN].map((width) => [`frameFrom, ${shown(width)} wide`, 'bad-argument', ({ engine }) => engine.frameFrom(new Uint8Array(4), width, 1), 'width', SIDE]),
  ...BAD_OPTIONS.map((options) => [`frameFrom with options ${shown(options)}`, 'bad-argument', ({ engine }) => engine.frameFrom(new Uint8Array(4), 1, 1, options), 'options', 'an object']),
  ...BAD_FORMATS.slice(0, 9).map((format) => [`frameFrom of format ${shown(format)}`, 'bad-format', ({ engine }) => engine.frameFrom(new Uint8Array(4), 1, 1, { format }), 'format', ...FORMATS]),
];

/** The frame is 13×7. */
const VIEW = [
  ...['x', 'y', 'width', 'height'].flatMap((name, i) => [-1, 1.5, NaN, Infinity, '2', null, undefined, {}, 5n, 2 ** 32, 70000].map((value) => {
    const rectangle = [1, 1, 2, 2].map((given, k) => (k === i ? value : given));
    return [`view with ${name} ${shown(value)}`, 'bad-argument', ({ frame }) => frame.view(...rectangle), 'view', name];
  })),
  ...[[0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 14, 1], [0, 0, 1, 8], [13, 0, 1, 1], [0, 7, 1, 1], [12, 6, 2, 1], [65535, 65535, 65535, 65535]]
    .map((rectangle) => [`view(${rectangle})`, 'bad-argument', ({ frame }) => frame.view(...rectangle), 'view']),
  ['view()', 'bad-argument', ({ frame }) => frame.view(), 'view', 'x'],
  ['a view of a view, larger than the view', 'bad-argument', ({ view }) => view.view(0, 0, 6, 2), 'view'],
  ['a view that splits a chroma sample', 'bad-argument', ({ planar }) => planar.view(1, 0, 2, 2), 'view'],
];

/** Every use of a frame that is gone. */
const USES = {
  data: (frame) => frame.data, planes: (frame) => frame.planes, stride: (frame) => frame.stride, pointer: (frame) => frame.pointer,
  handle: (frame) => frame.handle, byteLength: (frame) => frame.byteLength, view: (frame) => frame.view(0, 0, 1, 1), clone: (frame) => frame.clone(),
};
const GONE = Object.entries(USES).flatMap(([name, use]) => [
  [`${name} of a disposed frame`, 'stale-handle', ({ gone }) => use(gone), 'disposed'],
  [`${name} of a frame whose engine is disposed of`, 'disposed', ({ orphan }) => use(orphan), 'engine', 'disposed'],
]);

export const FRAMES = [...SIZES, ...FRAME, ...FRAME_FROM, ...VIEW, ...GONE];
