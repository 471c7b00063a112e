import { notFound } from '../http/errors.ts';
import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { createCarried } from '../lib/carried.ts';
import type { Choice } from '../methods/methods.ts';
import type { Sentence, StepRefusal } from '../views/views.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import type { FreshProof } from './fresh-proof.ts';
import { ACCOUNT_CLIENT_ID } from './sign-in.ts';

type ConnectionsDeps = Pick<AccountDeps, 'config' | 'pages' | 'methods' | 'sealer' | 'clock'> & {
  freshProof: Pick<FreshProof, 'demand'>;
};

/** What the route of a method, to which the browser came back, hands on to the account that it had left. */
export type ConnectionReturn = {
  method: string;
  /** `EnrolInput.attemptId`, and the row that had been pressed. */
  attemptId: string;
  choice: string;
  /** Fields for the `finish` of its enrolment. */
  answer: Readonly<Record<string, string>>;
};

/**
 * Adding a way to sign in that is elsewhere: the browser goes there and comes back. It begins by a press on a page of ours
 * and nothing else: an address that began it could connect whoever is signed in there with whoever is here, by a link on
 * any page. And it ends in the same browser, session and account.
 */
export function createConnections({ config, pages, methods, freshProof, ...deps }: ConnectionsDeps) {
  const list = `${config.base}/account/security`;
  const carried = createCarried(deps);

  return {
    show: (async (ctx, signedIn) => {
      const at = await find(ctx, String(ctx.query.choice ?? ''));
      if (await mayConnect(ctx, signedIn, at)) show(ctx, at);
    }) satisfies OwnPage,

    begin: (async (ctx, signedIn) => {
      const at = await find(ctx, ctx.state.form.choice ?? '');
      if (!(await mayConnect(ctx, signedIn, at))) return;
      const begun = await methods.enrol.begin(at.method, {
        ...attemptOf(ctx, signedIn),
        choice: at.choice.id,
      });
      if ('refused' in begun) return show(ctx, at, answerRefusal(ctx, begun));
      if (begun.failed) return show(ctx, at, answerRefusal(ctx, begun.failed));
      if (begun.redirect === undefined) throw new Error(`${at.method} leads nowhere`);
      seeOther(ctx, begun.redirect);
    }) satisfies OwnPage,

    /** From the route of the method, which knows no session: this browser carries what it has, sealed. */
    async comeBack(
      ctx: RouteContext,
      { method, attemptId, choice, answer }: ConnectionReturn,
    ): Promise<void> {
      const mark = carried.seal(placeOf(ctx, method), { answer, attemptId, choice }, CARRIED_SECONDS);
      seeOther(ctx, `${list}/${method}/connected?${new URLSearchParams({ mark })}`);
    },

    /** Judges what the browser brought back. Whoever is signed in here by now as somebody else has begun nothing. */
    finish: (async (ctx, signedIn) => {
      const { method = '' } = ctx.params;
      const kept = carried.open(placeOf(ctx, method), ctx.query.mark);
      if (!kept) return seeOther(ctx, list);
      const { answer, attemptId, choice } = kept as Omit<ConnectionReturn, 'method'>;
      const at = await find(ctx, choice);
      const outcome = await methods.enrol.finish(method, {
        ...attemptOf(ctx, signedIn),
        answer,
        attemptId,
      });
      if ('enrolled' in outcome) return seeOther(ctx, `${list}?notice=added`);
      if (outcome.refused === 'slow_down' || outcome.refused === 'busy')
        return show(ctx, at, answerRefusal(ctx, outcome as Parameters<typeof answerRefusal>[1]));
      const values = 'detail' in outcome ? outcome.detail : undefined;
      const sentence: Sentence =
        outcome.refused === 'expired'
          ? { key: 'account.again' }
          : { key: outcome.refused, ...(values ? { values } : {}) };
      show(ctx, at, { why: 'wrong', sentence });
    }) satisfies OwnPage,
  };

  type At = { method: string; choice: Choice };

  /** A method that leads away, and one of its rows; any other is a page that is not there. */
  async function find(ctx: RouteContext, choice: string): Promise<At> {
    const method = methods.find(ctx.params.method ?? '');
    const found = method?.leaves && method.enrolment ? await method.choices?.() : undefined;
    const row = found?.find(({ id }) => id === choice);
    if (!method || !row) throw notFound();
    return { method: method.id, choice: row };
  }

  function mayConnect(ctx: RouteContext, signedIn: SignedIn, { method, choice }: At): Promise<boolean> {
    const page = `security/${method}/connect?${new URLSearchParams({ choice: choice.id })}`;
    return freshProof.demand(ctx, signedIn, { adds: method, touches: method }, page);
  }

  function show(ctx: RouteContext, { method, choice }: At, refused?: StepRefusal): void {
    pages.show(
      ctx,
      'account/connect',
      {
        action: `${list}/${method}/connect`,
        choice: choice.id,
        provider: choice.name,
        ...(refused ? { refused } : {}),
        cancelUrl: list,
        signOutAction: `${config.base}/account/sign-out`,
      },
      { status: refusalStatus(refused) },
    );
  }

  function placeOf(ctx: RouteContext, method: string): string {
    return `account.connection:${method}:${requestInfo(ctx).browserHash ?? ''}`;
  }
}

/** For somebody whose browser is slow. */
const CARRIED_SECONDS = 600;

function attemptOf(ctx: RouteContext, { person, sessionUid }: SignedIn) {
  return {
    userId: person.id,
    attempt: { request: requestInfo(ctx), clientId: ACCOUNT_CLIENT_ID },
    boundTo: sessionUid,
  };
}
