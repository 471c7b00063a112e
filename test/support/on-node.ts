import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
// @ts-expect-error The launcher is plain JavaScript, for old versions of Node: it has no types.
import { platformPackageOf } from '../../bin/node24.js';
import { repository } from './repository.ts';

/**
 * The tests on another version of Node, as npm's packages bring it:
 *
 *     npm run test:node -- 22 [file or option of vitest]...
 *
 * Node 22, 24 and 26; with a full version (22.18.0), that one. It stays in node_modules/.cache, and what the tests start
 * by `node` is it, too.
 */

const [version = '', ...args] = process.argv.slice(2);

if (!/^(22|24|26)(\.\d+\.\d+)?$/.test(version)) {
  console.error('usage: npm run test:node -- <22, 24, 26, or a full version of them> [file...]');
  process.exitCode = 2;
} else {
  const node = installed(version);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const run = (...words: string[]) =>
    spawnSync(node, words, { cwd: repository, env, stdio: 'inherit' }).status ?? 1;
  run('-p', '"The tests run on Node " + process.version');
  process.exitCode = run(join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args);
}

function installed(wanted: string): string {
  const found: [name: string, binary: string] | undefined = platformPackageOf(process.platform, process.arch);
  if (!found) throw new Error(`npm has no Node for ${process.platform}-${process.arch}`);
  const [name, binary] = found;
  const folder = join(repository, 'node_modules', '.cache', 'gatehouse-node', wanted);
  const node = join(folder, 'node_modules', name, binary);
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const npm = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', `${name}@${wanted}`], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0 || !existsSync(node)) throw new Error(`npm could not install ${name}@${wanted}`);
  return node;
}
