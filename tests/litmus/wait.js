// A local beside memory.atomic.wait32. V8's baseline compiler (Liftoff) in Node 20 puts the address that is waited on into the stack slot of
// an i32 as 64 bits, so the slot before it, which is the last local's, becomes 0: `movl [rbp-0x50],rsi` … `movq [rbp-0x54],rdx; call`.
// Fixed in Node 24. It is why the right Peterson, whose nap was once inlined, lost counts: the address of the other's flag became 0.
// Whoever waits must hence do it in a function where no local is needed afterwards: looked for here, in what was built.
import binaryen from 'binaryen';
import { readFileSync } from 'node:fs';

const MINIMAL = `(module (import "env" "memory" (memory 1 1 shared))
  (func (export "keep") (param i32) (result i32) (drop (memory.atomic.wait32 (i32.const 64) (i32.const 1) (i64.const 0))) (local.get 0)))`;

function keepsLocals() {
  const parsed = binaryen.parseText(MINIMAL);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return new WebAssembly.Instance(new WebAssembly.Module(parsed.emitBinary()), { env: { memory } }).exports.keep(7) === 7;
}

/** Functions that wait, and those of them that need a local afterwards (or may: they loop, or have more than the operands). */
export function functionsThatWait(wasm) {
  const module = binaryen.readBinary(wasm);
  const functions = module.emitText().split(/^ \(func /m).slice(1).filter((text) => text.includes('memory.atomic.wait'));
  const count = (text, pattern) => text.match(pattern)?.length ?? 0;
  return { all: functions.length, exposed: functions.filter((text) => /\((loop|local) /.test(text) || count(text, /\(local\.get/g) > 3) };
}

export async function lookAtWaits() {
  const [core, kernels] = ['dist/framelane.wasm', 'build/litmus/kernels.wasm'].map((path) => functionsThatWait(readFileSync(new URL(`../../${path}`, import.meta.url))));
  const exposed = core.exposed.length + kernels.exposed.length, all = core.all + kernels.all;
  return {
    says: 'no local is needed after memory.atomic.wait, where the baseline compiler of Node 20 loses one',
    good: exposed === 0 && core.all > 0,
    figures: `${exposed} of ${all} functions that wait are exposed / this engine (V8 ${process.versions.v8}) ${keepsLocals() ? 'keeps' : 'loses'} the local of a minimal module`,
  };
}
