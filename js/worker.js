/** The script of a pool thread in browsers. */
import { serveLane } from './serve-lane.js';

globalThis.onmessage = ({ data }) => {
  const hear = serveLane(data, (message) => globalThis.postMessage(message), () => globalThis.close());
  globalThis.onmessage = (event) => hear(event.data);
};
