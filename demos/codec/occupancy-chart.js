// A strip of time for each seat: how much of each moment it worked, waited for room behind it, or had nothing to do.

import { h, svg } from '../shared/dom.js';

const WIDTH = 600, HEIGHT = 100; // of a strip's own units

/** @param {HTMLElement} root */
export function createOccupancyChart(root, kept = 60) {
  const strips = h('div', { class: 'strips' });
  root.append(
    h('div', { class: 'panel-head' }, h('h2', { id: 'occupancy-title' }, 'Who is busy when'),
      h('p', { class: 'legend' }, swatch('is-busy', 'at work'), swatch('is-output', 'waiting for room'), swatch('is-idle', 'waiting for frames'))),
    strips,
    h('p', { class: 'hint' }, 'A thread each, the last 12 seconds. A full yellow strip is what holds the others up.'));
  let drawn = new Map();
  empty();

  function empty() {
    drawn = new Map();
    strips.replaceChildren(h('p', { class: 'none' }, 'The threads show here what they do while the video plays.'));
  }

  return {
    clear: empty,
    /** @param {{key, name, shares}[]} rows of Occupancy */
    draw(rows) {
      if (rows.length === 0) return;
      if (rows.length !== drawn.size || rows.some(({ key }) => !drawn.has(key))) {
        drawn = new Map(rows.map(({ key, name }) => [key, strip(name)]));
        strips.replaceChildren(...[...drawn.values()].map(({ element }) => element));
      }
      for (const { key, name, shares } of rows) drawn.get(key).update(name, shares, kept);
    },
  };
}

const swatch = (tone, text) => h('span', {}, h('i', { class: `swatch ${tone}`, 'aria-hidden': 'true' }), text);

function strip(name) {
  const busy = svg('path', { class: 'is-busy' }), output = svg('path', { class: 'is-output' });
  const value = h('b', {});
  const element = h('div', { class: 'strip', role: 'img' },
    h('p', { class: 'strip-name' }, name),
    svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, output, busy),
    h('p', { class: 'strip-value' }, value));
  return {
    element,
    update(label, shares, kept) {
      busy.setAttribute('d', area(shares, kept, (share) => share.busy));
      output.setAttribute('d', area(shares, kept, (share) => share.busy + share.output));
      const { busy: now, output: waits } = shares.at(-1) ?? { busy: 0, output: 0 };
      value.textContent = percent(now);
      element.setAttribute('aria-label', `${label}: at work ${percent(now)} of the time, waiting for room ${percent(waits)}`);
    },
  };
}

const percent = (share) => `${Math.round(100 * share)} %`;

/** Steps from the left edge of the oldest sample to the right edge of the newest. */
function area(shares, kept, value) {
  const step = WIDTH / kept;
  let at = WIDTH - shares.length * step, path = `M${at} ${HEIGHT}`;
  for (const share of shares) {
    const y = HEIGHT * (1 - Math.min(1, share ? value(share) : 0));
    path += `V${y.toFixed(1)}H${(at += step).toFixed(1)}`;
  }
  return `${path}V${HEIGHT}Z`;
}
