// The command, as a process: what it makes, what it says, and with which exit code it ends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { UsageError, readArguments, readSteps } from '../../js/node/cli-arguments.js';
import { run } from '../../js/node/cli-run.js';
import { readImage } from '../../js/node/index.js';
import { Progress } from '../../js/node/progress.js';
import { didYouMean } from '../../js/node/suggest.js';
import { pixels, withEngine } from './support.js';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const ROCKET = path('demos/images/rocket.jpg'), COFFEE = path('demos/images/coffee.png');
const folder = mkdtempSync(join(tmpdir(), 'framelane-cli-')), out = join(folder, 'out.png');
after(() => rmSync(folder, { recursive: true, force: true }));

/** @param {string[]} args */
function command(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path('js/node/cli.js'), ...args], { encoding: 'utf8', timeout: 60000 });
  return { status, stdout, stderr };
}

function succeeds(...args) {
  const { status, stdout, stderr } = command(...args);
  assert.deepEqual([status, stderr], [0, '']); // no bar where there is no terminal
  return stdout;
}

/** Without a process of its own, which takes its time. code: which that would end with. */
async function fails(code, words, ...args) {
  try {
    await run(readArguments(args));
  } catch (error) {
    assert.ok(error.message.startsWith(words), error.message);
    return assert.equal(error instanceof UsageError ? 2 : 1, code, error.stack);
  }
  assert.fail(`${args} succeeded`);
}

/** The picture is what a pipeline makes of the photo. */
const isMadeBy = (make, input = ROCKET) => withEngine({ threads: 0 }, async (engine) => {
  const photo = await readImage(engine, input), expected = await (await make(engine.pipeline(), engine)).run(photo), got = await readImage(engine, out, { format: 'auto' });
  assert.deepEqual([got.width, got.height, got.format], [expected.width, expected.height, expected.format]);
  assert.deepEqual(pixels(got), pixels(expected));
});

describe('the command', () => {
  test('runs operations in the order of the command line, with their parameters', async () => {
    assert.equal(succeeds(ROCKET, '-o', out, '--gaussianBlur', 'sigma=2', '--crop', 'x=10', 'y=20', 'width=300', 'height=200', '--rotate90'), '');
    await isMadeBy((pipeline) => pipeline.gaussianBlur({ sigma: 2 }).crop({ x: 10, y: 20, width: 300, height: 200 }).rotate90());
    succeeds('--rotate90', '--crop', 'x=10', 'y=20', 'width=300', 'height=200', '--threads', '2', '--output', out, ROCKET);
    await isMadeBy((pipeline) => pipeline.rotate90().crop({ x: 10, y: 20, width: 300, height: 200 }));
  });

  test('converts where an operation takes gray pictures only', async () => {
    succeeds(ROCKET, '-o', out, '--gaussianBlur', 'sigma=2', '--sobel', '--threads=0');
    await isMadeBy((pipeline) => pipeline.gaussianBlur({ sigma: 2 }).grayscale().sobel());
    succeeds(ROCKET, '-o', out, '--grayscale', '--saturate', 'amount=2');
    await isMadeBy((pipeline) => pipeline.grayscale().toRgba().saturate({ amount: 2 }));
  });

  test('takes lists, choices, booleans, negative numbers and second pictures', async () => {
    succeeds(COFFEE, '-o', out, '--swizzle', 'order=2,1,0,3', '--canny', 'low=50', 'high=120', 'l2=true', '--brightness', 'amount=-20');
    await isMadeBy((pipeline) => pipeline.swizzle({ order: [2, 1, 0, 3] }).grayscale().canny({ low: 50, high: 120, l2: true }).brightness({ amount: -20 }), COFFEE);
    succeeds(COFFEE, '-o', out, '--invert', '--blend', COFFEE, 'mode=multiply', 'opacity=0.5');
    await isMadeBy(async (pipeline, engine) => pipeline.invert().blend(await readImage(engine, COFFEE), { mode: 'multiply', opacity: 0.5 }), COFFEE);
  });

  test('without operations converts from one kind of file to the other', async () => {
    succeeds(COFFEE, '-o', join(folder, 'fine.jpg'), '--quality', '95');
    succeeds(COFFEE, '-o', join(folder, 'coarse.jpg'), '--quality=20');
    const [fine, coarse] = ['fine.jpg', 'coarse.jpg'].map((name) => readFileSync(join(folder, name)).length);
    assert.ok(fine > 3 * coarse && coarse > 1000, `${fine} ${coarse}`);
  });

  test('explains how the operations run, and then writes only where -o says so', () => {
    rmSync(out, { force: true });
    const plan = succeeds(ROCKET, '--grayscale', '--gaussianBlur', 'sigma=2', '--equalize', '--explain');
    for (const words of [/rocket\.jpg: 640×427 rgba8/, /1\. pass: grayscale → gaussianBlur; 640×427 gray8, \d+ tiles? of/, /gather: equalize/, /reads [\d.]+ MB, writes/]) assert.match(plan, words);
    assert.equal(existsSync(out), false);
    assert.match(succeeds(ROCKET, '--invert', '--explain', '-o', out), /1\. pass: invert/);
    assert.equal(existsSync(out), true);
  });

  test('lists every operation with every parameter, or those asked for', () => withEngine({ threads: 0 }, async (engine) => {
    const all = succeeds('--list');
    for (const { name, doc, params } of engine.ops) {
      assert.ok(all.includes(`--${name}`) && all.includes(doc), name);
      for (const param of params) assert.ok(all.includes(`${param.name}=`) && all.includes(param.doc), `${name} ${param.name}`);
    }
    assert.match(all, /sigma= +0\.1 to 250 \(required\): standard deviation/);
    const some = succeeds('--list', 'BLUR');
    assert.deepEqual([...some.matchAll(/^ {2}--(\w+)/gm)].map(([, name]) => name).sort(), ['boxBlur', 'gaussianBlur', 'motionBlur']);
  }));

  test('says who it is and how it is meant', () => {
    assert.match(succeeds('--version'), /^\d+\.\d+\.\d+\n$/);
    for (const words of ['-h', '--help']) assert.match(succeeds(words), /--gaussianBlur sigma=2 --sobel[\s\S]*framelane build/);
    assert.match(succeeds('build', '--help'), /framelane build/);
  });

  test('names what is wrong with the command line, and ends with 2', async () => {
    const { status, stderr } = command();
    assert.ok(status === 2 && /is missing/.test(stderr) && /framelane build/.test(stderr), stderr);
    assert.deepEqual(command(ROCKET, '--invert'), { status: 2, stdout: '', stderr: 'framelane: -o is missing: where to write the picture\nframelane --help says how it is meant\n' });
    assert.deepEqual(command('build', 'op.c'), { status: 2, stdout: '', stderr: 'framelane: build: needs C files and -o for the module to make\nframelane --help says how it is meant\n' });
    await fails(2, 'there is no operation or option --gausianBlur; did you mean gaussianBlur?', ROCKET, '-o', out, '--gausianBlur');
    await fails(2, 'there is no operation or option --treads; did you mean threads?', ROCKET, '-o', out, '--treads', '2');
    await fails(2, "gaussianBlur has no parameter 'sgima'; did you mean sigma? (it has sigma, radius", ROCKET, '-o', out, '--gaussianBlur', 'sgima=2');
    await fails(2, "--sigma: gaussianBlur's parameter is written sigma=value, without dashes", ROCKET, '-o', out, '--gaussianBlur', '--sigma', '2');
    await fails(2, '--gaussianBlur=2: an operation', ROCKET, '-o', out, '--gaussianBlur=2');
    await fails(2, 'gaussianBlur: sigma must be a number between 0.1 and 250, got 900', 'none.png', '-o', out, '--gaussianBlur', 'sigma=900');
    await fails(2, "gaussianBlur: sigma must be a number, got 'wide'", ROCKET, '-o', out, '--gaussianBlur', 'sigma=wide');
    await fails(2, 'gaussianBlur: sigma is given twice', ROCKET, '-o', out, '--gaussianBlur', 'sigma=1', 'sigma=2');
    await fails(2, "swizzle: order must be numbers with commas between them, got '1,,2'", ROCKET, '-o', out, '--swizzle', 'order=1,,2');
    await fails(2, "canny: l2 must be true or false, got 'yes'", ROCKET, '-o', out, '--canny', 'l2=yes');
    await fails(2, "invert has no parameter 'a' (it has none)", ROCKET, '-o', out, '--invert', 'a=1');
    await fails(2, "invert: 'more.png' is no parameter: write name=value", ROCKET, '-o', out, '--invert', 'more.png');
    await fails(2, 'there is one picture to begin with', ROCKET, COFFEE, '-o', out);
    await fails(2, 'blend needs a second picture: --blend other.png', ROCKET, '-o', out, '--blend');
    await fails(2, 'a picture to begin with is missing', '-o', out, '--invert');
    await fails(2, '-o is missing', ROCKET, '--invert');
    await fails(2, "-o needs a value, and '--invert' is an option", ROCKET, '-o', '--invert');
    await fails(2, '--output needs a value', ROCKET, '--output');
    await fails(2, '--explain takes no value', ROCKET, '--explain=yes');
    await fails(2, 'there is no option -x', ROCKET, '-x');
    await fails(2, "--threads must be a whole number between 0 and 64, got '2.5'", ROCKET, '-o', out, '--threads', '2.5');
    await fails(2, "--quality must be a whole number between 1 and 100, got '101'", ROCKET, '-o', join(folder, 'out.jpg'), '--quality', '101');
    await fails(2, 'a PNG has no quality', ROCKET, '-o', out, '--quality', '50');
    await fails(2, 'the name of the file must end in .png, .jpg or .jpeg', ROCKET, '-o', join(folder, 'out.tiff'));
    await fails(2, "there is no operation with 'zzz' in its name", '--list', 'zzz');
    await fails(2, 'crop: x + width must be between 1 and 640, got 1040', ROCKET, '-o', out, '--crop', 'x=1000', 'y=0', 'width=40', 'height=4');
  });

  test('names what went wrong otherwise, and ends with 1', async () => {
    assert.deepEqual(command('none.png', '-o', out), { status: 1, stdout: '', stderr: "framelane: ENOENT: no such file or directory, open 'none.png'\n" });
    await fails(1, "ENOENT: no such file or directory, open 'none.png'", 'none.png', '-o', out);
    await fails(1, `readImage: '${path('README.md')}' is neither PNG nor JPEG`, path('README.md'), '-o', out);
    await fails(1, 'ENOENT: no such file or directory', ROCKET, '-o', join(folder, 'none', 'out.png'));
    await fails(1, 'ENOENT: no such file or directory', ROCKET, '-o', out, '--blend', 'none.png');
    await fails(2, 'blend: both images must be alike, got 640×427 rgba8 and 600×400 rgba8', ROCKET, '-o', out, '--blend', COFFEE);
  });
});

describe('parts of the command', () => {
  test('a name with = is a file where no operation stands before it, and what follows -- is files', () => {
    const ops = [{ name: 'invert', inputs: 1, params: [] }];
    assert.deepEqual(readSteps(readArguments(['a=b.png', '--invert', '-o', 'c.png']).items, ops), { input: 'a=b.png', steps: [{ op: 'invert', params: {} }] });
    assert.equal(readSteps(readArguments(['--invert', '--', '--odd.png']).items, ops).input, '--odd.png');
  });

  test('near misses are by letters changed, swapped, left out; else by what contains the word', () => {
    const names = ['gaussianBlur', 'boxBlur', 'motionBlur', 'sobel', 'open', 'min', 'max'];
    for (const [word, said] of [['gaussianblur', 'gaussianBlur'], ['gaussian-blur', 'gaussianBlur'], ['sobl', 'sobel'], ['soble', 'sobel'], ['opne', 'open'],
      ['blur', 'gaussianBlur or boxBlur or motionBlur'], ['mix', 'min or max']]) assert.equal(didYouMean(word, names), `; did you mean ${said}?`, word);
    for (const word of ['zzz', 'x', 'rotateabout']) assert.equal(didYouMean(word, names), '', word);
  });

  test('the bar appears on a terminal only, not before 0.3 s, and goes away', () => {
    const written = [], terminal = { isTTY: true, write: (text) => written.push(text) };
    let now = 1000;
    const progress = new Progress(terminal, () => now);
    progress.listener?.({ done: 1, total: 10 });
    progress.end();
    assert.deepEqual(written, []);
    for (now = 1299; now < 1400; now++) progress.listener?.({ done: 5, total: 10 });
    assert.deepEqual(written, [`\r[${'█'.repeat(15)}${'·'.repeat(15)}] 50 %`, `\r[${'█'.repeat(15)}${'·'.repeat(15)}] 50 %`]); // at 1300 and 1350
    progress.end();
    progress.end();
    assert.deepEqual(written.slice(2), ['\r\x1b[K']);
    assert.equal(new Progress({ write: () => assert.fail('written') }).listener, undefined);
  });
});
