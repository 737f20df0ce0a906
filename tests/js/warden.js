// A thread between an engine and one of its workers. Told to, it ends the worker while the engine's thread is blocked, and says
// nothing of it: the way a browser's worker dies.
import { parentPort, Worker } from 'node:worker_threads';

const worker = new Worker(new URL('../../js/node/worker.js', import.meta.url));
worker.on('message', (message) => parentPort.postMessage(message));
parentPort.on('message', (message) => {
  if (message.killIn === undefined) worker.postMessage(message);
  else setTimeout(() => worker.terminate(), message.killIn);
});
