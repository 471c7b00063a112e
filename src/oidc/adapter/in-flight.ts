import type { IncomingMessage } from 'node:http';
import type { AdapterPayload } from 'oidc-provider';
import { createRequestSlot } from '../../lib/request-slot.ts';

/**
 * What one protocol request has found and done so far. The library asks the adapter of each model apart and hands each
 * little more than an id, so what one call learns and a later one needs is written here, and nowhere else. The order in
 * which it asks is what this relies on (test/oidc/call-order.test.ts holds the library to it):
 *
 *   /token with a code           AuthorizationCode.find → Grant.find → AuthorizationCode.consume → AccessToken.upsert
 *                                (an opaque one) → RefreshToken.upsert (for a client that gets one, and then this is
 *                                what redeems the code: all before it is undone by forgetting it)
 *   /token with a refresh token  RefreshToken.find → Grant.find → RefreshToken.consume → the successor is named
 *                                (`overrides.ts`) → RefreshToken.upsert → AccessToken.upsert (an opaque one)
 *   /auth, signed in             Session.find → Grant.find, or Grant.upsert for a new one → AuthorizationCode.upsert →
 *                                Session.upsert, last of all
 *   /auth, to be asked           Session.find → Interaction.upsert → Session.upsert, if it changed
 *   /auth/:uid (the resume)      Interaction.find (before the library, `interactions.ts`) → Session.find (if there is one)
 *                                → Interaction.destroy → Grant.upsert → AuthorizationCode.upsert → Session.destroy of the
 *                                old cookie → Session.upsert, last
 *   /me, /token/introspection    AccessToken.find → Grant.find
 */
export type InFlight = {
  /** What was begun to be read before anybody asked (`read-ahead.ts`), by its key. */
  ahead: Map<string, Promise<unknown>> | undefined;
  /** The JWT that a handle stands for in this request (`introspection.ts`), set before the library runs. */
  jwt: PresentedJwt | undefined;
  /** The grant that came along with a code or a token: set by its `find`, for `Grant.find`. */
  grant: { id: string; payload: string } | undefined;
  /** The code that is redeemed. */
  code: CodeInFlight | undefined;
  /** The refresh token that is rotated. */
  refresh: RotationInFlight;
  /** The session as it lies in the store: set by `Session.find`, for `Session.upsert`. */
  session: StoredNow | undefined;
  /** What is done already and the session, which is saved last, has yet to stand for. */
  unfinished: {
    /** Grants that were made. */
    grantIds: string[];
    /** The sign-in that is becoming a session: set by `Interaction.destroy`. */
    signIn: { id: string; userId: string } | undefined;
  };
};

/** A JWT that was presented for introspection, under the handle that the library looks it up by. `grant`: of the JWT. */
export type PresentedJwt = { handle: string; model: string; payload: AdapterPayload; grant?: string };

/** A code from its `find` to the moment when it is won. */
export type CodeInFlight = {
  id: string;
  grantId: string;
  /** `find`: of the steady clock, to know how long this request was under way when it comes too late. */
  foundAt: number;
  scopes: ReadonlySet<string>;
  /** `consume`, for a client that gets a refresh token: `RefreshToken.upsert` redeems it, in one statement. */
  isAwaited: boolean;
  /** `AccessToken.upsert` meanwhile: what saves an opaque access token, once the code is won. */
  saveAccessToken: (() => Promise<void>) | undefined;
};

/** Each step sets what the next one needs. */
export type RotationInFlight = {
  /** `find`: the server key that made the successor of a token that was spent a moment ago. */
  knownKeyId: string | undefined;
  /** `consume`, of a token that is not spent: which one `upsert` spends, and the key that it notes. */
  spending: { id: string; keyId: string } | undefined;
  /** `consume`: the key itself, by which the successor is named. */
  successorKey: Buffer | undefined;
};

/** What a session held when it was read, to know what has changed. */
export type StoredNow = {
  id: string;
  userId: string | undefined;
  content: string;
  browser: string;
  exp: number;
};

const records = createRequestSlot<InFlight>('in flight');

/** The record of a request; a new one at the first look. It ends with its request. */
export function inFlightOf(req: IncomingMessage): InFlight {
  const known = records.get(req);
  if (known) return known;
  // All members from the start: V8 gives all records one shape.
  const record: InFlight = {
    ahead: undefined,
    jwt: undefined,
    grant: undefined,
    code: undefined,
    refresh: { knownKeyId: undefined, spending: undefined, successorKey: undefined },
    session: undefined,
    unfinished: { grantIds: [], signIn: undefined },
  };
  records.set(req, record);
  return record;
}
