#!/usr/bin/env node
/** The command `gatehouse`, on whatever Node is there: see node24.js. */
import path from 'node:path';
import url from 'node:url';
import { run } from './node24.js';

const here = path.dirname(url.fileURLToPath(import.meta.url));

// Loading makes much garbage at once. Room for it would stay reserved for good, so it gets none until the server is
// started (src/main.ts).
run(path.join(here, '..', 'src', 'main.ts'), process.argv.slice(2), ['--semi-space-growth-factor=1']);
