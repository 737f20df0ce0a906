// framelane/serve with wrong options, and asked for what it must not give: [what, code, call, what the message says].
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { FramelaneError } from '../../../js/errors.js';
import { serve } from '../../../web/serve.js';

const root = fileURLToPath(new URL('.', import.meta.url));

const OPTIONS = [
  ...['no-such-folder', '/dev/null', fileURLToPath(import.meta.url), ''.padEnd(5000, 'x'), '\0'].map((folder, i) => [`serve of no folder (${i})`, 'bad-argument', () => serve({ root: folder, port: 0 }), 'serve', 'root', 'folder']),
  ...[5, null, {}, [], true].map((folder, i) => [`serve of a root that is no text (${i})`, 'bad-argument', () => serve({ root: folder, port: 0 }), 'serve', 'root']),
  ...[-1, 65536, 1.5, NaN, '8080', null, {}].map((port, i) => [`serve on port ${i}`, 'bad-argument', () => serve({ root, port }), 'serve', 'port', '0', '65535']),
  ...[null, 5, 'folder'].map((options, i) => [`serve with options that are none (${i})`, 'bad-argument', () => serve(options), 'serve', 'options', 'an object']),
  ['serve with a misspelt option', 'bad-argument', () => serve({ rot: root, port: 0 }), "'rot'", 'root'],
];

/** The status of a raw request; the path goes as it stands. */
function ask(port, path, method = 'GET') {
  return new Promise((resolve, reject) => {
    request({ host: 'localhost', port, path, method }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    }).on('error', reject).end();
  });
}

const PATHS = [
  '/../engine.test.js', '/..%2fengine.test.js', '/%2e%2e/engine.test.js', '/....//engine.test.js', '/%', '/%zz', '/%00', '/serve.js%00.html', '//etc/passwd', '/\\..\\engine.test.js',
  '/..%5cengine.test.js', `/${'x'.repeat(5000)}`, '/no-such-file', '/%c0%ae%c0%ae/engine.test.js', '/.git/config', '/./../../js/engine.js',
];

/** Refused with a status, never with the file: told as an error, so that all tables are alike. */
const REQUESTS = [...PATHS.map((path) => [path, 'GET']), ['/serve.js', 'POST'], ['/serve.js', 'DELETE'], ['/serve.js', 'TRACE']].map(([path, method]) => [
  `${method} ${path.slice(0, 40)}`, 'bad-argument', async () => {
    const server = await serve({ root, port: 0 });
    try {
      const status = await ask(server.port, path, method);
      if (status >= 400 && status < 500) throw new FramelaneError('bad-argument', `refused with ${status}`);
      return status;
    } finally {
      await server.close();
    }
  }, 'refused with 4']);

export const SERVE = [...OPTIONS, ...REQUESTS];
