import { notFound } from '../http/errors.ts';
import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import { displayName } from '../users/users.ts';
import type { EnrolScreen, FieldError, ScreenName, StepRefusal } from '../views/views.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import type { FreshProof } from './fresh-proof.ts';
import type { OwnProofs } from './own-proofs.ts';
import { ACCOUNT_CLIENT_ID } from './sign-in.ts';

type CredentialsDeps = Pick<AccountDeps, 'config' | 'pages' | 'methods' | 'oneTime' | 'leases'> & {
  freshProof: Pick<FreshProof, 'demand'>;
  ownProofs: OwnProofs;
};
/** What was begun: the id of the attempt, and what its page shows, which a wrong answer must not lose. */
type Begun = { attemptId?: string; show?: Record<string, unknown> };
/** As it is remembered, under the name that the id had from the first. */
type StoredBegun = Omit<Begun, 'attemptId'> & { handle?: string };
type Shown = { errors?: readonly FieldError[]; refused?: StepRefusal; status?: number };

/** Adding, renaming and removing one way to sign in, the same for every method that can be enrolled. */
export function createCredentials(deps: CredentialsDeps): {
  showAdd: OwnPage;
  add: OwnPage;
  showRename: OwnPage;
  rename: OwnPage;
  showRemove: OwnPage;
  remove: OwnPage;
} {
  const { config, pages, methods, oneTime, leases, freshProof, ownProofs } = deps;
  const list = `${config.base}/account/security`;
  const signOutAction = `${config.base}/account/sign-out`;

  return {
    async showAdd(ctx, signedIn) {
      const method = addableOf(ctx);
      const page = method.enrolment?.page;
      if (page !== undefined) return seeOther(ctx, `${config.base}/account/${page}`);
      if (!(await mayAdd(ctx, signedIn))) return;
      await beginAdd(ctx, signedIn);
    },

    /** Judges the answer. A wrong one shows the same page again, with the same code to scan. */
    async add(ctx, signedIn) {
      const method = addableOf(ctx);
      const page = method.enrolment?.page;
      if (page !== undefined) return seeOther(ctx, `${config.base}/account/${page}`);
      if (!(await mayAdd(ctx, signedIn))) return;
      const scope = scopeOf(ctx, signedIn);
      const { handle: brought, ...answer } = ctx.state.form;
      const stored = (await oneTime.consume(scope, brought ?? '')) as StoredBegun | undefined;
      if (!stored) return beginAdd(ctx, signedIn, { refused: { why: 'expired' }, status: 422 });
      const begun: Begun = defined({ attemptId: stored.handle, show: stored.show });
      const outcome = await methods.enrol.finish(method.id, {
        ...enrolAttempt(ctx, signedIn),
        answer,
        ...defined({ attemptId: begun.attemptId }),
      });
      if ('enrolled' in outcome) {
        const { amr = method.amr, kind = method.kind } = outcome.proof ?? {};
        if (outcome.proof) await ownProofs.remember(ctx, signedIn, { method: method.id, amr, kind });
        return seeOther(ctx, `${list}?notice=added`);
      }
      if (outcome.refused === 'expired') {
        return beginAdd(ctx, signedIn, { refused: { why: 'expired' }, status: 422 });
      }
      const { attemptId } = begun;
      const isUsedUp =
        attemptId !== undefined &&
        (method.enrolment?.attempts ?? 1) > 1 &&
        !(await methods.enrol.isOpen(method.id, { ...enrolAttempt(ctx, signedIn), attemptId }));
      if (isUsedUp) return beginAdd(ctx, signedIn, OVER);
      const shown = shownFor(ctx, outcome, method.enrolment?.fields[0] ?? '');
      // A method that takes one answer for each attempt (`attempts: 1`) has used this attempt up: a new one begins, under
      // the sentence about the answer that was wrong.
      if (begun.attemptId !== undefined && method.enrolment?.attempts === 1)
        return beginAdd(ctx, signedIn, shown);
      await showAdd(ctx, signedIn, begun, shown);
    },

    async showRename(ctx, signedIn) {
      const { method, credential } = await credentialOf(ctx, signedIn, String(ctx.query.credential ?? ''));
      showRenameForm(ctx, method, credential, []);
    },

    async rename(ctx, signedIn) {
      const { credential: id = '', name = '' } = ctx.state.form;
      const { method, credential } = await credentialOf(ctx, signedIn, id);
      const isRenamed =
        name.trim() !== '' &&
        (await methods.enrol.rename(method, {
          userId: signedIn.person.id,
          credentialId: id,
          name: name.trim().slice(0, NAME_LENGTH),
          attempt: attemptOf(ctx),
        }));
      if (isRenamed) return seeOther(ctx, `${list}?notice=renamed`);
      showRenameForm(ctx, method, credential, [{ field: 'name', sentence: { key: 'ways.name_missing' } }]);
    },

    async showRemove(ctx, signedIn) {
      const { method, credential } = await credentialOf(ctx, signedIn, String(ctx.query.credential ?? ''));
      if (!(await mayRemove(ctx, signedIn, credential.id))) return;
      showRemoveForm(ctx, method, credential);
    },

    /** One removal at a time for each person: two at once could each count on the other way to stay. */
    async remove(ctx, signedIn) {
      const { credential: id = '' } = ctx.state.form;
      const { method, credential } = await credentialOf(ctx, signedIn, id);
      if (!(await mayRemove(ctx, signedIn, id))) return;
      const userId = signedIn.person.id;
      const outcome = await leases.run(`account.ways:${userId}`, { ttlSeconds: 30 }, () =>
        methods.enrol.remove(method, { userId, credentialId: id, attempt: attemptOf(ctx) }),
      );
      if (outcome === undefined) return showRemoveForm(ctx, method, credential, 'ways.busy');
      if ('refused' in outcome) return showRemoveForm(ctx, method, credential, 'ways.last');
      seeOther(ctx, `${list}?notice=removed`);
    },
  };

  /** Whether enough was proved for it; else the browser was sent to prove it, and comes back to the page. */
  function mayAdd(ctx: RouteContext, signedIn: SignedIn): Promise<boolean> {
    const { method = '' } = ctx.params;
    return freshProof.demand(ctx, signedIn, { adds: method, touches: method }, `security/${method}/add`);
  }

  function mayRemove(ctx: RouteContext, signedIn: SignedIn, credential: string): Promise<boolean> {
    const { method = '' } = ctx.params;
    const page = `security/${method}/remove?${new URLSearchParams({ credential })}`;
    return freshProof.demand(ctx, signedIn, { touches: method }, page);
  }

  async function beginAdd(ctx: RouteContext, signedIn: SignedIn, shown: Shown = {}): Promise<void> {
    const method = enrolableOf(ctx);
    const begun = await methods.enrol.begin(method.id, {
      ...enrolAttempt(ctx, signedIn),
      isSecond: true,
    });
    if ('refused' in begun) return showAdd(ctx, signedIn, {}, shownFor(ctx, begun, ''));
    await showAdd(ctx, signedIn, begun, shown);
  }

  async function showAdd(ctx: RouteContext, signedIn: SignedIn, begun: Begun, shown: Shown): Promise<void> {
    const method = enrolableOf(ctx);
    const { person } = signedIn;
    const stored: StoredBegun = defined({ handle: begun.attemptId, show: begun.show });
    const attemptId = await oneTime.remember(scopeOf(ctx, signedIn), stored);
    const data: EnrolScreen<Record<string, unknown>> = {
      frame: 'account',
      action: `${list}/${method.id}/add`,
      attemptId,
      ...defined({ show: begun.show }),
      errors: shown.errors ?? [],
      ...defined({ refused: shown.refused }),
      person: { name: displayName(person), email: person.email },
      others: [],
      cancelUrl: list,
      signOutAction,
    };
    // Each method that can be enrolled has this screen; which one it is, is known here only as text.
    pages.show(ctx, `methods/${method.id}/enrol` as ScreenName, data as never, {
      status: shown.status ?? 200,
    });
  }

  function shownFor(ctx: RouteContext, refusal: { refused: string; detail?: unknown }, field: string): Shown {
    const { refused, detail } = refusal;
    if (refused === 'slow_down' || refused === 'busy') {
      // The refusals of each method beside these two are known here only as text.
      const told = answerRefusal(ctx, refusal as Parameters<typeof answerRefusal>[1]);
      return { refused: told, status: refusalStatus(told) };
    }
    const values = detail as Record<string, string | number> | undefined;
    return { errors: [{ field, sentence: { key: refused, ...(values ? { values } : {}) } }], status: 422 };
  }

  function showRenameForm(
    ctx: RouteContext,
    method: string,
    { id, name }: { id: string; name: string },
    errors: readonly FieldError[],
  ): void {
    const action = `${list}/${method}/rename`;
    pages.show(
      ctx,
      'account/rename',
      { action, method, credential: id, name, errors, cancelUrl: list, signOutAction },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  function showRemoveForm(
    ctx: RouteContext,
    method: string,
    { id, name, way }: { id: string; name: string; way?: string },
    refused?: 'ways.last' | 'ways.busy',
  ): void {
    pages.show(
      ctx,
      'account/remove',
      {
        action: `${list}/${method}/remove`,
        method,
        credential: id,
        name,
        ...defined({ way }),
        ...(refused === undefined ? {} : { refused: { key: refused } }),
        cancelUrl: list,
        signOutAction,
      },
      { status: refused === undefined ? 200 : 409 },
    );
  }

  function enrolableOf(ctx: RouteContext) {
    const method = methods.find(ctx.params.method ?? '');
    if (!method?.enrolment) throw notFound();
    return method;
  }

  /** One that leads away is connected on pages of its own (`connections.ts`). */
  function addableOf(ctx: RouteContext) {
    const method = enrolableOf(ctx);
    if (method.leaves) throw notFound();
    return method;
  }

  /** One of the person's own; another one's id is a page that is not there. */
  async function credentialOf(ctx: RouteContext, { person }: SignedIn, id: string) {
    const method = enrolableOf(ctx).id;
    const enrolled = await methods.listEnrolled(person.id);
    const credential = enrolled.find((each) => each.method === method && each.id === id);
    if (!credential) throw notFound();
    return { method, credential };
  }

  function scopeOf(ctx: RouteContext, { sessionUid, person }: SignedIn) {
    const method = `account:${ctx.params.method}`;
    return { method, purpose: 'enrolment-page', boundTo: sessionUid, userId: person.id };
  }
}

const NAME_LENGTH = 60;
const OVER: Shown = { refused: { why: 'expired', sentence: { key: 'enrol.over' } }, status: 422 };

function attemptOf(ctx: RouteContext) {
  return { request: requestInfo(ctx), clientId: ACCOUNT_CLIENT_ID };
}

function enrolAttempt(ctx: RouteContext, { person, sessionUid }: SignedIn) {
  return { userId: person.id, attempt: attemptOf(ctx), boundTo: sessionUid };
}
