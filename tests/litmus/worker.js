// One thread of the litmus tests, in an instance of its own for each run.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ module, memory, role, test, threads, mutant, stretch, seed }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, emscripten_notify_memory_growth() {} } });
  exports.__stack_pointer.value = exports.stack_top(role);
  if (test === 5) exports.peterson(role, mutant, seed);
  else exports.run(test, role, threads, mutant, stretch, seed);
  parentPort.postMessage('done');
});
