// JPEG pictures by FFmpeg: of the demo's photos and of a test pattern, in sizes and qualities; and what FFmpeg decodes them to.
import { spawnSync } from 'node:child_process';

const PHOTOS = ['astronaut.png', 'chelsea.png', 'coffee.png', 'hubble_deep_field.jpg', 'rocket.jpg'].map((name) => `demos/images/${name}`);
export const SIZES = [[1, 1], [17, 33], [640, 480], [1919, 1079]];
export const QUALITIES = [1, 3, 12, 31]; // FFmpeg's, from best to worst

/** @param {string[]} args @param {Uint8Array} [input] */
export function ffmpeg(args, input) {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args],
    { input, maxBuffer: 1 << 30, env: { ...process.env, AV_LOG_FORCE_NOCOLOR: '1' } });
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr || status}`);
  return stdout;
}

/** Without its segments of Huffman tables, as pictures in an AVI are. @param {Uint8Array} jpeg */
function withoutTables(jpeg) {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  for (; jpeg[at + 1] !== 0xDA;) {
    const end = at + 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
    if (jpeg[at + 1] !== 0xC4) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

/** One picture after the other. @returns {Generator<{ name: string, jpeg: Uint8Array, width: number, height: number }>} */
export function* pictures() {
  for (const photo of [...PHOTOS, 'testsrc2'])
    for (const [width, height] of SIZES)
      for (const quality of QUALITIES) {
        const input = photo === 'testsrc2' ? ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080'] : ['-i', photo];
        const bare = quality === 12;
        const jpeg = ffmpeg([...input, '-frames:v', '1', '-vf', `scale=${width}:${height}`, '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg',
          '-q:v', String(quality), '-qmin', '1', '-huffman', bare ? 'default' : 'optimal', '-f', 'image2pipe', '-']);
        const name = `${photo.replace(/.*\//, '')} ${width}×${height} q${quality}${bare ? ' without tables' : ''}`;
        yield { name, jpeg: bare ? withoutTables(jpeg) : jpeg, width, height };
      }
}

/** Tight planes, one after the other. @param {Uint8Array} jpeg */
export const decodedByFfmpeg = (jpeg) =>
  ffmpeg(['-f', 'mjpeg', '-i', '-', '-frames:v', '1', '-pix_fmt', 'yuvj420p', '-f', 'rawvideo', '-'], jpeg);
