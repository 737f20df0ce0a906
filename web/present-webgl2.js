// Linear memory → textures → the canvas. texSubImage2D takes a view on shared memory as it is, so JavaScript copies nothing;
// the driver's own copy to the GPU is the one that any picture on a screen needs.

import { fail } from './fail.js';
import { yuvConstants } from './pixels.js';
import { planesOf } from './target.js';

const VERTEX = `#version 300 es
void main() { // one triangle that covers the canvas
  gl_Position = vec4(float(gl_VertexID & 1) * 4.0 - 1.0, float(gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
}`;

// texelFetch: a frame's pixel is a canvas pixel, so nothing is filtered. Row 0 is the top one.
const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D plane0, plane1, plane2;
uniform int format, height;
uniform vec3 luma;   // offset, scale, unused
uniform vec4 chroma; // rv, gu, gv, bu
out vec4 color;
void main() {
  ivec2 at = ivec2(int(gl_FragCoord.x), height - 1 - int(gl_FragCoord.y));
  vec4 first = texelFetch(plane0, at, 0);
  if (format == 0) { color = first; return; }
  if (format == 1) { color = first.bgra; return; }
  if (format == 2) { color = vec4(first.rrr, 1.0); return; }
  vec4 second = texelFetch(plane1, at / 2, 0);
  vec2 c = (format == 4 ? second.rg : vec2(second.r, texelFetch(plane2, at / 2, 0).r)) - 128.0 / 255.0;
  float l = (first.r - luma.x) * luma.y;
  color = vec4(l + chroma.x * c.y, l - chroma.y * c.x - chroma.z * c.y, l + chroma.w * c.x, 1.0);
}`;

/** @typedef {{ texture: WebGLTexture, width: number, height: number, internal: number }} Texture */

const FORMATS = ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'];
const CHANNELS = { rgba8: [4], bgra8: [4], gray8: [1], i420: [1, 1, 1], nv12: [1, 2] };

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas @returns {import('./present.js').Presenter} */
export function createWebgl2(canvas) {
  const gl = canvas.getContext('webgl2', { alpha: true, premultipliedAlpha: false, antialias: false, depth: false, stencil: false });
  if (!gl) throw fail('unsupported', 'createPresenter', 'no WebGL2 for this canvas: the browser has none, or the canvas has another context');
  /** @type {ReturnType<typeof build> | null} */
  let resources = build(gl);
  let last = null; // what to draw again after the GPU came back
  let disposed = false;

  const lost = (event) => { event.preventDefault(); resources = null; };
  const restored = () => {
    resources = build(gl);
    try {
      if (last) draw(gl, resources, canvas, last);
    } catch {
      last = null; // its owner disposed it meanwhile; the next present() draws
    }
  };
  canvas.addEventListener('webglcontextlost', lost);
  canvas.addEventListener('webglcontextrestored', restored);

  return {
    backend: 'webgl2',
    present(frame) {
      if (disposed) throw fail('disposed', 'present', 'this presenter was disposed');
      last = frame;
      if (gl.isContextLost() || !resources) {
        return { path: 'webgl2', copies: 0, bytes: 0, why: 'the GPU context is lost; the frame is drawn when it comes back' };
      }
      draw(gl, resources, canvas, frame);
      return { path: 'webgl2', copies: 0, bytes: 0, why: 'texSubImage2D read linear memory itself' };
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      last = null;
      canvas.removeEventListener('webglcontextlost', lost);
      canvas.removeEventListener('webglcontextrestored', restored);
      resources?.textures.forEach(({ texture }) => gl.deleteTexture(texture));
      if (resources) gl.deleteProgram(resources.program);
    },
  };
}

function build(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw fail('unsupported', 'createPresenter', `the driver refused the shaders: ${gl.getProgramInfoLog(program)}`);
  }
  gl.useProgram(program);
  const at = Object.fromEntries(['format', 'height', 'luma', 'chroma'].map((name) => [name, gl.getUniformLocation(program, name)]));
  [0, 1, 2].forEach((unit) => gl.uniform1i(gl.getUniformLocation(program, `plane${unit}`), unit));
  return { program, at, textures: /** @type {Texture[]} */ ([]), limit: gl.getParameter(gl.MAX_TEXTURE_SIZE) };
}

function draw(gl, { program, at, textures, limit }, canvas, frame) {
  const { width, height, format } = frame;
  if (Math.max(width, height) > limit) {
    throw fail('unsupported', 'present', `webgl2 draws up to ${limit} pixels a side here, got ${width}×${height}; use backend '2d'`);
  }
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });

  planesOf(frame).forEach((plane, unit) => upload(gl, textures, unit, plane, CHANNELS[format][unit]));
  gl.useProgram(program);
  gl.uniform1i(at.format, FORMATS.indexOf(format));
  gl.uniform1i(at.height, height);
  const { offset, luma, rv, gu, gv, bu } = yuvConstants(frame.origin);
  gl.uniform3f(at.luma, offset / 255, luma, 0);
  gl.uniform4f(at.chroma, rv, gu, gv, bu);
  gl.viewport(0, 0, width, height);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
}

function upload(gl, textures, unit, { data, stride, width, height }, channels) {
  const [internal, layout] = { 1: [gl.R8, gl.RED], 2: [gl.RG8, gl.RG], 4: [gl.RGBA8, gl.RGBA] }[channels];
  gl.activeTexture(gl.TEXTURE0 + unit);
  const kept = textures[unit];
  if (kept?.width === width && kept.height === height && kept.internal === internal) {
    gl.bindTexture(gl.TEXTURE_2D, kept.texture);
  } else {
    if (kept) gl.deleteTexture(kept.texture);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, internal, width, height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    textures[unit] = { texture, width, height, internal };
  }
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.pixelStorei(gl.UNPACK_ROW_LENGTH, stride / channels);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, layout, gl.UNSIGNED_BYTE, data);
}
