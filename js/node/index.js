/** framelane in Node: the same contract on worker_threads. */
import { Engine } from '../engine.js';
import { nodePlatform } from './platform.js';

export { attach } from '../attach.js';
export { FramelaneError } from '../errors.js';
export { Frame } from '../frame.js';
export { Pipeline } from '../pipeline.js';
export { readImage } from './read-image.js';
export { writeImage } from './write-image.js';

/**
 * Creates an engine: its memory, its workers, its table of operations. Workers take Node some 60 ms to start; that is not waited for:
 * what runs before they serve (`stats().workersServing`) runs on the calling thread, and they join in as they come. One that cannot be had
 * is told by a process warning.
 *
 * @example
 * const engine = await createEngine({ threads: 2 });
 * const edges = engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).sobel();
 * const out = edges.runSync(engine.frame(640, 480));
 * await engine.dispose();
 *
 * @param {import('../engine.js').EngineOptions} [options]
 * @returns {Promise<Engine>} rejects with 'bad-argument', 'unsupported', 'out-of-memory', 'bad-module' or 'worker-lost'
 */
export function createEngine(options = {}) {
  return Engine.create(options, nodePlatform);
}
