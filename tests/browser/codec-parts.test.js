// The video demo's parts that need no page: what it shows is what the flow counts, and both ways make the same pictures.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { CopyingLane, loadModules, startFlow } from '../../demos/codec/lanes.js';
import { Occupancy } from '../../demos/codec/occupancy.js';
import { describeClip, edgesOf } from '../../demos/codec/reports.js';
import { createEngine } from '../../js/node/index.js';
import { media } from './codec-page.js';

let engine, modules, copying;

before(async () => {
  engine = await createEngine({ threads: 1 });
  [modules, copying] = await Promise.all([loadModules(engine), CopyingLane.create(createEngine)]);
});
after(async () => {
  await copying?.dispose();
  await engine?.dispose();
});

const hash = (rows) => rows.reduce((sum, row) => sum.update(row), createHash('sha1')).digest('hex');
const rowsOf = ({ data, width, height, stride = 4 * width }) => Array.from({ length: height }, (_, y) => data.subarray(y * stride, y * stride + 4 * width));

test('both ways make the same pictures, in the same order', async () => {
  const input = media('small.avi'), look = { width: 200, stamp: true }, flow = [], carried = [];
  const note = (list) => (picture, { number, time }) => { list.push([number, time, picture.width, picture.height, hash(rowsOf(picture))]); };
  await startFlow(engine, modules, { input, decoders: 3, look }, note(flow)).done;
  const { frames, copies, bytes } = await copying.run({ input, look }, note(carried));
  assert.equal(flow.length, 40);
  assert.deepEqual(carried, flow);
  assert.equal(new Set(flow.map(([, , , , pixels]) => pixels)).size, 40, 'each is another picture');
  assert.deepEqual([frames, copies], [40, 40 * 5]);
  const known = 40 * (2 * 320 * 180 * 1.5 + 200 * 113 * 4); // into and out of the renderer; the packets come to it twice
  assert.ok(bytes > known && (bytes - known) % 2 === 0, `${bytes} bytes, ${known} of them known`);
});

test('a flow starts at any frame and ends after so many', async () => {
  const numbers = [];
  await startFlow(engine, modules, { input: media('small.avi'), decoders: 2, start: 11, count: 5 }, (_, { number }) => { numbers.push(number); }).done;
  assert.deepEqual(numbers, [11, 12, 13, 14, 15]);
});

test('a run that is broken off, in either way, ends with the signal’s error and leaves all in order', async () => {
  const input = media('small.avi'), reason = new Error('enough');
  for (const way of ['flow', 'copying']) {
    const controller = new AbortController(), { signal } = controller, stop = () => controller.abort(reason);
    const run = way === 'flow' ? startFlow(engine, modules, { input, decoders: 2 }, stop, { signal }).done : copying.run({ input, signal }, stop);
    await assert.rejects(run, (error) => error.code === 'aborted' && error.cause === reason, way);
  }
  assert.equal((await copying.run({ input, count: 3 }, () => {})).frames, 3);
});

const seat = (busy, waitingForInput, waitingForOutput) => ({ busy, waitingForInput, waitingForOutput });

test('occupancy is the share of each interval, for each seat', () => {
  const occupancy = new Occupancy();
  occupancy.begin(1000);
  occupancy.sample([{ name: 'a', seats: [seat(50, 150, 0)] }, { name: 'b', seats: [seat(200, 0, 0), seat(0, 0, 100)] }], 1200);
  occupancy.sample([{ name: 'a', seats: [seat(150, 150, 0)] }, { name: 'b', seats: [seat(200, 50, 0), seat(50, 0, 150)] }], 1300);
  const rows = occupancy.rows();
  assert.deepEqual(rows.map(({ name }) => name), ['a', 'b 1', 'b 2']);
  assert.deepEqual(rows.map(({ shares }) => shares.map(({ busy, input, output }) => [busy, input, output])),
    [[[0.25, 0.75, 0], [1, 0, 0]], [[1, 0, 0], [0, 0.5, 0]], [[0, 0, 0.5], [0.5, 0, 0.5]]]);
});

test('occupancy counts a new flow from 0, knows seats that were not there before, and forgets what is old', () => {
  const occupancy = new Occupancy();
  occupancy.begin(0);
  occupancy.sample([{ name: 'a', seats: [seat(100, 0, 0)] }], 100);
  occupancy.begin(500);
  occupancy.sample([{ name: 'a', seats: [seat(50, 0, 0), seat(100, 0, 0)] }], 600);
  assert.deepEqual(occupancy.rows().map(({ shares }) => shares.map((share) => share && share.busy)), [[1, 0.5], [null, 1]]);
  for (let i = 0; i < 200; i++) occupancy.sample([{ name: 'a', seats: [seat(50 + i, 0, 0)] }], 700 + 10 * i);
  assert.equal(occupancy.rows()[0].shares.length, 60);
});

test('the list of copies has what the seats have counted, for each frame', () => {
  const stats = [
    { seats: [{ out: 10, copied: 5000 }] },
    { seats: [{ out: 6, copied: 0 }, { out: 4, copied: 80 }] },
    { seats: [{ out: 8, copied: 0 }] },
  ];
  const edges = edgesOf(stats, { copies: 2, bytes: 7, why: 'x' }, { threads: 1 });
  assert.deepEqual(edges.map(({ copies, bytes }) => [copies, bytes]), [[1, 500], [1, 8], [0, 0], [2, 7]]);
});

test('a video is described by what is known of it', () => {
  const clip = { blob: { size: 2048 }, frames: 12, rate: 29.97002997 };
  assert.equal(describeClip(clip, { width: 4, height: 3 }), '4 × 3, 29.97 a second, 12 frames, 2 KB');
  assert.equal(describeClip({ ...clip, frames: null }, null), '29.97 a second, 2 KB');
});
