/** The command at work: a picture in, operations, a picture out. */
import { FramelaneError } from '../errors.js';
import { createEngine } from './index.js';
import { UsageError, numberOption, readSteps } from './cli-arguments.js';
import { explainText, listText } from './cli-text.js';
import { Progress } from './progress.js';
import { readImage } from './read-image.js';
import { fileType, writeImage } from './write-image.js';

/** @typedef {import('../engine.js').Engine} Engine */
/** @typedef {import('../frame.js').Frame} Frame */
/** @typedef {import('../pipeline.js').AnyPipeline} AnyPipeline */
/** @typedef {import('./cli-arguments.js').Command} Command */
/** @typedef {import('./cli-arguments.js').Step} Step */

const MEMORY_MAX = 2 ** 32; // address space, not memory: large pictures fit
const THREADS_MAX = 64;

/** @param {Command} command throws UsageError for what is wrong with it, and what reading, running and writing throw */
export async function run(command) {
  const threads = numberOption(command, 'threads', 0, THREADS_MAX);
  const engine = await createEngine({ threads: command.options.list ? 0 : threads, memory: { maximum: MEMORY_MAX } });
  try {
    const ops = engine.ops.filter((op) => !(/** @type {any} */ (op).internal));
    if (command.options.list) print(list(ops, command.items.map(({ word }) => word)));
    else await process(engine, command, readSteps(command.items, ops));
  } finally {
    await engine.dispose();
  }
}

/** @param {string} text */
function print(text) {
  console.log(text);
}

/** @param {import('../pipeline.js').OpInfo[]} ops @param {string[]} words */
function list(ops, words) {
  const found = words.length ? ops.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word.toLowerCase()))) : ops;
  if (!found.length) throw new UsageError(`there is no operation with '${words.join("' or '")}' in its name`);
  return listText(found);
}

/** @param {Engine} engine @param {Command} command @param {{ input: string | undefined, steps: Step[] }} plan */
async function process(engine, command, { input, steps }) {
  const { explain } = command.options, output = /** @type {string | undefined} */ (command.options.output);
  if (input === undefined) throw new UsageError('a picture to begin with is missing');
  if (output === undefined && !explain) throw new UsageError('-o is missing: where to write the picture');
  const quality = numberOption(command, 'quality', 1, 100);
  if (output !== undefined) asked(() => fileType(output, { quality }));
  asked(() => steps.filter(({ other }) => other === undefined).reduce((pipeline, { op, params }) => pipeline.op(op, params), engine.pipeline()));
  const photo = await readImage(engine, input), pipeline = await makePipeline(engine, steps, photo);
  if (explain) print(explainText(input, photo, pipeline.explain(photo.width, photo.height)));
  if (output === undefined) return;
  await writeImage(steps.length ? await runShown(pipeline, photo) : photo, output, { quality });
}

/** An error in what was asked for is one of usage. @template T @param {() => T} make @returns {T} */
function asked(make) {
  try {
    return make();
  } catch (error) {
    throw error instanceof FramelaneError && error.code === 'bad-argument' ? new UsageError(error.message.replace(/^writeImage: /, '')) : error;
  }
}

/** @param {Engine} engine @param {Step[]} steps @param {Frame} photo */
async function makePipeline(engine, steps, photo) {
  let pipeline = engine.pipeline();
  for (const { op, params, other } of steps) {
    const second = other === undefined ? [] : [await readImage(engine, other)];
    pipeline = asked(() => append(pipeline, photo, (before) => before.op(op, ...second, params)));
  }
  return pipeline;
}

/**
 * One more operation. Where it takes gray pictures and there is a coloured one, or the other way round, that is converted first.
 * @param {AnyPipeline} pipeline @param {Frame} photo @param {(before: AnyPipeline) => AnyPipeline} add
 */
function append(pipeline, photo, add) {
  const fitting = (/** @type {AnyPipeline} */ candidate) => (candidate.explain(photo.width, photo.height), candidate);
  try {
    return fitting(add(pipeline));
  } catch (error) {
    if (!(error instanceof FramelaneError && error.code === 'bad-format')) throw error;
    for (const convert of ['grayscale', 'toRgba']) {
      try {
        return fitting(add(pipeline.op(convert)));
      } catch { /* the first error says more */ }
    }
    throw error;
  }
}

/** @param {AnyPipeline} pipeline @param {Frame} photo */
async function runShown(pipeline, photo) {
  const progress = new Progress(globalThis.process.stderr);
  try {
    return await pipeline.run(photo, { onProgress: progress.listener });
  } finally {
    progress.end();
  }
}
