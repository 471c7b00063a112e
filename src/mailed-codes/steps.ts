import { isSameBrowser } from '../http/browser-secret.ts';
import type { Pages } from '../http/page.ts';
import { rateLimitHeaders, refusalStatus, type SlowDown } from '../http/refusals.ts';
import { type RequestInfo, requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { StepRefusal } from '../views/views.ts';
import type { MailedProof, MailedProofKind, MailedProofs } from './mailed-codes.ts';

/** What the pages of a mail remember, whatever it is for. */
export type MailedState<From> = {
  /** As it was typed. */
  email: string;
  /** The sign-in that the person came from. */
  from?: From;
};

export type MailedStepsDeps<State extends MailedState<From>, From> = {
  kind: Exclude<MailedProofKind, 'identity' | 'confirmed-address'>;
  /** `isOffered`: whether anybody may ask for a mail. `isPossible`: false closes what is under way as well. */
  isOffered: boolean;
  isPossible: boolean;
  /** How long the link and the code of a mail work. */
  ttlSeconds: number;
  config: { base: string };
  clock: Clock;
  pages: Pages;
  proofs: Pick<MailedProofs, 'find' | 'answer' | 'readLink' | 'answerByLink'>;
  limits: { admit(attempt: Attempt): Promise<{ proved(): Promise<void> } | SlowDown> };
  oneTime: {
    remember(scope: Scope, kept: Record<string, unknown>, answers: number, handle: string): Promise<string>;
    answer(scope: Scope, handle: string): Promise<Record<string, unknown> | undefined>;
  };
  oidc: { sessions: { find(ctx: RouteContext): Promise<object | undefined> } };
  /** Where the person goes on. */
  returnTo(from?: From): string;
  /** Where another mail like this one is asked for. */
  againUrl(state: State): string;
  /** For the audit: the mail was read. */
  wasRead(ctx: RouteContext, id: string): Promise<void>;
  /** For the audit: a wrong code was typed. */
  wasWrong(ctx: RouteContext, proof: MailedProof<State>): Promise<void>;
};
type Attempt = { method: string; request: RequestInfo; identifier: string; userId?: string };
type Scope = { method: string; purpose: string; boundTo: string };

/** `userId`: whose account it was, when its end shows something of it. */
type Ended<From> = { from?: From; userId?: string };

/**
 * The pages between a mail and its answer, one for each kind of `MailedProof`: the link, which does nothing until its
 * button is pressed in the browser that asked, and shows the code in any other; the code that is typed; and the end.
 */
export function createMailedSteps<State extends MailedState<From>, From>(deps: MailedStepsDeps<State, From>) {
  const { kind, isOffered, isPossible, ttlSeconds, config, clock, pages, proofs, limits, oneTime, oidc } =
    deps;
  type Proof = MailedProof<State>;

  return {
    stepOf,

    /** A page of what is under way in this browser. */
    step,

    /** The link of the mail. Opening it spends nothing. */
    async showLink(ctx: RouteContext): Promise<void> {
      const token = String(ctx.query.token ?? '');
      const link = await proofs.readLink(kind, token);
      if (!link) return showMailUsed(ctx);
      if (!isSameBrowser(ctx, link.browserHash)) {
        const validSeconds = Math.max(0, Math.round((link.expiresAt - clock.now()) / 1000));
        const { code } = link;
        return pages.show(ctx, 'interaction/mailed-link-elsewhere', { kind, code, validSeconds });
      }
      pages.show(ctx, 'interaction/mailed-link', { kind, action: `${config.base}/${kind}/link`, token });
    },

    async useLink(ctx: RouteContext): Promise<void> {
      const { browserHash } = requestInfo(ctx);
      const id = await proofs.answerByLink(kind, ctx.state.form.token ?? '', browserHash);
      if (id === undefined) return showMailUsed(ctx);
      await deps.wasRead(ctx, id);
      seeOther(ctx, stepOf(id));
    },

    showCode,

    answerCode: step(async (ctx, proof) => {
      const { id, state, userId } = proof;
      if (proof.isProved) return seeOther(ctx, stepOf(id));
      const request = requestInfo(ctx);
      const admission = await limits.admit({
        method: kind,
        request,
        identifier: state.email,
        ...defined({ userId }),
      });
      if ('refused' in admission) {
        ctx.set(rateLimitHeaders(admission));
        return showCode(ctx, proof, { why: 'slow_down', retryAfterSeconds: admission.retryAfterSeconds });
      }
      const answer = await proofs.answer(kind, id, request.browserHash, ctx.state.form.code ?? '');
      if (answer === 'wrong') await deps.wasWrong(ctx, proof);
      if (answer !== 'proved') {
        // As it is now: that may have been the last try.
        const now = await proofs.find<State>(kind, id, request.browserHash);
        if (!now || now.isProved) return showOver(ctx);
        return showCode(ctx, now, { why: 'wrong' });
      }
      await admission.proved();
      await deps.wasRead(ctx, id);
      seeOther(ctx, stepOf(id));
    }),

    /**
     * Notes that it came to its end, so that its last form, sent again, leads on. Gives nobody anything, but this browser
     * the list of what was added to the account of `userId` lately.
     */
    async rememberEnd(ctx: RouteContext, id: string, ended: Ended<From>): Promise<void> {
      const { browserHash } = requestInfo(ctx);
      await oneTime.remember(endOf(id), { ...ended, browserHash }, END_VISITS, id);
    },

    /** How it ended, in the browser in which it did. */
    async findEnd(ctx: RouteContext): Promise<Ended<From> | undefined> {
      const id = ctx.params.id ?? '';
      const found = (await oneTime.answer(endOf(id), id)) as Ended<From> & { browserHash?: string };
      const { browserHash } = requestInfo(ctx);
      return browserHash !== undefined && found?.browserHash === browserHash ? found : undefined;
    },

    showOver,
    showMailUsed,

    /** A link that no other one of its kind can be asked for. */
    showLinkUsed: (ctx: RouteContext): void => showUsed(ctx, toAccount()),

    showNotFound(ctx: RouteContext): void {
      pages.show(ctx, 'error', { why: 'not_found', referenceId: requestInfo(ctx).id }, { status: 404 });
    },
  };

  function step(handle: (ctx: RouteContext, proof: Proof) => Promise<void> | void) {
    return async (ctx: RouteContext): Promise<void> => {
      const { browserHash } = requestInfo(ctx);
      const proof = await proofs.find<State>(kind, ctx.params.id ?? '', browserHash);
      if (!proof || !isPossible) return showOver(ctx);
      await handle(ctx, proof);
    };
  }

  /** Where no code is taken any more, the page has no field for one, however it is come to. */
  function showCode(ctx: RouteContext, { id, state, isOpen }: Proof, wrong?: StepRefusal): void {
    const refused = isOpen ? wrong : CODE_OVER;
    pages.show(
      ctx,
      'interaction/mailed-code',
      {
        kind,
        action: stepOf(id, 'code'),
        address: state.email,
        againUrl: deps.againUrl(state),
        validSeconds: ttlSeconds,
        ...(isOpen ? {} : { isOver: true as const }),
        ...defined({ refused }),
      },
      { status: refusalStatus(refused) },
    );
  }

  /** It is over: done already, open too long, or in another browser. Who has done it goes on. */
  async function showOver(ctx: RouteContext): Promise<void> {
    const id = ctx.params.id ?? '';
    const ended = (await oneTime.answer(endOf(id), id)) as Ended<From> | undefined;
    if (ended) return seeOther(ctx, deps.returnTo(ended.from));
    const referenceId = requestInfo(ctx).id;
    if (await oidc.sessions.find(ctx)) {
      return pages.show(ctx, 'error', { why: 'signed_in_already', referenceId, back: toAccount() });
    }
    pages.show(ctx, 'error', { why: 'expired', referenceId, back: toStart() }, { status: 410 });
  }

  /** The link of a mail that is over: to another mail, where anybody may ask for one. */
  function showMailUsed(ctx: RouteContext): void {
    showUsed(ctx, isOffered ? toStart() : toAccount());
  }

  function showUsed(ctx: RouteContext, back: ReturnType<typeof toStart>): void {
    pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id, back }, { status: 410 });
  }

  function stepOf(id: string, name = ''): string {
    return `${config.base}/${kind}/steps/${id}${name === '' ? '' : `/${name}`}`;
  }

  function toStart() {
    return { href: `${config.base}/${kind}`, label: { key: 'error.start_again' } };
  }

  function toAccount() {
    return { href: `${config.base}/account`, label: { key: 'error.to_account' } };
  }

  function endOf(id: string): Scope {
    return { method: 'interaction', purpose: `${kind}.ended`, boundTo: id };
  }
}

const CODE_OVER: StepRefusal = { why: 'expired', sentence: { key: 'code.over' } };

/** How often the last page may be come back to. */
const END_VISITS = 100;
