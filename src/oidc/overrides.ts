import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isHashedSecret } from '../clients/clients.ts';
import { bindToIssuer, type IssuerConfig } from '../http/issuer.ts';
import type { Clock } from '../lib/clock.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import { hmac } from '../lib/secret.ts';
import type { ClientFinder } from './adapter/client.ts';
import { currentInFlight } from './adapter/current.ts';
import { TOKEN_MARKS } from './adapter/token-marks.ts';
import type { PersonClaims } from './claim-sources.ts';
import { tellClaimsOfClients } from './client-claims.ts';
import { followKeys } from './client-keys.ts';
import { completeIdTokens, refuseOtherHints } from './id-tokens.ts';
import type { Levels } from './levels.ts';
import { narrowFound } from './narrowing.ts';
import { askedLevel, reportedLevel } from './policy.ts';
import { rememberBinding } from './sender-constraint.ts';
import { type StoredProofs, stepsOf } from './stored-proofs.ts';
import { letTokensReachUserinfo, type UserinfoTokensDeps } from './userinfo-tokens.ts';

/**
 * What we change in oidc-provider beside its configuration. Each is semi-public, so the version is pinned, and
 * tests in test/oidc and test/security fail when the library moves.
 */
export function overrideLibrary(
  provider: Provider,
  { issuer, levels, clock, findClient, personClaims, userinfo }: OverrideDeps,
): void {
  rememberProofs(provider);
  signOutNobody(provider);
  reportLevels(provider, levels);
  buildUrlsFromIssuer(provider, issuer);
  compareHashedSecrets(provider);
  deriveSuccessors(provider);
  trustRegisteredUris(provider);
  keepClients(provider, findClient, clock);
  narrowFound(provider, findClient, personClaims);
  rememberBinding(provider);
  markTokens(provider);
  letTokensReachUserinfo(provider, userinfo);
  completeIdTokens(provider);
  tellClaimsOfClients(provider, personClaims);
  refuseOtherHints(provider);
}

export type OverrideDeps = {
  issuer: IssuerConfig;
  levels: Levels;
  clock: Clock;
  /** What a client is made of, or undefined: the same object as long as nothing was read anew. */
  findClient: ClientFinder;
  personClaims: Pick<PersonClaims, 'ofScopes'>;
  userinfo: UserinfoTokensDeps;
};

/** A session remembers each step of its sign-in, so that a later step-up asks for nothing twice. */
function rememberProofs(provider: Provider): void {
  const session = provider.Session as unknown as {
    IN_PAYLOAD: readonly string[];
    prototype: { loginAccount(details: object): void };
  };
  const known = session.IN_PAYLOAD;
  Object.defineProperty(session, 'IN_PAYLOAD', { get: () => [...known, 'proofs', 'secondFactor', 'device'] });
  const { loginAccount } = session.prototype;
  session.prototype.loginAccount = function rememberingLogin(this: object, details: object): void {
    loginAccount.call(this, details);
    // The library's resume names the fields that it passes on; ours is in the interaction's result.
    const pending = Provider.ctx?.oidc.entities.Interaction as
      | { result?: { login?: { proofs?: unknown; secondFactor?: unknown; device?: unknown } } }
      | undefined;
    const { proofs, secondFactor, device } = pending?.result?.login ?? {};
    Object.assign(this, { proofs, secondFactor, device });
  };
}

/**
 * Who is not signed in has nothing to end. The library would keep a session for a day all the same, to end it by a form
 * that sends itself: one that counts as ended already is not stored and has no cookie. The page is ours (`pages.ts`).
 */
function signOutNobody(provider: Provider): void {
  const session = provider.Session as unknown as {
    get(ctx: KoaContextWithOIDC): Promise<{ accountId?: string; destroyed?: boolean }>;
  };
  const { get } = session;
  session.get = async function getUnlessNobody(ctx) {
    const found = await get.call(this, ctx);
    if (ctx.oidc?.route === 'end_session' && found.accountId === undefined) found.destroyed = true;
    return found;
  };
}

/** `acr` is a level, told in the words of the request (`policy.ts`). */
function reportLevels(provider: Provider, levels: Levels): void {
  const context = (provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype;
  Object.defineProperty(context, 'acr', {
    configurable: true,
    get(this: { session: StoredProofs; params?: Record<string, unknown>; claims?: unknown }) {
      return reportedLevel(levels, stepsOf(this.session), askedLevel(this));
    },
  });
}

/** The library takes addresses and the Secure attribute from the request; ours come from the issuer, whatever Host. */
function buildUrlsFromIssuer(provider: Provider, issuer: IssuerConfig): void {
  bindToIssuer(provider, issuer);
  const context = (provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype;
  Object.assign(context, {
    urlFor(this: { ctx: { req: object } }, name: string, options?: Record<string, unknown>): string {
      const elsewhere = name === 'userinfo' ? presentedAt.get(this.ctx.req) : undefined;
      return elsewhere ?? provider.urlFor(name, options);
    },
  });
}

/** The address of ours at which a token was presented that is judged as userinfo's are: a proof (RFC 9449 §4.2) names it. */
export const presentedAt = createRequestSlot<string>('presented at');

/** Opaque access tokens say what they are (`TOKEN_MARKS`). */
function markTokens(provider: Provider): void {
  for (const [model, mark] of Object.entries(TOKEN_MARKS)) {
    const { prototype } = provider[model as keyof typeof TOKEN_MARKS] as unknown as {
      prototype: { generateTokenId(): string };
    };
    const random = prototype.generateTokenId;
    prototype.generateTokenId = function generateMarkedId(): string {
      return mark + random.call(this);
    };
  }
}

/**
 * The library writes out and hashes all of a client at each request, to know whether it has changed. We know: whatever
 * was read anew (once a second at least) is another object.
 */
function keepClients(provider: Provider, findClient: ClientFinder, clock: Clock): void {
  const model = provider.Client as unknown as { find(id: unknown): Promise<object | undefined> };
  const kept = new WeakMap<object, object>();
  const find = model.find;
  model.find = async function findKept(id: unknown): Promise<object | undefined> {
    const source = typeof id === 'string' && id !== '' ? await findClient(id) : undefined;
    if (!source) return undefined;
    const known = kept.get(source);
    if (known) return known;
    const client = await find.call(model, id);
    if (!client) return undefined;
    followKeys(client, clock);
    if (!('exchanges' in source)) kept.set(source, client);
    return client;
  };
}

/**
 * Redirect URIs were judged when the client was registered (clients/redirect-uris.ts). The library has rules of its own by
 * the type of the application, of which it knows two; ours are stricter but for an app on phones beside a web client.
 */
function trustRegisteredUris(provider: Provider): void {
  const { Schema } = provider.Client as unknown as { Schema: { prototype: object } };
  Object.assign(Schema.prototype, { redirectUris() {} });
}

/** The store knows only SHA-256 of a client's secrets; two may be good during a rotation. */
function compareHashedSecrets(provider: Provider): void {
  const { prototype } = provider.Client as unknown as { prototype: { clientSecret?: string } };
  Object.assign(prototype, {
    compareClientSecret(this: { clientSecret?: string }, presented: string): boolean {
      return isHashedSecret(this.clientSecret, presented);
    },
  });
}

/**
 * A refresh token's successor is an HMAC of the token itself, so that every node gives an honest retry the same one and
 * nothing readable is kept. First tokens stay random.
 */
function deriveSuccessors(provider: Provider): void {
  const { prototype } = provider.RefreshToken as unknown as {
    prototype: { generateTokenId(this: object): string };
  };
  const random = prototype.generateTokenId;
  prototype.generateTokenId = function generateTokenId(this: object): string {
    const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
    if (!rotated) return random.call(this);
    // `consume` has noted it when the token was about to be spent.
    const key = currentInFlight()?.refresh.successorKey;
    if (!key) throw new Error('a refresh token was rotated without its server key');
    return hmac(key, 'refresh successor', rotated.jti);
  };
}
