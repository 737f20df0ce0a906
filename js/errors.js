/** The one error class of the package, and how the core's status numbers map to its codes. */

/**
 * @typedef {'bad-argument'|'bad-format'|'out-of-memory'|'stale-handle'|'busy'|'disposed'|'aborted'|'worker-lost'|'bad-module'|'unsupported'|'corrupted'} ErrorCode
 */

/**
 * Everything framelane throws. Nothing is lost when it is thrown: live frames keep their pixels. 'corrupted' is only thrown with debug
 * on: somebody has overwritten memory that was not theirs, and `findings` says what and whose.
 */
export class FramelaneError extends Error {
  /**
   * @param {ErrorCode} code what kind of failure, for programs
   * @param {string} message what was wrong and what to do, for people
   * @param {{ op?: string, cause?: unknown, findings?: readonly import('./guard.js').Finding[] }} [details]
   */
  constructor(code, message, { op, cause, findings } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'FramelaneError';
    /** @type {ErrorCode} */
    this.code = code;
    /** The operation concerned, where there is one. @type {string | undefined} */
    this.op = op;
    /** With 'corrupted': what was found. @type {readonly import('./guard.js').Finding[] | undefined} */
    this.findings = findings;
  }
}

/** By fl_status: 0 is success, -1 the first. @type {(ErrorCode | 'ok')[]} */
const codes = [
  'ok', 'bad-argument', 'bad-format', 'out-of-memory', 'stale-handle', 'busy', 'disposed', 'aborted', 'worker-lost', 'bad-module',
  'unsupported', 'corrupted',
];

/**
 * @param {number} status an fl_status below 0
 * @returns {ErrorCode}
 */
export function codeOf(status) {
  const code = codes[-status];
  return code && code !== 'ok' ? code : 'unsupported';
}

/**
 * The sentence every range check ends in.
 * @param {string} what @param {string} allowed @param {unknown} given
 */
export function badArgument(what, allowed, given) {
  return new FramelaneError('bad-argument', `${what} must be ${allowed}, got ${show(given)}`);
}

/**
 * A misspelt option is an error, not a wish that is passed over.
 * @param {string} where the method @param {unknown} options @param {string[]} known
 */
export function checkOptions(where, options, known) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw badArgument(`${where}: the options`, 'an object', options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new FramelaneError('bad-argument', `${where}: there is no option ${show(name)}; there are: ${known.join(', ')}`);
  }
}

/** A value as a short text for messages. @param {unknown} value @returns {string} */
export function show(value) {
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'object' && value !== null) return `${/^[aeiou]/i.test(nameOf(value)) ? 'an' : 'a'} ${nameOf(value)}`;
  return String(value);
}

/** @param {object} value */
function nameOf(value) {
  const name = value.constructor?.name;
  return typeof name === 'string' ? name : 'object';
}
