import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { serve } from '../../web/serve.js';

let root, server;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'serve-'));
  await mkdir(join(root, 'site', 'sub'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'outside');
  await writeFile(join(root, 'site', '.env'), 'hidden');
  await writeFile(join(root, 'site', 'index.html'), '<!doctype html>hello');
  await writeFile(join(root, 'site', 'core.wasm'), new Uint8Array([0, 97, 115, 109]));
  await writeFile(join(root, 'site', 'main.js'), 'export {};');
  await writeFile(join(root, 'site', 'sub', 'a <b>.txt'), 'text');
  server = await serve({ root: join(root, 'site'), port: 0 });
});

after(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

// fetch() normalises «..» away before it asks; a raw request does not.
function ask(path, { port = server.port, method = 'GET', headers = {} } = {}) {
  return new Promise((done, failed) => {
    request({ host: 'localhost', port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => { body += chunk; });
      response.on('end', () => done({ status: response.statusCode, headers: response.headers, body }));
    }).on('error', failed).end();
  });
}

test('every response isolates its page, errors too', async () => {
  for (const path of ['/', '/main.js', '/core.wasm', '/nothing', '/.env']) {
    const { headers } = await ask(path);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp', path);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', path);
    assert.match(headers['content-security-policy'], /script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'/);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe-inline|'unsafe-eval'/);
  }
});

test('types are right, wasm above all', async () => {
  assert.equal((await ask('/core.wasm')).headers['content-type'], 'application/wasm');
  assert.match((await ask('/main.js')).headers['content-type'], /^text\/javascript/);
  assert.match((await ask('/')).headers['content-type'], /^text\/html/);
});

test('nothing outside the root and no hidden file is served', async () => {
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/sub/..%2f..%2fsecret.txt', '/..%5csecret.txt', '/.env', '/sub/%00', '/%']) {
    const { status, body } = await ask(path);
    assert.equal(status, 403, path);
    assert.doesNotMatch(body, /outside|hidden/);
  }
});

test('a folder without its slash redirects within this host', async () => {
  const plain = await ask('/sub?a=1');
  assert.equal(plain.status, 308);
  assert.equal(plain.headers.location, '/sub/?a=1');
  const listing = await ask('/sub/');
  assert.match(listing.body, /a%20%3Cb%3E\.txt/);
  assert.doesNotMatch(listing.body, /<b>/);
  assert.ok((await ask('//sub')).headers.location?.startsWith('/sub/'));
});

test('other methods are refused, HEAD has no body, an unchanged file is 304', async () => {
  assert.equal((await ask('/', { method: 'POST' })).status, 405);
  const head = await ask('/main.js', { method: 'HEAD' });
  assert.equal(head.body, '');
  assert.equal(head.headers['content-length'], '10');
  assert.equal((await ask('/main.js', { headers: { 'if-none-match': head.headers.etag } })).status, 304);
});

test('a busy port gives way to the next, and it is said', async () => {
  const lines = [];
  const second = await serve({ root, port: server.port, log: (line) => lines.push(line) });
  try {
    assert.ok(second.port > server.port);
    assert.match(lines[0], new RegExp(`port ${server.port} is busy`));
    assert.equal(second.url, `http://localhost:${second.port}/`);
  } finally {
    await second.close();
  }
});

test('isolate: false leaves the isolation headers out and keeps the policy', async () => {
  const open = await serve({ root: join(root, 'site'), port: 0, isolate: false });
  try {
    const { headers } = await ask('/', { port: open.port });
    assert.equal(headers['cross-origin-embedder-policy'], undefined);
    assert.ok(headers['content-security-policy']);
  } finally {
    await open.close();
  }
});

test('a root that is no folder is an error', async () => {
  await assert.rejects(serve({ root: join(root, 'secret.txt'), port: 0 }), /root must be a folder/);
});
