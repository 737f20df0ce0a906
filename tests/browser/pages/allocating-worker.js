// An instance of its own over somebody's memory, which allocates and frees as fast as it can for so long.
import { importsFor } from '/js/imports.js';

globalThis.onmessage = async ({ data: { memory, stackTop, tls, ms } }) => {
  const { instance: { exports } } = await WebAssembly.instantiateStreaming(fetch('/dist/framelane.wasm'), importsFor(memory));
  exports.__stack_pointer.value = stackTop;
  exports.__wasm_init_tls(tls);
  exports.fl_allow_blocking(1);
  postMessage('ready');
  const end = performance.now() + ms;
  let operations = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 200; i++) {
      const blocks = [exports.fl_alloc(100 + i, 64, 5), exports.fl_alloc(5000, 4096, 5), exports.fl_alloc(64, 64, 5)];
      for (const block of blocks) exports.fl_free(block);
      operations += blocks.length;
    }
  }
  postMessage({ operations });
};
