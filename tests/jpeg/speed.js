// speed.js: milliseconds of processor time to decode a 1080p frame of MJPEG, in Node on one thread against FFmpeg on one thread, in turn:
// a slow second of the machine hits both. Of a test pattern and of the demo's photos, slowly zoomed. ROUNDS=9.
import { mkdirSync, existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createEngine } from '../../js/node/index.js';
import { ffmpeg } from './pictures.js';

const FRAMES = 40, ROUNDS = Number(process.env.ROUNDS ?? 9);
const SIZE = '1920x1080', FOLDER = 'build/jpeg';
const ZOOM = `scale=3840:-1,zoompan=z='1+0.003*on':d=1:s=${SIZE}:fps=25`;
const VIDEOS = {
  'test pattern': ['-f', 'lavfi', '-i', `testsrc2=size=${SIZE}:rate=25`],
  ...Object.fromEntries(['rocket.jpg', 'astronaut.png', 'coffee.png', 'chelsea.png', 'hubble_deep_field.jpg']
    .map((name) => [name.replace(/\..*/, ''), ['-loop', '1', '-i', `demos/images/${name}`, '-vf', ZOOM]])),
};

process.chdir(new URL('../..', import.meta.url).pathname);
mkdirSync(FOLDER, { recursive: true });
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The video as an AVI, and its pictures. */
function makeVideo(name, input) {
  const avi = `${FOLDER}/${name.replaceAll(' ', '_')}.avi`;
  if (!existsSync(avi)) ffmpeg([...input, '-frames:v', String(FRAMES), '-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', avi]);
  const bytes = ffmpeg(['-i', avi, '-c', 'copy', '-f', 'mjpeg', '-']), jpegs = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(Buffer.from([0xFF, 0xD9]), at) + 2;
    jpegs.push(bytes.subarray(at, end));
    at = end;
  }
  if (jpegs.length !== FRAMES) throw new Error(`${avi}: ${jpegs.length} pictures`);
  return { avi, jpegs };
}

/** The difference of a long and a short run is decoding, without what starting takes. */
function ffmpegMilliseconds(avi) {
  const seconds = (loops) => {
    const args = ['-hide_banner', '-benchmark', '-threads', '1', '-stream_loop', String(loops), '-i', avi, '-f', 'null', '-'];
    const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
    return Number(/bench: utime=([\d.]+)s/.exec(stderr)?.[1]);
  };
  return (seconds(5) - seconds(1)) * 1000 / (4 * FRAMES);
}

const engine = await createEngine({ threads: 0 });
const decoder = await engine.load(new URL('../../dist/modules/jpeg_decode.wasm', import.meta.url));

/** With what the flow around it takes: the pictures are copied into linear memory. */
async function ourMilliseconds(jpegs) {
  const before = process.cpuUsage();
  for (let i = 0; i < 4; i++) await engine.stages().source(jpegs).stage(decoder).sink(() => {}).done;
  return process.cpuUsage(before).user / 1000 / (4 * FRAMES);
}

console.log('video'.padEnd(20), 'KB/frame', 'Node, wasm', 'FFmpeg', 'ratio in pairs');
const ratios = [];
for (const [name, input] of Object.entries(VIDEOS)) {
  const { avi, jpegs } = makeVideo(name, input), ours = [], theirs = [];
  await ourMilliseconds(jpegs);
  for (let round = 0; round < ROUNDS; round++) ours.push(await ourMilliseconds(jpegs)), theirs.push(ffmpegMilliseconds(avi));
  const ratio = median(ours.map((ms, i) => ms / theirs[i]));
  ratios.push(ratio);
  const size = jpegs.reduce((sum, { length }) => sum + length, 0) / FRAMES / 1024;
  const [node, other] = [ours, theirs].map((values) => `${median(values).toFixed(2)} ms`);
  console.log(name.padEnd(20), size.toFixed(0).padStart(8), node.padStart(10), other.padStart(7), ratio.toFixed(2));
}
const logarithms = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0);
console.log(`geometric mean of the ratios: ${Math.exp(logarithms / ratios.length).toFixed(2)}`);
await engine.dispose();
