/** The script of a pool thread in Node. */
import { parentPort } from 'node:worker_threads';
import { serveLane } from '../serve-lane.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.once('message', (order) => {
  const hear = serveLane(order, (message) => port.postMessage(message), () => port.close());
  port.on('message', hear);
});
