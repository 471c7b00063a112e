import type { IncomingMessage } from 'node:http';
import { decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Account, AdapterPayload, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { type ApiKeys, KEY_MARK, type Verdict } from '../api-keys/api-keys.ts';
import { API_KEYS_CLIENT_ID } from '../clients/clients.ts';
import { defined } from '../lib/defined.ts';
import { randomText } from '../lib/random.ts';
import { sha256 } from '../lib/secret.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import type { SettingsOfClient } from './adapter/client-metadata.ts';
import { currentInFlight } from './adapter/current.ts';
import { inFlightOf, type PresentedJwt } from './adapter/in-flight.ts';
import { TOKEN_EXCHANGE } from './grant-types/token-exchange.ts';
import type { Permitted } from './permitted.ts';

/** The claim that says which grant a JWT access token came from. It names the grant and opens nothing. */
export const GRANT_CLAIM = 'grant_id';

/** The claim that says which API key a JWT access token was exchanged for, by its public id, as `/api-keys/verify` calls it. It opens nothing either. */
export const API_KEY_CLAIM = 'key_id';

/**
 * oidc-provider refuses to introspect JWTs. So a JWT of ours is verified before the library sees the request, and
 * replaced by a handle that lives as long as the request; the adapter answers that handle with what the JWT says. The
 * library then goes its whole way: client authentication, grant, policy, answer (RFC 7662 §2.2).
 */

export type IntrospectionDeps = {
  verify: JwtVerifier;
  /** The payload of a grant that lives. */
  findGrant(id: string): Promise<string | undefined>;
  /** Whether the API key of this public id is still good. */
  isKeyGood(id: string): Promise<boolean>;
  /** Whose an API key is and what it may, without counting. */
  lookAtKey: ApiKeys['look'];
  findUserAhead(req: IncomingMessage, userId: string): void;
};

/** What takes the place of the token in the body: the token itself when it is no JWT and no API key. */
export async function presentToken(
  req: IncomingMessage,
  token: string,
  { verify, findUserAhead, lookAtKey, ...deps }: IntrospectionDeps,
): Promise<string> {
  if (token.startsWith(KEY_MARK)) {
    const handle = `key.${randomText(32)}`;
    const answer = payloadOfKey(await lookAtKey(token));
    if (answer) inFlightOf(req).jwt = { handle, ...answer };
    return handle;
  }
  if (!looksLikeJwt(token)) return token;
  const handle = `jwt.${randomText(32)}`;
  const claims = await verify(token);
  if (claims) {
    // Asked for next, unless this client knows people by other names (OIDC Core §8.1).
    if (claims[GRANT_CLAIM] !== undefined && claims.sub?.startsWith('usr_')) findUserAhead(req, claims.sub);
    const answer = await payloadOf(claims, deps);
    if (answer) inFlightOf(req).jwt = { handle, ...answer };
  }
  // A JWT that is not ours, or no longer good, becomes a handle that nothing answers: `{ "active": false }`.
  return handle;
}

/**
 * Lets the adapter find a JWT access token at userinfo, when its audience names that endpoint. It is its own handle: a
 * proof of its key (RFC 9449 §4.3) is about the very text that was presented.
 */
export async function presentAtUserinfo(
  req: IncomingMessage,
  token: string,
  userinfoUrl: string,
  { verify, ...deps }: IntrospectionDeps,
): Promise<void> {
  const claims = await verify(token);
  if (!claims || ![claims.aud].flat().includes(userinfoUrl)) return;
  const answer = await payloadOf(claims, deps);
  if (answer) inFlightOf(req).jwt = { handle: token, ...answer };
}

/** The JWT that this request presented, when `id` is its handle and the library looks it up as a `model`. */
export function findPresentedJwt(model: string, id: string): PresentedJwt | undefined {
  const found = currentInFlight()?.jwt;
  return found && found.handle === id && found.model === model ? found : undefined;
}

/**
 * RFC 7662 §4: only the client that a token was issued to, and the resource server it is for, learn about it. And §2.2:
 * the token of a person who was disabled since is good for nothing, as at userinfo.
 */
export async function mayIntrospect(
  ctx: KoaContextWithOIDC,
  client: object,
  token: object,
  { findAccount, findResourceServerByAudience, permitted }: AskedDeps,
): Promise<boolean> {
  const { clientId, gatehouse } = client as { clientId: string; gatehouse?: SettingsOfClient };
  const { clientId: holder, accountId, aud, kind } = token as PresentedToken;
  const account = accountId === undefined ? undefined : await findAccount(ctx, accountId);
  if (accountId !== undefined && !account) return false;
  if (gatehouse?.introspects === undefined) {
    if (clientId !== holder) return false;
    if (
      aud !== undefined &&
      !(await showAtApi(ctx, token, await findResourceServerByAudience(aud), permitted))
    )
      return false;
    if (account) await namePerson(ctx, token, client, account);
    return true;
  }
  if (kind === 'RefreshToken' || aud !== gatehouse.introspects.audience) return false;
  if (!(await showAtApi(ctx, token, gatehouse.introspects, permitted))) return false;
  // A client that was deleted or disabled since has no tokens.
  const held = await ctx.oidc.provider.Client.find(holder ?? '');
  if (held && account) await namePerson(ctx, token, held, account);
  return held !== undefined;
}

/**
 * RFC 7662 §2.2: `username`, for servers such as Dovecot that know people by it, and `email` where the person allowed it
 * to the app. Nothing for an app that knows people by subjects of its own (OIDC Core §8.1), which these would undo.
 */
async function namePerson(
  ctx: KoaContextWithOIDC,
  token: object,
  holder: object,
  account: Account,
): Promise<void> {
  if ((holder as { subjectType?: string }).subjectType === 'pairwise') return;
  const claims = await account.claims('userinfo', '', {}, []);
  const scopes = ctx.oidc.entities.Grant?.getOIDCScope().split(' ') ?? [];
  const told = token as { extra?: Record<string, unknown> };
  told.extra = {
    ...told.extra,
    username: claims.preferred_username ?? claims.email,
    ...(scopes.includes('email') ? { email: claims.email } : {}),
  };
}

type AskedDeps = {
  findAccount: FindAccount;
  findResourceServerByAudience(audience: string): Promise<Api | undefined>;
  permitted: Pick<Permitted, 'narrow' | 'read'>;
};
type Api = Pick<ResourceServer, 'id' | 'scopes' | 'roles' | 'rolesClaim'>;
type PresentedToken = {
  clientId?: string;
  accountId?: string;
  aud?: string;
  kind?: string;
  scope?: string;
  extra?: Record<string, unknown>;
};

/**
 * What is told of a token, as it holds now: the scopes that its API still has and its holder still may have, and the roles
 * of the holder. False when it had scopes and none is left, or when there is no such API any more.
 */
async function showAtApi(
  { req }: KoaContextWithOIDC,
  token: PresentedToken,
  api: Api | undefined,
  permitted: AskedDeps['permitted'],
): Promise<boolean> {
  if (!api) return false;
  const { accountId, clientId = '' } = token;
  const holder = accountId === undefined ? { clientId } : { userId: accountId };
  if (api.rolesClaim === 'on') {
    const { roles } = await permitted.read(req, holder, api);
    if (roles.length > 0) token.extra = { ...token.extra, roles };
  }
  if (!token.scope) return true;
  const known = new Set(api.scopes.map(({ name }) => name));
  const asked = token.scope.split(' ').filter((name) => known.has(name));
  token.scope = (await permitted.narrow(req, api, asked, holder)).join(' ');
  return token.scope !== '';
}

/** What a JWT access token says, when it is one of ours and has not expired. */
export type JwtVerifier = (token: string) => Promise<JWTPayload | undefined>;

/** Far more tokens than are asked about in a few minutes; about 1 KB each. */
const MOST_VERIFIED = 2000;

/**
 * Checks signature, issuer and type once for each token: an API asks about the same one at each request, and a signature
 * that was right stays right. What may change (its end, its grant, its person) is looked at each time. Made anew for
 * each set of keys, so that a key that is taken away takes its tokens along. Keeps hashes, no tokens.
 */
export function createJwtVerifier(issuer: string, keys: JWTVerifyGetKey): JwtVerifier {
  const verified = new Map<string, JWTPayload>(); // at most MOST_VERIFIED
  return async (token) => {
    const hash = sha256(token);
    const known = verified.get(hash);
    if (known) {
      if ((known.exp ?? 0) > Math.floor(Date.now() / 1000)) return known;
      verified.delete(hash);
      return undefined;
    }
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer });
      if (!isAccessToken(protectedHeader.typ, payload)) return undefined;
      const [oldest] = verified.keys();
      if (verified.size >= MOST_VERIFIED && oldest !== undefined) verified.delete(oldest);
      if (payload.exp !== undefined) verified.set(hash, payload);
      return payload;
    } catch {
      return undefined;
    }
  };
}

/**
 * RFC 9068 §4. Where an API cannot read that type (`--token-type jwt`) it is told from an ID token by what none has: the
 * client that it was issued to, an id, and the grant, the API key or the client that it stands for.
 */
export function isAccessToken(typ: string | undefined, claims: JWTPayload): boolean {
  if (typ === 'at+jwt' || typ === 'application/at+jwt') return true;
  const { client_id: clientId, jti, sub } = claims;
  if (typ !== 'JWT' || typeof clientId !== 'string' || jti === undefined) return false;
  return claims[GRANT_CLAIM] !== undefined || claims[API_KEY_CLAIM] !== undefined || sub === clientId;
}

async function payloadOf(
  claims: JWTPayload,
  { findGrant, isKeyGood }: Pick<IntrospectionDeps, 'findGrant' | 'isKeyGood'>,
): Promise<Omit<PresentedJwt, 'handle'> | undefined> {
  const grantId = claims[GRANT_CLAIM];
  const payload: AdapterPayload = {
    clientId: String(claims.client_id),
    // The API's; that it is for userinfo too is between us and the app (userinfo-tokens.ts).
    aud: String([claims.aud].flat()[0]),
    scope: typeof claims.scope === 'string' ? claims.scope : '',
    exp: claims.exp ?? 0,
    iat: claims.iat ?? 0,
    format: 'opaque',
    ...confirmationOf(claims),
    ...defined({ jti: claims.jti }),
  };
  const { [API_KEY_CLAIM]: keyId, sub, tier } = claims;
  if (typeof grantId !== 'string' && typeof keyId === 'string') {
    if (!(await isKeyGood(keyId))) return undefined;
    const extra = { [API_KEY_CLAIM]: keyId, tier };
    if (sub === claims.client_id) {
      const model = 'ClientCredentials';
      return { model, payload: { ...payload, kind: model, extra: { sub, ...extra } } };
    }
    const model = 'AccessToken';
    return { model, payload: { ...payload, kind: model, accountId: sub, gty: TOKEN_EXCHANGE, extra } };
  }
  if (typeof grantId !== 'string') {
    const model = 'ClientCredentials';
    return { model, payload: { ...payload, kind: model, extra: { sub } } };
  }
  const grant = await findGrant(grantId);
  if (grant === undefined) return undefined;
  const model = 'AccessToken';
  const { accountId } = JSON.parse(grant) as AdapterPayload;
  return { model, payload: { ...payload, kind: model, grantId, accountId, extra: signInOf(claims) }, grant };
}

/**
 * An API key itself, told as the token that it could be exchanged for. One that is bound to networks is good for nothing
 * here: RFC 7662 has no word for where it came from.
 */
function payloadOfKey(verdict: Verdict): Omit<PresentedJwt, 'handle'> | undefined {
  if (!verdict.isActive) return undefined;
  const { apiKey, api, scopes } = verdict;
  const { id, owner, tier, createdAt, expiresAt } = apiKey;
  const seconds = (at: number) => Math.floor(at / 1000);
  const extra = { [API_KEY_CLAIM]: id, tier };
  const payload: AdapterPayload = {
    aud: api.audience,
    scope: scopes.join(' '),
    iat: seconds(createdAt),
    ...(expiresAt === undefined ? {} : { exp: seconds(expiresAt) }),
    format: 'opaque',
    jti: id,
  };
  if ('clientId' in owner) {
    const { clientId } = owner;
    const model = 'ClientCredentials';
    return { model, payload: { ...payload, kind: model, clientId, extra: { sub: clientId, ...extra } } };
  }
  const model = 'AccessToken';
  const person = { clientId: API_KEYS_CLIENT_ID, accountId: owner.userId, gty: TOKEN_EXCHANGE };
  return { model, payload: { ...payload, ...person, kind: model, extra } };
}

/** RFC 9470 §6.2: whoever asks instead of reading the token learns the same about the sign-in. */
function signInOf({ acr, auth_time: authTime }: JWTPayload): Record<string, unknown> {
  return {
    ...defined({ acr, auth_time: authTime }),
  };
}

function confirmationOf(claims: JWTPayload): AdapterPayload {
  const confirmation = claims.cnf as { jkt?: string; 'x5t#S256'?: string } | undefined;
  return {
    ...defined({ jkt: confirmation?.jkt }),
    ...(confirmation?.['x5t#S256'] === undefined ? {} : { 'x5t#S256': confirmation['x5t#S256'] }),
  };
}

export function looksLikeJwt(token: string): boolean {
  if (!token.includes('.')) return false;
  try {
    return decodeProtectedHeader(token) !== undefined;
  } catch {
    return false;
  }
}
