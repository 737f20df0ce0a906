import { FramelaneError } from '../js/errors.js';

/** An error of the web edges: names the function, says what was wrong and what to do. */
export function fail(code, op, message, cause) {
  return new FramelaneError(code, `${op}: ${message}`, { op, cause });
}
