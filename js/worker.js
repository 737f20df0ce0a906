/** The script of a thread in browsers: of a lane of the pool, or of a flow's stages. */
import { openInput } from './input.js';
import { serveLane } from './serve-lane.js';
import { serveSeat } from './serve-seat.js';

const post = (/** @type {object} */ message) => globalThis.postMessage(message);

globalThis.onmessage = ({ data }) => {
  if ('seat' in data) return serveSeat(data, post, openInput);
  const hear = serveLane(data, post, () => globalThis.close());
  globalThis.onmessage = (event) => hear(event.data);
};
