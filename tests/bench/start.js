// Prints how many milliseconds a fresh process takes from createEngine() to its first result.
import { pathToFileURL } from 'node:url';

export async function startOnce(createEngine) {
  const begin = performance.now();
  const engine = await createEngine({ threads: 2 });
  const input = engine.frame(640, 480);
  const output = await engine.pipeline().invert().run(input);
  const ms = performance.now() - begin;
  if (output.data[0] !== 255) throw new Error('the first result is wrong');
  await engine.dispose();
  return ms;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { createEngine } = await import('../../js/node/index.js');
  console.log(await startOnce(createEngine));
}
