/** The operations of one engine by name: the core's own, and those that modules bring and take away. */
import { FramelaneError } from './errors.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./pipeline.js').OpInfo} OpInfo */
/** @typedef {{ index: number, info: OpInfo }} Entry index: what the core knows it by */

/** @param {Core} core @param {number} index @returns {{ internal: boolean, info: OpInfo }} */
function readOp(core, index) {
  const { internal, ...info } = JSON.parse(core.memory.text(core.exports.fl_op_json(index)));
  return { internal, info };
}

export class OpTable {
  #core;
  /** @type {Map<string, Entry>} */ #entries = new Map();
  /** @type {readonly OpInfo[] | undefined} */ #list;
  /** Moves when operations go: what was encoded before may mean something else. */
  version = 0;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
    for (let index = 0; core.exports.fl_op_json(index); index++) this.#read([index], '');
  }

  /** Those of them that have a method; their names. @param {number[]} indices @param {string} prefix */
  #read(indices, prefix) {
    /** @type {Entry[]} */
    const entries = indices.map((index) => ({ index, ...readOp(this.#core, index) })).filter(({ internal }) => !internal)
      .map(({ index, info }) => ({ index, info: { ...info, name: prefix + info.name } }));
    const taken = entries.find(({ info }) => this.#entries.has(info.name));
    if (taken) {
      throw new FramelaneError('bad-module', `load: there is an operation '${taken.info.name}' already: give those of this module a prefix, load(…, { prefix: 'my_' })`);
    }
    for (const entry of entries) this.#entries.set(entry.info.name, entry);
    return entries.map(({ info }) => info.name);
  }

  /** What the core says of each. @returns {readonly OpInfo[]} the same list until operations come or go */
  get list() {
    return (this.#list ??= Object.freeze([...this.#entries.values()].map(({ info }) => info)));
  }

  /** @param {string} name */
  get(name) {
    return this.#entries.get(name);
  }

  /** Operations that a module has registered; their names. Throws 'bad-module', and nothing has changed, when one is taken. @param {number[]} indices @param {string} prefix */
  add(indices, prefix) {
    const names = this.#read(indices, prefix);
    this.#list = undefined;
    return names;
  }

  /** @param {readonly string[]} names */
  remove(names) {
    for (const name of names) this.#entries.delete(name);
    this.#list = undefined;
    this.version++;
  }
}
