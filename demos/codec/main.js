// The video demo: wires the screen, the lane of stages and the panels to one Player.

import { createEngine } from '../../js/index.js';
import { createBothWays } from './both-ways.js';
import { openClip } from './clip.js';
import { CopyingLane, loadModules, startFlow } from './lanes.js';
import { measureWays } from './measure.js';
import { Monitor } from './monitor.js';
import { Player } from './player.js';
import { describeClip } from './reports.js';
import { createScreen } from './screen.js';
import { createSources } from './sources.js';
import { createStages } from './stages.js';
import { $, announce, toast } from '../shared/dom.js';
import { listenForDrops } from '../shared/drop.js';
import { showMode } from '../shared/mode.js';
import { startTheme } from '../shared/theme.js';

const BUILT_IN = new URL('../../build/media/lane.avi', import.meta.url);
const MEASURED_BYTES = 128 << 20; // more than 40 frames need
const page = document.documentElement;
const cores = Math.max(2, Math.min(8, navigator.hardwareConcurrency ?? 2));
const settings = { decoders: 2, width: 'full', stamp: true };
const shown = { numbers: [], drawn: 0, size: null, present: null, times: [] }; // what has been on the screen since the flow began
let engine, modules, player, screen, stages, monitor, ways, sources, copying;

async function start() {
  startTheme($('#theme'));
  engine = await createEngine({ threads: typeof SharedArrayBuffer === 'undefined' ? 0 : 1 });
  showMode(engine);
  if (engine.threads) $('#mode').textContent = 'shared memory, a thread each';
  modules = await loadModules(engine);
  player = new Player(engine, modules, {
    frame: showFrame, begun: begin, ended: (summary, wasStopped) => monitor.end(summary, wasStopped), failed: showError, state: showState,
  });
  const most = engine.threads ? cores : 1;
  Object.assign(settings, { decoders: Math.min(most, Math.max(2, Math.min(4, cores - 1))) });
  player.settings.repeat = true;
  apply();
  screen = createScreen($('#screen'), { engine, play });
  stages = createStages($('#lane'), {
    settings, most, why: most > 1 ? '' : 'Without shared memory there is one thread.', change: () => { apply(); player.restart(); },
  });
  monitor = new Monitor({ engine, player, stages, shown });
  ways = createBothWays($('#bench'), { measure });
  sources = createSources($('#sources'), {
    pace: player.settings.pace, repeat: player.settings.repeat, on: { builtIn: useBuiltIn, file: useFile, pace: usePace, repeat: useRepeat },
  });
  listenForDrops(useFile);
  wireActions();
  await useBuiltIn();
}

function apply() {
  const { decoders, width, stamp } = settings, { clip } = player;
  const half = width === 'half' && clip?.size ? { width: Math.max(1, Math.round(clip.size.width / 2)) } : {};
  Object.assign(player.settings, { decoders, look: { stamp, ...half } });
}

// ---- videos ----

async function useBuiltIn() {
  await guarded(async () => {
    const response = await fetch(BUILT_IN);
    if (!response.ok) throw new Error('The built-in video is not there: `make media` makes it, with ffmpeg. Open a file of your own meanwhile.');
    await use(await response.blob(), 'lane.avi', true);
  });
}

async function useFile(file) {
  await guarded(() => use(file, file.name, false));
  page.dataset.opened = Number(page.dataset.opened ?? 0) + 1;
}

async function use(blob, name, isBuiltIn) {
  ways.stop();
  await player.stop();
  page.dataset.state = 'loading';
  const clip = await openClip(engine, modules.demux, blob, name);
  Object.assign(shown, { numbers: [], size: null });
  player.clip = clip;
  apply();
  await still(0);
  clip.size = shown.size; // before half its size is asked for
  apply();
  sources.mark(isBuiltIn);
  Object.assign($('#seek'), { max: Math.max(1, (clip.frames ?? 1) - 1), disabled: !clip.frames });
  $('#credit').textContent = isBuiltIn ? 'Video: the demo’s photos, see demos/images.' : `Video: ${name}.`;
  describe();
  monitor.clear(clip);
  announce(`${name} is open: ${describeClip(clip, clip.size)}.`);
  if (page.dataset.state === 'loading') page.dataset.state = 'ready';
}

/** Shows one frame, or the next that can be decoded. */
async function still(from) {
  let isShown = false;
  const { look } = player.settings;
  const flow = startFlow(engine, modules, { input: player.clip.blob, decoders: 1, look, ...(from ? { start: from } : {}) }, (frame, info) => {
    if (!isShown) draw(frame, info.number, info.time);
    isShown = true;
    flow.stop();
  });
  const { skipped } = await flow.done;
  if (!isShown) throw new Error(`No picture could be decoded: ${skipped[0]?.why ?? 'there is none'}`);
  monitor.report(flow.stats());
}

async function guarded(task) {
  try {
    await task();
  } catch (error) {
    showError(error);
  }
}

// ---- playing ----

function begin() {
  Object.assign(shown, { numbers: [], drawn: 0, times: [] });
  monitor.begin();
}

function showFrame(frame, { number, time }) {
  shown.numbers.push(number);
  shown.times.push(performance.now());
  const isLast = number === player.clip.frames - 1;
  if (player.settings.pace === 'video' || screen.isReady || isLast) draw(frame, number, time);
}

function draw(frame, number, time) {
  shown.present = screen.present(frame);
  shown.drawn++;
  shown.size = { width: frame.width, height: frame.height };
  const seek = $('#seek');
  seek.value = number;
  seek.style.setProperty('--fill', `${(100 * number) / Math.max(1, seek.max)}%`);
  seek.setAttribute('aria-valuetext', `frame ${number}, ${time.toFixed(2)} s`);
}

function describe() {
  const { clip } = player;
  stages.describe(describeClip(clip, clip.size), `Canvas, by ${screen.backend}`);
}

function showState(state) {
  if (page.dataset.state !== 'loading') page.dataset.state = state === 'idle' ? 'ready' : state;
  $('#play').textContent = { idle: 'Play', playing: 'Pause', paused: 'Go on' }[state];
  $('#stop').disabled = state === 'idle';
  screen?.rest(state === 'idle');
  if (state === 'paused') announce(`Paused at frame ${shown.numbers.at(-1)}.`);
}

function showError(error) {
  page.dataset.state = 'error';
  toast(error.message);
  if (!error.code) console.warn(error);
}

// ---- actions ----

function play() {
  if (!player.clip) return;
  if (player.state === 'playing') player.pause();
  else if (player.state === 'paused') player.resume();
  else {
    ways.stop();
    player.play(atEnd() ? 0 : Number($('#seek').value));
  }
}

const atEnd = () => Number($('#seek').value) >= (player.clip.frames ?? Infinity) - 1;

function usePace(pace) {
  player.settings.pace = pace;
  player.reclock();
}

function useRepeat(on) { player.settings.repeat = on; }

function wireActions() {
  $('#play').addEventListener('click', play);
  $('#stop').addEventListener('click', () => guarded(async () => {
    await player.stop();
    await still(0);
  }));
  $('#seek').addEventListener('change', ({ target }) => guarded(async () => {
    const to = Number(target.value), was = player.state;
    await player.stop();
    if (was !== 'playing') await still(to);
    else player.play(to);
  }));
  addEventListener('keydown', (event) => {
    if (event.key !== ' ' || /^(BUTTON|INPUT|SUMMARY|A)$/.test(event.target.tagName)) return;
    event.preventDefault();
    play();
  });
}

/** The panel's button. Nothing else plays meanwhile. */
async function measure(signal, tell) {
  await player.stop();
  page.dataset.state = 'measuring';
  try {
    copying ??= await CopyingLane.create(createEngine);
    const input = player.clip.blob.slice(0, MEASURED_BYTES);
    copying.open(new Uint8Array(await input.arrayBuffer()));
    let last = 0;
    const show = (picture) => {
      if (performance.now() - last < 200) return;
      last = performance.now();
      screen.present(picture);
    };
    const decoders = settings.decoders > 1 ? [1, settings.decoders] : [1];
    const { look } = player.settings;
    return await measureWays({ engine, modules, copying, input, count: 40, rounds: 3, decoders, look, show, signal }, tell);
  } catch (error) {
    if (!signal.aborted) showError(error);
    return null;
  } finally {
    if (page.dataset.state === 'measuring') page.dataset.state = 'ready';
  }
}

// For the console and the tests: what the page runs on.
const value = { shown, settings, get engine() { return engine; }, get player() { return player; }, get screen() { return screen; } };
Object.defineProperty(globalThis, 'demo', { value });

start().catch(showError);
