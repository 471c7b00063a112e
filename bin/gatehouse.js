#!/usr/bin/env node
/** The command `gatehouse`, on whatever Node is there: see node24.js. */
import path from 'node:path';
import url from 'node:url';
import { flagsOfLoading, serverFlags } from './flags.js';
import { run } from './node24.js';

const main = path.join(path.dirname(url.fileURLToPath(import.meta.url)), '..', 'src', 'main.ts');
const args = process.argv.slice(2);

// glibc keeps a heap for each thread; ours are few and busy at different times.
if (!process.env.MALLOC_ARENA_MAX) process.env.MALLOC_ARENA_MAX = '2';

// A command is over before its memory matters.
run(main, args, {
  flags: serverFlags,
  flagsOfLoading: args[0] === 'start' ? flagsOfLoading : [],
  isBrief: args[0] !== 'start',
});
