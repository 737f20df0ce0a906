// An engine in a worker: it may wait there, and its canvas needs no window.
import { createEngine } from '../../../js/index.js';
import { capture, createPresenter } from '../../../web/index.js';

globalThis.onmessage = async ({ data: { pixels, width, height, description, threads } }) => {
  try {
    const engine = await createEngine({ threads });
    const input = engine.frameFrom(pixels, width, height, { format: 'rgba8' });
    const out = engine.pipeline(description).runSync(input);
    const canvas = new OffscreenCanvas(1, 1);
    const report = createPresenter(canvas).present(out);
    const again = await capture(engine, canvas);
    postMessage({ mode: engine.mode, threads: engine.threads, pixels: out.data.slice(), report, shown: [again.width, again.height] });
    await engine.dispose();
  } catch (error) {
    postMessage({ error: `${error.code}: ${error.message}` });
  }
};
