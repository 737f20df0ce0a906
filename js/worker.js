/** The script of a pool thread in browsers. */
import { serveLane } from './serve-lane.js';

globalThis.onmessage = ({ data }) => {
  serveLane(data, (message) => globalThis.postMessage(message));
  globalThis.close();
};
