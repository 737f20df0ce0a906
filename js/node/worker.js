/** The script of a thread in Node: of a lane of the pool, or of a flow's stages. */
import { parentPort } from 'node:worker_threads';
import { serveLane } from '../serve-lane.js';
import { serveSeat } from '../serve-seat.js';
import { openInput } from './input.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const post = (/** @type {object} */ message) => port.postMessage(message);

/** @type {((message: any) => void) | undefined} */ let hear;
port.on('message', (message) => {
  if (hear) hear(message);
  else if ('seat' in message) serveSeat(message, post, openInput);
  else hear = serveLane(message, post, () => port.close());
});
