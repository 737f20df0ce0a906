// make demo: the development server over this repository, and where to look.
import { fileURLToPath } from 'node:url';
import { serve } from '../web/serve.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { url } = await serve({ root, port: Number(process.env.PORT ?? 8080), log: console.log });
console.log(`\n  open ${url}demos/image/\n  or   ${url}demos/codec/  (a video through three modules in one memory)\n  or   ${url}demos/reference/  (every operation, with a live before and after)\n  Ctrl+C ends it`);
