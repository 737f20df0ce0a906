// What the page makes of a parameter's schema: which control, which values a slider runs through, what to start with.

import { STARTERS } from './starters.js';

/** 'slider' | 'switch' | 'select' | 'color' | 'grid' | 'table' */
export function controlOf(param) {
  if (param.type === 'boolean') return 'switch';
  if (param.type === 'choice') return 'select';
  if (param.type !== 'numbers') return 'slider';
  const { min: least, max: most } = countOf(param);
  if (/colou?r$/i.test(param.name) && most >= 3 && most <= 4 && param.max === 255) return 'color';
  return least === most && most <= 25 ? 'grid' : 'table';
}

/** How many items a list takes. */
export function countOf(param) {
  return { min: param.minCount, max: param.maxCount };
}

/** The parameter may be left out and the operation then finds a value itself. */
export const isComputed = ({ required, default: value }) => !required && value === undefined;

/** Parameters for a new step on a picture of this size: what has no default gets a value that shows something. */
export function startingParams(op, size) {
  const starters = STARTERS[op.name];
  const given = typeof starters === 'function' ? starters(size) : starters ?? {};
  const params = {};
  for (const param of op.params) {
    if (param.name in given && fits(param, given[param.name])) params[param.name] = given[param.name];
    else if (param.required) params[param.name] = size[param.name] ?? middle(param);
  }
  return params;
}

/** Whether a value is what the schema asks for. */
export function fits({ type, choices, min, max, minCount, maxCount }, value) {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'choice') return choices.includes(value);
  const isNumber = (item) => typeof item === 'number' && item >= min && item <= max;
  if (type === 'numbers') return Array.isArray(value) && value.length >= minCount && value.length <= maxCount && value.every(isNumber);
  return isNumber(value) && (type !== 'integer' || Number.isInteger(value));
}

function middle(param) {
  if (param.type === 'boolean') return false;
  if (param.type === 'choice') return param.choices[0];
  const clamp = (value) => Math.min(param.max, Math.max(param.min, value));
  return param.type === 'numbers' ? Array.from({ length: Math.max(1, countOf(param).min) }, () => clamp(1)) : clamp(1);
}

/** The value a control shows for a step. undefined: computed. */
export function valueOf(param, params) {
  return params[param.name] ?? param.default;
}

/**
 * The slider of a number: 0…steps, bent so that the values people use have most of the way. Ranges such as 0.1–250 are linear
 * in no one's mind. {steps, toValue(position), toPosition(value), nudge(value, direction)}
 */
export function sliderScale(param) {
  const { min, max } = param;
  const whole = param.type === 'integer';
  const span = max - min;
  const start = Number.isFinite(param.default) ? param.default : Math.min(max, Math.max(min, 0));
  const bent = span > 20 && (start - min) / span < 0.12;
  const symmetric = min < 0 && max > 0 && span > (whole ? 600 : 100);
  const power = symmetric || bent ? Math.min(6, Math.max(2, Math.log10(span))) : 1;
  const steps = whole && power === 1 && span <= 1000 ? Math.max(1, span) : 400;
  const round = (value) => {
    if (whole) return Math.round(value);
    const unit = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(value), span / 1e4, 0.01))) - 1);
    return Number((Math.round(value / unit) * unit).toPrecision(6));
  };
  const clamp = (value) => Math.min(max, Math.max(min, value));
  const toValue = (position) => {
    if (position <= 0) return min;
    if (position >= steps) return max;
    const t = position / steps;
    if (symmetric) return clamp(round(Math.sign(t - 0.5) * Math.abs(2 * t - 1) ** power * (t < 0.5 ? -min : max)));
    return clamp(round(min + span * t ** power));
  };
  const toPosition = (value) => {
    if (symmetric) return (0.5 + Math.sign(value) * Math.abs(value / (value < 0 ? min : max)) ** (1 / power) / 2) * steps;
    return (Math.max(0, value - min) / (span || 1)) ** (1 / power) * steps;
  };
  // Arrow keys move by a step that means something at this value, wherever the slider's own steps lie.
  const nudge = (value, direction) => {
    const size = Math.max(Math.abs(value), span / 1e4, 0.05);
    const step = whole ? Math.max(1, Math.round(size / 50)) : 10 ** Math.floor(Math.log10(size)) / (size < 1 ? 2 : 10);
    return clamp(Number((value + direction * step).toPrecision(6)));
  };
  return { steps, toValue, toPosition, nudge };
}

/** gaussianBlur → gaussian blur */
export const words = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2').toLowerCase();

const NAMES = { lut: 'Lookup table', clahe: 'CLAHE' };

/** gaussianBlur → Gaussian blur, toRgba → To RGBA */
export const title = (name) => NAMES[name]
  ?? words(name).replace(/^./, (letter) => letter.toUpperCase()).replace(/\b(rgba?|bgra|hsv|srgb|[in][v4]\d+)\b/gi, (word) => word.toUpperCase());
