import { execFile } from 'node:child_process';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { blocksIn, fileIn } from '../support/documents.ts';
import { installPackages } from '../support/packages.ts';
import { bareEnvironment, repository } from '../support/processes.ts';
import { findInstalled } from '../support/services.ts';
import { removeWhenWeEnd } from '../support/watchdog.ts';

/** docs/install/systemd.md in systemd's own tools, which judge a unit without starting it, and in a real shell. */

const PAGE = 'docs/install/systemd.md';
const run = promisify(execFile);
const findTool = () => findInstalled(['systemd-analyze'], ['/usr/bin', '/bin']);

test('systemd has nothing to say about the unit, and calls it OK or better', async () => {
  await installPackages({
    packages: ['systemd'],
    what: 'systemd-analyze',
    isThere: () => findTool() !== undefined,
  });
  const tool = findTool() ?? '';
  const folder = await makeFolder();
  const unit = join(folder, 'gatehouse.service');
  // The names of this machine: systemd looks whether the program is there.
  const text = fileIn(PAGE, '/etc/systemd/system/gatehouse.service');
  await writeFile(
    unit,
    text.replaceAll('/usr/bin/node', process.execPath).replaceAll('/opt/gatehouse', repository),
  );

  const verified = await run(tool, ['verify', '--man=no', '--recursive-errors=no', unit]);
  expect(verified.stderr).toBe('');
  // The exposure from 0 to 10, times ten. Without the hardening it is 92 ("unsafe"); more than the threshold is exit 1.
  const judged = await run(tool, ['security', '--offline=true', '--no-pager', '--threshold=20', unit]);
  expect(judged.stdout).toMatch(/Overall exposure level .*(OK|SAFE)/);
});

test('the settings say the same to systemd and to a shell, and Gatehouse takes them', async () => {
  const text = settings();
  const folder = await makeFolder();
  await writeFile(join(folder, 'env'), text);
  const names = [...text.matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);
  const { stdout } = await run('sh', ['-c', `set -a; . ./env; exec env -0`], {
    cwd: folder,
    env: bareEnvironment(),
  });
  const inShell = Object.fromEntries(stdout.split('\0').map((each) => each.split(/=(.*)/s, 2)));
  const bySystemd = Object.fromEntries(
    [...text.matchAll(/^(\w+)=(?:'([^']*)'|(.*))$/gm)].map(([, name, quoted, plain]) => [
      name,
      quoted ?? plain,
    ]),
  );
  expect(names).toContain('SECRET_KEY');
  for (const name of names) expect({ name, value: inShell[name] }).toEqual({ name, value: bySystemd[name] });
  expect(loadConfig(bySystemd)).toMatchObject({
    issuer: 'https://id.example.com',
    host: '127.0.0.1',
    trustProxy: 1,
  });
});

test('the script runs commands with the settings of the server', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'env'), settings().replace(/^DATA_DIR=.*$/m, `DATA_DIR=${folder}`));
  const script = fileIn(PAGE, '/usr/local/sbin/gatehouse')
    .replaceAll('/etc/gatehouse/env', join(folder, 'env'))
    .replaceAll('/var/lib/gatehouse', folder)
    .replaceAll('/opt/gatehouse', repository)
    .replaceAll(
      /--re([ug]id)=gatehouse/g,
      (_, kind) => `--re${kind}=${kind === 'uid' ? userInfo().uid : userInfo().gid}`,
    )
    // Only root may become somebody.
    .replace(userInfo().uid === 0 ? /$^/ : /setpriv .*--init-groups /, '');
  await writeFile(join(folder, 'gatehouse'), script);
  await chmod(join(folder, 'gatehouse'), 0o755);
  const { stdout } = await run(join(folder, 'gatehouse'), ['keys', 'list', '--json'], {
    env: bareEnvironment(),
  });
  expect(JSON.parse(stdout)).toMatchObject({ keys: expect.any(Array) });
});

test('every block of the page is tried here, or says why not', () => {
  expect(blocksIn(PAGE).filter(({ mark }) => mark === undefined)).toEqual([]);
});

/** The file with a real key in its place. */
function settings(): string {
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
  return fileIn(PAGE, '/etc/gatehouse/env').replace(/'<what openssl[^']*'/, `'${key}'`);
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-systemd-'));
  removeWhenWeEnd(folder);
  return folder;
}
