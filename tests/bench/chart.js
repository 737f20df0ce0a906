// The figures of one run as a picture for the README: how many times as fast framelane is, per operation, on a logarithmic scale.
import * as vega from 'vega';
import * as vegaLite from 'vega-lite';
import { bestJs } from './report.js';

const JS = 'the fastest JavaScript or Wasm peer', NATIVE = 'native OpenCV, 2 threads';

/** @param {object[]} operations rows with times @returns {Promise<string>} SVG */
export async function drawChart(operations) {
  const values = operations.filter(({ times }) => times).flatMap(({ name, times }) => [
    { name, against: JS, ratio: bestJs(times) / times.two },
    { name, against: NATIVE, ratio: times.native2 / times.two },
  ]).filter(({ ratio }) => Number.isFinite(ratio));
  const spec = {
    data: { values },
    title: { text: 'framelane, 2 threads: times as fast, 1080p', anchor: 'start' },
    width: 560,
    height: { step: 13 },
    layer: [
      { mark: { type: 'rule', color: '#888' }, encoding: { x: { datum: 1 } } },
      {
        mark: { type: 'point', filled: true, size: 45 },
        encoding: {
          y: { field: 'name', type: 'nominal', sort: null, title: null },
          x: { field: 'ratio', type: 'quantitative', scale: { type: 'log', nice: false, padding: 12 }, title: 'times as fast (right of 1: framelane is faster)' },
          color: { field: 'against', type: 'nominal', title: 'compared with', scale: { domain: [JS, NATIVE], range: ['#d9822b', '#2f7ebd'] } },
        },
      },
    ],
    config: { background: '#ffffff', font: 'system-ui, sans-serif', axis: { grid: true, gridColor: '#e5e5e5' }, legend: { orient: 'top', labelLimit: 400 } },
  };
  return new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' }).toSVG();
}
