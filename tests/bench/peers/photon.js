// The rows of rows.js in photon, where it has them: on one thread, in place, on an image that stays in its own memory.
import photon from '@silvia-odwyer/photon-node';

export async function photonNode(inputs, { width, height }) {
  const from = (name) => new photon.PhotonImage(new Uint8Array(inputs[name].bytes), width, height);
  const rgba = from('rgba'), layer = from('layer');
  const made = (image) => image.free();
  const ROWS = {
    'invert': () => photon.invert(rgba),
    'brightness': () => photon.inc_brightness(rgba, 20),
    'contrast': () => photon.adjust_contrast(rgba, 30),
    'gamma': () => photon.gamma_correction(rgba, 1.25, 1.25, 1.25),
    'grayscale': () => photon.grayscale_human_corrected(rgba),
    'colorMatrix': () => photon.sepia(rgba),
    'threshold': () => photon.threshold(rgba, 100),
    'gaussianBlur σ2': () => photon.gaussian_blur(rgba, 2),
    'gaussianBlur σ8': () => photon.gaussian_blur(rgba, 8),
    'convolve 3×3': () => photon.sharpen(rgba),
    'resize nearest ⅔': () => made(photon.resize(rgba, (width * 2) / 3, (height * 2) / 3, photon.SamplingFilter.Nearest)),
    'resize bilinear ⅔': () => made(photon.resize(rgba, (width * 2) / 3, (height * 2) / 3, photon.SamplingFilter.Triangle)),
    'resize bicubic 2×': () => made(photon.resize(rgba, width * 2, height * 2, photon.SamplingFilter.CatmullRom)),
    'resize lanczos3 ½': () => made(photon.resize(rgba, width / 2, height / 2, photon.SamplingFilter.Lanczos3)),
    'crop': () => made(photon.crop(rgba, 320, 180, 1600, 900)),
    'pad': () => made(photon.padding_uniform(rgba, 32, new photon.Rgba(0, 0, 0, 255))),
    'flip x': () => photon.fliph(rgba),
    'flip y': () => photon.flipv(rgba),
    'rotate90': () => made(photon.rotate(rgba, 90)),
    'blend normal': () => photon.blend(rgba, layer, 'over'),
    'blend multiply': () => photon.blend(rgba, layer, 'multiply'),
    'blend screen': () => photon.blend(rgba, layer, 'screen'),
    'blend softLight': () => photon.blend(rgba, layer, 'soft_light'),
  };
  return { name: 'photon', about: 'photon, one thread, without SIMD', work: (row) => ROWS[row], close: () => {} };
}
