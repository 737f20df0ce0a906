// Which mode the engine runs in, and plainly why where it is the slower one.

import { $, h, plural } from './dom.js';

export function showMode(engine) {
  $('#mode').textContent = engine.threads ? `${engine.mode} memory, ${plural(engine.threads, 'worker')}` : 'single thread';
  if (engine.threads) return;
  const notice = $('#notice');
  notice.hidden = false;
  notice.replaceChildren(h('b', {}, 'Running on one thread. '),
    'Browsers share memory between threads only on cross-origin isolated pages, and this page was served without the headers for it. ',
    'Serve it with ', h('code', {}, 'Cross-Origin-Opener-Policy: same-origin'), ' and ', h('code', {}, 'Cross-Origin-Embedder-Policy: require-corp'),
    ' (', h('code', {}, 'node web/serve.js'), ' does) to use all cores. Results are the same bytes either way.');
}
