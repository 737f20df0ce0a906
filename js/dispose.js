/** The symbols of `using` and `await using`, also where the engine does not know them yet: compilers look for the same. */

/** @type {typeof Symbol.dispose} */
export const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
/** @type {typeof Symbol.asyncDispose} */
export const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
