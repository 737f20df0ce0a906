// The engine under test, twice: as it ships, and with everything plain that can be plain. Both must give the same bytes.
import { createEngine } from '../../js/node/index.js';

/** @typedef {{ width: number, height: number, format: any, bytes: Uint8Array }} Picture tight rows, planes one after the other */

const PIXEL = { rgba8: [4], bgra8: [4], gray8: [1], i420: [1, 1, 1], nv12: [1, 2] };
const MARGIN = 6; // of a view within its frame; even, as i420 and nv12 need it

/** Moves a picture's rows into a frame or out of it. */
function eachRow(frame, bytes, move) {
  let at = 0;
  frame.planes.forEach(({ data, stride, width, height }, p) => {
    const length = width * PIXEL[frame.format][p];
    for (let y = 0; y < height; y++, at += length)
      move(data.subarray(y * stride, y * stride + length), bytes.subarray(at, at + length));
  });
}

/** @returns {Picture} */
function pictureOf(frame) {
  const { width, height, format } = frame;
  const bytes = new Uint8Array(frame.planes.reduce((sum, plane, p) => sum + plane.width * PIXEL[format][p] * plane.height, 0));
  eachRow(frame, bytes, (row, to) => to.set(row));
  return { width, height, format, bytes };
}

/** A frame of these pixels. inside: as a view of a larger frame, whose other pixels are noise. */
function frameOf(engine, { width, height, format, bytes }, inside, made) {
  let frame = engine.frame(width + (inside ? 2 * MARGIN : 0), height + (inside ? 2 * MARGIN : 0), { format });
  made.push(frame);
  if (inside) {
    for (const { data } of frame.planes) for (let i = 0; i < data.length; i++) data[i] = (i * 37) % 251;
    made.push(frame = frame.view(MARGIN, MARGIN, width, height));
  }
  eachRow(frame, bytes, (row, from) => row.set(from));
  return frame;
}

export class Subject {
  /** @param {any} engine @param {boolean} plain */
  constructor(engine, plain) {
    this.engine = engine;
    this.plain = plain;
  }

  /**
   * What `build` makes of the pictures: it gets an empty pipeline and the second picture as a frame, if there is one.
   * @param {(pipeline: any, second: any) => any} build @param {Picture} input @param {Picture} [second]
   * @returns {Promise<Picture>}
   */
  async run(build, input, second) {
    const made = [];
    try {
      const frame = frameOf(this.engine, input, this.plain, made);
      const pipeline = build(this.engine.pipeline(), second && frameOf(this.engine, second, this.plain, made));
      const output = this.plain ? pipeline.runSync(frame) : await pipeline.run(frame);
      made.push(output);
      return pictureOf(output);
    } finally {
      for (const frame of made.reverse()) frame.dispose();
    }
  }
}

/** Threads, SIMD and fusion; and one thread, reference kernels, small tiles, one operation at a time, on views with strides. */
export async function createSubjects() {
  const engine = await createEngine({ threads: 2 });
  const plain = await createEngine({ mode: 'single', threads: 0, simd: false, fuse: false, tile: { width: 24, height: 16 } });
  return {
    subject: new Subject(engine, false),
    plain: new Subject(plain, true),
    dispose: async () => { await engine.dispose(), await plain.dispose(); },
  };
}
