// Files dropped anywhere on the page.

import { $ } from './dom.js';

/** @param {(file: File) => void} take */
export function listenForDrops(take) {
  const veil = $('#drop');
  let depth = 0;
  const isFile = (event) => event.dataTransfer?.types.includes('Files');
  const over = (by) => { depth += by; veil.hidden = depth <= 0; };
  addEventListener('dragenter', (event) => { if (isFile(event)) { event.preventDefault(); over(1); } });
  addEventListener('dragleave', (event) => { if (isFile(event)) over(-1); });
  addEventListener('dragover', (event) => { if (isFile(event)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    depth = 0;
    over(0);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
}
