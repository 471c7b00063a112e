import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import { type FinishAnswer, rateLimitHeaders } from '../methods/methods.ts';
import type { Screens } from '../views/screens.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction, PersonForPages } from './interaction.ts';
import type { ProvedPerson } from './sign-in.ts';
import type { Tickets } from './ticket.ts';
import { appOf } from './waiting-app.ts';

type Refused = NonNullable<Screens['interaction/login']['refused']>;
type Attempt = { identifier: string; remember: boolean; refused: Refused };

export type LoginDeps = Pick<InteractionDeps, 'config' | 'pages' | 'users' | 'methods' | 'oidc'> & {
  signIn(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    person: ProvedPerson,
  ): Promise<void>;
  tickets: Tickets;
};

/** The first step: who is it. */
export function createLogin({ config, pages, users, methods, oidc, signIn, tickets }: LoginDeps) {
  return {
    async show(ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages): Promise<void> {
      if (await useTicket(ctx, interaction, client)) return;
      await showForm(ctx, interaction, client);
    },

    /** Judges the answer to the form. A refusal is the same page, with one text for every reason. */
    async finish(ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages): Promise<void> {
      const form = ctx.state.form;
      const locked = await lockedPerson(interaction, client);
      const identifier = locked?.email ?? form.identifier ?? '';
      const remember = form.remember !== undefined;
      const outcome = await methods.finish('password', {
        ...(locked ? { userId: locked.id } : {}),
        answer: { ...form, identifier },
        attempt: { request: requestInfo(ctx), clientId: client.id, identifier },
      });
      if ('refused' in outcome) {
        ctx.set(headersOf(outcome));
        return showForm(ctx, interaction, client, { identifier, remember, refused: shownFor(outcome) });
      }
      if (!(await isExpected(interaction, client, outcome.proved))) {
        return showForm(ctx, interaction, client, { identifier, remember, refused: { why: 'wrong' } });
      }
      const { proved: userId, amr } = outcome;
      await signIn(ctx, interaction, client, { userId, method: 'password', amr, remember });
    },
  };

  async function showForm(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    attempt?: Attempt,
  ): Promise<void> {
    const locked = await lockedPerson(interaction, client);
    const address = addressOf(config, interaction.uid, ctx.query.app);
    pages.show(
      ctx,
      'interaction/login',
      {
        step: { done: 1, total: client.isBuiltIn ? 1 : 2 },
        action: address('login'),
        app: appOf(client, interaction.params.redirect_uri),
        identifier: attempt?.identifier ?? locked?.email ?? hintOf(interaction),
        isIdentifierLocked: locked !== undefined,
        ...(locked && expectedSubject(interaction) === undefined ? { switchUrl: address('switch') } : {}),
        remember: attempt?.remember ?? false,
        ...(attempt ? { refused: attempt.refused } : {}),
        others: [],
        cancelUrl: address('cancel'),
      },
      { status: attempt ? STATUS[attempt.refused.why] : 200 },
    );
  }

  /** Who just made an account or a password in this browser has proved enough for the own account. */
  async function useTicket(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
  ): Promise<boolean> {
    if (!client.isBuiltIn) return false;
    const ticket = await tickets.consume(ctx);
    if (!ticket) return false;
    await signIn(ctx, interaction, client, { ...ticket, amr: ['pwd'], remember: false });
    return true;
  }

  /**
   * Who must sign in: the person of the session (`prompt=login`, `max_age`), unless they asked to switch, or the one
   * whom the app names (`id_token_hint`, a requested `sub`; OpenID Connect Core §3.1.2.1).
   */
  async function lockedPerson(
    interaction: PendingInteraction,
    client: ClientForPages,
  ): Promise<PersonForPages | undefined> {
    const expected = expectedSubject(interaction);
    if (expected !== undefined) {
      return client.metadata.subject_type === 'pairwise' ? undefined : users.find(expected);
    }
    const known = interaction.session?.accountId;
    if (known === undefined || interaction.lastSubmission?.switch === true) return undefined;
    // Somebody who was deleted or disabled since is not asked to come back.
    return interaction.prompt.reasons.includes('account_gone') ? undefined : users.find(known);
  }

  async function isExpected(interaction: PendingInteraction, client: ClientForPages, userId: string) {
    const expected = expectedSubject(interaction);
    return expected === undefined || expected === (await oidc.subjectFor(userId, client.id));
  }
}

/** Paths of the steps of one interaction, which keep the signed name of the app. */
export function addressOf({ base }: { base: string }, uid: string, app: unknown) {
  const query = typeof app === 'string' ? `?${new URLSearchParams({ app })}` : '';
  return (step: '' | 'login' | 'consent' | 'switch' | 'cancel') =>
    `${base}/interaction/${encodeURIComponent(uid)}${step === '' ? '' : `/${step}`}${query}`;
}

// 422: password managers take any other answer than 2xx for a sign-in that failed, and save nothing.
const STATUS: Record<Refused['why'], number> = { wrong: 422, slow_down: 429, busy: 503 };

type Refusal = Exclude<FinishAnswer, { proved: string }>;

/** One text for every reason, except that more haste would be no use. */
function shownFor(refusal: Refusal): Refused {
  if (refusal.refused === 'slow_down')
    return { why: 'slow_down', retryAfterSeconds: refusal.retryAfterSeconds };
  return { why: refusal.refused === 'busy' ? 'busy' : 'wrong' };
}

function headersOf(refusal: Refusal): Record<string, string> {
  if (refusal.refused === 'slow_down') return rateLimitHeaders(refusal);
  return refusal.refused === 'busy' ? { 'Retry-After': String(refusal.retryAfterSeconds) } : {};
}

/** `login_hint` goes into the field, never further: it is whatever the app says. */
function hintOf(interaction: PendingInteraction): string {
  const hint = interaction.params.login_hint;
  return typeof hint === 'string' && hint.length <= 320 ? hint : '';
}

/** The `sub` that the app insists on. oidc-provider has verified the hint's signature before it asked for a login. */
function expectedSubject({ prompt }: PendingInteraction): string | undefined {
  const { id_token_hint: hint, sub } = prompt.details;
  if (isRecord(sub) && typeof sub.value === 'string') return sub.value;
  if (typeof hint !== 'string' || !prompt.reasons.includes('id_token_hint')) return undefined;
  const payload: unknown = JSON.parse(Buffer.from(hint.split('.')[1] ?? '', 'base64url').toString() || '{}');
  return isRecord(payload) && typeof payload.sub === 'string' ? payload.sub : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
