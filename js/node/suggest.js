/** Near misses: what somebody may have meant. */

/** Insertions, deletions, replacements and swaps of neighbours that make one word the other. @param {string} a @param {string} b */
function distance(a, b) {
  /** @type {number[][]} */ const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + Number(!same));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i].push(least);
    }
  }
  return rows[a.length][b.length];
}

/**
 * «; did you mean gaussianBlur?», or nothing where no name is near. A name is near that differs in a third of its letters at most, or
 * contains the word.
 * @param {string} word @param {string[]} names
 */
export function didYouMean(word, names) {
  const plain = (/** @type {string} */ text) => text.toLowerCase().replaceAll(/[-_]/g, '');
  const wanted = plain(word);
  const ranked = names.map((name) => ({ name, far: distance(wanted, plain(name)) })).sort((a, b) => a.far - b.far);
  const nearest = ranked.filter(({ name, far }) => far <= name.length / 3 && far === ranked[0].far).map(({ name }) => name);
  const found = nearest.length || wanted.length < 3 ? nearest : names.filter((name) => plain(name).includes(wanted));
  return found.length ? `; did you mean ${found.slice(0, 3).join(' or ')}?` : '';
}
