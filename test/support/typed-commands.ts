import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksIn, documents, isToBeRun, linesOf } from './documents.ts';
import { bareEnvironment, followProgram, repository } from './processes.ts';
import { removeWhenWeEnd, watch } from './watchdog.ts';

/** Types what the documents say, as a reader would: one command after the other, in an empty folder for each document. */

/** Which file types which documents, so that no file takes long. The first one that a document fits has it. */
const PARTS = [
  { file: 'test/examples/commands.test.ts', of: /^examples\// },
  { file: 'test/roles/documents.test.ts', of: /^docs\/(?:api-keys|roles|required-steps)\.md$/ },
  { file: 'test/launcher/documents.test.ts', of: /^/ },
] as const;

export const filesThatType: readonly string[] = PARTS.map(({ file }) => file);

/** What the reader of a page has already. `cli_…` and `$CLIENT_ID` are the last client that was made. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'docs/api-keys.md': [
    './gatehouse users create --email ana@example.com',
    './gatehouse clients create --name Robot --type service',
  ],
  'docs/brand.md': ['./gatehouse clients create --name Books --redirect-uri http://localhost:5000/callback'],
  'docs/roles.md': [
    './gatehouse users create --email ana@example.com',
    './gatehouse roles create --name admin',
    './gatehouse clients create --name Robot --type service --grant client_credentials',
  ],
  'docs/required-steps.md': [
    './gatehouse users create --email ana@example.com',
    './gatehouse roles create --name admin',
    './gatehouse terms create beta --version 1 --title Beta --url https://acme.example/beta',
    'echo "Be kind." > terms.txt',
    './gatehouse clients create --name Books --redirect-uri https://books.example.com/callback',
  ],
};

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>';

/** One test for each document with commands of this file's part. */
export function typeCommandsOf(file: (typeof PARTS)[number]['file']): void {
  const own = documents
    .filter((document) => blocksIn(document).some(isToBeRun))
    .filter((document) => PARTS.find(({ of }) => of.test(document))?.file === file);
  test.each(own)(
    'every command in %s runs as it stands there, one after the other',
    { timeout: 120_000 },
    async (document) => {
      const folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
      removeWhenWeEnd(folder);
      // Where `./gatehouse` is what it is in the checkout, and what a command writes is in nobody's way.
      await symlink(join(repository, 'gatehouse'), join(folder, 'gatehouse'));
      await writeFile(join(folder, 'books.svg'), LOGO);
      let client = '';
      let key = '';
      // The first one makes the database, as the start of a server does that was there before these commands.
      for (const shown of ['./gatehouse keys list', ...(BEFORE[document] ?? []), ...commandsIn(document)]) {
        const command = shown.replaceAll('cli_…', client).replaceAll('apk_…', key);
        const { exitCode, stdout, stderr } = await runInShell(command, folder, { CLIENT_ID: client });
        expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
        client = /\bcli_\w+/.exec(stdout)?.[0] ?? client;
        key = /\bapk_\w+/.exec(stdout)?.[0] ?? key;
      }
    },
  );
}

/** The commands of a document that run here. */
function commandsIn(document: string): string[] {
  return blocksIn(document)
    .filter(isToBeRun)
    .flatMap(({ text }) => linesOf(text));
}

async function runInShell(
  command: string,
  cwd: string,
  more: Record<string, string>,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const env = { ...bareEnvironment(), ...more, DATA_DIR: join(cwd, 'data') };
  const printed = await open(join(cwd, 'printed'), 'w+');
  const child = spawn('sh', ['-c', command], { cwd, env, stdio: ['ignore', printed.fd, 'pipe'] });
  watch(child, { signal: 'KILL' });
  const program = followProgram(child);
  const exitCode = await program.ended;
  await printed.close();
  return { exitCode, stdout: await readFile(join(cwd, 'printed'), 'utf8'), stderr: program.output() };
}
