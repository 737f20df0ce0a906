// What the page shows of a flow while it plays and afterwards: frames a second, what each thread does, copies, frames left out.

import { Occupancy } from './occupancy.js';
import { createOccupancyChart } from './occupancy-chart.js';
import { drawSkipped, edgesOf } from './reports.js';
import { $, formatBytes, plural } from '../shared/dom.js';
import { drawEdges } from '../shared/edges.js';

const SAMPLE_MS = 200;
const page = document.documentElement;

export class Monitor {
  #engine;
  #player;
  #stages;
  #shown;
  #occupancy = new Occupancy();
  #chart = createOccupancyChart($('#occupancy'));

  /** shown: {times, present}: when frames have come, and what the presenter said last */
  constructor({ engine, player, stages, shown }) {
    this.#engine = engine;
    this.#player = player;
    this.#stages = stages;
    this.#shown = shown;
    drawSkipped($('#skipped'), [], null);
    drawEdges($('#edges'), []);
    setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** Another video. */
  clear({ frames }) {
    $('#unit').hidden = true;
    $('#fps').textContent = frames ? plural(frames, 'frame') : 'Ready';
    $('#summary').textContent = 'ready to play';
    this.#occupancy.clear();
    this.#chart.clear();
    drawSkipped($('#skipped'), [], null);
  }

  /** A flow begins. */
  begin() { this.#occupancy.begin(performance.now()); }

  end({ stages, skipped, frames, seconds }, wasStopped) {
    this.report(stages);
    drawSkipped($('#skipped'), skipped, frames);
    if (!wasStopped) showRate(frames / seconds, `on average, ${plural(frames, 'frame')} in ${seconds.toFixed(2)} s`);
    page.dataset.runs = Number(page.dataset.runs ?? 0) + 1;
  }

  /** Shows what has been copied. The bytes that were copied between stages. */
  report(stats) {
    const between = stats.slice(1).flatMap(({ seats }) => seats).reduce((sum, { copied }) => sum + copied, 0);
    page.dataset.copiedBetween = between;
    drawEdges($('#edges'), edgesOf(stats, this.#shown.present, this.#engine));
    return between;
  }

  #sample() {
    const { flow, state } = this.#player;
    if (!flow || state === 'idle') return;
    const now = performance.now(), stats = flow.stats();
    this.#occupancy.sample(stats, now);
    const rows = this.#occupancy.rows(), between = this.report(stats);
    this.#chart.draw(rows);
    this.#stages.update(stats, rows);
    if (state === 'playing') this.#showPresentRate(stats, between, now);
  }

  #showPresentRate(stats, between, now) {
    const shown = this.#shown;
    shown.times = shown.times.filter((at) => at > now - 1000);
    if (shown.times.length < 3) return;
    const inFlight = stats.reduce((sum, stage) => sum + stage.inFlight, 0);
    showRate((1000 * (shown.times.length - 1)) / (now - shown.times[0]), `${inFlight} in flight, ${formatBytes(between)} copied between stages`);
  }
}

function showRate(rate, summary) {
  $('#unit').hidden = false;
  $('#fps').textContent = rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
  $('#summary').textContent = summary;
}
