import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { StepRefusal } from '../views/screens.ts';
import type { ExpectedPerson } from './expected-person.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction } from './interaction.ts';
import { type LastUsed, lastUsedFirst } from './last-used.ts';
import type { Progress } from './progress.ts';
import { headersOf, shownFor, statusOf } from './refusals.ts';
import type { Tickets } from './ticket.ts';
import { appOf } from './waiting-app.ts';

type Attempt = { identifier: string; remember: boolean; refused: StepRefusal };

export type LoginDeps = Pick<InteractionDeps, 'config' | 'clock' | 'pages' | 'methods' | 'entryLinks'> & {
  expected: ExpectedPerson;
  progress: Progress;
  lastUsed: LastUsed;
  tickets: Tickets;
};

/** The first step: who is it. */
export function createLogin(deps: LoginDeps) {
  const { config, clock, pages, methods, entryLinks, expected, progress, lastUsed, tickets } = deps;

  return {
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
      const here = await expected.findHere(ctx, interaction, client);
      const identifier = here?.person.email ?? form.identifier ?? '';
      const remember = form.remember !== undefined;
      const outcome = await methods.finish('password', {
        ...(here?.isSignedIn ? { userId: here.person.id } : {}),
        answer: { ...form, identifier },
        attempt: { request: requestInfo(ctx), clientId: client.id, identifier },
      });
      if ('refused' in outcome) {
        ctx.set(headersOf(outcome));
        return showForm(ctx, interaction, client, { identifier, remember, refused: shownFor(outcome) });
      }
      const { proved: userId, amr, kind } = outcome;
      if (!(await expected.is(interaction, client, userId))) {
        return expected.refuse(ctx, interaction, client, userId);
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
    const here = await expected.findHere(ctx, interaction, client);
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
        identifier: attempt?.identifier ?? here?.person.email ?? hintOf(interaction),
        isIdentifierLocked: here !== undefined,
        ...(here && !expected.isNamed(interaction) ? { switchAction: address('switch') } : {}),
        remember: attempt?.remember ?? false,
        ...(attempt ? { refused: attempt.refused } : {}),
        others: lastUsedFirst(others),
        ...(takesPassword(client) ? {} : { hasPassword: false }),
        cancelAction: address('cancel'),
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
    const here = await expected.findHere(ctx, interaction, client);
    // Somebody else is asked again here: the form says so, and the password that was just chosen works in it.
    if (here && !client.isBuiltIn && here.person.id !== userId) return false;
    if (!(await expected.is(interaction, client, userId))) {
      await expected.refuse(ctx, interaction, client, userId);
      return true;
    }
    const after = await progress.advance(ctx, interaction, client, { userId, steps });
    if (after.kind !== 'done') seeOther(ctx, addressOf(config, interaction.uid, ctx.query.app)(''));
    return true;
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
