// pipeline.explain() in the page's terms: its passes, and which steps of the lane run in one pass with the step above.

import { formatBytes } from './dom.js';
import { title } from './schema.js';

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
 * The plan names operations, not steps: each step is looked for after the one before it. A step that stands for others is not
 * named; it has what lies between its neighbours.
 */
function joinedSteps(plan, steps) {
  const named = plan.passes.flatMap(({ stages }, pass) => stages.flatMap(({ ops }) => ops.map((op) => ({ op, pass }))));
  const spans = [];
  let from = 0;
  for (const { op, off } of steps) {
    const at = off ? -1 : named.findIndex((entry, i) => i >= from && entry.op === op);
    spans.push(at < 0 ? null : { first: named[from].pass, last: named[at].pass, at });
    if (at >= 0) from = at + 1;
  }
  const passAt = (i) => named[Math.min(Math.max(i, 0), named.length - 1)]?.pass;
  return steps.map((step, i) => {
    if (i === 0) return false;
    const above = spans.slice(0, i).findLast(Boolean);
    const end = above ? above.at : -1; // where the steps above end
    const own = spans[i];
    if (steps[i - 1].off || step.off) return passAt(end) === passAt(end + 1);
    if (own && spans[i - 1]) return own.last === above.last || passAt(end + 1) === above.last;
    return passAt(end) === passAt(end + 1);
  });
}
