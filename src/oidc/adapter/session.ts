import type { IncomingMessage } from 'node:http';
import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { requestInfo } from '../../http/request.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';
import type { OidcConfig } from '../config.ts';
import type { ProvedStep } from '../levels.ts';
import type { ReadAhead } from '../read-ahead.ts';
import { type StoredProofs, stepsOf } from '../stored-proofs.ts';
import { currentInFlight } from './current.ts';
import { currentContext, isForeignKeyFault, refusingAdapter } from './every-model.ts';
import { inFlightOf, type StoredNow } from './in-flight.ts';
import { decode, encode, expiryOf } from './payload.ts';
import type { AdapterStore } from './storage.ts';

export type SessionDeps = {
  store: AdapterStore;
  sealer: Sealer;
  clock: Clock;
  settings: Pick<OidcConfig, 'sessionIdleSeconds'>;
  ahead: ReadAhead;
  /** Whether what was proved still counts, also where it was proved. */
  methods: { areStillGood(userId: string, steps: readonly ProvedStep[]): Promise<boolean> };
  /** Begins what an authorization asks about the person of its session. */
  readPersonAhead(req: IncomingMessage, userId: string): void;
};

/** Sign-in sessions: what was ended stays ended, however late the library saves. */
export function createSessionAdapter(deps: SessionDeps): Adapter {
  const { store, sealer, clock, settings } = deps;
  /** That it lives on is written once in a while: a write for each request would say little else. */
  const toleratedSeconds = Math.min(60, Math.floor(settings.sessionIdleSeconds / 20));

  return {
    ...refusingAdapter('Session'),

    async find(id) {
      const found = await store.findSession(id);
      if (!found) return undefined;
      const payload = decode('Session', sealer, found.payload, found.uid);
      const inFlight = currentInFlight();
      if (inFlight) inFlight.session = storedNow(id, payload, `${found.userAgent} ${found.network}`);
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
      const inFlight = inFlightOf(ctx.req);
      const before = inFlight.session;
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
      if (await isEndedAlready(ctx, before, payload)) await refuseEnded(ctx, row.uid, { isSaved: true });
      inFlight.session = now;
    },

    async destroy(id) {
      const session = Provider.ctx?.oidc.session as { id: string; oldId?: string } | undefined;
      // A new id for the same session: `upsert` moves the row in one statement, so that nothing can slip between.
      if (session?.oldId === id && session.id !== id) return;
      await store.endSessions({ id });
    },
  };

  /** Begins to read the person, who is asked about next, and the grant that this session has for the app. */
  function readAhead({ req, query }: KoaContextWithOIDC, payload: AdapterPayload): void {
    if (typeof payload.accountId !== 'string') return;
    deps.readPersonAhead(req, payload.accountId);
    const { client_id: clientId } = query;
    const known = payload.authorizations as Record<string, { grantId?: string }> | undefined;
    const grantId = typeof clientId === 'string' ? known?.[clientId]?.grantId : undefined;
    if (grantId !== undefined) deps.ahead.begin(req, ['grant', grantId], () => store.findGrant(grantId));
  }

  /** The session was ended while this request ran: ends the session and grants that the request has written, and refuses it. */
  async function refuseEnded(ctx: KoaContextWithOIDC, uid: string, { isSaved }: { isSaved: boolean }) {
    if (isSaved) await store.endSessions({ uid });
    for (const id of inFlightOf(ctx.req).unfinished.grantIds) await store.deleteGrants({ id });
    // Else the library saves the session again when the request ends.
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
  async function isEndedAlready(
    ctx: KoaContextWithOIDC,
    before: StoredNow | undefined,
    payload: AdapterPayload,
  ): Promise<boolean> {
    const { signIn } = inFlightOf(ctx.req).unfinished;
    if (signIn === undefined) return false;
    // A provider that signs somebody out forgets the sign-in and then looks for sessions: this one is written by now.
    const elsewhere = stepsOf(payload as StoredProofs).filter(({ via }) => via !== undefined);
    if (elsewhere.length > 0 && !(await deps.methods.areStillGood(signIn.userId, elsewhere))) return true;
    // Who ends all of a person's sessions but this one means it, and finds it without any mark.
    if (before?.userId === signIn.userId) return false;
    return store.isSignInEnded(signIn.id, signIn.userId);
  }

  function isUnchanged(before: StoredNow | undefined, now: StoredNow): boolean {
    return (
      before !== undefined &&
      before.id === now.id &&
      before.content === now.content &&
      before.browser === now.browser &&
      now.exp - before.exp <= toleratedSeconds &&
      now.exp >= before.exp
    );
  }
}

function storedNow(id: string, payload: AdapterPayload, browser: string): StoredNow {
  // The library writes `kind` in another place than it reads it from.
  const { jti: _id, kind: _kind, exp = 0, ...content } = payload;
  return { id, userId: payload.accountId, content: JSON.stringify(content), browser, exp };
}
