// Videos for tests, made by ffmpeg, and what ffmpeg and ffprobe say is in them.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why tests that need ffmpeg are skipped; false: they are not. */
export const withoutFfmpeg = ['ffmpeg', 'ffprobe'].some((name) => spawnSync(name, ['-version']).error)
  && 'ffmpeg and ffprobe are not installed (apt-get install ffmpeg)';

const pattern = (size, rate) => ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=0.8`];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=0.8'];
const JPEG = ['-c:v', 'mjpeg', '-q:v', '4'], PIXELS = (format) => ['-c:v', 'rawvideo', '-pix_fmt', format];

/** name → ffmpeg's words for it; '-' at its end: what comes out of a pipe. */
const KINDS = {
  'jpeg.avi': [...pattern('322x242', '30000/1001'), ...JPEG],
  'sound-first.avi': [...SOUND, ...pattern('160x120', '25'), '-map', '0', '-map', '1', ...JPEG, '-c:a', 'pcm_s16le'],
  'unfinished.avi': [...pattern('160x120', '25'), ...JPEG, '-f', 'avi', '-'],
  'i420.avi': [...pattern('161x121', '10'), ...PIXELS('yuv420p')],
  'yv12.avi': [...pattern('160x121', '10'), ...PIXELS('yuv420p'), '-vtag', 'YV12'],
  'nv12.avi': [...pattern('162x120', '10'), ...PIXELS('nv12')],
  'gray.avi': [...pattern('161x121', '10'), ...PIXELS('gray')],
  'i420.y4m': [...pattern('161x121', '30000/1001'), '-pix_fmt', 'yuv420p'],
  'gray.y4m': [...pattern('161x121', '10'), '-pix_fmt', 'gray', '-strict', '-1'],
  'wide.y4m': [...pattern('160x120', '10'), '-pix_fmt', 'yuv444p'],
  'mpeg4.avi': [...pattern('160x120', '10'), '-c:v', 'mpeg4'],
};

const folder = mkdtempSync(join(tmpdir(), 'framelane-videos-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const ffmpeg = (...words) => execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-threads', '1', ...words], { maxBuffer: 1 << 28 });

/** The path of a video, made when first asked for. @param {keyof typeof KINDS} name */
export function video(name) {
  const path = join(folder, name), words = KINDS[name];
  if (existsSync(path)) return path;
  if (words.at(-1) === '-') writeFileSync(path, ffmpeg(...words)); // into a pipe it cannot go back to write lengths
  else ffmpeg(...words, path);
  return path;
}

/** The packets of the video in a file, as ffprobe lists them: size, time in seconds, SHA-256 of the bytes. @param {string} path */
export function packetsOf(path) {
  const words = ['-v', 'error', '-select_streams', 'v:0', '-show_packets', '-show_data_hash', 'sha256', '-of', 'json', path];
  const { packets } = JSON.parse(execFileSync('ffprobe', words, { encoding: 'utf8', maxBuffer: 1 << 26 }));
  return packets.map(({ size, pts_time, data_hash }) => ({ size: Number(size), time: Number(pts_time), hash: data_hash.replace('SHA256:', '') }));
}

/** All pictures as ffmpeg decodes them, one behind the other. @param {string} path @param {string} format ffmpeg's name */
export const pixelsOf = (path, format) => new Uint8Array(ffmpeg('-i', path, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', format, '-'));
