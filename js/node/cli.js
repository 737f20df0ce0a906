#!/usr/bin/env node
/** The command `framelane`. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { build } from './build.js';

const USAGE = `framelane build op.c [more.c …] -o op.wasm [--cc emcc] [-- flags for emcc]
    makes a side module of C files that #include <framelane_module.h>; bring it into an engine with engine.load('op.wasm')

framelane --help | --version`;

/** What the command line asks for is wrong: the message and how it is meant. */
class UsageError extends Error {}

async function main() {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(USAGE);
  if (values.version) return console.log(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version);
  const [command, ...sources] = positionals;
  if (command !== 'build') throw new UsageError(command ? `there is no command '${command}'` : 'a command is missing');
  if (!sources.length || !values.output) throw new UsageError('build: needs C files and -o for the module to make');
  await build(sources, values.output, { cc: values.cc, flags: afterDashes() });
}

/** What stands behind `--`. */
function afterDashes() {
  const at = process.argv.indexOf('--');
  return at < 0 ? [] : process.argv.slice(at + 1);
}

function readArguments() {
  const at = process.argv.indexOf('--');
  try {
    return parseArgs({
      args: process.argv.slice(2, at < 0 ? undefined : at),
      allowPositionals: true,
      options: {
        output: { type: 'string', short: 'o' }, cc: { type: 'string' },
        help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

main().catch((error) => {
  console.error(`framelane: ${error.message}`);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
