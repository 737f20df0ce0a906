// media.js <output.avi> <width> <height> <frames>: the codec demo's video, of the photos in demos/images with pan and zoom, by ffmpeg:
// MJPEG in AVI, 4:2:0 in full range, 25 frames a second.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const FPS = 25;
// zoom: from, to; at: where the picture lies in the enlarged photo, 0 left or top, 1 right or bottom, from, to; cut: where a photo that
// is too high is cut, 0 below, 1 above
const SHOTS = [
  { photo: 'rocket.jpg', zoom: [1.05, 1.45], at: [[0.5, 0.9], [0.46, 0.2]] },
  { photo: 'chelsea.png', zoom: [1.5, 1.1], at: [[0.4, 0.4], [0.7, 0.5]] },
  { photo: 'hubble_deep_field.jpg', zoom: [1.1, 1.9], at: [[0.1, 0.3], [0.8, 0.7]] },
  { photo: 'coffee.png', zoom: [1.6, 1.15], at: [[0.2, 0.8], [0.6, 0.4]] },
  { photo: 'astronaut.png', zoom: [1.5, 1.02], at: [[0.38, 0.3], [0.5, 0.5]], cut: 0.02 },
];

/** The filter that makes `frames` pictures of one photo. The photo is enlarged first, as zoompan moves by whole pixels of it. */
function shot({ zoom, at: [from, to], cut = 0.5 }, i, { width, height, frames }) {
  const part = `on/${frames - 1}`, between = ([a, b]) => `(${a}+(${b - a})*${part})`;
  const [x, y] = [0, 1].map((axis) => between([from[axis], to[axis]]));
  return `[${i}:v]scale=${2 * width}:${2 * height}:force_original_aspect_ratio=increase:flags=bicubic,crop=${2 * width}:${2 * height}:(iw-ow)/2:(ih-oh)*${cut},`
    + `zoompan=z='${between(zoom)}':x='(iw-iw/zoom)*${x}':y='(ih-ih/zoom)*${y}':d=${frames}:s=${width}x${height}:fps=${FPS},settb=1/${FPS}[s${i}]`;
}

/** All shots one after the other, each fading into the next for a quarter of its length. */
function filters(width, height, frames) {
  const count = SHOTS.length, overlap = Math.floor(frames / (4 * count - (count - 1)));
  const each = Math.ceil((frames + (count - 1) * overlap) / count);
  const shots = SHOTS.map((one, i) => shot(one, i, { width, height, frames: each }));
  const fades = SHOTS.slice(1).map((_, i) =>
    `[${i ? `f${i}` : 's0'}][s${i + 1}]xfade=transition=fade:duration=${overlap / FPS}:offset=${((i + 1) * (each - overlap)) / FPS}[f${i + 1}]`);
  return `${[...shots, ...fades].join(';')};[f${count - 1}]scale=out_range=full,format=yuvj420p[out]`;
}

const [output, width, height, frames] = process.argv.slice(2), unfinished = `${output}.part`;
mkdirSync(dirname(output), { recursive: true });
try {
  execFileSync('ffmpeg', [
    '-hide_banner', '-loglevel', 'error', '-nostdin', '-y',
    ...SHOTS.flatMap(({ photo }) => ['-i', `demos/images/${photo}`]),
    '-filter_complex', filters(Number(width), Number(height), Number(frames)), '-map', '[out]', '-frames:v', frames,
    '-c:v', 'mjpeg', '-q:v', '3', '-color_range', 'pc', '-fflags', '+bitexact', '-flags', '+bitexact', '-f', 'avi', unfinished,
  ], { stdio: 'inherit' });
  renameSync(unfinished, output);
} catch (error) {
  rmSync(unfinished, { force: true });
  console.log(error.code === 'ENOENT' ? 'media: ffmpeg was not found' : 'media: ffmpeg failed');
  process.exitCode = 1;
}
