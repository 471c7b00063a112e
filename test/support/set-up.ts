import { afterEach } from 'vitest';
import { endStarting } from './starting.ts';

/** Before each test file, in its own process. */

// A terminal sends Ctrl-C to every process: the run ends this one when it has been told what failed.
process.on('SIGINT', () => {});
// The run was killed. Nobody waits for an answer any more, and our own children end with us.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// A test whose time ran out while a server started must not leave it to the tests after it.
afterEach(endStarting);
