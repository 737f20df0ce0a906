import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FramelaneError } from '../../js/errors.js';
import { RunQueue } from '../../js/queue.js';
import { rejectsCode } from './support.js';

/** Frames stand for themselves here; a job opens unless one of its frames is taken. */
class Desk {
  queue = new RunQueue();
  taken = new Set();
  order = [];

  open(name, frames, signal) {
    return this.queue.open(frames, () => {
      if (frames.some((frame) => this.taken.has(frame))) throw new FramelaneError('busy', 'in use');
      for (const frame of frames) this.taken.add(frame);
      this.order.push(name);
      return name;
    }, signal);
  }

  close(...frames) {
    for (const frame of frames) this.taken.delete(frame);
    this.queue.advance();
  }
}

/** Lets everything that is ready go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue of runs', () => {
  test('opens at once what nothing is in the way of', async () => {
    const desk = new Desk();
    assert.equal(await desk.open('one', ['a']), 'one');
    assert.equal(await desk.open('two', ['b']), 'two');
  });

  test('opens runs on one frame in the order they came', async () => {
    const desk = new Desk();
    const all = ['1', '2', '3', '4'].map((name) => desk.open(name, ['a']));
    for (let i = 1; i < 4; i++) {
      await turn();
      assert.deepEqual(desk.order, ['1', '2', '3', '4'].slice(0, i));
      desk.close('a');
    }
    assert.deepEqual(await Promise.all(all), ['1', '2', '3', '4']);
  });

  test('lets nobody overtake a run that waits for a frame of his, though his own are free', async () => {
    const desk = new Desk();
    desk.taken.add('a');
    desk.open('waits for a, wants b too', ['a', 'b']);
    desk.open('wants b', ['b']);
    desk.open('wants c', ['c']);
    await turn();
    assert.deepEqual(desk.order, ['wants c']);
    desk.close('a');
    await turn();
    assert.deepEqual(desk.order, ['wants c', 'waits for a, wants b too']);
    desk.close('a', 'b');
    await turn();
    assert.deepEqual(desk.order, ['wants c', 'waits for a, wants b too', 'wants b']);
  });

  test('does not let them overtake when a job ends that has nothing to do with them', async () => {
    const desk = new Desk();
    desk.taken.add('a').add('c');
    desk.open('waits for a, wants b too', ['a', 'b']);
    desk.open('wants b', ['b']);
    desk.close('c');
    await turn();
    assert.deepEqual(desk.order, []);
    desk.close('a');
    desk.close('a', 'b');
    await turn();
    assert.deepEqual(desk.order, ['waits for a, wants b too', 'wants b']);
  });

  test('opens several at once when they have nothing in common', async () => {
    const desk = new Desk();
    desk.taken.add('a').add('b');
    desk.open('1', ['a']);
    desk.open('2', ['b']);
    desk.close('a', 'b');
    await turn();
    assert.deepEqual(desk.order, ['1', '2']);
  });

  test('passes an error of opening on, at once and later, and goes on', async () => {
    const desk = new Desk();
    const stale = () => {
      throw new FramelaneError('stale-handle', 'gone');
    };
    await rejectsCode('stale-handle', desk.queue.open(['x'], stale));
    desk.taken.add('a');
    const first = desk.open('first', ['a']);
    const second = desk.queue.open(['a'], stale);
    const third = desk.open('third', ['a']);
    desk.close('a');
    await first;
    desk.close('a');
    await rejectsCode('stale-handle', second);
    assert.equal(await third, 'third');
  });

  test('rejects a run that is aborted while it waits, with the reason, and lets the next one go on', async () => {
    const desk = new Desk();
    const controller = new AbortController();
    desk.taken.add('a');
    const waiting = desk.open('never', ['a', 'b'], controller.signal);
    const next = desk.open('next', ['b']);
    const reason = new Error('changed my mind');
    controller.abort(reason);
    const error = await rejectsCode('aborted', waiting);
    assert.equal(error.cause, reason);
    assert.equal(await next, 'next');
    desk.close('a');
    await turn();
    assert.deepEqual(desk.order, ['next']);
  });

  test('fails all who wait when the engine ends', async () => {
    const desk = new Desk();
    desk.taken.add('a');
    const waiting = [desk.open('1', ['a']), desk.open('2', ['a'])];
    desk.queue.failAll(new FramelaneError('disposed', 'over'));
    for (const one of waiting) await rejectsCode('disposed', one);
    desk.close('a');
    assert.deepEqual(desk.order, []);
  });
});
