import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { openBrowser } from '../test/support/browser.ts';
import { followProgram } from '../test/support/processes.ts';
import { watch } from '../test/support/watchdog.ts';
import { createFolder, endAll, root } from './processes.ts';

/**
 * The first minutes of somebody new, as they are: a clone in an empty folder, the two commands, the link, the first app.
 * Writes docs/start/transcript.md. Takes the ports 3000 and 5000, and fetches the packages from the registry.
 *
 *     npm run transcript
 */

/** Beside Node and npm: a shell and what `./gatehouse` finds itself with. Every Unix has these. */
const PROGRAMS = ['node', 'npm', 'sh', 'dirname', 'readlink'];
const NODE = 3000;
const APP = 5000;

const lines: string[] = [];
const began = performance.now();

try {
  for (const port of [NODE, APP]) await expectFree(port);
  const folder = createFolder('transcript');
  const env = { PATH: createPath(folder), HOME: join(folder, 'home'), npm_config_update_notifier: 'false' };
  mkdirSync(env.HOME);
  const checkout = join(folder, 'gatehouse');
  await step('git clone … gatehouse && cd gatehouse', async () => {
    execFileSync('git', ['clone', '--quiet', '--no-local', root, checkout]);
    return { said: '', value: undefined };
  });

  const server = launch('npm ci && npm start', { cwd: checkout, env });
  const [link = ''] = await step('npm ci && npm start', async () => {
    const found = await server.waitFor(/http:\S+first-administrator\S+/);
    return { said: server.output().trim(), value: found };
  });

  const browser = await openBrowser();
  const page = await browser.newPage();
  await doing('The link, in a browser', async () => {
    await page.goto(link);
    await page.locator('[name=name]').fill('Ada Lovelace');
    await page.locator('[name=email]').fill('ada@example.com');
    await page.locator('[name=password]').fill('four words are enough');
    await page.locator('main button.go').click();
    await page.waitForURL((url) => !url.pathname.startsWith('/first-administrator'));
    return `“${await page.locator('h1').textContent()}”`;
  });

  const create = `./gatehouse clients create --name "My app" --redirect-uri http://localhost:${APP}/callback`;
  const answer = await step(create, async () => {
    const said = execFileSync('sh', ['-c', create], { cwd: checkout, env }).toString().trim();
    return { said, value: said };
  });
  const id = /cli_\w+/.exec(answer)?.[0] ?? '';
  const secret = /client_secret\s+(\S+)/.exec(answer)?.[1] ?? '';
  const start = `CLIENT_ID=${id} CLIENT_SECRET=${secret} node examples/minimal-client.js`;
  const app = launch(start, { cwd: checkout, env });
  await step(start, async () => ({ said: (await app.waitFor(/Open \S+/))[0], value: undefined }));

  await doing('The app, in the same browser', async () => {
    await page.goto(`http://localhost:${APP}`);
    const allow = page.locator('button[value=allow]');
    if (await allow.isVisible()) await allow.click();
    await page.waitForURL(`http://localhost:${APP}/**`);
    const said = await page.textContent('body');
    if (said !== 'Hello Ada Lovelace') throw new Error(`The app said: ${said}`);
    return `“${said}”`;
  });
  await browser.close();
  for (const program of [app, server]) program.end();
  await Promise.all([app.ended, server.ended]);
  writeFileSync(join(root, 'docs', 'start', 'transcript.md'), documentOf(versions(env)));
} finally {
  await endAll();
}
process.exit();

/** What is typed, and what the terminal says until it is done. */
async function step<T>(command: string, run: () => Promise<{ said: string; value: T }>): Promise<T> {
  const from = performance.now();
  const { said, value } = await run();
  lines.push(`$ ${hideSecrets(command)}`, ...(said ? [hideSecrets(said)] : []), timeSince(from), '');
  return value;
}

/** What is done elsewhere, and what is seen there. */
async function doing(what: string, run: () => Promise<string>): Promise<void> {
  const from = performance.now();
  lines.push(`# ${what}: ${await run()}`, timeSince(from), '');
}

function timeSince(from: number): string {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  return `# ${seconds(performance.now() - from)} s; ${seconds(performance.now() - began)} s since the beginning`;
}

/** They are of a server that is gone, and nobody should copy them. */
function hideSecrets(text: string): string {
  return text.replaceAll(/\b([\w-]{6})[\w-]{37}\b/g, '$1…');
}

function launch(command: string, options: { cwd: string; env: Record<string, string> }) {
  const child = spawn('sh', ['-c', command], { ...options, detached: true });
  watch(child, { signal: 'KILL', isGroup: true });
  return {
    ...followProgram(child),
    end: () => process.kill(-(child.pid ?? 0), 'SIGTERM'),
  };
}

/** One folder with links to the few programs, so that nothing else of this machine can help. */
function createPath(folder: string): string {
  const path = join(folder, 'bin');
  mkdirSync(path);
  for (const program of PROGRAMS) {
    const found = (process.env.PATH ?? '')
      .split(delimiter)
      .filter((each) => !each.includes('node_modules')) // what npm brings is not on a bare machine
      .map((each) => join(each, program))
      .find((each) => existsSync(each));
    if (!found) throw new Error(`There is no ${program} on this machine.`);
    symlinkSync(realpathSync(found), join(path, program));
  }
  return path;
}

async function expectFree(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', () => reject(new Error(`Port ${port} is taken: the transcript needs it.`)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

function versions(env: Record<string, string>): { node: string; npm: string } {
  const of = (program: string) =>
    execFileSync(program, ['--version'], { env }).toString().trim().replace(/^v/, '');
  return { node: of('node'), npm: of('npm') };
}

function documentOf({ node, npm }: { node: string; npm: string }): string {
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const gib = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[1]?.toFixed(1);
  return `# The first minutes, as they went

Written by \`npm run transcript\` on ${date} UTC: an empty folder and an empty home, nothing on the path
but Node ${node}, npm ${npm} and a shell (\`${PROGRAMS.slice(2).join('`, `')}\`; the clone is git's). ${cpus()[0]?.model ?? ''},
${cpus().length} cores with a load of ${load}, ${gib} GiB, Linux ${release()}. [Your first app in five minutes](first-app.md) explains each step.

<!-- run by bench/transcript.ts -->
\`\`\`text
${lines.join('\n').trim()}
\`\`\`
`;
}
