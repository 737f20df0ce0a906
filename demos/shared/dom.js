// The few helpers that stand in for a framework.

/** An element: props starting with «on» are listeners, `data` and `style` are objects, aria-* and role are attributes, the rest properties. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element; all props but listeners are attributes. */
export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'style') Object.entries(value).forEach(([key, css]) => element.style.setProperty(key, css));
    else if (name.startsWith('aria-') || name === 'role' || name === 'for' || name === 'list') element.setAttribute(name, value);
    else if (name === 'class') element.className = value;
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const $ = (selector) => document.querySelector(selector);

const ICONS = {
  up: 'M10 4.5 4.5 10l1.2 1.2 3.5-3.5V16h1.6V7.7l3.5 3.5 1.2-1.2z',
  down: 'M10 15.5 15.5 10l-1.2-1.2-3.5 3.5V4H9.2v8.3L5.7 8.8 4.5 10z',
  remove: 'M5.5 4.4 4.4 5.5 8.9 10l-4.5 4.5 1.1 1.1L10 11.1l4.5 4.5 1.1-1.1-4.5-4.5 4.5-4.5-1.1-1.1L10 8.9z',
  eye: 'M10 5C6 5 3 8.2 2 10c1 1.8 4 5 8 5s7-3.2 8-5c-1-1.8-4-5-8-5zm0 8a3 3 0 1 1 0-6 3 3 0 0 1 0 6z',
  plus: 'M9.2 4v5.2H4v1.6h5.2V16h1.6v-5.2H16V9.2h-5.2V4z',
  camera: 'M7 4 5.8 6H3v10h14V6h-2.8L13 4zm3 10a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7z',
  file: 'M10 3 5.5 7.5l1.1 1.1 2.6-2.5V13h1.6V6.1l2.6 2.5 1.1-1.1zM4 14v3h12v-3h-1.6v1.4H5.6V14z',
};
export const icon = (name) => svg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true', class: 'icon' }, svg('path', { d: ICONS[name] }));

export function formatBytes(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB'];
  const power = Math.min(2, Math.floor(Math.log2(bytes) / 10) - 1);
  const value = bytes / 1024 ** (power + 1);
  return `${value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1)} ${units[power]}`;
}

export function formatMs(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

let hiding;
/** A short message that goes away by itself; screen readers hear it. */
export function toast(message) {
  const element = $('#toast');
  element.textContent = message;
  element.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { element.hidden = true; }, 5000);
}

export function announce(message) { $('#status').textContent = message; }
