import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Client } from '../../clients/clients.ts';
import { requestInfo } from '../../http/request.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';
import { sha256 } from '../../lib/secret.ts';
import type { ResourceServer } from '../../resource-servers/resource-servers.ts';
import type { OidcConfig } from '../config.ts';
import { findPresentedJwt } from '../introspection.ts';
import { lifetimes } from '../lifetimes.ts';
import { clientMetadata, introspectionClientMetadata } from './client-metadata.ts';
import type { AdapterStore } from './store.ts';

export type AdapterDeps = {
  issuer: string;
  store: AdapterStore;
  sealer: Sealer;
  clock: Clock;
  settings: OidcConfig;
  clients: { find(id: string): Promise<Client | undefined> };
  resourceServers: { findByIntrospectionId(id: string): Promise<ResourceServer | undefined> };
  serverKeys: { current(purpose: 'refresh'): Promise<{ id: string; key: Buffer }> };
  rotation: Rotation;
};

/** What the statement that consumed a refresh token decided: the key that makes the successor of this request. */
export type Rotation = { remember(ctx: object, keyId: string): Promise<void> };

/**
 * The storage of oidc-provider, one adapter for each of its models. The library hands over the token itself as the id,
 * checks and consumes in separate steps, and treats an honest retry like a thief; what is done about each is here.
 */
export function createAdapterFactory(deps: AdapterDeps): (model: string) => Adapter {
  return (model) => {
    switch (model) {
      case 'Client':
        return createClientAdapter(deps);
      case 'Session':
        return createSessionAdapter(deps);
      case 'Grant':
        return createGrantAdapter(deps);
      case 'RefreshToken':
        return createRefreshTokenAdapter(deps);
      default:
        return createArtifactAdapter(model, deps);
    }
  };
}

/** Models whose payload holds more than facts: request parameters, `id_token_hint`, forgery tokens, addresses. */
const SEALED = new Set(['Session', 'Interaction', 'PushedAuthorizationRequest']);

function createArtifactAdapter(
  model: string,
  { issuer, store, sealer, settings, clock }: AdapterDeps,
): Adapter {
  const isCode = model === 'AuthorizationCode';
  const remembered = isCode ? lifetimes.spentCodeSeconds : 0;

  return {
    ...refusingAdapter(model),

    async find(id) {
      const jwt = findPresentedJwt(model, id);
      if (jwt) return jwt;
      const found = await store.findArtifact(model, id, {
        graceSeconds: isCode && isRedeeming() ? settings.codeGraceSeconds : 0,
        remembered,
      });
      if (!found) return undefined;
      const payload = decode(model, sealer, found.payload, sha256(id));
      payload.jti = id;
      if (model === 'Interaction') payload.returnTo = `${issuer}/auth/${id}`;
      // In its first moments a spent code looks fresh, so that every loser meets the statement in `consume`: refused,
      // and the winner's tokens live. Later it shows, and the library revokes what it gave (RFC 6749 §4.1.2).
      if (found.consumedAt !== undefined && !found.isInGrace) payload.consumed = toSeconds(found.consumedAt);
      if (found.consumedAt !== undefined) payload.exp = toSeconds(found.consumedAt) + remembered;
      return payload;
    },

    async upsert(id, payload, expiresIn) {
      const row = {
        payload: encode(model, sealer, payload, sha256(id)),
        grantId: payload.grantId,
        userId: model === 'Interaction' ? proverOf(payload) : undefined,
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      if (model !== 'ReplayDetection') await store.saveArtifact(model, id, row);
      // RFC 9449 §11.1, RFC 7523 §3: the library looks first and saves then; the row itself decides.
      else if (!(await store.saveOnce(model, id, row))) throw new errors.InvalidRequest('it was used before');
    },

    async consume(id) {
      if (!(await store.consumeArtifact(model, id, remembered))) {
        throw isCode
          ? new errors.InvalidGrant('authorization code already consumed')
          : new errors.InvalidRequest('request_uri is invalid, expired, or was already used');
      }
    },

    destroy: (id) => store.deleteArtifact(model, id),
    revokeByGrantId: unlessOneToken((grantId) => store.deleteArtifactsOfGrant(model, grantId)),
  };
}

function createRefreshTokenAdapter({ store, settings, clock, serverKeys, rotation }: AdapterDeps): Adapter {
  const model = 'RefreshToken';
  return {
    ...refusingAdapter(model),

    async find(id) {
      const found = await store.findRefreshToken(id, isRefreshing() ? settings.refreshGraceSeconds : 0);
      if (!found) return undefined;
      const payload: AdapterPayload = { ...(JSON.parse(found.payload) as AdapterPayload), jti: id };
      if (found.consumedAt !== undefined && !found.isInGrace) payload.consumed = toSeconds(found.consumedAt);
      return payload;
    },

    async upsert(id, payload, expiresIn) {
      await store
        .insertRefreshToken(id, {
          grantId: payload.grantId ?? '',
          payload: JSON.stringify(withoutId(payload)),
          expiresAt: expiryOf(payload, expiresIn, clock),
        })
        .catch((cause: unknown) => {
          if (isForeignKeyFault(cause)) throw new errors.InvalidGrant('the grant was ended meanwhile');
          throw cause;
        });
    },

    async consume(id) {
      const ctx = currentContext();
      const { id: keyId } = await serverKeys.current('refresh');
      if (await store.consumeRefreshToken(id, keyId)) return rotation.remember(ctx, keyId);
      // Another request, or another node, was first. Inside the window both get the successor that it made.
      const found = await store.findRefreshToken(id, settings.refreshGraceSeconds);
      if (!found?.isInGrace || found.successorKeyId === undefined) {
        throw new errors.InvalidGrant('refresh token already used');
      }
      return rotation.remember(ctx, found.successorKeyId);
    },

    destroy: (id) => store.deleteRefreshToken(id),
    revokeByGrantId: unlessOneToken((grantId) => store.deleteRefreshTokensOfGrant(grantId)),
  };
}

function createGrantAdapter({ store, clock }: AdapterDeps): Adapter {
  return {
    ...refusingAdapter('Grant'),

    async find(id) {
      const text = await store.findGrant(id);
      return text === undefined ? undefined : { ...(JSON.parse(text) as AdapterPayload), jti: id };
    },

    async upsert(id, payload, expiresIn) {
      const session = Provider.ctx?.oidc.session as { uid: string; device?: string } | undefined;
      const openidScopes = ((payload.openid as { scope?: string } | undefined)?.scope ?? '').split(' ');
      await store.insertGrant(id, {
        userId: payload.accountId ?? '',
        clientId: payload.clientId ?? '',
        sessionUid: session?.uid,
        deviceHash: session?.device,
        isOffline: openidScopes.includes('offline_access'),
        payload: JSON.stringify(withoutId(payload)),
        now: clock.now(),
        expiresAt: expiryOf(payload, expiresIn, clock),
      });
    },

    async destroy(id) {
      await store.deleteGrants({ id });
    },
  };
}

function createSessionAdapter({ store, sealer, clock }: AdapterDeps): Adapter {
  /** The id under which this request's session lies in the store. */
  const storedIds = new WeakMap<object, string>();

  return {
    ...refusingAdapter('Session'),

    async find(id) {
      const found = await store.findSession(id);
      if (!found) return undefined;
      if (Provider.ctx) storedIds.set(Provider.ctx, id);
      return { ...decode('Session', sealer, found.payload, found.uid), jti: id };
    },

    async findByUid(uid) {
      const found = await store.findSessionByUid(uid);
      // The cookie's value is not kept, so what is found by uid can be read and not written back.
      return found && { ...decode('Session', sealer, found.payload, uid), jti: `uid ${uid}` };
    },

    async upsert(id, payload, expiresIn) {
      const ctx = currentContext();
      const previousId = storedIds.get(ctx);
      const { userAgent, network } = requestInfo(ctx);
      const row = {
        uid: String(payload.uid),
        userId: payload.accountId,
        payload: encode('Session', sealer, payload, String(payload.uid)),
        userAgent: userAgent.slice(0, 400),
        network,
        lastSeenAt: clock.now(),
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      if (previousId === undefined) await store.insertSession(id, { ...row, createdAt: clock.now() });
      else if (!(await store.updateSession(previousId, id, row))) {
        throw new errors.SessionNotFound('the session was ended meanwhile');
      }
      storedIds.set(ctx, id);
    },

    async destroy(id) {
      const session = Provider.ctx?.oidc.session as { id: string; oldId?: string } | undefined;
      // A new id for the same session: `upsert` moves the row in one statement, so that nothing can slip between.
      if (session?.oldId === id && session.id !== id) return;
      await store.endSessions({ id });
    },
  };
}

function createClientAdapter({ clients, resourceServers }: AdapterDeps): Adapter {
  return {
    ...refusingAdapter('Client'),
    async find(id) {
      const client = await clients.find(id);
      if (client) return client.disabledAt === undefined ? clientMetadata(client) : undefined;
      const resourceServer = await resourceServers.findByIntrospectionId(id);
      return resourceServer && introspectionClientMetadata(id, resourceServer);
    },
  };
}

/** Every method of an adapter, refusing: a model overrides what it has. */
function refusingAdapter(model: string): Adapter {
  const refuse = (method: string) => async () => {
    throw new Error(`oidc-provider asked for ${model}.${method}, which is not built in`);
  };
  return {
    upsert: refuse('upsert'),
    find: refuse('find'),
    findByUserCode: refuse('findByUserCode'),
    findByUid: refuse('findByUid'),
    consume: refuse('consume'),
    destroy: refuse('destroy'),
    revokeByGrantId: refuse('revokeByGrantId'),
  };
}

/** The payload as it is stored: without what opens a door, and sealed to its row where it holds more than facts. */
function encode(model: string, sealer: Sealer, payload: AdapterPayload, row: string): string {
  const kept = withoutId(payload);
  if (model === 'Interaction') {
    // The library puts the session's cookie in here, and the interaction's own id into `returnTo`.
    if (kept.session) {
      const { cookie: _cookie, ...session } = kept.session as Record<string, unknown>;
      kept.session = session as NonNullable<AdapterPayload['session']>;
    }
    delete kept.returnTo;
  }
  const text = JSON.stringify(kept);
  return SEALED.has(model) ? sealer.seal(text, `oidc:${model}:${row}`) : text;
}

/** Whose sign-in this is: who is to be signed in at the resume, or has proved something on the way there. */
function proverOf({ result, lastSubmission }: AdapterPayload): string | undefined {
  const { proved } = (lastSubmission ?? {}) as { proved?: { userId?: string } };
  return result?.login?.accountId ?? proved?.userId;
}

function decode(model: string, sealer: Sealer, text: string, row: string): AdapterPayload {
  const plain = SEALED.has(model) ? sealer.open(text, `oidc:${model}:${row}`).toString() : text;
  return JSON.parse(plain) as AdapterPayload;
}

function withoutId({ jti: _id, ...kept }: AdapterPayload): AdapterPayload {
  return kept;
}

function expiryOf(payload: AdapterPayload, expiresInSeconds: number | undefined, clock: Clock): number {
  return payload.exp === undefined ? clock.now() + (expiresInSeconds ?? 0) * 1000 : payload.exp * 1000;
}

const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

function currentContext(): KoaContextWithOIDC {
  const ctx = Provider.ctx;
  if (!ctx) throw new Error('oidc-provider wrote outside a request');
  return ctx;
}

const isAtTokenEndpoint = (grantType: string) =>
  Provider.ctx?.oidc.route === 'token' && Provider.ctx.oidc.params?.grant_type === grantType;
const isRedeeming = () => isAtTokenEndpoint('authorization_code');
const isRefreshing = () => isAtTokenEndpoint('refresh_token');

/**
 * The library ends the whole grant also when an app gives back one access token. RFC 7009 §2.1 leaves that open; an app
 * that throws away one token means that one, so its refresh token lives.
 */
function unlessOneToken(revoke: (grantId: string) => Promise<void>): (grantId: string) => Promise<void> {
  return async (grantId) => {
    const oidc = Provider.ctx?.oidc;
    if (oidc?.route === 'revocation' && oidc.entities.AccessToken) return;
    await revoke(grantId);
  };
}

/** PostgreSQL 23503 and SQLite's own name for a row whose parent is gone. */
function isForeignKeyFault(error: unknown): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const { code } = fault as { code?: unknown };
    if (code === '23503' || code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return true;
  }
  return false;
}
