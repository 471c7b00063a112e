import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCommand } from '../support/processes.ts';
import { removeWhenWeEnd } from '../support/watchdog.ts';

/** A command loads what it needs: its time is that of its files. `npm run weight` measures it. */

let env: Record<string, string>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-loaded-'));
  removeWhenWeEnd(folder);
  const hook = join(folder, 'loaded.mjs');
  await writeFile(
    hook,
    `import { registerHooks } from 'node:module';
     const loaded = [];
     registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
     process.on('exit', () => console.error(JSON.stringify(loaded)));`,
  );
  env = { DATA_DIR: folder, NODE_OPTIONS: `--import ${hook}` };
  await runCommand(['migrate'], { env });
});

async function loadedBy(command: string): Promise<string[]> {
  const { stderr, exitCode } = await runCommand(command.split(' '), { env });
  expect(exitCode).toBe(0);
  return JSON.parse(stderr.split('\n').findLast((line) => line.startsWith('[')) ?? '');
}

/** Of these none is for a command that only reads or writes rows. */
const ofRequests =
  /node_modules\/(?:(?:oidc-provider|openid-client|koa|qrcode|pg|ioredis|nodemailer|undici)\/|jose\/dist\/webapi\/index|lodash\/(?!lodash\.min)|zod\/v4\/locales\/(?!en\.))|\/views\/(?:account|interaction|layout|mail)\/|^node:http$/;

test.each(['users list', 'clients list', 'keys list', 'audit tail', 'resource-servers list'])(
  '%s loads neither pages nor the protocol library nor a server',
  async (command) => {
    const loaded = await loadedBy(command);
    expect(loaded.some((url) => url.endsWith('/src/app.ts'))).toBe(true);
    expect(loaded.filter((url) => ofRequests.test(url))).toEqual([]);
  },
);

test.each(['help', 'users list --help'])('%s loads no database and no configuration', async (command) => {
  const loaded = await loadedBy(command);
  expect(loaded.some((url) => url.endsWith('/src/users/deeds.ts'))).toBe(true);
  const more =
    /node_modules\/(?!zod\/(?!v4\/locales\/(?!en\.))|jose\/dist\/webapi\/(?!index))|\/src\/(app|config|start)\.ts$|\/views\/(?:account|interaction|layout|mail)\//;
  expect(loaded.filter((url) => more.test(url))).toEqual([]);
});
