// The README's examples for a browser, in an isolated page that has an img and a canvas.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';

import { examplesIn, inScratch } from '../js/examples.js';
import { root, start } from './chromium.js';

const examples = examplesIn(await readFile(join(root, 'README.md'), 'utf8')).filter(({ way }) => way === 'browser');
const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
let chromium;

before(async () => { chromium = await start(); });
after(() => chromium?.close());

/** 'framelane/web' → '/web/index.js': what the exports map says, as an import map would (an inline one is against the policy). */
const resolved = (code) => code.replace(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])framelane(\/[^'"]+)?\2/g, (_, from, quote, path = '') => {
  const target = exports[`.${path}`];
  assert.ok(target, `package.json exports framelane${path}`);
  return `${from}${quote}${(target.default ?? target).slice(1)}${quote}`;
});

function pageOf({ language, code }) {
  if (language === 'js') return { html: '', script: code };
  const [tag, script] = /<script type="module">(.*?)<\/script>/s.exec(code) ?? ['', ''];
  return { html: code.replace(tag, ''), script };
}

for (const example of examples) {
  test(`the example in line ${example.line} runs in a browser`, () => inScratch(async (folder) => {
    const { html, script } = pageOf(example);
    const [imports, rest] = [[], []];
    for (const line of resolved(script).split('\n')) (/^\s*import\b.*from/.test(line) ? imports : rest).push(line);
    await writeFile(join(folder, 'example.js'), [
      ...imports, "const done = (text) => { document.documentElement.dataset.done = text; };", 'try {', ...rest, "done('well');", '} catch (error) { done(error.stack); }',
    ].join('\n'));
    await writeFile(join(folder, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Example</title><link rel="icon" href="data:,">
      <img src="/demos/images/chelsea.png" alt="A cat"><canvas></canvas>${html}<script type="module" src="start.js"></script></html>`);
    await writeFile(join(folder, 'start.js'), "await document.querySelector('img').decode();\nimport('./example.js').catch((error) => { document.documentElement.dataset.done = error.stack; });\n");
    const page = await chromium.open(`${relative(root, folder)}/`);
    await page.waitForFunction(() => document.documentElement.dataset.done, { timeout: 30_000 });
    assert.equal(await page.evaluate(() => document.documentElement.dataset.done), 'well');
    assert.ok(await page.evaluate(() => crossOriginIsolated));
    assert.deepEqual(page.complaints, []);
    await page.close();
  }));
}
