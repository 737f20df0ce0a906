// From a row of the table to its cases: parameters × formats × pictures.

/** Every combination: cross({ a: [1, 2], b: ['x'] }) is [{ a: 1, b: 'x' }, { a: 2, b: 'x' }]. */
export function cross(lists) {
  return Object.entries(lists).reduce(
    (all, [name, values]) => all.flatMap((params) => values.map((value) => ({ ...params, [name]: value }))),
    [{}],
  );
}

const isPhoto = ({ picture }) => picture.group === 'photo';

/** Photos meet one entry of the grid in five, another one each; bgra8, rgba8 with channels in other places, one in eight. */
const inLong = (entry, formats) => (item) => {
  const turn = entry + item.index, isExtra = item.format === 'bgra8' && formats > 1;
  return turn % (isPhoto(item) ? 5 : 1) === 0 && turn % (isExtra ? 8 : 1) === 0;
};

/** Each entry of the grid meets one small picture (a grid of few entries: several), and two entries meet a photo each. */
function forShort(items, entry, entries) {
  const photos = items.filter(isPhoto), small = items.filter((item) => !isPhoto(item));
  const count = small.length && Math.ceil(16 / entries), chosen = [];
  for (let i = 0; i < count; i++) chosen.push(small[(entry * 29 + i * 37) % small.length]);
  if (photos.length && entry % Math.max(1, entries >> 1) === 0) chosen.push(photos[(entry * 3) % photos.length]);
  return chosen;
}

/**
 * @param {any} row of the table @param {any} op the engine's description of the operation @param {any[]} pictures
 * @param {boolean} short
 */
export function casesOf(row, op, pictures, short) {
  const formats = row.formats ?? ['rgba8', 'gray8', 'bgra8'];
  const described = Object.fromEntries(op.params.map((param) => [param.name, param]));
  const grid = typeof row.grid === 'function' ? row.grid(described) : row.grid ?? [{}];
  return grid.flatMap((entry, e) => {
    const items = formats.flatMap((format) => pictures.flatMap((picture, index) => {
      const params = typeof entry === 'function' ? entry(picture) : entry;
      return params && (row.only?.(picture) ?? true) ? [{ format, picture, index, params }] : [];
    }));
    return short ? forShort(items, e, grid.length) : items.filter(inLong(e, formats.length));
  });
}
