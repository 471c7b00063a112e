#!/usr/bin/env node
/** The command `gatehouse`, on whatever Node is there: see node24.js. */
import path from 'node:path';
import url from 'node:url';
import { run } from './node24.js';

const here = path.dirname(url.fileURLToPath(import.meta.url));
run(path.join(here, '..', 'src', 'main.ts'), process.argv.slice(2));
