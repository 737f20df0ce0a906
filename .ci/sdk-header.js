// sdk-header.js <output>: the SDK's header with everything it includes written out, so that authors of modules need one file.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const SDK = 'modules/framelane_module.h', output = process.argv[2];

const seen = new Set();
function flatten(name) {
  if (seen.has(name)) return '';
  seen.add(name);
  return readFileSync(`c_src/${name}`, 'utf8').replace(/^#include "(.+)"\n/gm, (_, included) => flatten(included));
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, `/* framelane ${version}. Made of c_src/${SDK} and what that includes. */\n${flatten(SDK)}`);
