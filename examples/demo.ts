import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/**
 * `npm run demo`: an empty Gatehouse in a temporary folder, with a person, an API and a client for each example, and
 * the examples beside it. All is made by the commands that an operator types. One Ctrl-C ends and removes everything.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const email = 'ada@example.com';
const password = randomBytes(12).toString('base64url');
const programs: Program[] = [];

type Program = { child: ChildProcess; ended: Promise<unknown> };
type Introspection = { introspection_id: string; introspection_secret: string };
type Created = { client_id: string; client_secret?: string };

const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-demo-'));
let isEnding = false;
// The second of two signals (npm passes on what the terminal has sent already) must not cut the end short.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

try {
  await show();
} catch (error) {
  if (!isEnding) console.error(error instanceof Error ? error.message : error);
  await end(1);
}

async function show(): Promise<void> {
  const [issuer, webApp, spa, bff, api, keyApi] = (await findFreePorts(6)).map(
    (port) => `http://localhost:${port}`,
  ) as [string, string, string, string, string, string];
  const environment = { ISSUER: issuer, PORT: portOf(issuer), DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
  const gatehouse = (args: string[], input?: string) =>
    command(['bin/gatehouse.js', ...args, '--json'], environment, input);

  console.log('Starting Gatehouse and five examples …');
  await start(['bin/gatehouse.js', 'start'], environment);

  const look = ['--color', '#7a1fa2', '--logo-file', join('examples', 'notes.svg')];
  const grants = ['--grant', 'authorization_code', '--grant', 'refresh_token'];
  const [webClient, spaClient, bffClient, introspection] = (await Promise.all([
    gatehouse([
      ...['clients', 'create', '--name', 'Notes', '--type', 'web', ...grants, ...look],
      ...['--redirect-uri', `${webApp}/callback`, '--post-logout-redirect-uri', `${webApp}/`],
    ]),
    gatehouse([
      ...['clients', 'create', '--name', 'Notes in the browser', '--type', 'spa', ...grants, ...look],
      ...['--redirect-uri', `${spa}/callback`, '--redirect-uri', `${spa}/silent`],
      ...['--post-logout-redirect-uri', `${spa}/`],
    ]),
    gatehouse([
      ...['clients', 'create', '--name', 'Notes behind a server', '--type', 'web', ...grants, ...look],
      ...['--redirect-uri', `${bff}/callback`, '--post-logout-redirect-uri', `${bff}/`],
    ]),
    gatehouse([
      ...['resource-servers', 'create', '--identifier', keyApi, '--introspection'],
      ...['--scope', 'notes:read=Read your notes', '--scope', 'notes:write=Add notes'],
      ...['--api-keys', 'self-service'],
    ]),
    gatehouse([
      ...['resource-servers', 'create', '--identifier', api],
      ...['--scope', 'notes:read=Read your notes', '--scope', 'notes:write=Add notes'],
    ]),
    gatehouse(
      ['users', 'create', '--email', email, '--name', 'Ada Lovelace', '--verified', '--password-stdin'],
      password,
    ),
  ])) as [Created, Created, Created, Introspection, unknown, unknown];
  const { key } = (await gatehouse([
    ...['api-keys', 'create', '--user', email, '--resource', keyApi, '--name', 'My script'],
    ...['--scope', 'notes:read', '--scope', 'notes:write'],
  ])) as { key: string };

  await Promise.all([
    startExample('api', {
      ...{ ISSUER: issuer, PORT: portOf(keyApi), INTROSPECTION_ID: introspection.introspection_id },
      INTROSPECTION_SECRET: introspection.introspection_secret,
    }),
    startExample('resource-server', { ISSUER: issuer, PORT: portOf(api) }),
    startExample('web-app', {
      ...{ ISSUER: issuer, PORT: portOf(webApp), API: api },
      ...{ CLIENT_ID: webClient.client_id, CLIENT_SECRET: webClient.client_secret ?? '' },
    }),
    startExample('spa', {
      ...{ ISSUER: issuer, PORT: portOf(spa), API: api, CLIENT_ID: spaClient.client_id },
    }),
    startExample('bff', {
      ...{ ISSUER: issuer, PORT: portOf(bff), API: api },
      ...{ CLIENT_ID: bffClient.client_id, CLIENT_SECRET: bffClient.client_secret ?? '' },
    }),
  ]);
  if (isEnding) return;
  console.log(`
  Web app               ${webApp}
  Single-page app       ${spa}
  The same, with a BFF  ${bff}
  API (needs a token)   ${api}/notes
  API for keys          curl -H "x-api-key: ${key}" ${keyApi}/notes

  Sign in with          ${email}
  and the password      ${password}

Gatehouse itself is at ${issuer}. Ctrl-C ends all of it and removes its data.
`);
}

/** Ends everything that was started, in order, and removes what it left. */
async function end(exitCode: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  for (const { child } of programs) child.kill('SIGTERM');
  await Promise.all(programs.map(({ ended }) => ended));
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}

function startExample(name: string, environment: Record<string, string>): Promise<void> {
  return start([join('examples', name, 'server.js')], environment);
}

/** Starts a program that goes on, and waits for its first line, with which each one says that it listens. */
async function start(args: string[], environment: Record<string, string>): Promise<void> {
  const { child, ended } = run(args, environment);
  void ended.then(() => {
    if (!isEnding) console.error(`${args.join(' ')} has ended by itself.`);
    return end(1);
  });
  await Promise.race([once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data'), ended]);
}

/** Runs one command to its end and answers its document. */
async function command(args: string[], environment: Record<string, string>, input = ''): Promise<unknown> {
  const { child, ended } = run(args, environment);
  child.stdin?.on('error', () => {}).end(input);
  const [answer] = await Promise.all([text(child.stdout as NonNullable<ChildProcess['stdout']>), ended]);
  if (child.exitCode !== 0) throw new Error(`${args.join(' ')} failed`);
  return JSON.parse(answer);
}

function run(args: string[], environment: Record<string, string>): Program {
  // Detached: the terminal's Ctrl-C is for us alone, and each program gets one signal, which lets it end in order.
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const program = { child, ended: once(child, 'exit') };
  programs.push(program);
  return program;
}

async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, 'localhost'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  return ports;
}

function portOf(url: string): string {
  return new URL(url).port;
}
