// An engine in a worker that reads a file of the origin's private file system straight into a region, and says what it found.
import { createEngine } from '../../../js/index.js';

globalThis.onmessage = async ({ data: { mode, bytes } }) => {
  const engine = await createEngine({ mode, threads: 0 });
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle(`region-${mode}`, { create: true });
  const access = await file.createSyncAccessHandle();
  try {
    access.truncate(0);
    access.write(bytes, { at: 0 });
    const region = engine.region(bytes.length + 100);
    const whole = await region.readFrom(access, { position: 0 });
    const same = region.view(0, bytes.length).every((value, i) => value === bytes[i]) && region.view(bytes.length).every((value) => value === 0);
    region.fill(0);
    const part = await region.readFrom(access, { position: 1000, offset: 7, length: 333 });
    const samePart = region.view(7, 333).every((value, i) => value === bytes[1000 + i]) && region.view(0, 7).every((v) => v === 0) && region.data[340] === 0;
    engine.grow(1 << 20);
    const after = await region.readFrom(access, { position: 0, length: 10 });
    const sameAfter = region.view(0, 10).every((value, i) => value === bytes[i]);
    const codes = [];
    for (const task of [() => region.readFrom(access, { offset: 200, length: bytes.length }), () => region.readFrom(file)]) {
      codes.push(await task().then(() => 'none', (error) => error.code));
    }
    const { copied } = engine.stats();
    region.free();
    postMessage({ mode: engine.mode, whole, same, part, samePart, after, sameAfter, codes, copied, findings: engine.check() });
  } catch (error) {
    postMessage({ error: String(error.stack) });
  } finally {
    access.close();
    await engine.dispose();
  }
};
