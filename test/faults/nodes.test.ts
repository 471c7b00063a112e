import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { addAuthenticatorApp } from '../support/credentials.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { startGatehouse } from '../support/processes.ts';
import { createTestRedis } from '../support/redis.ts';
import {
  authorizationUrl,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
} from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { totpCode } from '../support/totp-code.ts';
import { startBalancer } from './balancer.ts';

/**
 * Two nodes behind a balancer that sends each request to the other one than the one before: no step of a journey may
 * count on having been here before.
 */
describe.each([
  { storage: 'PostgreSQL' },
  { storage: 'PostgreSQL and Redis', hasRedis: true },
  { storage: 'PostgreSQL, one clock 2 s ahead', aheadMs: 2000 },
  { storage: 'PostgreSQL and Redis, one clock 2 s behind', hasRedis: true, aheadMs: -2000 },
])('two nodes, turn about ($storage)', { timeout: 180_000 }, ({ hasRedis = false, aheadMs = 0 }) => {
  test('are one server: a whole journey, what is ended, and the death of one of them', async () => {
    const { site, modules, nodes, counts } = await startNodes({ hasRedis, aheadMs });
    const party = await createRelyingParty({ url: site, modules }, { postLogoutRedirectUris: [LEFT] });
    const person = await createPerson({ modules });
    const nextCode = await connectApp(modules, person.id);
    const visitor = createVisitor(site);

    // Sign-in with two steps, consent, code.
    const first = await ask(party);
    let page = await visitor.open(first.url);
    page = await visitor.submit(page, { identifier: person.email, password: PASSWORD }, { form: '/login' });
    page = await visitor.submit(page, { code: nextCode() }, { form: '/totp' });
    page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
    const tokens = await oidc.authorizationCodeGrant(party.configuration, new URL(page.url), first.checks);
    expect(tokens.claims()).toMatchObject({ sub: person.id, amr: ['pwd', 'otp', 'mfa'] });
    const again = oidc.authorizationCodeGrant(party.configuration, new URL(page.url), first.checks);
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });

    // What either of them gave, the other one knows.
    for (let each = 0; each < 4; each += 1) {
      await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
      const introspected = await oidc.tokenIntrospection(party.configuration, tokens.access_token);
      expect(introspected.active).toBe(true);
      expect(await renewSilently(visitor, party)).toMatchObject({ sub: person.id });
      expect((await visitor.open(`${site}/account`)).status).toBe(200);
    }
    const retries = await Promise.all(
      Array.from({ length: 20 }, () =>
        oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''),
      ),
    );
    expect(new Set(retries.map(({ refresh_token: successor }) => successor)).size).toBe(1);
    const [a = 0, b = 0] = counts();
    expect(Math.abs(a - b)).toBeLessThan(5);

    // What is ended is ended on both at the next request: the session by its app, then everything by the operator.
    const leave = oidc.buildEndSessionUrl(party.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: LEFT,
    });
    page = await visitor.open(leave.href);
    expect(page.url).toBe(LEFT);
    for (let each = 0; each < 2; each += 1) {
      expect(await renewSilently(visitor, party)).toBe('login_required');
      const refused = oidc.refreshTokenGrant(party.configuration, retries[0]?.refresh_token ?? '');
      await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
    }
    const other = await createPerson({ modules });
    const held = await signIn(visitor, party, other.email);
    await modules.oidc.sessions.signOut(other.id);
    for (let each = 0; each < 2; each += 1) {
      expect(await renewSilently(visitor, party)).toBe('login_required');
      expect((await oidc.tokenIntrospection(party.configuration, held.access_token)).active).toBe(false);
    }

    // One dies; who is signed in stays so.
    const kept = await signIn(visitor, party, other.email);
    await nodes[0]?.kill9();
    expect(await renewSilently(visitor, party)).toMatchObject({ sub: other.id });
    await oidc.refreshTokenGrant(party.configuration, kept.refresh_token ?? '');
    expect(await nodes[1]?.stop()).toBe(0);
  });
});

const LEFT = 'http://localhost:9999/left';

async function startNodes({ hasRedis, aheadMs }: { hasRedis: boolean; aheadMs: number }) {
  const database = await createEmptyDatabase('postgres', { isMigrated: true });
  onTestFinished(database.remove);
  const redis = hasRedis ? await createTestRedis() : undefined;
  if (redis) onTestFinished(redis.close);
  const balancer = await startBalancer();
  onTestFinished(balancer.close);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-nodes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // A machine that is starved of time must not turn an honest retry into a theft.
  const settings = ['oidc: { refreshGraceSeconds: 60, codeGraceSeconds: 60 }'];
  if (redis) settings.push(`redis: { prefix: "${redis.prefix}" }`);
  await writeFile(join(folder, 'gatehouse.yaml'), settings.join('\n'));
  const env = {
    ISSUER: balancer.url,
    DATA_DIR: database.dataDir,
    DATABASE_URL: database.url,
    CONFIG: join(folder, 'gatehouse.yaml'),
    ...(redis && { REDIS_URL: redis.url }),
  };
  const nodes = await Promise.all(
    [0, aheadMs].map(async (ms) => {
      const port = await findFreePort();
      const skewed = ms === 0 ? env : { ...env, NODE_OPTIONS: `--import=${clockAhead(ms)}` };
      const node = await startGatehouse({ env: skewed, dataDir: database.dataDir, port });
      onTestFinished(() => node.kill9());
      balancer.add(port);
      return node;
    }),
  );
  const logger = createLogger({ logLevel: 'silent', stream: { write() {} }, isPretty: false });
  const operator = await createApp(loadConfig(env), { logger });
  onTestFinished(operator.close);
  return { site: balancer.url, modules: operator.modules, nodes, counts: balancer.counts };
}

/** Sets the clock of a whole process, libraries included. */
function clockAhead(ms: number): string {
  const code = `
    const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + ${ms}) : super(...given); }
      static now() { return Real.now() + ${ms}; }
    };`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

type Modules = Awaited<ReturnType<typeof startNodes>>['modules'];

/** As the account does it, with the code before this one, which is spent then. Answers what shows the code of now. */
async function connectApp(modules: Modules, userId: string): Promise<() => string> {
  const secret = await addAuthenticatorApp({ modules }, userId, Date.now() - 30_000);
  return () => totpCode(secret, Date.now());
}

async function ask(party: RelyingParty, parameters: Record<string, string> = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedNonce = oidc.randomNonce();
  const expectedState = oidc.randomState();
  const url = await authorizationUrl(party, {
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    nonce: expectedNonce,
    state: expectedState,
    ...parameters,
  });
  return { url: url.href, checks: { pkceCodeVerifier, expectedNonce, expectedState } };
}

async function signIn(visitor: Visitor, party: RelyingParty, email: string) {
  const { url, checks } = await ask(party);
  let page = await visitor.open(url);
  page = await visitor.submit(page, { identifier: email, password: PASSWORD }, { form: '/login' });
  page = page.url.startsWith(party.redirectUri)
    ? page
    : await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
  return oidc.authorizationCodeGrant(party.configuration, new URL(page.url), checks);
}

/** The claims of a new ID token, or the error that the app gets. */
async function renewSilently(visitor: Visitor, party: RelyingParty) {
  const { url, checks } = await ask(party, { prompt: 'none' });
  const back = new URL((await visitor.open(url)).url);
  const error = back.searchParams.get('error');
  if (error !== null) return error;
  return (await oidc.authorizationCodeGrant(party.configuration, back, checks)).claims();
}
