/** The side modules that come with the package, for engine.load(). Written out in full, each, because that is what bundlers recognise. */

/** AVI and Y4M files: a source of JPEG pictures or frames. */
export const aviDemux = new URL('../dist/modules/avi_demux.wasm', import.meta.url);
/** A stage that makes frames of JPEG pictures. */
export const jpegDecode = new URL('../dist/modules/jpeg_decode.wasm', import.meta.url);
/** Operations for what is to be seen: to RGBA, to size, with number and time drawn into the picture. */
export const render = new URL('../dist/modules/render.wasm', import.meta.url);
/** PNG and JPEG files: what readImage() and writeImage() of framelane/node call. */
export const imageFile = new URL('../dist/modules/image_file.wasm', import.meta.url);
