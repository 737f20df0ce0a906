import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badArgument, codeOf, FramelaneError, show } from '../../js/errors.js';
import * as node from '../../js/node/index.js';

test('a FramelaneError is an Error with a code, an operation and a cause', () => {
  const cause = new Error('below');
  const error = new FramelaneError('busy', 'in use', { op: 'invert', cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'FramelaneError');
  assert.equal(error.message, 'in use');
  assert.equal(error.code, 'busy');
  assert.equal(error.op, 'invert');
  assert.equal(error.cause, cause);
  assert.match(error.stack, /errors\.test\.js/);
});

test('without details there is neither an operation nor a cause', () => {
  const error = new FramelaneError('disposed', 'gone');
  assert.equal(error.op, undefined);
  assert.equal('cause' in error, false);
});

test('the class is the same one wherever it is imported from', () => assert.equal(node.FramelaneError, FramelaneError));

test('the core’s status numbers have the codes of the contract, in order', () => {
  const codes = ['bad-argument', 'bad-format', 'out-of-memory', 'stale-handle', 'busy', 'disposed', 'aborted', 'worker-lost', 'bad-module', 'unsupported', 'corrupted'];
  assert.deepEqual(codes.map((_, i) => codeOf(-1 - i)), codes);
});

test('a status nobody knows is still a code', () => {
  for (const status of [-12, -1000, 0, 5]) assert.equal(codeOf(status), 'unsupported');
});

test('a range error says what, what is allowed and what was given', () => {
  const error = badArgument('frame: width', 'between 1 and 9', 12);
  assert.equal(error.code, 'bad-argument');
  assert.equal(error.message, 'frame: width must be between 1 and 9, got 12');
});

for (const [value, text] of [
  [3, '3'], [-0.5, '-0.5'], [NaN, 'NaN'], [Infinity, 'Infinity'], [10n, '10'], [true, 'true'], [undefined, 'undefined'], [null, 'null'],
  ['left', "'left'"], [() => 1, 'a function'], [Symbol('x'), 'a symbol'], [{}, 'an Object'], [[], 'an Array'], [new Map(), 'a Map'],
  [Object.create(null), 'an object'],
]) {
  test(`${text} is shown as such in messages`, () => assert.equal(show(value), text));
}

test('a long text is cut in messages', () => assert.equal(show('x'.repeat(1000)).length, 62));
