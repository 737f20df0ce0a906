// The pictures of the examples as frames: two photos, and one of them cut out, its surroundings transparent.

import { capture } from '../../web/index.js';
import { PHOTOS } from '../shared/photos.js';
import { paint } from '../shared/source.js';
import { SIZE } from './examples.js';

const photoOf = (id) => PHOTOS.find((photo) => photo.id === id);
const [CAT, COFFEE] = ['chelsea', 'coffee'].map(photoOf);

export const CREDIT = `Photos: ${CAT.credit}; ${COFFEE.credit}.`;

/** @returns {Promise<{photo: Frame, coffee: Frame, cutout: Frame}>} */
export async function loadPictures(engine) {
  const [cat, coffee] = await Promise.all([CAT, COFFEE].map(async ({ url, file }) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The photo ${file} could not be loaded.`);
    const bitmap = await createImageBitmap(await response.blob());
    return paint(bitmap, SIZE.width, SIZE.height, true);
  }));
  const pictures = { photo: cat, coffee, cutout: cutOut(coffee) };
  const frames = await Promise.all(Object.entries(pictures).map(async ([name, canvas]) => [name, await capture(engine, canvas, { format: 'rgba8' })]));
  return Object.fromEntries(frames);
}

/** The cup on its saucer, fading out at the rim. */
function cutOut(canvas) {
  const { width, height } = SIZE;
  const copy = paint(canvas, width, height, false);
  const context = copy.getContext('2d');
  const [x, y] = [width * 0.465, height * 0.51];
  const fade = context.createRadialGradient(x, y, height * 0.3, x, y, height * 0.52);
  fade.addColorStop(0, '#000');
  fade.addColorStop(1, '#0000');
  context.globalCompositeOperation = 'destination-in';
  context.fillStyle = fade;
  context.fillRect(0, 0, width, height);
  return copy;
}
