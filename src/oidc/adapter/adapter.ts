import type { IncomingMessage } from 'node:http';
import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Client } from '../../clients/clients.ts';
import { requestInfo } from '../../http/request.ts';
import type { Clock } from '../../lib/clock.ts';
import { createRequestSlot, type RequestSlot } from '../../lib/request-slot.ts';
import type { Sealer } from '../../lib/seal.ts';
import { sha256 } from '../../lib/secret.ts';
import type { ResourceServer } from '../../resource-servers/resource-servers.ts';
import type { OidcConfig } from '../config.ts';
import { findPresentedJwt } from '../introspection.ts';
import { lifetimes } from '../lifetimes.ts';
import type { ReadAhead } from '../read-ahead.ts';
import { interactionToRestart, isProved, pushedAgain } from '../restart.ts';
import { clientMetadata, introspectionClientMetadata } from './client-metadata.ts';
import { type Held, type HeldKind, openedHolder } from './held.ts';
import { pack, unpack } from './packing.ts';
import type { AdapterStore, NewArtifact, StoredRefreshToken } from './storage.ts';

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
  held: Held;
  ahead: ReadAhead;
  findUserAhead(req: IncomingMessage, userId: string): void;
  /** Begins what an authorization asks about the person of its session. */
  readPersonAhead(req: IncomingMessage, userId: string): void;
};

/** Told which server key makes the successor of this request's refresh token. */
export type Rotation = { remember(ctx: object, keyId: string): Promise<void> };

/**
 * The storage of oidc-provider, one adapter for each of its models. The library hands over the token itself as the id,
 * checks and consumes in separate steps, and treats an honest retry like a thief; what is done about each is here.
 */
export function createAdapterFactory(deps: AdapterDeps): (model: string) => Adapter {
  const grants: GrantsOfRequests = createRequestSlot('grant of the token');
  const unfinished: UnfinishedRequests = createRequestSlot('unfinished');
  return (model) => {
    switch (model) {
      case 'Client':
        return createClientAdapter(deps);
      case 'Session':
        return createSessionAdapter(deps, unfinished);
      case 'Grant':
        return createGrantAdapter(deps, grants, unfinished);
      case 'RefreshToken':
        return createRefreshTokenAdapter(deps, grants);
      case 'Interaction':
        return createInteractionAdapter(deps, grants, unfinished);
      case 'PushedAuthorizationRequest':
        return createPushedRequestAdapter(deps, grants, unfinished);
      default:
        return createArtifactAdapter(model, deps, grants);
    }
  };
}

/** What a request has done already and its session, which the library saves last, has yet to stand for. */
type UnfinishedRequests = RequestSlot<{ grantIds: string[]; signIn?: { id: string; userId: string } }>;

function unfinishedOf(requests: UnfinishedRequests, ctx: object) {
  const known = requests.get(ctx) ?? { grantIds: [] };
  requests.set(ctx, known);
  return known;
}

/** The grant that was read together with the token of a request. The library asks for it next. */
type GrantsOfRequests = RequestSlot<{ id: string; payload: string } | undefined>;

function keepGrant(grants: GrantsOfRequests, grantId: string | undefined, payload: string | undefined): void {
  if (Provider.ctx && grantId !== undefined && payload !== undefined)
    grants.set(Provider.ctx, { id: grantId, payload });
}

/** Models whose payload holds more than facts: request parameters, `id_token_hint`, forgery tokens, addresses. */
const SEALED = new Set(['Session', 'Interaction', 'PushedAuthorizationRequest']);

/** Of these, what anybody can have stored. */
const PACKED = new Set(['Interaction', 'PushedAuthorizationRequest']);

function createArtifactAdapter(
  model: string,
  { issuer, store, sealer, settings, clock, held, ahead, findUserAhead }: AdapterDeps,
  grants: GrantsOfRequests,
): Adapter {
  const isCode = model === 'AuthorizationCode';
  const remembered = isCode ? lifetimes.spentCodeSeconds : 0;
  /** The grant of the code that a request presents: the library tells its id alone to `consume`. */
  const grantIds = createRequestSlot<string>('grant of the code');

  return {
    ...refusingAdapter(model),

    async find(id) {
      const kind = kindOf(id);
      if (kind === 'jwt') {
        const jwt = findPresentedJwt(model, id);
        keepGrant(grants, jwt?.payload.grantId, jwt?.grant);
        return jwt?.payload;
      }
      if (kind !== undefined && kind !== model) return undefined;
      const found = await store.findArtifact(model, id, {
        graceSeconds: isCode && isRedeeming() ? settings.codeGraceSeconds : 0,
        remembered,
      });
      if (!found) return undefined;
      const payload = decode(model, sealer, found.payload, sha256(id));
      payload.jti = id;
      keepGrant(grants, payload.grantId, found.grant);
      if (Provider.ctx && payload.accountId && AT_PROGRAMS.has(Provider.ctx.oidc.route)) {
        const { req } = Provider.ctx;
        const { accountId, grantId } = payload;
        // Both are asked for next, one after the other.
        if (grantId && found.grant === undefined)
          ahead.begin(req, `grant ${grantId}`, () => store.findGrant(grantId));
        findUserAhead(req, accountId);
      }
      if (isCode && Provider.ctx && payload.grantId) grantIds.set(Provider.ctx, payload.grantId);
      if (model === 'Interaction') {
        payload.returnTo = `${issuer}/auth/${id}`;
        await noteOpened(id, found.heldBy, payload);
      }
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
      if (isWrittenBack(model, id)) {
        if (await store.updateArtifact(model, id, row)) return;
        throw new errors.SessionNotFound('the interaction was ended meanwhile');
      }
      const kind = anonymousKind(model, payload);
      if (kind !== undefined) return saveHeld(kind, id, row);
      if (model !== 'ReplayDetection') await store.saveArtifact(model, id, row);
      // RFC 9449 §11.1, RFC 7523 §3: the library looks first and saves then; the row itself decides.
      else if (!(await store.saveOnce(model, id, row))) throw new errors.InvalidRequest('it was used before');
    },

    async consume(id) {
      const isFirst = isCode
        ? await store.redeemCode(id, {
            grantId: grantIds.get(currentContext()) ?? '',
            rememberedSeconds: remembered,
            graceSeconds: settings.codeGraceSeconds,
          })
        : await store.consumeArtifact(model, id, remembered);
      if (!isFirst) {
        throw isCode
          ? new errors.InvalidGrant('authorization code already consumed')
          : new errors.InvalidRequest('request_uri is invalid, expired, or was already used');
      }
    },

    destroy: (id) => store.deleteArtifact(model, id),
    revokeByGrantId: unlessOneToken((grantId) => store.deleteArtifactsOfGrant(model, grantId)),
  };

  /** What anybody may begin is bounded, and a sign-in is short until its page is opened. */
  async function saveHeld(kind: HeldKind, id: string, row: NewArtifact): Promise<void> {
    const ctx = currentContext();
    const heldBy = await held.admit(kind, requestInfo(ctx), (seconds) =>
      ctx.set('Retry-After', String(seconds)),
    );
    // To the millisecond, so that the oldest one is known among those of one second.
    const seconds = kind === 'u' ? lifetimes.unusedInteractionSeconds : lifetimes.pushedRequestSeconds;
    const expiresAt = clock.now() + seconds * 1000;
    await store.saveArtifact(model, id, { ...row, heldBy, expiresAt });
    await held.keepWithin(heldBy, row.payload.length);
  }

  /** Our pages find it outside of a request of the library: the browser is there, and now it lives as long as it says. */
  async function noteOpened(id: string, before: string | undefined, { exp = 0 }: AdapterPayload) {
    const after = openedHolder(before);
    if (before === undefined || after === undefined || Provider.ctx !== undefined) return;
    await store.openArtifact(model, id, { before, after, expiresAt: exp * 1000 });
    await held.keepOpenedWithin(after);
  }
}

/** Whether nobody stands behind what is to be stored: no session, no proof, no client that has authenticated. */
function anonymousKind(model: string, payload: AdapterPayload): HeldKind | undefined {
  if (model === 'Interaction') {
    return payload.session?.accountId === undefined && proverOf(payload) === undefined ? 'u' : undefined;
  }
  if (model !== 'PushedAuthorizationRequest') return undefined;
  return currentContext().oidc.client?.clientAuthMethod === 'none' ? 'p' : undefined;
}

/** How long a sign-in may take from the moment that its interaction is over until its session is saved. */
const COMPLETING_SECONDS = 60;

function createInteractionAdapter(
  deps: AdapterDeps,
  grants: GrantsOfRequests,
  unfinished: UnfinishedRequests,
): Adapter {
  return {
    ...createArtifactAdapter('Interaction', deps, grants),

    /** At the resume, before the session is saved: a sign-in that is ended in between is not found by either. */
    async destroy(id) {
      const ctx = currentContext();
      const { result } = (ctx.oidc.entities.Interaction ?? {}) as Pick<AdapterPayload, 'result'>;
      const userId = result?.login?.accountId;
      if (userId === undefined) return deps.store.deleteArtifact('Interaction', id);
      const expiresAt = deps.clock.now() + COMPLETING_SECONDS * 1000;
      if (!(await deps.store.completeSignIn(id, { userId, expiresAt }))) {
        throw new errors.SessionNotFound('the sign-in was ended meanwhile');
      }
      unfinishedOf(unfinished, ctx).signIn = { id, userId };
    },
  };
}

/** What an app pushed, and what it would have pushed, had it pushed the request of an interaction (`restart.ts`). */
function createPushedRequestAdapter(
  deps: AdapterDeps,
  grants: GrantsOfRequests,
  unfinished: UnfinishedRequests,
): Adapter {
  const model = 'PushedAuthorizationRequest';
  const pushed = createArtifactAdapter(model, deps, grants);
  const interactions = createInteractionAdapter(deps, grants, unfinished);

  return {
    ...pushed,

    async find(id) {
      const uid = interactionToRestart(id);
      if (uid === undefined) return pushed.find(id);
      const interaction = await interactions.find(uid);
      if (!interaction || isProved(interaction)) return undefined;
      const { parJti } = interaction as { parJti?: string };
      // The one that the app pushed is spent as well, if it is still there: it is good for one answer.
      const isLeft = parJti !== undefined && (await pushed.find(parJti)) !== undefined;
      return pushedAgain(isLeft ? parJti : id, interaction, deps.issuer) as object as AdapterPayload;
    },

    async consume(id) {
      if (interactionToRestart(id) === undefined) await pushed.consume(id);
    },
  };
}

function createRefreshTokenAdapter(
  { store, settings, clock, serverKeys, rotation }: AdapterDeps,
  grants: GrantsOfRequests,
): Adapter {
  const model = 'RefreshToken';
  /** The token that a request is about to spend, and the server key that makes its successor. */
  const spendings = createRequestSlot<{ id: string; keyId: string }>('spending');
  /** The server key that made the successor of a token that was spent a moment ago. */
  const knownKeyIds = createRequestSlot<string | undefined>('key of the successor');

  async function rotate(
    { id, keyId }: { id: string; keyId: string },
    successor: Parameters<AdapterStore['rotateRefreshToken']>[2],
  ): Promise<void> {
    if (await store.rotateRefreshToken(id, keyId, successor)) return;
    const found = await store.findRefreshToken(id, settings.refreshGraceSeconds);
    if (!found) throw new errors.InvalidGrant('the grant was ended meanwhile');
    if (!found.isInGrace) throw new errors.InvalidGrant('refresh token already used');
    // Another request, or another node, was first, and has inserted the same successor.
    if (found.successorKeyId === keyId) return;
    // With another key: one took its place between the two. The next try finds out beforehand.
    const changed = new errors.TemporarilyUnavailable('the key of refresh tokens has just changed');
    throw Object.assign(changed, { status: 503, statusCode: 503 });
  }

  return {
    ...refusingAdapter(model),

    async find(id) {
      if (kindOf(id) !== undefined) return undefined;
      const found = await store.findRefreshToken(id, isRefreshing() ? settings.refreshGraceSeconds : 0);
      if (!found) return undefined;
      const left = found.isEmptied ? leftOf(found) : {};
      const payload: AdapterPayload = { ...left, ...(JSON.parse(found.payload) as AdapterPayload), jti: id };
      keepGrant(grants, payload.grantId, found.grant);
      if (found.consumedAt !== undefined && !found.isInGrace) payload.consumed = toSeconds(found.consumedAt);
      if (found.isInGrace && Provider.ctx) knownKeyIds.set(Provider.ctx, found.successorKeyId);
      return payload;
    },

    async upsert(id, payload, expiresIn) {
      const token = {
        grantId: payload.grantId ?? '',
        payload: JSON.stringify(withoutId(payload)),
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      const spending = Provider.ctx && spendings.get(Provider.ctx);
      await (spending ? rotate(spending, { id, ...token }) : store.insertRefreshToken(id, token)).catch(
        (cause: unknown) => {
          if (isForeignKeyFault(cause)) throw new errors.InvalidGrant('the grant was ended meanwhile');
          throw cause;
        },
      );
    },

    /** Spent together with the insertion of its successor, which the library asks for next. */
    async consume(id) {
      const ctx = currentContext();
      // Inside the window a retry gets the successor that the first request made.
      const known = knownKeyIds.get(ctx);
      if (known !== undefined) return rotation.remember(ctx, known);
      const { id: keyId } = await serverKeys.current('refresh');
      spendings.set(ctx, { id, keyId });
      return rotation.remember(ctx, keyId);
    },

    destroy: (id) => store.deleteRefreshToken(id),
    revokeByGrantId: unlessOneToken((grantId) => store.deleteRefreshTokensOfGrant(grantId)),
  };
}

/**
 * What is left of a token that was spent long ago: enough to see that it is stolen, for whoever may ask, and to end what
 * it gave. A scope that is asked for is not compared, because the token is refused in any case.
 */
function leftOf({ grantId, grant = '{}' }: StoredRefreshToken): AdapterPayload {
  const { accountId, clientId } = JSON.parse(grant) as AdapterPayload;
  const { scope } = (Provider.ctx?.oidc.params ?? {}) as { scope?: string };
  return { grantId, accountId, clientId, ...(scope === undefined ? {} : { scope }) };
}

function createGrantAdapter(
  { store, clock, ahead }: AdapterDeps,
  grants: GrantsOfRequests,
  unfinished: UnfinishedRequests,
): Adapter {
  return {
    ...refusingAdapter('Grant'),

    async find(id) {
      const kept = Provider.ctx && grants.get(Provider.ctx);
      const text =
        kept?.id === id
          ? kept.payload
          : await ahead.take(Provider.ctx?.req, `grant ${id}`, () => store.findGrant(id));
      return text === undefined ? undefined : { ...(JSON.parse(text) as AdapterPayload), jti: id };
    },

    async upsert(id, payload, expiresIn) {
      const session = Provider.ctx?.oidc.session as { uid: string; device?: string } | undefined;
      if (Provider.ctx) unfinishedOf(unfinished, Provider.ctx).grantIds.push(id);
      const openidScopes = ((payload.openid as { scope?: string } | undefined)?.scope ?? '').split(' ');
      const grant = {
        userId: payload.accountId ?? '',
        clientId: payload.clientId ?? '',
        sessionUid: session?.uid,
        deviceHash: session?.device,
        isOffline: openidScopes.includes('offline_access'),
        payload: JSON.stringify(withoutId(payload)),
        now: clock.now(),
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      await store.insertGrant(id, grant).catch((cause: unknown) => {
        if (isForeignKeyFault(cause)) throw new errors.LoginRequired('the session was ended meanwhile');
        throw cause;
      });
    },

    async destroy(id) {
      if (Provider.ctx) grants.set(Provider.ctx, undefined);
      await store.deleteGrants({ id });
    },
  };
}

/** Where whoever presents a code or a token is told about its person. */
const AT_PROGRAMS: ReadonlySet<string> = new Set(['token', 'userinfo', 'introspection']);

/** What an id says of itself. An older release wrote none of these marks. */
function kindOf(id: string): 'jwt' | 'AccessToken' | 'ClientCredentials' | undefined {
  if (id.startsWith('jwt.')) return 'jwt';
  if (id.length !== MARKED_LENGTH) return undefined;
  if (id.startsWith(TOKEN_MARKS.AccessToken)) return 'AccessToken';
  return id.startsWith(TOKEN_MARKS.ClientCredentials) ? 'ClientCredentials' : undefined;
}

/** What opaque access tokens begin with, so that whoever introspects one makes us look in one place. */
export const TOKEN_MARKS = { AccessToken: 'at_', ClientCredentials: 'cc_' } as const;
const MARKED_LENGTH = 46;

function createSessionAdapter(
  { store, sealer, clock, settings, ...deps }: AdapterDeps,
  unfinished: UnfinishedRequests,
): Adapter {
  /** The person is asked about next, and the grant that this session has for the app. */
  function readAhead({ req, query }: KoaContextWithOIDC, payload: AdapterPayload): void {
    if (typeof payload.accountId !== 'string') return;
    deps.readPersonAhead(req, payload.accountId);
    const { client_id: clientId } = query;
    const known = payload.authorizations as Record<string, { grantId?: string }> | undefined;
    const grantId = typeof clientId === 'string' ? known?.[clientId]?.grantId : undefined;
    if (grantId !== undefined) deps.ahead.begin(req, `grant ${grantId}`, () => store.findGrant(grantId));
  }

  /** The session of this request as it lies in the store. */
  const stored = createRequestSlot<StoredNow>('stored session');
  /** That it lives on is written once in a while: a write for each request would say little else. */
  const toleratedSeconds = Math.min(60, Math.floor(settings.sessionIdleSeconds / 20));
  /** Undoes what this request began in its session, which the library then forgets, and answers that it was ended. */
  async function refuseEnded(ctx: KoaContextWithOIDC, uid: string, { isSaved }: { isSaved: boolean }) {
    if (isSaved) await store.endSessions({ uid });
    for (const id of unfinished.get(ctx)?.grantIds ?? []) await store.deleteGrants({ id });
    // Else the library saves it again when the request ends.
    Object.assign(ctx.oidc.session ?? {}, { destroyed: true });
    // A code may be in there already.
    ctx.remove('Location');
    if (ctx.oidc.route === 'authorization') throw new errors.LoginRequired('the session was ended meanwhile');
    // The page of a sign-in that is over, as when the interaction is gone; it leads back to the app.
    throw Object.assign(new errors.SessionNotFound('the session was ended meanwhile'), {
      allow_redirect: false,
    });
  }

  /** Whether the sign-in that this session begins with was ended before the session could be found. */
  async function isEndedAlready(ctx: KoaContextWithOIDC, before: StoredNow | undefined): Promise<boolean> {
    const signIn = unfinished.get(ctx)?.signIn;
    // Who ends all of a person's sessions but this one means it, and finds it without any mark.
    if (signIn === undefined || before?.userId === signIn.userId) return false;
    return store.isSignInEnded(signIn.id, signIn.userId);
  }

  const isUnchanged = (before: StoredNow | undefined, now: StoredNow) =>
    before !== undefined &&
    before.id === now.id &&
    before.content === now.content &&
    before.browser === now.browser &&
    now.exp - before.exp <= toleratedSeconds &&
    now.exp >= before.exp;

  return {
    ...refusingAdapter('Session'),

    async find(id) {
      const found = await store.findSession(id);
      if (!found) return undefined;
      const payload = decode('Session', sealer, found.payload, found.uid);
      if (Provider.ctx) {
        stored.set(Provider.ctx, storedNow(id, payload, `${found.userAgent} ${found.network}`));
      }
      payload.jti = id;
      if (Provider.ctx?.oidc.route === 'authorization') readAhead(Provider.ctx, payload);
      return payload;
    },

    async findByUid(uid) {
      const found = await store.findSessionByUid(uid);
      // The cookie's value is not kept, so what is found by uid can be read and not written back.
      return found && { ...decode('Session', sealer, found.payload, uid), jti: `uid ${uid}` };
    },

    async upsert(id, payload, expiresIn) {
      const ctx = currentContext();
      const before = stored.get(ctx);
      const { userAgent, network } = requestInfo(ctx);
      const now = storedNow(id, payload, `${userAgent.slice(0, 400)} ${network}`);
      if (isUnchanged(before, now)) return;
      const row = {
        uid: String(payload.uid),
        userId: payload.accountId,
        payload: encode('Session', sealer, payload, String(payload.uid)),
        userAgent: userAgent.slice(0, 400),
        network,
        lastSeenAt: clock.now(),
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      const save = async () => {
        if (before !== undefined) return store.updateSession(before.id, id, row);
        await store.insertSession(id, { ...row, createdAt: clock.now() });
        return true;
      };
      // A person who is not there any more was deleted meanwhile.
      const isSaved = await save().catch((cause: unknown) => {
        if (isForeignKeyFault(cause)) return false;
        throw cause;
      });
      if (!isSaved) await refuseEnded(ctx, row.uid, { isSaved });
      if (await isEndedAlready(ctx, before)) await refuseEnded(ctx, row.uid, { isSaved: true });
      stored.set(ctx, now);
    },

    async destroy(id) {
      const session = Provider.ctx?.oidc.session as { id: string; oldId?: string } | undefined;
      // A new id for the same session: `upsert` moves the row in one statement, so that nothing can slip between.
      if (session?.oldId === id && session.id !== id) return;
      await store.endSessions({ id });
    },
  };
}

type StoredNow = {
  id: string;
  userId: string | undefined;
  content: string;
  browser: string;
  exp: number;
};

function storedNow(id: string, payload: AdapterPayload, browser: string): StoredNow {
  // The library writes `kind` in another place than it reads it from.
  const { jti: _id, kind: _kind, exp = 0, ...content } = payload;
  return { id, userId: payload.accountId, content: JSON.stringify(content), browser, exp };
}

export type ClientFinder = (id: string) => Promise<Client | ResourceServer | undefined>;

/** What a client of the protocol is made of: a client that is not disabled, or a resource server that introspects. */
export function createClientFinder({
  clients,
  resourceServers,
}: Pick<AdapterDeps, 'clients' | 'resourceServers'>): ClientFinder {
  return async (id) => {
    const client = await clients.find(id);
    if (client) return client.disabledAt === undefined ? client : undefined;
    return await resourceServers.findByIntrospectionId(id);
  };
}

function createClientAdapter(deps: AdapterDeps): Adapter {
  const find = createClientFinder(deps);
  return {
    ...refusingAdapter('Client'),
    async find(id) {
      const source = await find(id);
      if (!source) return undefined;
      return 'metadata' in source ? clientMetadata(source) : introspectionClientMetadata(id, source);
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
  if (!SEALED.has(model)) return JSON.stringify(kept);
  return sealer.seal(PACKED.has(model) ? pack(kept) : JSON.stringify(kept), `oidc:${model}:${row}`);
}

/** Whose sign-in this is: who is to be signed in at the resume, or has proved something on the way there. */
function proverOf({ result, lastSubmission }: AdapterPayload): string | undefined {
  const { proved } = (lastSubmission ?? {}) as { proved?: { userId?: string } };
  return result?.login?.accountId ?? proved?.userId;
}

/**
 * Whether this is an interaction that was there before. The library makes one in a request of its own, and tells the
 * request of it only when it is saved; our pages only ever write back what they read.
 */
function isWrittenBack(model: string, id: string): boolean {
  if (model !== 'Interaction') return false;
  return Provider.ctx === undefined || Provider.ctx.oidc.entities.Interaction?.jti === id;
}

function decode(model: string, sealer: Sealer, text: string, row: string): AdapterPayload {
  if (!SEALED.has(model)) return JSON.parse(text) as AdapterPayload;
  const plain = sealer.open(text, `oidc:${model}:${row}`);
  return PACKED.has(model) ? unpack(plain) : (JSON.parse(plain.toString()) as AdapterPayload);
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
