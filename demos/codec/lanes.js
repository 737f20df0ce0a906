// The two ways a video goes: through one memory in a flow of stages; and the copying way, each module with an engine of its own.
// Nothing here needs a page: the benchmark runs the same code.

import { aviDemux, jpegDecode, render } from '../../js/modules-built-in.js';

/** Loads the three modules into one engine. */
export async function loadModules(engine) {
  const [demux, decode, draw] = await Promise.all([aviDemux, jpegDecode, render].map((module) => engine.load(module)));
  return { demux, decode, draw };
}

/**
 * Starts a flow: demuxer, decoders, renderer.
 * @param {Engine} engine
 * @param {{demux, decode, draw}} modules
 * @param {{input, decoders: number, start?: number, count?: number, look?: object}} what  look: parameters of render
 * @param {(frame: Frame, info: {number, time}) => unknown} onFrame
 */
export function startFlow(engine, { demux, decode, draw }, { input, decoders, start, count, look }, onFrame, options) {
  return engine.stages()
    .source(demux, { input, ...given({ start, count }) })
    .stage(decode, { parallel: decoders, frames: 2 * decoders + 2 })
    .stage(draw, { ...look })
    .sink(onFrame, options);
}

const given = (params) => Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

/** The yardstick: each module has a memory of its own, JavaScript carries the bytes between them, and one thing happens after the other. */
export class CopyingLane {
  #file = null;

  /** @param {(options: object) => Promise<Engine>} createEngine */
  static async create(createEngine) {
    const engines = await Promise.all([1, 2, 3].map(() => createEngine({ threads: 0, mode: 'single' })));
    const [demux, decode, draw] = await Promise.all([aviDemux, jpegDecode, render].map((module, i) => engines[i].load(module)));
    return new CopyingLane(engines, { demux, decode, draw });
  }

  constructor(engines, modules) {
    this.engines = engines;
    this.modules = modules;
  }

  /** Brings a file's bytes into the demuxer's memory, for any number of runs. @param {Uint8Array} bytes */
  open(bytes) {
    this.#file?.free();
    this.#file = this.engines[0].region(bytes.length);
    this.#file.view().set(bytes);
  }

  /**
   * @param {{input?, count?: number, look?: object, fresh?: boolean, signal?: AbortSignal}} what  input: where it is not what open() was given
   * @param {(picture: {data, width, height, format}, info: {number, time}) => unknown} onPicture
   * @returns {Promise<{frames: number, copies: number, bytes: number}>} copies and bytes: of all frames
   */
  async run({ input = this.#file, count, look = {}, fresh = false, signal }, onPicture) {
    const [demuxer, , renderer] = this.engines;
    const decoder = new Decoder(this.engines[1], this.modules.decode, new Crate(fresh));
    const packets = new Crate(fresh), pixels = new Crate(fresh);
    const sum = { frames: 0, copies: 0, bytes: 0 };
    const carry = ({ length }, copies) => { sum.copies += copies; sum.bytes += length * copies; };
    const onPacket = async (packet, info) => {
      const bytes = packets.packet(packet.data); // out of the demuxer's memory
      carry(bytes, 2); // and into the decoder's
      const decoded = await decoder.decode(bytes);
      if (!decoded) return;
      carry(decoded.data, 2);
      const picture = await draw(renderer, pixels, decoded, { ...look, ...info });
      carry(picture.data, 1);
      sum.frames++;
      await onPicture(picture, info);
    };
    try {
      await demuxer.stages().source(this.modules.demux, { input, ...given({ count }) }).sink(onPacket, { signal }).done;
    } finally {
      await decoder.end();
    }
    return sum;
  }

  async dispose() {
    await Promise.all(this.engines.map((engine) => engine.dispose()));
  }
}

/** JavaScript's side of an edge: one array that is used again and again, as a fresh one costs more than what is copied into it. */
class Crate {
  #bytes = new Uint8ClampedArray(0);
  #fresh;

  /** @param {boolean} fresh  takes a new array each time nevertheless, as code with slice() does */
  constructor(fresh) { this.#fresh = fresh; }

  #room(length) {
    if (this.#fresh || this.#bytes.length < length) this.#bytes = new Uint8ClampedArray(length);
    return this.#bytes.subarray(0, length);
  }

  /** A packet's bytes. */
  packet(data) {
    const bytes = this.#room(data.length);
    bytes.set(data);
    return new Uint8Array(bytes.buffer, 0, data.length);
  }

  /** A frame's pixels in tight rows: a decoder's frames are of whole blocks, so theirs lie apart. */
  picture({ planes, width, height, format }) {
    const rows = planes.map((plane) => (format === 'rgba8' ? plane.width * 4 : plane.width));
    const data = this.#room(planes.reduce((sum, plane, p) => sum + rows[p] * plane.height, 0));
    let at = 0;
    planes.forEach((plane, p) => {
      const isTight = plane.stride === rows[p], count = isTight ? 1 : plane.height, bytes = isTight ? rows[p] * plane.height : rows[p];
      for (let y = 0; y < count; y++, at += bytes) data.set(plane.data.subarray(y * plane.stride, y * plane.stride + bytes), at);
    });
    return { data, width, height, format };
  }
}

/** Pixels into the renderer's memory, through render, and out again. */
async function draw(engine, crate, { data, width, height, format }, params) {
  const frame = engine.frameFrom(data, width, height, { format });
  const result = await engine.pipeline().render(params).run(frame);
  const picture = crate.picture(result);
  frame.dispose();
  result.dispose();
  return picture;
}

/** A decoder that is given one packet, and gives one picture or none before it is given the next. */
class Decoder {
  #flow;
  #give; // hands the next packet to the flow
  #take; // hands its picture to who waits for it
  #sayReady;
  #ready = this.#unready(); // settles when the flow wants a packet

  constructor(engine, decode, crate) {
    let picture = null;
    const onProgress = () => { // it comes after each packet, also after one that no picture could be made of
      this.#take(picture);
      picture = null;
    };
    this.#flow = engine.stages().source(this.#packets()).stage(decode).sink((frame) => { picture = crate.picture(frame); }, { onProgress });
    this.#flow.done.catch(() => {}); // decode() and end() tell
  }

  #unready() {
    return new Promise((resolve) => { this.#sayReady = resolve; });
  }

  async* #packets() {
    for (;;) {
      const next = new Promise((resolve) => { this.#give = resolve; });
      this.#sayReady();
      const packet = await next;
      if (!packet) return;
      yield packet;
    }
  }

  async decode(bytes) {
    await Promise.race([this.#ready, this.#flow.done]);
    this.#ready = this.#unready();
    const picture = new Promise((resolve) => { this.#take = resolve; });
    this.#give(bytes);
    return Promise.race([picture, this.#flow.done.then(() => null)]);
  }

  async end() {
    await Promise.race([this.#ready, this.#flow.done]);
    this.#give(null);
    await this.#flow.done;
  }
}
