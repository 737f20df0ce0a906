// From a row of the table to its cases: parameters × formats × pictures.

/** Every combination: cross({ a: [1, 2], b: ['x'] }) is [{ a: 1, b: 'x' }, { a: 2, b: 'x' }]. */
export function cross(lists) {
  return Object.entries(lists).reduce(
    (all, [name, values]) => all.flatMap((params) => values.map((value) => ({ ...params, [name]: value }))),
    [{}],
  );
}

const params = (entry, picture) => (typeof entry === 'function' ? entry(picture) : entry);

/**
 * Small pictures meet every entry of the grid. A photo meets one entry in five, another one each; bgra8, which differs from rgba8 only
 * in its channels' places, one in eight. In the short form every entry meets three small pictures, and every fifth a photo.
 */
function isChosen(entry, picture, index, format, formats, short) {
  const turn = entry + index, share = format === 'bgra8' && formats.length > 1 ? 8 : 1;
  if (short) return picture.group === 'photo' ? index === 0 && entry % 5 === formats.indexOf(format) % 5 : (turn * 7 + formats.indexOf(format)) % 17 === 0;
  return turn % (picture.group === 'photo' ? 5 : 1) === 0 && turn % share === 0;
}

/**
 * @param {any} row of the table @param {any} op the engine's description of the operation @param {any[]} pictures
 * @param {boolean} short
 */
export function casesOf(row, op, pictures, short) {
  const choices = Object.fromEntries(op.params.map((param) => [param.name, param]));
  const grid = typeof row.grid === 'function' ? row.grid(choices) : row.grid ?? [{}];
  const formats = row.formats ?? ['rgba8', 'gray8', 'bgra8'];
  const cases = [];
  for (const format of formats)
    grid.forEach((entry, e) => pictures.forEach((picture, p) => {
      if (!isChosen(e, picture, p, format, formats, short) || row.only && !row.only(picture)) return;
      const given = params(entry, picture);
      if (given) cases.push({ format, picture, params: given });
    }));
  return cases;
}
