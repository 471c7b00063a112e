import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './processes.ts';
import { removeWhenWeEnd } from './watchdog.ts';

/**
 * `npm run test:user -- test/flows`: the tests as an ordinary user, for whoever is root. PostgreSQL and Redis run as that
 * user, too, and nothing can be installed. `TEST_USER` names another one than `nobody`.
 */

const user = process.env.TEST_USER || 'nobody';
if (process.getuid?.() !== 0) throw new Error('Only root can become somebody else: npm test is enough here.');
const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' })));
if (uid === undefined || gid === undefined) throw new Error(`id knows no user ${user}`);

const home = mkdtempSync(join(tmpdir(), 'gatehouse-home-'));
removeWhenWeEnd(home);
await chown(home, uid, gid);

const program = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
// The checkout is not theirs: nothing can be written there, such as a bundled configuration.
const args = [program, 'run', '--configLoader', 'native', ...process.argv.slice(2)];
const child = spawn(process.execPath, args, {
  cwd: repository,
  stdio: 'inherit',
  uid,
  gid,
  env: {
    ...process.env,
    HOME: home,
    USER: user,
    LOGNAME: user,
    // The checkout is somebody else's, and Git asks whether that is meant.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  },
});
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {}); // a terminal sends it to both
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
