#!/usr/bin/env node
// A development server that isolates its pages, so that they may share memory between threads.
// Not for production: it has no compression, no TLS and no ranges.

import { createReadStream, realpathSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { badArgument, checkOptions } from '../js/errors.js';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm', // anything else and instantiateStreaming refuses it
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.avi': 'video/x-msvideo',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.ts': 'text/plain; charset=utf-8',
  '.c': 'text/plain; charset=utf-8',
  '.h': 'text/plain; charset=utf-8',
};

// The strictest policy under which the package works: no inline script, no eval, no blob workers.
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'self'",
].join('; ');

const COMMON = {
  'content-security-policy': POLICY,
  'permissions-policy': 'camera=(self)',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

// Every response carries these: a worker script served without COEP fails with an error that has no message.
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

const PORTS_TRIED = 20;

/**
 * Serves a folder to this machine only, cross-origin isolated.
 *
 * @param {object} [options]
 * @param {string} [options.root]     the folder; default: the working directory
 * @param {number} [options.port]     default 8080; a busy port gives way to the next one, 0 takes any free one
 * @param {boolean} [options.isolate] default true; false leaves COOP and COEP out, to see a page's fallback
 * @param {(line: string) => void} [options.log]  told when a port was busy and what failed
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>}
 * @throws {FramelaneError} bad-argument: root is not a folder, the port is none. The host's own error when no port is free
 * @example
 * import { serve } from 'framelane/serve';
 * const { url, close } = await serve({ root: 'public', port: 8080 });
 */
export async function serve(options = {}) {
  checkOptions('serve', options, ['root', 'port', 'isolate', 'log']);
  const { root = '.', port = 8080, isolate = true, log = () => {} } = options;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65535;
  if (!isPort) throw badArgument('serve: port', 'a whole number between 0 and 65535', port);
  if (typeof root !== 'string') throw badArgument('serve: root', 'the path of a folder', root);
  const folder = resolve(root);
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw badArgument('serve: root', 'a folder', folder);
  const headers = isolate ? { ...COMMON, ...ISOLATION } : COMMON;

  const server = createServer((request, response) => {
    answer(folder, headers, request, response).catch((error) => {
      log(`${request.method} ${request.url}: ${error.message}`);
      if (response.headersSent) response.destroy();
      else refuse(response, headers, 500, 'The server failed on this file.');
    });
  });
  const taken = await listen(server, port, log);
  return {
    url: `http://localhost:${taken}/`,
    port: taken,
    close: () => new Promise((done) => { server.close(() => done(undefined)); server.closeAllConnections(); }),
  };
}

async function listen(server, port, log) {
  for (let candidate = port; ; candidate++) {
    try {
      await new Promise((done, failed) => {
        server.once('error', failed);
        server.listen(candidate, 'localhost', () => { server.off('error', failed); done(undefined); });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || candidate + 1 >= port + PORTS_TRIED || candidate >= 65535) throw error;
      log(`port ${candidate} is busy, trying ${candidate + 1}`);
    }
  }
}

async function answer(folder, headers, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, { ...headers, allow: 'GET, HEAD' }, 405, 'Only GET and HEAD.');
  }
  const path = pathOf(request.url);
  const file = path === null ? null : locate(folder, path);
  if (path === null || file === null) return refuse(response, headers, 403, 'This path is not served.');

  const found = await stat(file).catch(() => null);
  if (found?.isFile() && !path.endsWith('/')) return sendFile(file, found, headers, request, response);
  if (found?.isDirectory()) return sendFolder(file, path, headers, request, response);
  if (path === '/favicon.ico') { response.writeHead(204, headers).end(); return undefined; }
  return refuse(response, headers, 404, `There is no ${path}`);
}

/** The decoded path of a request target, or null where it is not one. */
function pathOf(target) {
  try {
    return decodeURIComponent(target.replace(/[?#].*$/s, ''));
  } catch {
    return null;
  }
}

/** The file of a decoded path, or null where it leaves the root or names a hidden file such as .git or .env. */
function locate(folder, path) {
  if (!path.startsWith('/') || /[\0\\]/.test(path)) return null;
  if (path.split('/').some((part) => part.startsWith('.') && part !== '.well-known')) return null;
  const file = resolve(join(folder, path));
  return file === folder || file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null;
}

async function sendFile(file, found, headers, request, response) {
  const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
  const all = {
    ...headers,
    etag,
    'content-type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'content-length': found.size,
  };
  if (request.headers['if-none-match'] === etag) { response.writeHead(304, { ...headers, etag }).end(); return; }
  response.writeHead(200, all);
  if (request.method === 'HEAD') { response.end(); return; }
  // A browser that goes away in the middle is no failure.
  await pipeline(createReadStream(file), response).catch((error) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

async function sendFolder(folder, path, headers, request, response) {
  if (!path.endsWith('/')) {
    const query = request.url.match(/\?.*$/s)?.[0] ?? '';
    // Built from this path alone: a leading «//host» would send the browser elsewhere.
    const location = encodeURI(`/${path.replace(/^\/+/, '')}/`) + query;
    response.writeHead(308, { ...headers, location }).end();
    return;
  }
  const index = join(folder, 'index.html');
  const found = await stat(index).catch(() => null);
  if (found?.isFile()) { await sendFile(index, found, headers, request, response); return; }
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
  const lines = entries.map((entry) => entry.name + (entry.isDirectory() ? '/' : '')).sort();
  const links = lines.map((line) => `<li><a href="${escape(encodeURIComponent(line).replace(/%2F$/, '/'))}">${escape(line)}</a></li>`);
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">`
    + `<title>${escape(path)}</title><h1>${escape(path)}</h1><ul>${links.join('')}</ul></html>`;
  response.writeHead(200, { ...headers, 'content-type': TYPES['.html'] });
  response.end(request.method === 'HEAD' ? undefined : page);
}

function refuse(response, headers, status, text) {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${status} ${text}\n`);
}

function escape(text) {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, 'no-isolation': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log('node web/serve.js [--port 8080] [--no-isolation] [root]');
    return;
  }
  const port = Number(values.port ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port must be 0–65535, got ${values.port}`);
  const isolate = !values['no-isolation'];
  const { url } = await serve({ root: positionals[0] ?? '.', port, isolate, log: console.error });
  console.log(`${url}  (${isolate ? 'isolated: threads work' : 'not isolated: one thread only'})`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => { console.error(error.message); process.exitCode = 1; });
}
