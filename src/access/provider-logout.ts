import type { Audit } from '../audit/audit.ts';
import { decodeText, parseForm, readBody, requireMedia } from '../http/body.ts';
import { notFound } from '../http/errors.ts';
import { requestInfo } from '../http/request.ts';
import type { Route, RouteContext } from '../http/routes.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { SignedOutThere, Upstream } from '../upstream/upstream.ts';
import type { Ended, EndFacts } from './ending.ts';
import { signedOutByProvider, signOutRefused } from './events.ts';

export type ProviderLogoutDeps = {
  upstream: Pick<Upstream, 'find' | 'logout'>;
  sessions: Pick<Oidc['sessions'], 'listByUser'>;
  audit: Pick<Audit, 'record'>;
  rateLimit: Pick<RateLimit, 'hit' | 'refundAll'>;
  end(userId: string, cause: 'signed_out_by_provider', facts: EndFacts): Promise<Ended>;
};

/** Tokens from one network that are no good: each may cost a call to the provider. Good ones are not counted. */
const FORGED = { points: 60, perSeconds: 60 };

/**
 * `POST /upstream/<slug>/logout` (OpenID Connect Back-Channel Logout 1.0 §2.5): the provider has signed a person out, and
 * what began here with that sign-in ends. It is the provider's server that calls, without cookies and from anywhere.
 */
export function createProviderLogout(deps: ProviderLogoutDeps): Route[] {
  const { upstream, sessions, audit, rateLimit, end } = deps;

  return [{ method: 'POST', path: '/upstream/:slug/logout', headers: 'api', handle: signOut }];

  async function signOut(ctx: RouteContext): Promise<void> {
    const provider = await upstream.find(ctx.params.slug ?? '');
    if (!provider) throw notFound();
    const request = requestInfo(ctx);
    const counted = { name: 'access.provider_logout', key: request.network };
    const hit = await rateLimit.hit(counted.name, counted.key, FORGED);
    if (!hit.isAllowed) {
      ctx.set('Retry-After', String(hit.retryAfterSeconds));
      return answer(ctx, 429, 'too many logout tokens that are not valid');
    }
    const { id, slug } = provider;
    const read = await upstream.logout.read(provider, await tokenOf(ctx));
    if ('refused' in read) {
      const detail = { provider: id, slug, why: read.refused };
      await audit.record(signOutRefused, { outcome: 'refused', request, isAnonymous: true, detail });
      return answer(ctx, 400, read.refused);
    }
    await rateLimit.refundAll([counted]);
    const people = new Set(await upstream.logout.listSignedIn(provider, read)); // at most those of one subject or session
    const ended = new Map<string, number>(); // at most one for each person
    const endAll = async () => {
      for (const userId of people)
        ended.set(userId, (ended.get(userId) ?? 0) + (await endMeant(userId, id, read)));
    };
    await endAll();
    // A sign-in that is under way is none from now on. One that was completed in between has a session by now, or finds out
    // when it writes one (oidc/adapter/session.ts).
    for (const userId of await upstream.logout.forget(provider, read)) people.add(userId);
    await endAll();
    for (const [userId, count] of ended) {
      const detail = { provider: id, slug, sessions: count };
      if (count > 0) await audit.record(signedOutByProvider, { outcome: 'success', request, userId, detail });
    }
    ctx.status = 200;
    ctx.body = '';
  }

  /** The sessions of a person that began there with what was signed out. Answers how many there were. */
  async function endMeant(userId: string, provider: string, there: SignedOutThere): Promise<number> {
    const meant = (await sessions.listByUser(userId)).filter(({ steps }) =>
      steps.some((step) => isMeant(step, provider, there)),
    );
    for (const { uid } of meant) await end(userId, 'signed_out_by_provider', { sessionUid: uid });
    return meant.length;
  }
}

async function tokenOf(ctx: RouteContext): Promise<string> {
  requireMedia(ctx.req, 'application/x-www-form-urlencoded');
  return parseForm(decodeText(await readBody(ctx.req))).logout_token ?? '';
}

/** §2.6: with a `sid` that session, whoever it is; without one all of the subject. */
function isMeant({ via }: ProvedStep, provider: string, { subject, sid }: SignedOutThere): boolean {
  if (via?.provider !== provider) return false;
  return (sid === undefined || via.sid === sid) && (subject === undefined || via.subject === subject);
}

/** §2.8. */
function answer(ctx: RouteContext, status: number, why: string): void {
  ctx.status = status;
  ctx.body = { error: 'invalid_request', error_description: why.replaceAll(/["\\]/g, "'") };
}
