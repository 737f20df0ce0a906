/** A flow's line in the core, as far as it is calls and their answers: stages added, items and figures read. */
import { encodeParams } from './encode.js';
import { codeOf } from './errors.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./modules.js').LoadedModule} LoadedModule */

/**
 * @typedef {object} FlowHost what flows need of their engine
 * @property {Core} core @property {import('./platform.js').Platform} platform
 * @property {import('./frame.js').FrameRegistry} frames @property {import('./guard.js').Guard} guard
 * @property {import('./modules.js').Modules} modules @property {import('./runner.js').Runner} runner
 * @property {import('./crew.js').Crew | undefined} crew undefined: everything happens on this thread
 * @property {(edge: string, bytes: number) => void} countCopy
 * @property {Set<import('./flow.js').Flow>} running
 *
 * @typedef {object} StagePlan
 * @property {string} name @property {number} parallel @property {number} frames
 * @property {{ module: LoadedModule, index: number, params: Record<string, unknown> }} [stage]
 * @property {import('./pipeline.js').Pipeline} [pipeline] @property {import('./pipeline.js').Program} [program] as it is encoded when the flow starts
 * @property {{ items: AsyncIterable<unknown> | Iterable<unknown>, rate: number }} [iterable]
 * @property {unknown} [input]
 *
 * @typedef {object} ItemInfo
 * @property {number} number of the frame, from 0 @property {number} time when it is to be shown, in seconds
 *
 * @typedef {object} DataItem what the sink is given where the last stage makes no frames
 * @property {Uint8Array} data lent, as a frame is @property {string} form four letters, or '' @property {number} number @property {number} time
 *
 * @typedef {object} SeatStats
 * @property {number} busy @property {number} waitingForInput @property {number} waitingForOutput ms
 * @property {number} in items @property {number} out items @property {number} skipped @property {number} copied bytes
 *
 * @typedef {{ name: string, seats: SeatStats[], inFlight: number }} StageStats inFlight: its frames and buffers in use
 * @typedef {{ number: number, time: number, code: import('./errors.js').ErrorCode, why: string }} Skipped
 * @typedef {{ frames: number, seconds: number, skipped: Skipped[], stages: StageStats[] }} Summary
 *   skipped: the first 10000 of those that could not be made
 * @typedef {{ frames: number, skipped: number, position?: number, size?: number }} FlowProgress position, size: of the input, in bytes
 * @typedef {(frame: any, info: ItemInfo) => unknown} OnFrame a frame, or a DataItem; lent until what it returns has settled
 * @typedef {{ signal?: AbortSignal, onProgress?: (progress: FlowProgress) => void }} SinkOptions
 */

const KINDS = /** @type {const} */ (['nothing', 'frame', 'data', 'skipped']); // fl_item_kind of flow/stage.h

/** @param {Core} core @param {import('./runner.js').Runner} runner @param {number} line @param {StagePlan} plan */
export function addStage(core, runner, line, { name, stage, program, parallel, frames }) {
  const { exports } = core;
  if (stage) {
    const { module, index, params } = stage, bytes = encodeParams(params);
    withBytes(core, bytes, (at) => exports.fl_flows_add_stage(line, module.parts.about, index, at, bytes.length, parallel, frames), name);
  } else if (program) {
    const { flags, tile } = runner.planning, handles = Uint32Array.from(program.frames, (frame, f) => (f === 0 ? 0 : frame.handle));
    const graph = program.bytes.length, all = new Uint8Array(graph + handles.byteLength);
    all.set(program.bytes);
    all.set(new Uint8Array(handles.buffer), graph);
    withBytes(core, all, (at) => exports.fl_flows_add_pipeline(line, at, graph, at + graph, handles.length, flags, parallel, frames, ...tile), name);
  } else {
    core.check(exports.fl_flows_add_host(line, frames), name);
  }
}

/** What fl_flows_receive has left in the mailbox. @param {Core} core */
export function readItem(core) {
  const [kind, handle, address, bytes, number, form, , , time, status, why] = Array.from({ length: 11 }, (_, i) => core.mail(i));
  return {
    kind: KINDS[kind], handle, number, time, form: letters(form), data: new Uint8Array(core.memory.buffer, address, address ? bytes : 0),
    skipped: { code: codeOf(status), why: why ? core.memory.text(why) : '' },
  };
}

/** @param {Core} core @param {number} line @param {StagePlan[]} plans @param {number[]} seats @returns {StageStats[]} */
export function readStats(core, line, plans, seats) {
  const stages = plans.map(({ name }) => /** @type {StageStats} */ ({ name, seats: [], inFlight: 0 }));
  for (const number of seats) {
    core.exports.fl_flows_stats(line, number);
    const [stage, busy, input, output, copied, taken, given, skipped, inFlight] = Array.from({ length: 9 }, (_, i) => core.mail(i));
    stages[stage].seats.push({ busy: busy / 1e6, waitingForInput: input / 1e6, waitingForOutput: output / 1e6, in: taken, out: given, skipped, copied });
    stages[stage].inFlight += inFlight;
  }
  return stages;
}

/** Puts bytes where the core can read them, for one call. @param {Core} core @param {Uint8Array} bytes @param {(at: number) => number} call @param {string} name */
export function withBytes(core, bytes, call, name) {
  const at = core.alloc(Math.max(bytes.length, 1), 64, 'table');
  try {
    core.memory.u8.set(bytes, at);
    core.check(call(at), name);
  } finally {
    core.free(at);
  }
}

/** FL_FOURCC of flow/stage.h. @param {number} form */
function letters(form) {
  return form ? String.fromCharCode(form & 255, (form >>> 8) & 255, (form >>> 16) & 255, form >>> 24) : '';
}
