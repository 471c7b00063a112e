#!/usr/bin/env node
/** The command `gatehouse`, on whatever Node is there: see node24.js. */
import path from 'node:path';
import url from 'node:url';
import { run } from './node24.js';

const here = path.dirname(url.fileURLToPath(import.meta.url));

// Node takes as much memory as it finds: under load six times as much as we need (docs/decisions/launcher-memory.md).
const flags = ['--max-semi-space-size=16', '--heap-growing-percent=60'];
// glibc keeps a heap for each thread; ours are few and busy at different times.
if (!process.env.MALLOC_ARENA_MAX) process.env.MALLOC_ARENA_MAX = '2';
// Loading makes much garbage at once, and the room for it would stay reserved. src/main.ts takes it back.
const flagsOfLoading = ['--semi-space-growth-factor=1'];

run(path.join(here, '..', 'src', 'main.ts'), process.argv.slice(2), flags, flagsOfLoading);
