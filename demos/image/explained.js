// pipeline.explain() in the page's terms: its passes, and which steps of the lane run in one pass with the step above.

import { formatBytes } from '../shared/dom.js';
import { title } from '../shared/schema.js';

const KINDS = { gather: 'looks at the whole picture', conclude: 'makes a table of it', copy: 'copies the result into place' };

/** {passes: [{name, detail}], joined: [bool per step], facts: [[name, bytes]], raw} */
export function explained(plan, steps) {
  if (!plan) return { passes: [], joined: [], facts: [], raw: null };
  const passes = plan.passes.map((pass) => ({ name: nameOf(pass), detail: detailOf(pass) }));
  const facts = [
    ['Read', plan.bytesRead], ['Written', plan.bytesWritten], ['Between passes', plan.intermediateBytes], ['Scratch', plan.scratchBytes],
  ];
  return { passes, joined: joinedSteps(plan, steps), facts, raw: plan };
}

function nameOf({ kind, stages }) {
  const names = stages.flatMap(({ ops }) => ops).map(title);
  return names.join(' → ') || KINDS[kind] || 'Copy';
}

function detailOf({ kind, tile, tiles, scratchBytes, inPlace }) {
  const parts = [
    KINDS[kind],
    tiles > 1 ? `${tiles} tiles of ${tile.width} × ${tile.height}` : 'one tile',
    scratchBytes ? `${formatBytes(scratchBytes)} of rows in the cache` : '',
    inPlace ? 'in place' : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/**
 * The plan names operations, not steps: each step is looked for after the one before it. A step that stands for several others
 * (an unsharp mask) is not named; it has what lies between its neighbours.
 */
function joinedSteps(plan, steps) {
  const named = plan.passes.flatMap(({ stages }, pass) => stages.flatMap(({ ops }) => ops.map((op) => ({ op, pass }))));
  const spans = spansOf(named, steps.filter(({ off }) => !off).map(({ op }) => op));
  const passAt = (i) => named[Math.min(Math.max(i, 0), named.length - 1)]?.pass;
  let above = null;
  return steps.map(({ off }) => {
    if (off) return above !== null;
    const span = spans.shift();
    const joined = above !== null && passAt(span.first) === passAt(above.last);
    above = span;
    return joined;
  });
}

/** For each operation, the indices in `named` of its first and last part. */
function spansOf(named, ops) {
  let from = 0;
  const found = ops.map((op, i) => {
    let at = named.findIndex((entry, k) => k >= from && entry.op === op);
    if (at < 0) return -1;
    while (named[at + 1]?.op === op && ops[i + 1] !== op) at++; // gathering, concluding, applying
    from = at + 1;
    return at;
  });
  return found.map((at, i) => {
    if (at >= 0) return { first: at, last: at };
    const before = found.slice(0, i).findLast((index) => index >= 0) ?? -1;
    const after = found.slice(i + 1).find((index) => index >= 0) ?? named.length;
    return { first: before + 1, last: after - 1 };
  });
}
