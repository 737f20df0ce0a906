import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noise } from './support.js';

test('noise is noise: the tests would notice pixels that are moved, swapped or left out', () => {
  const bytes = noise(40000);
  const counts = new Uint32Array(256);
  for (const value of bytes) counts[value]++;
  assert.ok(counts.every((count) => count > 20), 'every value occurs');
  for (let shift = 1; shift < 600; shift++) {
    let same = 0;
    for (let i = shift; i < 8000; i++) same += bytes[i] === bytes[i - shift];
    assert.ok(same < 200, `${same} of 8000 bytes recur after ${shift}`);
  }
});
