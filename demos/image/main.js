// The image-processing demo: wires the picture, the pipeline editor and the panels to one Session.

import { createBench } from './bench.js';
import { openCamera } from './camera.js';
import { $, announce, formatMs, plural, toast } from '../shared/dom.js';
import { drawEdges } from '../shared/edges.js';
import { explained } from './explained.js';
import { fnv1a } from './hash.js';
import { History } from './history.js';
import { createLane } from './lane.js';
import { drawMemory } from './memory-map.js';
import { showMode } from '../shared/mode.js';
import { PHOTOS, SIZES } from '../shared/photos.js';
import { presetsFor } from './presets.js';
import { drawPasses } from './reports.js';
import { savePng } from './save.js';
import { Session } from './session.js';
import { fromHash, toHash } from './share.js';
import { canvasOf, paint } from '../shared/source.js';
import { createSources } from './sources.js';
import { active, build, stepsOf } from './steps.js';
import { startTheme } from '../shared/theme.js';
import { createViewer, listenForPictures } from './viewer.js';
import { Work } from './work.js';

const page = document.documentElement;
const threads = typeof SharedArrayBuffer === 'undefined' ? 0 : Math.max(2, Math.min(16, navigator.hardwareConcurrency ?? 2));
const way = { workers: threads, fused: true, copying: false };
const link = fromHash(location.hash);
const state = {
  photo: PHOTOS.some(({ id }) => id === link.photo) ? link.photo : 'chelsea',
  size: SIZES.some(({ id }) => id === link.size) ? link.size : '1080p',
  blob: null,
  camera: null,
  shown: null, // the last result
};
const session = new Session();
const times = new History();
const work = new Work(session, way, { result: showResult, progress: showProgress, error: showError, state: (name) => { page.dataset.state = name; } });
let viewer, lane, bench, sources;

async function start() {
  startTheme($('#theme'));
  await session.configure(way);
  const { engine } = session;
  showMode(engine);
  viewer = createViewer($('#viewer'));
  const presets = presetsFor((steps) => build(engine, steps));
  lane = createLane($('#lane'), {
    ops: engine.ops.filter(({ internal }) => !internal), presets, size: () => session.input ?? { width: 640, height: 480 },
    change: (steps) => { work.steps = steps; if (session.input) work.ask(); },
  });
  bench = createBench($('#bench'), {
    way, most: engine.threads, why: engine.threads ? '' : 'Without shared memory there is one thread, so workers cannot be chosen.',
    change: () => work.ask(), measure: measureAll,
  });
  sources = createSources($('#sources'), { photo: state.photo, size: state.size, on: { photo: usePhoto, file: useBlob, camera: useCamera, still, size: useSize } });
  listenForPictures(useBlob);
  wireActions();
  restore(link, presets);
  addEventListener('hashchange', () => restore(fromHash(location.hash), presets));
  await usePhoto(state.photo);
}

/** A link's pipeline, or the first ready-made one. */
function restore({ pipeline, problem }, presets) {
  try {
    if (pipeline) { lane.set(stepsOf(session.engine.pipeline(pipeline).describe())); return; }
  } catch (error) {
    problem = `The pipeline in this link does not fit this engine. ${error.message}`;
  }
  if (problem) toast(problem);
  const [first] = presets;
  if (first && lane.steps.length === 0) $(`[data-preset="${first.id}"]`).click();
}

// ---- sources ----

async function usePhoto(id) {
  const photo = PHOTOS.find((each) => each.id === id);
  await guarded(async () => {
    const response = await fetch(photo.url);
    if (!response.ok) throw new Error(`The photo ${photo.file} could not be loaded.`);
    await useBlob(await response.blob(), photo);
  });
}

async function useBlob(blob, photo = null) {
  await guarded(async () => {
    closeCamera();
    const canvas = await canvasOf(blob, state.size);
    Object.assign(state, { blob, photo: photo?.id ?? null });
    sources.mark(state.photo, false);
    $('#credit').textContent = photo ? `Photo: ${photo.credit}.` : `Picture: ${blob.name ?? 'yours'}.`;
    await useCanvas(canvas);
  });
}

async function useCanvas(canvas) {
  viewer.setBefore(canvas);
  await work.ask({ source: canvas });
}

async function useSize(size) {
  state.size = size;
  if (state.blob) await useBlob(state.blob, PHOTOS.find(({ id }) => id === state.photo));
}

async function useCamera(on) {
  if (!on) { await usePhoto(state.photo ?? PHOTOS[0].id); return; }
  await guarded(async () => {
    state.camera = await openCamera((video) => work.ask({ source: video }));
    viewer.setBefore(state.camera.video);
    sources.mark(null, true);
    $('#credit').textContent = 'Picture: your camera, live.';
  });
}

async function still() {
  const { video } = state.camera;
  const canvas = paint(video, video.videoWidth, video.videoHeight, true);
  const blob = await new Promise((done) => { canvas.toBlob(done); });
  await useBlob(blob);
  announce('Picture taken.');
}

function closeCamera() {
  state.camera?.close();
  state.camera = null;
}

async function guarded(task) {
  try {
    await task();
  } catch (error) {
    showError(error);
  }
}

// ---- results ----

function showResult(result, last) {
  const { picture, ms } = result;
  const present = viewer.present(picture);
  state.shown = picture;
  if (!last || state.camera) { $('#time').textContent = formatMs(ms); if (!state.camera) return; }
  const hash = state.camera ? null : fnv1a(picture.data);
  if (hash) page.dataset.resultHash = hash;
  if (active(lane.steps).length > 0) times.add(workload(), { ...way }, ms, hash);
  bench.draw(times.rows());
  const plan = explained(work.explain(), lane.steps);
  $('#time').textContent = active(lane.steps).length ? formatMs(ms) : '–';
  $('#summary').textContent = summary(result, plan);
  lane.describe({ start: sizeOf(session.input), end: sizeOf(picture), joined: way.copying ? [] : plan.joined });
  drawEdges($('#edges'), [
    { name: 'Picture into memory', ...session.input.origin },
    between(result),
    { name: 'Result to the screen', ...present },
  ]);
  drawPasses($('#passes'), plan, way);
  if (!state.camera) {
    drawMemoryPanel();
    history.replaceState(null, '', toHash({ photo: state.photo, size: state.size, pipeline: build(session.engine, lane.steps).describe() }));
    announce(`Done in ${formatMs(ms)}.`);
  }
}

function between({ copies, bytes, way: { copying } }) {
  return {
    name: 'Between operations',
    copies,
    bytes,
    why: copying ? 'each operation takes its pixels from a JavaScript array and gives them back to one' : 'workers read and write the same linear memory',
  };
}

function drawMemoryPanel() {
  const pictures = [{ name: 'source', frame: session.input }];
  if (session.output && session.output !== session.input) pictures.push({ name: 'result', frame: session.output });
  drawMemory($('#memory'), session.engine, pictures);
}

const workload = () => JSON.stringify([state.photo, state.size, session.input.width, active(lane.steps).map(({ op, params, other }) => [op, params, other])]);
const sizeOf = ({ width, height, format }) => `${width} × ${height} ${format}`;

function summary({ way: { copying } }, plan) {
  const count = active(lane.steps).length;
  if (count === 0) return 'Nothing to do: add an operation.';
  const pixels = `${((session.input.width * session.input.height) / 1e6).toFixed(1)} megapixels`;
  const where = copying ? 'copying, one thread' : session.engine.threads ? plural(session.engine.threads, 'worker') : 'one thread';
  const passes = copying || !plan.passes.length ? '' : ` in ${plural(plan.passes.length, 'pass', 'passes')}`;
  return `${plural(count, 'operation')}${passes}, ${pixels}, ${where}`;
}

function showProgress(share) {
  const bar = $('#progress');
  bar.hidden = share === null;
  if (share === null) return;
  bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
  bar.firstElementChild.style.setProperty('inline-size', `${share * 100}%`);
}

function showError(error) {
  page.dataset.state = 'error';
  const steps = lane?.steps ?? [];
  if (error.op && steps.some(({ op }) => op === error.op)) lane.describe({ start: sizeOf(session.input), end: 'no result', error });
  else toast(error.message);
  if (!error.code) console.warn(error);
}

// ---- actions ----

function wireActions() {
  $('#save').addEventListener('click', () => guarded(async () => {
    if (!state.shown) return;
    await savePng(state.shown, `framelane-${state.photo ?? 'picture'}.png`);
    toast('Saved as PNG.');
  }));
  $('#share').addEventListener('click', () => guarded(async () => {
    const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    toast(copied ? 'Link copied: it holds the pipeline.' : 'This browser keeps the clipboard to itself; the address bar has the link.');
  }));
  $('#zoom').addEventListener('click', ({ currentTarget: button }) => {
    const actual = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(actual));
    viewer.zoom(actual);
  });
}

async function measureAll(tell) {
  if (active(lane.steps).length === 0) { toast('Add an operation first.'); return; }
  const most = session.engine.threads && threads;
  const copying = { copying: true, fused: false, workers: way.workers };
  const ways = [copying, ...[...new Set([Math.min(1, most), most])].flatMap((workers) => [false, true].map((fused) => ({ copying: false, fused, workers })))];
  times.clear();
  await work.ask({ measure: { ways, tell, record: (each, ms, hash) => { times.add(workload(), each, ms, hash); bench.draw(times.rows()); } } });
}

// For the console and the tests: what the page runs on.
Object.defineProperty(globalThis, 'demo', { value: { session, work, get steps() { return lane.steps; } } });

start().catch(showError);
