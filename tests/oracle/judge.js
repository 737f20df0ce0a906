// Runs the cases of a row: ours, the plain engine's, the reference's, and how they differ.
import { casesOf } from './cases.js';
import { compare, describeDifference, describePicture } from './compare.js';
import { shrink } from './shrink.js';

const IN_FLIGHT = 4; // cases at a time, so that Python computes while the engine does

/** Long lists of parameters cut off. */
function brief(params) {
  const text = JSON.stringify(params);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

export class Judge {
  /** @type {Map<string, Promise<any>>} */ #drawn = new Map();

  /** @param {import('./python.js').Python} python @param {any} subjects @param {any[]} pictures @param {boolean} short */
  constructor(python, { subject, plain }, pictures, short) {
    this.python = python;
    this.subject = subject;
    this.plain = plain;
    this.pictures = pictures;
    this.short = short;
    this.operations = new Map(subject.engine.ops.map((op) => [op.name, op]));
  }

  /** The picture of this name; second: the other one that goes with it. @returns {Promise<import('./subject.js').Picture>} */
  draw(name, format, second = false) {
    const key = `${name} ${format} ${second}`;
    if (!this.#drawn.has(key)) this.#drawn.set(key, this.python.ask({ picture: name, format, second }));
    return this.#drawn.get(key);
  }

  /** One case; rejects when the engine or the reference does. */
  async #judge(row, params, input, second) {
    const build = (pipeline, other) => (other ? pipeline[row.op](other, params) : pipeline[row.op](params));
    const given = row.given ? await this.subject.run((pipeline) => row.given(pipeline, params), input) : second;
    const inputs = given ? [input, given] : [input];
    const headers = inputs.map(({ width, height, format }) => ({ width, height, format }));
    const request = { reference: row.reference, params: { ...row.fixed, ...params }, inputs: headers };
    const asked = this.python.ask(request, ...inputs.map(({ bytes }) => bytes));
    asked.catch(() => {}); // an error of the engine may come first
    const ours = await this.subject.run(build, input, second);
    const twin = await this.plain.run(build, input, second);
    const expected = await asked;
    const difference = compare(ours, expected, row.circular), twinDifference = compare(twin, ours);
    const breach = difference.mismatch !== undefined || (row.within !== undefined && difference.largest > row.within);
    return { ours, twin, expected, difference, twinDifference, breach };
  }

  async #start(row, { picture, format, params }) {
    const twoInputs = this.operations.get(row.op).inputs === 2, where = `${picture.name} ${format}`;
    const input = await this.draw(picture.name, format);
    const second = twoInputs ? await this.draw(picture.name, format, true) : undefined;
    const about = { params, input, second, where };
    return this.#judge(row, params, input, second).then((result) => ({ ...about, result }), (error) => ({ ...about, error }));
  }

  /**
   * All cases of a row.
   * @returns {Promise<{ cases: number, largest: number, equal: number, total: number, good: boolean, texts: string[] }>} texts: what to
   * look at, where something is wrong
   */
  async checkRow(row) {
    const figures = { cases: 0, largest: 0, equal: 0, total: 0, good: false, texts: [] };
    const wrong = { breaches: [], twins: [], errors: [] }, begun = [];
    const count = (done) => {
      figures.cases++;
      if (done.error) return void wrong.errors.push(done);
      const { difference, twinDifference, breach } = done.result;
      figures.equal += difference.equal;
      figures.total += difference.total;
      figures.largest = Math.max(figures.largest, difference.largest);
      if (breach) wrong.breaches.push(done);
      if (twinDifference.largest > 0) wrong.twins.push(done);
    };
    for (const item of casesOf(row, this.operations.get(row.op), this.pictures, this.short)) {
      begun.push(this.#start(row, item));
      if (begun.length > IN_FLIGHT) count(await begun.shift());
    }
    for (const item of begun) count(await item);
    figures.texts = await this.#tell(row, wrong);
    figures.good = figures.texts.length === 0 && figures.cases > 0;
    return figures;
  }

  async #tell(row, { breaches, twins, errors }) {
    const texts = [];
    if (breaches.length) {
      const worst = breaches.reduce((a, b) => (b.result.difference.largest > a.result.difference.largest ? b : a));
      const describe = ({ ours, expected, difference }) => describeDifference(ours, expected, difference);
      const about = `${row.op} ${brief(worst.params)} on ${worst.where}, ${describe(worst.result)}`;
      texts.push(`${breaches.length} cases beyond ${row.within ?? 'all bounds'}, the worst: ${about}`);
      texts.push(await this.#makeSmall(row, worst, ({ breach }) => breach, describe));
    }
    if (twins.length) {
      const describe = ({ twin, ours, twinDifference }) => `plain ${describeDifference(twin, ours, twinDifference)} as it ships`;
      const about = `such as ${row.op} ${brief(twins[0].params)} on ${twins[0].where}`;
      texts.push(`${twins.length} cases where the plain engine (no SIMD, no fusion, small tiles, views) gives something else, ${about}`);
      texts.push(await this.#makeSmall(row, twins[0], ({ twinDifference }) => twinDifference.largest > 0, describe));
    }
    if (errors.length) {
      const [{ params, where, error }] = errors;
      texts.push(`${errors.length} errors, such as ${row.op} ${brief(params)} on ${where}: ${error.message}`);
    }
    return texts;
  }

  /** The same failure on the smallest picture that shows it. */
  async #makeSmall(row, { params, input, second }, fails, describe) {
    const small = await shrink(input, second, async (a, b) => {
      const result = await this.#judge(row, params, a, b);
      return fails(result) ? result : undefined;
    });
    if (!small.result) return 'made small: it came only once, the same case passes now';
    const on = [small.input, small.second].filter(Boolean).map(describePicture).join(' and ');
    return `made small: ${row.op} ${brief(params)} on ${on}: ${describe(small.result)}`;
  }
}
