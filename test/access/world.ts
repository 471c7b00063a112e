import type { IncomingMessage, ServerResponse } from 'node:http';
import { refreshTokenGrant } from 'openid-client';
import { setRequestInfo } from '../../src/http/request.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSecret, sha256 } from '../../src/lib/secret.ts';
import type { Gatehouse } from '../flows/gatehouse.ts';
import { mailAbout } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { createRelyingParty, PASSWORD, type RelyingParty, signIn } from '../support/relying-party.ts';
import { totpCode } from '../support/totp-code.ts';

export type Person = { id: string; email: string };
/** Two browsers of one person, each signed in to two apps, and remembered. */
export type Side = 'a' | 'b';
export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * Everything that a person can have open: two browsers that are signed in, with an app that has a refresh token and one
 * that has `offline_access` in each; both remembered; a sign-in that has not reached its app; and every link and code
 * that can be out. `enter`: signs a browser in before its apps do, in another way than by the password.
 */
export async function openWorld(
  gatehouse: Gatehouse,
  person: Person,
  enter: (visitor: Visitor) => Promise<unknown> = async () => {},
) {
  const { modules, issuer } = gatehouse;
  const { db } = modules;
  const apps = {
    online: await createRelyingParty(gatehouse, { name: 'Online', firstParty: true }),
    offline: await createRelyingParty(gatehouse, { name: 'Offline' }),
  };
  const newVisitor = () => createVisitor(issuer);
  const open = async () => {
    const visitor = newVisitor();
    await enter(visitor);
    const online = await signIn(gatehouse, apps.online, person, {}, visitor);
    const offline = await signIn(
      gatehouse,
      apps.offline,
      person,
      { scope: 'openid offline_access', prompt: 'consent' },
      visitor,
    );
    await remember(gatehouse, person, visitor);
    return {
      visitor,
      tokens: {
        online: online.tokens.refresh_token ?? '',
        offline: offline.tokens.refresh_token ?? '',
      },
    };
  };
  const a = await open();
  const pending = await signInWithoutGoingOn(person, newVisitor());
  // The last one that is new, so that its mail is the newest.
  const b = await open();
  const uids = (await modules.oidc.sessions.listByUser(person.id)).map(({ uid }) => uid);
  const links = {
    'set-password': await modules.users.links.create('set-password', { userId: person.id, ttlSeconds: 3600 }),
    recovery: await modules.users.links.create('recovery', { userId: person.id, ttlSeconds: 3600 }),
  };
  const recovery = newVisitor();
  const recoveryPage = await recovery.submit(
    await recovery.open('/recovery'),
    { email: person.email },
    { form: '/recovery' },
  );
  const request = { network: '192.0.2.9', userAgent: '', locale: 'en', id: '', address: '', nonce: '' };
  await modules.methods.begin('email', {
    attempt: { request, identifier: person.email },
    boundTo: 'a sign-in',
  });
  await db('account_email_changes').insert({
    user_id: person.id,
    token_hash: sha256(createSecret()),
    email: 'elsewhere@example.org',
    created_at: gatehouse.now(),
    expires_at: gatehouse.now() + 3_600_000,
  });

  const apiKeys = await openApiKeys(gatehouse, person, apps.offline.clientId);

  return {
    gatehouse,
    person,
    apps,
    a,
    b,
    /** The session of each browser; the one seen last is first in the list. */
    sessionOf: async (side: Side) => {
      const { visitor } = side === 'a' ? a : b;
      const found = await sessionUidOf(gatehouse, visitor);
      return found ?? (side === 'a' ? uids.at(-1) : uids[0]) ?? '';
    },

    /** What is still open. Each refresh token is used once here. */
    async look() {
      return {
        sessions: { a: await isSignedIn(a.visitor), b: await isSignedIn(b.visitor) },
        pending: (await newVisitorOf(pending.visitor).open(pending.resume)).heading === 'Your account',
        grants: {
          a: {
            online: await refreshes(apps.online, a.tokens.online),
            offline: await refreshes(apps.offline, a.tokens.offline),
          },
          b: {
            online: await refreshes(apps.online, b.tokens.online),
            offline: await refreshes(apps.offline, b.tokens.offline),
          },
        },
        browsers: { a: await isRemembered(a.visitor), b: await isRemembered(b.visitor) },
        proofs: {
          setPasswordLink: await isLinkAlive('set-password'),
          recoveryLink: await isLinkAlive('recovery'),
          recovery: (await recovery.open(recoveryPage.url)).status === 200,
          mailedCode: await hasRow('email_codes'),
          emailChange: await hasRow('account_email_changes'),
        },
        apiKeys: await areAlive(gatehouse, apiKeys),
      };
    },
  };

  async function isSignedIn(visitor: Visitor): Promise<boolean> {
    return (await sessionUidOf(gatehouse, visitor)) !== undefined;
  }

  async function isLinkAlive(purpose: keyof typeof links): Promise<boolean> {
    return (await modules.users.links.find(purpose, links[purpose].token)) !== undefined;
  }

  async function hasRow(table: string): Promise<boolean> {
    return (await db(table).where({ user_id: person.id }).first('user_id')) !== undefined;
  }

  async function isRemembered(visitor: Visitor): Promise<boolean> {
    return modules.rememberedBrowsers.isRemembered(requestOf(visitor), person.id);
  }

  /** It keeps its cookies; what happens to its copies does not matter. */
  function newVisitorOf(visitor: Visitor): Visitor {
    return visitor.copy();
  }
}

/** A key that the person has had for long, a new one, one of the app; and of who has a role, one that hangs on it. */
async function openApiKeys({ modules, command }: Gatehouse, person: Person, clientId: string) {
  const { apiKeys, roles, db } = modules;
  const api = await createApi(modules);
  const make = async (owner: { userId: string } | { clientId: string }, resource = api) =>
    await apiKeys.create(owner, { resource, name: 'Key', scopes: ['use'] }, SYSTEM);
  const old = await make({ userId: person.id });
  const long = Date.now() - 60 * 86_400_000;
  await db('api_key_secrets').where({ api_key_id: old.apiKey.id }).update({ created_at: long });
  const grant = ['authorization_code', 'refresh_token', 'client_credentials'];
  await command('clients update', { grant }, { positionals: [clientId] });
  const keys = { old, fresh: await make({ userId: person.id }), ofApp: await make({ clientId }) };
  const [held] = await roles.listOf({ userId: person.id });
  if (!held) return keys;
  const enforced = await createApi(modules, { roles: 'enforce' });
  await roles.update(held.role, { addPermissions: [`${enforced}#use`] }, SYSTEM);
  return { ...keys, ofRole: await make({ userId: person.id }, enforced) };
}

let apis = 0;
async function createApi({ resourceServers }: Gatehouse['modules'], more: { roles?: 'enforce' } = {}) {
  apis += 1;
  const identifier = `https://keys${apis}.example.com`;
  await resourceServers.create(
    { identifier, scopes: [{ name: 'use', sentence: 'Use it' }], ...more },
    SYSTEM,
  );
  return identifier;
}

async function areAlive({ modules }: Gatehouse, keys: Record<string, { key: string }>) {
  const alive = Object.entries(keys).map(
    async ([name, { key }]) => [name, (await modules.apiKeys.look(key)).isActive] as const,
  );
  return Object.fromEntries(await Promise.all(alive));
}

export async function refreshes(app: RelyingParty, token: string): Promise<boolean> {
  return refreshTokenGrant(app.configuration, token).then(
    () => true,
    (error: { error?: string; code?: string }) => {
      if (error.error === 'invalid_grant') return false;
      // A client that is gone cannot even ask.
      if (error.code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') return false;
      throw error;
    },
  );
}

/** The person's session that this browser's cookie names, when it is live. */
async function sessionUidOf({ modules }: Gatehouse, visitor: Visitor): Promise<string | undefined> {
  return (await modules.oidc.sessions.find(requestOf(visitor)))?.uid;
}

function requestOf(visitor: Visitor): { req: IncomingMessage } {
  const cookie = visitor.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const req = { headers: { cookie } } as IncomingMessage;
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
  setRequestInfo(req, { network: '192.0.2.1', userAgent, locale: 'en', id: '', address: '', nonce: '' });
  return { req };
}

async function remember({ modules }: Gatehouse, { id }: Person, visitor: Visitor): Promise<void> {
  const res = {
    appendHeader(_name: string, line: string) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      visitor.cookies.push({ name, value, path: '/' });
    },
  } as unknown as ServerResponse;
  await modules.rememberedBrowsers.remember({ ...requestOf(visitor), res }, id);
}

async function signInWithoutGoingOn({ email }: Person, visitor: Visitor) {
  const page = await visitor.open('/account');
  const { action = '', fields = {} } = page.forms.find((form) => form.action.includes('/login')) ?? {};
  const answer = await visitor.request(
    'POST',
    new URL(action, page.url).href,
    new URLSearchParams({ ...fields, identifier: email, password: PASSWORD }),
  );
  return { visitor, resume: new URL(answer.headers.get('location') ?? '', page.url).href };
}

/** Proves what is asked for until the page is another one. `secret`: of the authenticator app. */
export async function prove(gatehouse: Gatehouse, visitor: Visitor, page: Page, secret = ''): Promise<Page> {
  let current = page;
  for (let step = 0; step < 4; step += 1) {
    const actions = current.forms.map(({ action }) => action);
    if (actions.some((action) => action.includes('/interaction/') && action.includes('/totp'))) {
      // The code of this half minute was used when the app was added.
      gatehouse.passTime(30_000);
      const code = totpCode(secret, gatehouse.now());
      current = await visitor.submit(current, { code }, { form: '/totp' });
    } else if (actions.some((action) => action.includes('/login'))) {
      current = await visitor.submit(current, { password: PASSWORD }, { form: '/login' });
    } else break;
  }
  return current;
}

/** Adds an authenticator app in the account pages, and answers its secret. */
export async function addTotp(gatehouse: Gatehouse, visitor: Visitor): Promise<string> {
  // What was there in the second of the sign-in is asked for by the sign-in.
  gatehouse.passTime(2_000);
  const page = await prove(gatehouse, visitor, await visitor.open('/account/security/totp/add'));
  const [, secret = ''] =
    /otpauth:\/\/[^"]*secret=([A-Z2-7]+)/.exec(page.html.replaceAll('&amp;', '&')) ?? [];
  await visitor.submit(
    page,
    { code: totpCode(secret, gatehouse.now()), name: 'My phone' },
    { form: 'totp/add' },
  );
  return secret;
}

/** Changes the e-mail address in the account pages; answers the link that takes it back. */
export async function changeEmail(gatehouse: Gatehouse, visitor: Visitor, from: string, to: string) {
  const asked = await prove(gatehouse, visitor, await visitor.open('/account/email'));
  await visitor.submit(asked, { email: to }, { form: 'account/email' });
  const { url } = await mailAbout(gatehouse, to, 'Confirm');
  await visitor.submit(await visitor.open(url), {}, { form: 'email/confirm' });
  return (await mailAbout(gatehouse, from, 'has changed')).url;
}
