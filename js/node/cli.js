#!/usr/bin/env node
/** The command `framelane`. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { build } from './build.js';
import { UsageError, readArguments } from './cli-arguments.js';
import { run } from './cli-run.js';
import { USAGE } from './cli-text.js';

async function main() {
  const args = process.argv.slice(2);
  if (args[0] === 'build') return runBuild(args.slice(1));
  const command = readArguments(args);
  if (command.options.help) return console.log(USAGE);
  if (command.options.version) return console.log(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version);
  if (!args.length) throw new UsageError(`a picture to begin with is missing\n\n${USAGE}`);
  await run(command);
}

/** `framelane build …`. What stands behind `--` is for the compiler. @param {string[]} args */
async function runBuild(args) {
  const at = args.indexOf('--');
  const { values, positionals } = readBuildArguments(args.slice(0, at < 0 ? undefined : at));
  if (values.help) return console.log(USAGE);
  if (!positionals.length || !values.output) throw new UsageError('build: needs C files and -o for the module to make');
  await build(positionals, values.output, { cc: values.cc, flags: at < 0 ? [] : args.slice(at + 1) });
}

/** @param {string[]} args */
function readBuildArguments(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { output: { type: 'string', short: 'o' }, cc: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

process.stdout.on('error', () => process.exit()); // `framelane --list | head`: nobody reads on
main().catch((error) => {
  console.error(`framelane: ${error.message}`);
  if (error instanceof UsageError && process.argv.length > 2) console.error('framelane --help says how it is meant');
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
