// What tests reach from outside, as a program that imports the package would have it.
import * as framelane from '../../../js/index.js';
import * as web from '../../../web/index.js';

Object.assign(globalThis, { ...framelane, ...web });

/** A picture in which every pixel differs: red runs along x, green along y, blue mixes both. */
globalThis.pattern = (width, height, alpha = () => 255) => {
  const image = new ImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) image.data.set([(x * 37) & 255, (y * 53) & 255, (x * y * 11) & 255, alpha(x, y)], 4 * (y * width + x));
  }
  return image;
};
globalThis.maxDifference = (a, b) => {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
};
globalThis.codeOf = async (task) => {
  try { await task(); return 'no error'; } catch (error) { return `${error.code}: ${error.message}`; }
};
globalThis.ready = createEngineOnce();

async function createEngineOnce() {
  globalThis.engine = await framelane.createEngine({ threads: globalThis.crossOriginIsolated ? 2 : 0 });
  return true;
}
