// A parameter's schema, and the answers of what measures, in words.

const number = (value) => String(value).replace('-', '−');

export function typeText({ type, minCount, maxCount }) {
  if (type === 'choice') return 'text';
  if (type !== 'numbers') return type;
  return minCount === maxCount ? `list of ${minCount} numbers` : `list of ${minCount}–${maxCount} numbers`;
}

export function rangeText({ type, min, max, choices }) {
  if (type === 'choice') return choices.map((choice) => `'${choice}'`).join(', ');
  if (type === 'boolean') return 'true, false';
  return `${number(min)} to ${number(max)}`;
}

export function defaultText({ type, required, default: value, computed }) {
  if (required) return 'required';
  if (computed !== undefined) return computed;
  if (type === 'choice') return `'${value}'`;
  return Array.isArray(value) ? `[${value.map(number).join(', ')}]` : number(value);
}

const ITEMS_SHOWN = 12;

/** A value as a console shows it: long lists by their length and their beginning. */
export function shorten(value) {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const items = Array.from(value.slice(0, ITEMS_SHOWN), shorten);
    const name = Array.isArray(value) ? '' : `${value.constructor.name}(${value.length}) `;
    return `${name}[${items.join(', ')}${value.length > ITEMS_SHOWN ? ', …' : ''}]`;
  }
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  if (value && typeof value === 'object') return `{ ${Object.entries(value).map(([key, item]) => `${key}: ${shorten(item)}`).join(', ')} }`;
  return String(value);
}
