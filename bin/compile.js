/**
 * Compiles every file of Gatehouse once, where Node finds it again: for an installation that cannot be written to later,
 * such as an image. By the user, the Node and on the kind of processor that will run it; else it does no harm and no good.
 *
 *     node bin/compile.js
 */
import path from 'node:path';
import url from 'node:url';
import { flagsOfLoading, serverFlags } from './flags.js';
import { run } from './node24.js';

const here = path.dirname(url.fileURLToPath(import.meta.url));

run(path.join(here, '..', 'src', 'compile.ts'), [], serverFlags, flagsOfLoading);
