// Every example of the README runs; those for a browser do in tests/browser/readme.test.js.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { claims, examplesIn, runInNode } from './examples.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = examplesIn(readme);

describe('the README', () => {
  test('has examples for Node and for a browser', () => {
    const ways = examples.map(({ way }) => way);
    assert.ok(ways.includes('node') && ways.includes('browser'), `${ways}`);
  });

  for (const { code, line } of examples.filter(({ way }) => way === 'node')) {
    test(`the example in line ${line} runs in Node, and prints what it says`, async () => {
      const printed = (await runInNode(code)).split('\n');
      for (const claim of claims(code)) assert.ok(printed.includes(claim), `«${claim}» is among ${JSON.stringify(printed)}`);
    });
  }

  for (const { code, line } of examples.filter(({ way }) => way === 'config')) {
    test(`the example in line ${line} is JavaScript`, async () => {
      await runInNode(`const run = async () => {\n${code.replace(/^\s*(import|export)\b.*$/gm, '')}\n};`);
    });
  }
});

describe('examples are found', () => {
  const fenced = (text, mark = '```') => text.replaceAll('~~', mark);
  test('with the way to run them that the language or a comment says', () => {
    const found = examplesIn(fenced(`# T\n~~js\na\n~~\n<!-- run: browser -->\n\n~~js\nb\n~~\n~~html\nc\n~~\n<!-- run: config -->\n~~javascript\nd\n~~\n~~sh\nrm\n~~\n`));
    assert.deepEqual(found.map(({ way, code }) => [way, code]), [['node', 'a'], ['browser', 'b'], ['browser', 'c'], ['config', 'd']]);
  });
  test('together with what they go on from', () => {
    const found = examplesIn(fenced('~~js\na\n~~\n<!-- run: node, goes on -->\n~~js\nb\n~~\n<!-- run: node, goes on -->\n~~js\nc\n~~'));
    assert.deepEqual(found.map(({ code }) => code), ['a', 'a\nb', 'a\nb\nc']);
  });
  test('with fences within them, indented, and with Windows line ends', () => {
    assert.deepEqual(examplesIn('````js\n```\n````\r\n').map(({ code }) => code), ['```']);
    assert.deepEqual(examplesIn('  ~~~js\r\n  a\r\n    b\r\n  ~~~').map(({ code }) => code), ['a\n  b']);
  });
  test('a comment serves the block right after it only, and must be known', () => {
    assert.deepEqual(examplesIn(fenced('<!-- run: browser -->\ntext\n~~js\na\n~~')).map(({ way }) => way), ['node']);
    for (const wrong of ['<!-- run: deno -->\n~~js\n~~', '<!-- run: node -->\n~~sh\n~~', '~~js\nno end', '<!-- run: node, goes on -->\n~~js\n~~']) {
      assert.throws(() => examplesIn(fenced(wrong)), /^AssertionError.*line/, wrong);
    }
  });
  test('what they claim to print is read where it is values and not prose', () => {
    assert.deepEqual(claims("console.log(a, b); // 'gray8' 207\nconsole.log(c); // { path, copies }\nconsole.log(d); // the first 3"), ['gray8 207']);
  });
});
