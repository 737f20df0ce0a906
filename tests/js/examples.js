// The examples of a Markdown file: found, and run as what they say they are.
//
// A fenced block of js is an example for Node, one of html an example for a browser. An HTML comment before the fence says otherwise:
//   <!-- run: node -->      in Node, as a module of its own
//   <!-- run: node, goes on -->   after the block before it, in one module with it
//   <!-- run: browser -->   in an isolated page with an img and a canvas
//   <!-- run: config -->    read only: it must be JavaScript
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const WAYS = ['node', 'browser', 'config'];

/**
 * @param {string} markdown
 * @returns {{language: string, way: 'node' | 'browser' | 'config', code: string, line: number}[]}  line: of the fence, from 1
 */
export function examplesIn(markdown) {
  const lines = markdown.split(/\r?\n/);
  const examples = [];
  let comment = null; // the last one, until something else than an empty line follows
  for (let i = 0; i < lines.length; i++) {
    const open = /^( {0,3})(`{3,}|~{3,})\s*([\w-]*)/.exec(lines[i]);
    if (!open) {
      const said = /^\s*<!--\s*run:\s*(.*?)\s*-->\s*$/.exec(lines[i]);
      if (said) comment = said[1];
      else if (lines[i].trim()) comment = null;
      continue;
    }
    const [, indent, mark, name] = open;
    const line = i + 1;
    const body = [];
    const isEnd = (text) => text.trim().startsWith(mark) && /^[`~]+$/.test(text.trim());
    for (i++; i < lines.length && !isEnd(lines[i]); i++) body.push(lines[i].startsWith(indent) ? lines[i].slice(indent.length) : lines[i]);
    assert.ok(i < lines.length, `line ${line}: this block has no end`);
    const language = { javascript: 'js', mjs: 'js' }[name.toLowerCase()] ?? name.toLowerCase();
    const example = read(language, comment, line);
    comment = null;
    if (!example) continue;
    const code = body.join('\n');
    const before = example.goesOn && examples.findLast(({ way }) => way === example.way);
    assert.ok(!example.goesOn || before, `line ${line}: there is no block before it to go on from`);
    examples.push({ language, way: example.way, line, code: before ? `${before.code}\n${code}` : code });
  }
  return examples;
}

function read(language, comment, line) {
  if (!['js', 'html'].includes(language)) {
    assert.equal(comment, null, `line ${line}: only js and html are run, this is ${language || 'plain text'}`);
    return null;
  }
  const [way, ...rest] = (comment ?? (language === 'html' ? 'browser' : 'node')).split(',').map((part) => part.trim());
  assert.ok(WAYS.includes(way), `line ${line}: «run: ${way}» is none of ${WAYS.join(', ')}`);
  assert.ok(rest.every((part) => part === 'goes on'), `line ${line}: «run: ${comment}»`);
  return { way, goesOn: rest.length > 0 };
}

/** What console.log lines say that they print, where the comment after them is nothing but numbers and quoted words: «// 'gray8' 6». */
export function claims(code) {
  return code.split('\n').flatMap((line) => {
    const said = /^\s*console\.log\(.*\);\s*\/\/\s*(.+)$/.exec(line);
    const isValues = said && /^(('[^']*'|"[^"]*"|-?[\d.]+|true|false)\s*)+$/.test(said[1]);
    return isValues ? [said[1].trim().replace(/'([^']*)'|"([^"]*)"/g, '$1$2')] : [];
  });
}

/**
 * A folder within the package, so that «import 'framelane'» finds the sources as a user's import finds the installed package.
 * @param {(folder: string) => Promise<T>} body @template T
 */
export async function inScratch(body) {
  await mkdir(join(root, 'build'), { recursive: true });
  const folder = await mkdtemp(join(root, 'build/examples-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs code as a module in a Node of its own. Fails when it throws, warns or does not end. @returns {Promise<string>} what it printed */
export async function runInNode(code, seconds = 60) {
  return inScratch(async (folder) => {
    const file = join(folder, 'example.mjs');
    await writeFile(file, code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: seconds * 1000 });
    assert.equal(stderr, '');
    return stdout;
  });
}
