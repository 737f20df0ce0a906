// Every parameter of every operation with every value it must refuse, generated from engine.ops: by the method, by op() and by a
// description.

/** Values that are of no parameter's type. */
const NEVER = [null, {}, { value: 1 }, () => 1, 10n, Symbol('one'), new Date(0), new Map(), new DataView(new ArrayBuffer(8))];
const NUMBERS = [NaN, Infinity, -Infinity, '1', 'much', true, [], [1]];

function wrongValues(param) {
  const { min, max, minCount, maxCount } = param;
  const list = (length, value) => Array(Math.max(0, length)).fill(value);
  switch (param.type) {
    case 'boolean': return [...NEVER, 0, 1, 'true', '', NaN, []];
    case 'choice': return [...NEVER, 0, true, '', [], 'nowhere', param.choices[0].toUpperCase(), ` ${param.choices[0]}`, '__proto__', 'constructor', 'x'.repeat(9000), '\0'];
    case 'numbers': return [...NEVER, 5, 'many', '', true, list(minCount - 1, min), list(maxCount + 1, min), list(minCount, NaN), list(minCount, Infinity),
      list(minCount, min - 1), list(minCount, max + 1), list(minCount, '1'), list(minCount, null), list(minCount, [1]), Array(minCount), new Float64Array(minCount).fill(max + 1),
      new Uint8Array(maxCount + 1), Object.assign(list(minCount, min), { 0: {} })];
    default: return [...NEVER, ...NUMBERS, min - 1, max + 1, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, ...(param.type === 'integer' && max > min ? [min + 0.5] : [])];
  }
}

function allowed(param) {
  const within = (value) => Math.max(param.min, Math.min(param.max, value));
  return { boolean: true, choice: param.choices?.[0], numbers: Array(param.minCount ?? 0).fill(within(0)) }[param.type] ?? within(1);
}

/** What the message must say is allowed. */
function allowance(param) {
  const range = `between ${param.min} and ${param.max}`;
  return { boolean: ['true or false'], choice: param.choices?.map((choice) => `'${choice}'`), numbers: ['a list of', range] }[param.type] ?? [range];
}

/** @param {any[]} ops engine.ops @returns {[string, string, (context: any) => unknown, ...string[]][]} */
export function parametersOf(ops) {
  return ops.flatMap((op) => {
    const required = Object.fromEntries(op.params.filter((param) => param.required).map((param) => [param.name, allowed(param)]));
    const call = ({ engine, frame }, params) => engine.pipeline()[op.name](...(op.inputs === 2 ? [frame] : []), params);
    const described = ({ engine, frame }, params) => engine.pipeline([{ op: op.name, ...(op.inputs === 2 && { other: { frame: 0 } }), ...params }], [frame]);
    const wrong = op.params.flatMap((param) => wrongValues(param).flatMap((value, i) => {
      const params = { ...required, [param.name]: value }, parts = [op.name, param.name, ...allowance(param)];
      return [
        [`${op.name}, ${param.name}: wrong value ${i}`, 'bad-argument', (context) => call(context, params), ...parts],
        [`{ op: '${op.name}' }, ${param.name}: wrong value ${i}`, 'bad-argument', (context) => described(context, params), ...parts],
      ];
    }));
    const missing = op.params.filter((param) => param.required).map((param) => {
      const { [param.name]: _, ...rest } = required;
      return [`${op.name} without ${param.name}`, 'bad-argument', (context) => call(context, rest), op.name, param.name, 'got nothing'];
    });
    const unknown = ['strength', 'größe', '', 'constructor', 'toString', 'x'.repeat(500), '\0'].map((name) => [
      `${op.name} with ${JSON.stringify(name.slice(0, 20))}`, 'bad-argument', (context) => call(context, { ...required, [name]: 1 }), op.name]);
    const proto = [`${op.name} with an own __proto__`, 'bad-argument', (context) => call(context, Object.assign(JSON.parse('{"__proto__": 1}'), required)), op.name, '__proto__'];
    const shapes = [5, 'all', null, [], [1], true, Symbol('p'), 5n].map((params, i) => [
      `${op.name}, parameters that are no object (${i})`, 'bad-argument', (context) => call(context, params), op.name, 'one object']);
    const first = op.inputs === 1 ? [] : [undefined, null, 5, {}, [], new Uint8Array(4), 'frame'].map((other, i) => [
      `${op.name}, a first argument that is no frame (${i})`, 'bad-argument', ({ engine }) => engine.pipeline()[op.name](other, required), op.name, 'first argument', 'a frame or a pipeline']);
    return [...wrong, ...missing, ...unknown, proto, ...shapes, ...first];
  });
}
