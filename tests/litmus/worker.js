// One thread of a litmus test.
import { parentPort, workerData } from 'node:worker_threads';

const { module, memory, role } = workerData;
const env = { memory, emscripten_notify_memory_growth() {} };
const { exports } = new WebAssembly.Instance(module, { env });
exports.__stack_pointer.value = exports.stack_top(role);
parentPort.on('message', ({ test, threads, mutant, stretch, seed }) => {
  if (test === undefined) return parentPort.close();
  if (test === 5) exports.peterson(role, mutant, seed);
  else exports.run(test, role, threads, mutant, stretch, seed);
  parentPort.postMessage('done');
});
parentPort.postMessage('ready');
