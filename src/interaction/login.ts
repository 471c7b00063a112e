import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { StepRefusal } from '../views/screens.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction, PersonForPages } from './interaction.ts';
import { type LastUsed, lastUsedFirst } from './last-used.ts';
import type { Progress } from './progress.ts';
import { headersOf, shownFor, statusOf } from './refusals.ts';
import { seeOther } from './sign-in.ts';
import type { Tickets } from './ticket.ts';
import { appOf } from './waiting-app.ts';

type Attempt = { identifier: string; remember: boolean; refused: StepRefusal };

export type LoginDeps = Pick<
  InteractionDeps,
  'config' | 'clock' | 'pages' | 'users' | 'methods' | 'oidc' | 'entryLinks'
> & {
  progress: Progress;
  lastUsed: LastUsed;
  tickets: Tickets;
};

/** The first step: who is it. */
export function createLogin(deps: LoginDeps) {
  const { config, clock, pages, users, methods, oidc, entryLinks, progress, lastUsed, tickets } = deps;

  return {
    lockedPerson,
    isExpected,

    async show(ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages): Promise<void> {
      if (await useTicket(ctx, interaction, client)) return;
      const offered = progress.offered(client).filter(({ identifies }) => identifies);
      const [only] = offered;
      // One way, and it has a page of its own.
      if (offered.length === 1 && only && only.id !== 'password') {
        return seeOther(ctx, addressOf(config, interaction.uid, ctx.query.app)(only.id));
      }
      await showForm(ctx, interaction, client);
    },

    /** Judges the answer to the form. A refusal is the same page, with one text for every reason. */
    async finish(ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages): Promise<void> {
      const { next } = await progress.standing(ctx, interaction, client);
      // A form of an older step, or one that this app does not take: it proves nothing here.
      if (next.kind !== 'identify' || !takesPassword(client)) {
        return seeOther(ctx, addressOf(config, interaction.uid, ctx.query.app)(''));
      }
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
      const { proved: userId, amr, kind } = outcome;
      if (!(await isExpected(interaction, client, userId))) {
        return showForm(ctx, interaction, client, { identifier, remember, refused: { why: 'wrong' } });
      }
      const step = { method: 'password', amr, kind, at: clock.now() };
      const after = await progress.advance(ctx, interaction, client, { userId, steps: [step], remember });
      if (after.kind !== 'done') seeOther(ctx, addressOf(config, interaction.uid, ctx.query.app)(''));
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
    const others = progress
      .offered(client)
      .filter(({ id, identifies }) => identifies && id !== 'password')
      .map(({ id }) => ({ method: id, href: address(id), isLastUsed: lastUsed.isLastUsed(ctx, id) }));
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
        others: lastUsedFirst(others),
        ...(takesPassword(client) ? {} : { hasPassword: false }),
        cancelUrl: address('cancel'),
        ...entryLinks(interaction.uid, ctx.query.app),
      },
      { status: statusOf(attempt?.refused) },
    );
  }

  function takesPassword(client: ClientForPages): boolean {
    return progress.offered(client).some(({ id }) => id === 'password');
  }

  /**
   * Who just made an account or chose a password in this browser has given the first proof for the own account; what
   * else is demanded of the person is still asked for.
   */
  async function useTicket(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
  ): Promise<boolean> {
    const ticket = await tickets.consume(ctx, { uid: interaction.uid, isBuiltIn: client.isBuiltIn });
    if (!ticket) return false;
    const { userId, steps = [{ method: 'password', amr: ['pwd'], kind: 'knowledge', at: clock.now() }] } =
      ticket;
    const locked = await lockedPerson(interaction, client);
    // Somebody else is expected here: the form says so, and the password that was just chosen works in it.
    if (locked && !client.isBuiltIn && locked.id !== userId) return false;
    if (!(await isExpected(interaction, client, userId))) return false;
    const after = await progress.advance(ctx, interaction, client, { userId, steps });
    if (after.kind !== 'done') seeOther(ctx, addressOf(config, interaction.uid, ctx.query.app)(''));
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
  return (step: string) =>
    `${base}/interaction/${encodeURIComponent(uid)}${step === '' ? '' : `/${step}`}${query}`;
}

/** `login_hint` goes into the field, never further: it is whatever the app says. */
export function hintOf(interaction: PendingInteraction): string {
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
