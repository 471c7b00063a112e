import type { IncomingMessage } from 'node:http';
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { requestInfo } from '../../http/request.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';
import { sha256 } from '../../lib/secret.ts';
import { findPresentedJwt } from '../introspection.ts';
import { lifetimes } from '../lifetimes.ts';
import type { ReadAhead } from '../read-ahead.ts';
import { currentInFlight, keepGrant } from './current.ts';
import { currentContext, refusingAdapter, unlessOneToken } from './every-model.ts';
import type { Held, HeldKind } from './held.ts';
import { decode, encode, expiryOf, toSeconds } from './payload.ts';
import type { AdapterStore, Artifact, NewArtifact } from './storage.ts';
import { kindOf } from './token-marks.ts';

export type ArtifactDeps = {
  store: AdapterStore;
  sealer: Sealer;
  clock: Clock;
  held: Held;
  ahead: ReadAhead;
  findUserAhead(req: IncomingMessage, userId: string): void;
};

/**
 * What lives for a short while and is found by its id alone: opaque tokens, and what must not come twice. Codes,
 * interactions and pushed requests are the same with something of their own (`code.ts`, `interaction.ts`,
 * `pushed-request.ts`).
 */
export function createArtifactAdapter(model: string, deps: ArtifactDeps): Adapter {
  const { store } = deps;

  return {
    ...refusingAdapter(model),

    find: async (id) => (await findArtifact(model, id, deps))?.payload,

    async upsert(id, payload, expiresIn) {
      const row = rowOf(model, id, payload, expiresIn, deps);
      if (model !== 'ReplayDetection') await store.saveArtifact(model, id, row);
      // RFC 9449 §11.1, RFC 7523 §3: the library looks first and saves then; the row itself decides.
      else if (!(await store.saveOnce(model, id, row))) throw usedBefore();
    },

    destroy: (id) => store.deleteArtifact(model, id),
    revokeByGrantId: unlessOneToken((grantId) => store.deleteArtifactsOfGrant(model, grantId)),
  };
}

/**
 * What is stored under an id, as the library wants it, and beside it as it is stored. `graceSeconds`: for so long what
 * was spent looks fresh. `remembered`: for so long what was spent is found at all.
 */
export async function findArtifact(
  model: string,
  id: string,
  { store, sealer, ahead, findUserAhead }: ArtifactDeps,
  { graceSeconds = 0, remembered = 0 } = {},
): Promise<{ payload: AdapterPayload; stored?: Artifact } | undefined> {
  const kind = kindOf(id);
  // No id of ours has a dot but the handles of JWTs, and those at userinfo, which stand for themselves.
  if (kind === 'jwt' || id.includes('.')) {
    const jwt = findPresentedJwt(model, id);
    keepGrant(jwt?.payload.grantId, jwt?.grant);
    return jwt && { payload: jwt.payload };
  }
  if (kind !== undefined && kind !== model) return undefined;
  const stored = await store.findArtifact(model, id, { graceSeconds, remembered });
  if (!stored) return undefined;
  const payload = decode(model, sealer, stored.payload, sha256(id));
  payload.jti = id;
  keepGrant(payload.grantId, stored.grant);
  if (Provider.ctx && payload.accountId && TELLS_OF_PEOPLE.has(Provider.ctx.oidc.route)) {
    const { req } = Provider.ctx;
    const { accountId, grantId } = payload;
    // The grant and the person are what the library asks for next, one after the other.
    if (grantId && stored.grant === undefined)
      ahead.begin(req, ['grant', grantId], () => store.findGrant(grantId));
    findUserAhead(req, accountId);
  }
  if (stored.consumedAt !== undefined) {
    if (!stored.isInGrace) payload.consumed = toSeconds(stored.consumedAt);
    payload.exp = toSeconds(stored.consumedAt) + remembered;
  }
  return { payload, stored };
}

/** What is to be stored of a payload. */
export function rowOf(
  model: string,
  id: string,
  payload: AdapterPayload,
  expiresIn: number | undefined,
  { sealer, clock }: Pick<ArtifactDeps, 'sealer' | 'clock'>,
): NewArtifact {
  return {
    payload: encode(model, sealer, payload, sha256(id)),
    grantId: payload.grantId,
    expiresAt: expiryOf(payload, expiresIn, clock) + (TELLS_ITS_END.has(model) ? KNOWN_AFTER_ITS_END_MS : 0),
  };
}

/** Saves what anybody may begin: it is bounded, and a sign-in is short until its page is opened. */
export async function saveHeld(
  model: string,
  id: string,
  row: NewArtifact,
  kind: HeldKind,
  { store, held, clock }: Pick<ArtifactDeps, 'store' | 'held' | 'clock'>,
): Promise<void> {
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

/** Client assertions come before the code; after it comes a proof, and of one sent twice the library says this. */
function usedBefore(): Error {
  if (currentInFlight()?.code?.isAwaited) return new errors.InvalidGrant('DPoP proof JWT Replay detected');
  return new errors.InvalidRequest('it was used before');
}

/**
 * What a device or an app asks for again and again is told `expired_token` at its end, not that there is no such thing
 * (RFC 8628 §3.5, CIBA Core §11). The library looks at the end that is in the payload.
 */
const TELLS_ITS_END: ReadonlySet<string> = new Set(['DeviceCode', 'BackchannelAuthenticationRequest']);
const KNOWN_AFTER_ITS_END_MS = lifetimes.knownAfterItsEndSeconds * 1000;

/** Where whoever presents a code or a token is told about its person. */
const TELLS_OF_PEOPLE: ReadonlySet<string> = new Set(['token', 'userinfo', 'introspection']);
