// What a flow's figures say: where bytes were copied, and which frames were left out.

import { formatBytes, h, plural } from '../shared/dom.js';

/** Copies for each frame, from the stages' counters and the presenter's report. For drawEdges(). */
export function edgesOf(stats, present, { threads }) {
  const [demux, decode, draw] = stats.map(({ seats }) => ({
    out: Math.max(1, seats.reduce((sum, { out }) => sum + out, 0)), copied: seats.reduce((sum, { copied }) => sum + copied, 0),
  }));
  const edge = (name, { copied, out }, free, paid) => ({ name, copies: copied ? 1 : 0, bytes: Math.round(copied / out), why: copied ? paid : free });
  return [
    edge('File into memory', demux, 'the file is read straight into linear memory', threads
      ? 'a worker may read a Blob only into an array of its own; from there it is set into linear memory'
      : 'without threads the file is read into linear memory first'),
    edge('Demuxer to decoder', decode, 'the decoder reads the packet where the demuxer has put it', 'the decoder had to copy'),
    edge('Decoder to renderer', draw, 'the renderer reads the frame where the decoder has written it', 'the renderer had to copy'),
    { name: 'Frame to the screen', ...present },
  ];
}

/** @param {{number, time, code, why}[]} skipped  @param {number} frames that came through */
export function drawSkipped(root, skipped, frames) {
  const SHOWN = 50;
  root.replaceChildren(
    h('div', { class: 'panel-head' }, h('h2', { id: 'skipped-title' }, 'Left out'),
      h('p', { class: 'hint' }, frames === null ? '' : `${plural(frames, 'frame')} came through`)),
    skipped.length === 0
      ? h('p', { class: 'none' }, frames === null ? 'A picture that cannot be decoded is left out, and here it says why.' : 'Nothing was left out.')
      : h('div', { class: 'scroller tall', tabIndex: 0, role: 'region', 'aria-label': 'Frames left out' },
        h('table', { class: 'parts' },
          h('thead', {}, h('tr', {}, ['Frame', 'At', 'Why'].map((head) => h('th', { scope: 'col' }, head)))),
          h('tbody', {}, skipped.slice(0, SHOWN).map(({ number, time, why }) => h('tr', {},
            h('th', { scope: 'row' }, String(number)), h('td', {}, `${time.toFixed(2)} s`), h('td', { class: 'why' }, why))))),
        skipped.length > SHOWN ? h('p', { class: 'hint' }, `and ${skipped.length - SHOWN} more`) : null));
}

/** «1920 × 1080, 25 a second, 160 frames, 19.1 MB» */
export function describeClip({ blob, frames, rate }, size) {
  const facts = [size && `${size.width} × ${size.height}`, `${Number(rate.toFixed(2))} a second`, frames && plural(frames, 'frame'), formatBytes(blob.size)];
  return facts.filter(Boolean).join(', ');
}
