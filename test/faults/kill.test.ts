import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { sha256 } from '../../src/lib/secret.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { createEmptyDatabase, type Dialect } from '../support/database.ts';
import {
  type CommandResult,
  type GatehouseProcess,
  runCommand,
  startGatehouse,
} from '../support/processes.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';

const CALLBACK = 'http://localhost:9999/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/**
 * kill -9 while apps and people are at work. What had no answer may have happened or not; what had one is still true
 * after the restart. Windows are long, because what a late retry means is another test's subject.
 */
const IS_LONG = process.env.FAULT_ROUNDS !== undefined;
test.each<[dialect: Dialect, kills: number]>([
  ['sqlite', IS_LONG ? 20 : 3],
  ['postgres', IS_LONG ? 20 : 3],
])(
  'on %s, %i times: every answer that a client got is still true after the restart',
  async (dialect, kills) => {
    const place = await createPlace(dialect);
    const operator = await createOperator(place.environment);
    const world = await createWorld(operator, place.url);
    const random = randomFrom(42);

    for (let round = 0; round < kills; round += 1) {
      const server = await startGatehouse({
        env: place.environment,
        dataDir: place.dataDir,
        port: place.port,
      });
      const wrong = await findLies(world);
      expect(wrong, `after kill ${round}`).toEqual([]);
      await loadUntilKilled(world, server, {
        after: 10 + Math.floor(random() * 60),
        withCommand: round % 5 === 2,
      });
    }
    const server = await startGatehouse({ env: place.environment, dataDir: place.dataDir, port: place.port });
    expect(await findLies(world), 'after the last kill').toEqual([]);
    expect(await server.stop()).toBe(0);

    // The test would be worth little if the killed servers had hardly answered anything.
    for (const [what, count] of Object.entries(world.confirmed))
      expect([what, count > 0]).toEqual([what, true]);
    const all = Object.values(world.confirmed).reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThan(10 * kills);
    expect(world.unanswered).toBeGreaterThan(0);
  },
  300_000,
);

/** Where the server, its operator and its commands meet. */
async function createPlace(dialect: Dialect) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-kill-'));
  const database = await createEmptyDatabase(dialect, { isMigrated: true });
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const settings = join(folder, 'gatehouse.yaml');
  const many = '[{ points: 100000, perSeconds: 60 }]';
  await writeFile(
    settings,
    [
      'oidc: { refreshGraceSeconds: 3600, codeGraceSeconds: 3600 }',
      // A sign-in that was killed keeps its point.
      `methods: { limits: { network: ${many}, account: ${many}, accountFromNetwork: ${many}, knownDevice: ${many}, device: ${many} } }`,
    ].join('\n'),
  );
  onTestFinished(async () => {
    await database.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const environment: Record<string, string> = {
    ISSUER: url,
    PORT: String(port),
    DATA_DIR: database.dataDir,
    CONFIG: settings,
    ...(database.url === '' ? {} : { DATABASE_URL: database.url }),
  };
  return { url, port, dataDir: database.dataDir, environment };
}

/** The modules over the same database, in this process, which is not killed. */
async function createOperator(
  environment: Record<string, string>,
): Promise<{ app: App; environment: typeof environment }> {
  const logger = createLogger({ logLevel: 'silent', stream: { write() {} }, isPretty: false });
  const app = await createApp(loadConfig(environment), { logger });
  onTestFinished(() => app.close());
  return { app, environment };
}

type Chain = { refreshToken: string };
type World = Awaited<ReturnType<typeof createWorld>>;

/** Everything that was confirmed: an answer with it came back. */
async function createWorld({ app, environment }: Awaited<ReturnType<typeof createOperator>>, url: string) {
  const { users, password, clients } = app.modules;
  const people = await Promise.all(
    ['ana', 'bob', 'cleo', 'dan'].map(async (name) => {
      const user = await users.create(
        {
          email: `${name}@example.com`,
          emailVerified: true,
          profile: { name },
        },
        SYSTEM,
      );
      await password.set(user.id, PASSWORD);
      return user;
    }),
  );
  const grants = ['authorization_code', 'refresh_token'] as const;
  const own = await clients.create(
    {
      name: 'Own',
      redirectUris: [CALLBACK],
      grants: [...grants],
      firstParty: true,
    },
    SYSTEM,
  );
  return {
    url,
    environment,
    modules: app.modules,
    people,
    own: { id: own.client.id, secret: own.secret ?? '' },
    signedIn: [] as { visitor: Visitor; email: string }[],
    signedOut: [] as Visitor[],
    unspent: [] as string[],
    spent: [] as string[],
    chains: [] as Chain[],
    revoked: [] as string[],
    /** Grants whose end was asked for: a kill on the way leaves a part of it. */
    givenBack: [] as string[],
    consents: [] as { visitor: Visitor; clientId: string }[],
    users: [] as string[],
    clients: [] as string[],
    confirmed: {
      signIns: 0,
      redemptions: 0,
      refreshes: 0,
      consents: 0,
      signOuts: 0,
      revocations: 0,
      writes: 0,
    },
    unanswered: 0,
  };
}

/** People and apps at work, until the server is killed in the middle of it; and then until all have noticed. */
async function loadUntilKilled(
  world: World,
  server: GatehouseProcess,
  { after, withCommand }: { after: number; withCommand: boolean },
): Promise<void> {
  let answered = 0;
  let killed: Promise<void> | undefined;
  /** One more answer came; enough of them, and the server dies while the other workers are in the middle of theirs. */
  const count = () => {
    answered += 1;
    if (answered >= after) killed ??= server.kill9();
  };
  const command: Promise<CommandResult | undefined> = withCommand
    ? runCommand(['users', 'create', '--email', `cli${world.users.length}@example.com`, '--json'], {
        env: world.environment,
      })
    : Promise.resolve(undefined);

  const works = [
    signInAndRedeem,
    signInAndRedeem,
    refreshOnce,
    refreshOnce,
    consentOnce,
    endOnce,
    revokeOnce,
    operate,
  ];
  await Promise.all(
    works.map(async (work, at) => {
      for (let turn = 0; !killed; turn += 1) {
        try {
          if (!(await work(world, at + turn))) break; // nothing to do in this round
          if (work !== operate) count(); // its answers do not come from the server
        } catch (error) {
          if (!isCut(error)) throw error;
          world.unanswered += 1;
          await killed;
        }
      }
    }),
  );
  await (killed ?? server.kill9());
  const done = await command;
  if (done) {
    expect(done.exitCode, done.stderr).toBe(0);
    world.users.push(done.json<{ id: string }>().id);
  }
}

type Work = (world: World, turn: number) => Promise<boolean>;

/** A new browser that came back to the app with a code. */
async function signIn(world: World, turn: number) {
  const email = world.people[turn % world.people.length]?.email ?? '';
  const visitor = createVisitor(world.url);
  const login = await visitor.open(addressOf(world, world.own.id));
  const back = await visitor.submit(login, { identifier: email, password: PASSWORD }, { form: '/login' });
  const code = new URL(back.url).searchParams.get('code');
  if (!code) throw new Error(`no code: ${back.status} ${back.url} ${back.title}`);
  world.confirmed.signIns += 1;
  return { visitor, email, code };
}

const signInAndRedeem: Work = async (world, turn) => {
  const { visitor, email, code } = await signIn(world, turn);
  world.signedIn.push({ visitor, email });
  world.unspent.push(code);
  if (turn % 3 !== 0) await redeemOnce(world, code); // else it is redeemed after the next start
  return true;
};

async function redeemOnce(world: World, code: string): Promise<void> {
  world.unspent.splice(world.unspent.indexOf(code), 1); // from here on it may be spent
  const { status, body } = await token(world, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
  if (status !== 200) throw new Error(`a fresh code was refused: ${status} ${JSON.stringify(body)}`);
  world.spent.push(code);
  world.chains.push({ refreshToken: body.refresh_token ?? '' });
  world.confirmed.redemptions += 1;
}

const refreshOnce: Work = async (world, turn) => {
  const chain = world.chains[turn % Math.max(1, world.chains.length)];
  if (!chain) return world.confirmed.redemptions === 0 && (await signInAndRedeem(world, 1));
  const { status, body } = await token(world, {
    grant_type: 'refresh_token',
    refresh_token: chain.refreshToken,
  });
  // Two workers may have one chain, and another one may have revoked it: then it is no longer among them.
  if (status === 400 && !world.chains.includes(chain)) return true;
  if (status !== 200) throw new Error(`a chain broke: ${status} ${JSON.stringify(body)}`);
  chain.refreshToken = body.refresh_token ?? '';
  world.confirmed.refreshes += 1;
  return true;
};

/** In a browser of its own: the end of an interaction gives the session a new cookie. */
const consentOnce: Work = async (world, turn) => {
  const { visitor } = await signIn(world, turn);
  const { client } = await world.modules.clients.create(
    {
      name: 'Asks',
      redirectUris: [CALLBACK],
      grants: ['authorization_code'],
    },
    SYSTEM,
  );
  const page = await visitor.open(addressOf(world, client.id));
  const back = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
  if (!back.url.startsWith(CALLBACK)) throw new Error(`no way back: ${back.status} ${back.url}`);
  world.consents.push({ visitor, clientId: client.id });
  world.confirmed.consents += 1;
  return true;
};

/** A session of its own: ending it ends what apps were given in it. */
const endOnce: Work = async (world, turn) => {
  const { visitor } = await signIn(world, turn);
  const page = await visitor.open('/account');
  const before = visitor.copy();
  const out = await visitor.submit(page, {}, { form: '/account/sign-out' });
  if (!out.url.endsWith('/session/end/success')) throw new Error(`not signed out: ${out.status} ${out.url}`);
  world.signedOut.push(before);
  world.confirmed.signOuts += 1;
  return true;
};

const revokeOnce: Work = async (world) => {
  if (world.chains.length < 3) return await signInAndRedeem(world, 1);
  const [chain] = world.chains.splice(0, 1);
  const token = world.modules.db('refresh_tokens').where({ id_hash: sha256(chain?.refreshToken ?? '') });
  world.givenBack.push((await token.first('grant_id'))?.grant_id);
  const response = await fetch(`${world.url}/token/revocation`, {
    method: 'POST',
    headers: { authorization: basicOf(world.own) },
    body: new URLSearchParams({ token: chain?.refreshToken ?? '' }),
  });
  await response.text();
  if (response.status !== 200) throw new Error(`not revoked: ${response.status}`);
  world.revoked.push(chain?.refreshToken ?? '');
  world.confirmed.revocations += 1;
  return true;
};

/** An operator beside the server, over the same database. */
const operate: Work = async ({ modules, users, clients, confirmed }) => {
  users.push(
    (await modules.users.create({ email: `made${users.length}-${clients.length}@example.com` }, SYSTEM)).id,
  );
  clients.push(
    (
      await modules.clients.create(
        { name: 'Made', redirectUris: [CALLBACK], grants: ['authorization_code'] },
        SYSTEM,
      )
    ).client.id,
  );
  confirmed.writes += 1;
  return true;
};

/** What was confirmed before and is not true now. Codes and chains go on being used by it. */
async function findLies(world: World): Promise<string[]> {
  const lies: string[] = [];
  const claim = (what: string, isTrue: boolean) => {
    if (!isTrue) lies.push(what);
  };
  for (const chain of world.chains.slice(-12)) {
    const { status, body } = await token(world, {
      grant_type: 'refresh_token',
      refresh_token: chain.refreshToken,
    });
    claim(`a chain goes on (${status} ${body.error_description})`, status === 200);
    chain.refreshToken = body.refresh_token ?? chain.refreshToken;
  }
  for (const refreshToken of world.revoked.slice(-6)) {
    const { body } = await token(world, { grant_type: 'refresh_token', refresh_token: refreshToken });
    claim('a revoked token stays revoked', body.error === 'invalid_grant');
  }
  for (const code of world.spent.slice(-6)) {
    const { body } = await token(world, codeGrant(code));
    claim('a spent code stays spent', body.error === 'invalid_grant');
  }
  for (const code of world.unspent.splice(0)) {
    const { status, body } = await token(world, codeGrant(code));
    claim(`a code that nobody redeemed is good (${status} ${body.error_description})`, status === 200);
    if (status === 200) world.chains.push({ refreshToken: body.refresh_token ?? '' });
  }
  for (const grantId of await listHalfRedeemed(world)) {
    if (!world.givenBack.includes(grantId)) claim('a code and its refresh token are both there', false);
  }
  for (const { visitor, email } of world.signedIn.slice(-4)) {
    claim('who was signed in still is', (await visitor.copy().open('/account')).html.includes(email));
  }
  for (const visitor of world.signedOut.slice(-4)) {
    const page = await visitor.copy().open('/account');
    claim(
      'who signed out stays out',
      page.forms.some(({ action }) => action.includes('/login')),
    );
  }
  for (const { visitor, clientId } of world.consents.slice(-4)) {
    const page = await visitor.copy().open(addressOf(world, clientId));
    claim(
      'what was allowed is not asked again',
      !page.forms.some(({ action }) => action.includes('/consent')),
    );
  }
  const users = await Promise.all(world.users.map((id) => world.modules.users.find(id)));
  claim('people who were made are there', users.every(Boolean));
  const clients = await Promise.all(world.clients.map((id) => world.modules.clients.find(id)));
  claim('apps that were made are there', clients.every(Boolean));
  return lies;
}

/** Grants of which a code is spent without a refresh token, or the other way round. Each has one code here. */
async function listHalfRedeemed({ modules: { db }, own }: World): Promise<string[]> {
  const rows = await db('grants')
    .join('artifacts', 'artifacts.grant_id', 'grants.id')
    .where({ model: 'AuthorizationCode', client_id: own.id })
    .select('grants.id', 'consumed_at');
  const withToken = new Set(await db('refresh_tokens').distinct().pluck('grant_id'));
  return rows
    .filter((row: { id: string; consumed_at: number | null }) => {
      return (row.consumed_at !== null) !== withToken.has(row.id);
    })
    .map(({ id }: { id: string }) => id);
}

const codeGrant = (code: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: CALLBACK,
  code_verifier: VERIFIER,
});

function addressOf({ url }: Pick<World, 'url'>, clientId: string): string {
  return `${url}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  })}`;
}

async function token({ url, own }: Pick<World, 'url' | 'own'>, values: Record<string, string>) {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: basicOf(own) },
    body: new URLSearchParams(values),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

function basicOf({ id, secret }: { id: string; secret: string }): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** The connection ended without an answer, or in the middle of one. */
function isCut(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: string };
    if (/^(ECONNREFUSED|ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code ?? '')) return true;
    if (cause.message === 'terminated') return true;
    if (cause instanceof AggregateError && cause.errors.every(isCut)) return true;
  }
  return false;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
