// The other thread of ring.js: writes what it is told to.
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from '../../js/node/index.js';
import { CASES, WAYS } from './ring-ways.js';
import { writeAll, writeAllInC } from './ring-whole.js';

const { token, places, gate, whole } = workerData;
const engine = await attach(token), opened = new Map();
const go = new Int32Array(engine.memory.buffer, gate, 1);

parentPort.on('message', ({ number, way, items, inC, end }) => {
  if (end) {
    engine.detach();
    return parentPort.close();
  }
  if (way === undefined) return (inC ? writeAllInC : writeAll)(engine.sync.ring({ pointer: whole }), engine.memory, items);
  const key = `${number} ${way}`, { open, write } = WAYS[way];
  if (!opened.has(key)) opened.set(key, open(engine, places[number]));
  Atomics.store(go, 0, 1);
  Atomics.notify(go, 0);
  write(opened.get(key), CASES[number].words, items);
});
parentPort.postMessage('ready');
