// The operations in the order in which people look for them.

const FAMILIES = ['tone', 'colour', 'look', 'blur', 'sharpen', 'edges', 'convolve', 'morphology', 'geometry', 'compose', 'convert'];

/** [family, operations] in that order; a family that is not in the list comes last. Parts of other operations are left out. */
export function byFamily(ops) {
  const families = new Map();
  for (const op of ops.filter(({ internal }) => !internal)) families.set(op.family, [...(families.get(op.family) ?? []), op]);
  const rank = (family) => (FAMILIES.includes(family) ? FAMILIES.indexOf(family) : FAMILIES.length);
  return [...families].sort(([a], [b]) => rank(a) - rank(b));
}
