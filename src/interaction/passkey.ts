import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { type BeginAnswer, rateLimitHeaders } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import type { FieldError } from '../views/screens.ts';
import { nameOf } from './consent.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction, PersonForPages } from './interaction.ts';
import { addressOf } from './login.ts';
import type { Progress, Standing } from './progress.ts';

/** What a sign-in needs of passkeys beyond the method. Absent when they are off. */
export type PasskeysForPages = {
  /** Whether this credential of the browser's is none of ours, so that it may be told so. */
  isUnknown(credentialId: string): Promise<boolean>;
  /** What the browser of somebody who has signed in is told, to keep its passkeys in step. */
  signals(person: PersonForPages): Promise<{ allAcceptedCredentialIds: readonly string[] }>;
  offer: {
    isDue(userId: string, on: { hasElsewhere: boolean }): Promise<boolean>;
    notNow(userId: string): Promise<void>;
    never(userId: string): Promise<void>;
  };
};

export type PasskeyDeps = Pick<InteractionDeps, 'config' | 'pages' | 'methods' | 'passkeys' | 'strength'> & {
  progress(): Pick<Progress, 'standing' | 'complete'>;
  /** Begins an attempt for whoever is known at this step: what its page would do. */
  begin(ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages): Promise<BeginAnswer>;
};

export type PasskeySteps = ReturnType<typeof createPasskeySteps>;

/**
 * What only a passkey has beside the page of its step: a challenge for the login page, which must not wait for a press;
 * and, after a sign-in with a password, the offer to save one.
 */
export function createPasskeySteps(deps: PasskeyDeps) {
  const { config, pages, methods, passkeys, strength, progress, begin } = deps;
  const cookie = cookieNames(config).passkeys;

  return {
    /** A challenge, as JSON. The browser also says what it can, and which passkey was refused before. */
    async options(ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages): Promise<void> {
      const { tried = '', can = '' } = ctx.state.form;
      const begun = await begin(ctx, interaction, client);
      // Where none is asked for, what a form says of the browser is not kept either.
      if (!('refused' in begun) && begun.handle === undefined) return answer(ctx, begun, {});
      const isUnknown = tried !== '' && (await passkeys?.isUnknown(tried)) === true;
      setHostCookie(ctx.res, config, cookie, CAPABILITIES.has(can) ? can : '');
      answer(ctx, begun, isUnknown ? { unknown: true } : {});
    },

    /** Whether this sign-in waits for the person's answer to the offer. Then the browser has been sent to it. */
    async interpose(ctx: RouteContext, interaction: PendingInteraction, waiting: Waiting): Promise<boolean> {
      if (!(await isDue(ctx, interaction, waiting))) return false;
      seeOther(ctx, address(ctx, interaction)('passkey/offer'));
      return true;
    },

    async showOffer(
      ctx: RouteContext,
      interaction: PendingInteraction,
      client: ClientForPages,
    ): Promise<void> {
      const waiting = await findWaiting(ctx, interaction, client);
      if (!waiting) return seeOther(ctx, address(ctx, interaction)(''));
      if (!(await isDue(ctx, interaction, waiting))) {
        return progress().complete(ctx, interaction, client, waiting);
      }
      showOffer(ctx, interaction, waiting, []);
    },

    /** What the new passkey is to be made of, as JSON. */
    async offerOptions(
      ctx: RouteContext,
      interaction: PendingInteraction,
      client: ClientForPages,
    ): Promise<void> {
      const waiting = await findWaiting(ctx, interaction, client);
      if (!waiting || !(await isDue(ctx, interaction, waiting))) return answer(ctx, {}, {});
      const isQuiet = ctx.state.form.quiet === 'conditional' && !isFromElsewhere(waiting.proved?.steps);
      answer(
        ctx,
        await methods.enrol.begin('passkey', { ...enrolment(ctx, interaction, waiting), isQuiet }),
        {},
      );
    },

    /** A passkey, "not now" or "don't ask again": the sign-in goes on. */
    async finishOffer(
      ctx: RouteContext,
      interaction: PendingInteraction,
      client: ClientForPages,
    ): Promise<void> {
      const { form } = ctx.state;
      const waiting = await findWaiting(ctx, interaction, client);
      if (!waiting || !passkeys) return seeOther(ctx, address(ctx, interaction)(''));
      const { person } = waiting;
      if (form.answer === 'never') await passkeys.offer.never(person.id);
      else if (!form.credential) await passkeys.offer.notNow(person.id);
      // What is not offered is not taken: the sign-in goes on without it.
      else if (await isDue(ctx, interaction, waiting)) {
        const outcome = await methods.enrol.finish('passkey', {
          ...enrolment(ctx, interaction, waiting),
          answer: form,
          ...(form.handle ? { handle: form.handle } : {}),
        });
        if ('refused' in outcome) {
          const known = outcome.refused.startsWith('passkey.') ? outcome.refused : 'passkey.expired';
          const values = 'detail' in outcome && outcome.detail ? { values: outcome.detail } : {};
          return showOffer(ctx, interaction, waiting, [
            { field: 'credential', sentence: { key: known, ...values } },
          ]);
        }
      }
      await progress().complete(ctx, interaction, client, waiting);
    },
  };

  /**
   * Only in a browser that keeps passkeys. After a password, for who has none; after the passkey of a phone, for this
   * device. Who came by a mailed link or through another provider has not been asked for anything that a passkey would
   * replace.
   */
  async function isDue(
    ctx: RouteContext,
    { prompt }: PendingInteraction,
    { person, steps, proved }: Waiting,
  ): Promise<boolean> {
    const made = proved?.steps ?? [];
    const hasElsewhere = isFromElsewhere(made);
    if (!passkeys || prompt.name !== 'login') return false;
    if (made[0]?.method !== 'password' && !hasElsewhere) return false;
    if (!CAPABILITIES.has(readCookie(ctx.req, cookie) ?? '')) return false;
    if (!(await passkeys.offer.isDue(person.id, { hasElsewhere }))) return false;
    return (await strength.judge(person.id, steps, { adds: 'passkey' })).isEnough;
  }

  /** Who has proved everything, and waits here. */
  async function findWaiting(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
  ): Promise<(Standing & Waiting) | undefined> {
    if (interaction.prompt.name !== 'login') return undefined;
    const standing = await progress().standing(ctx, interaction, client);
    const { person, next } = standing;
    return person && next.kind === 'done' ? { ...standing, person } : undefined;
  }

  function showOffer(
    ctx: RouteContext,
    interaction: PendingInteraction,
    { person, proved }: Pick<Standing, 'proved'> & { person: PersonForPages },
    errors: readonly FieldError[],
  ): void {
    const isHere = isFromElsewhere(proved?.steps);
    const to = address(ctx, interaction);
    pages.show(
      ctx,
      'methods/passkey/offer',
      {
        step: { done: 2, total: 2 },
        action: to('passkey/offer'),
        optionsUrl: to('passkey/offer/options'),
        // A browser makes one by itself only after a password that it has just filled in.
        isQuiet: !isHere && errors.length === 0 && readCookie(ctx.req, cookie) === 'quiet',
        ...(isHere ? { isElsewhere: true } : {}),
        person: { name: nameOf(person), email: person.email },
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  function address(ctx: RouteContext, { uid }: PendingInteraction) {
    return addressOf(config, uid, ctx.query.app);
  }
}

/** Who has proved all that is demanded: everything that counts, and what was proved here. */
type Waiting = Pick<Standing, 'steps' | 'proved'> & { person: PersonForPages };

/** What a browser can do with a new passkey: save it without asking, or after asking. Else it is not offered. */
const CAPABILITIES = new Set(['quiet', 'ask']);

function isFromElsewhere(steps: readonly ProvedStep[] = []): boolean {
  return steps.some(({ isElsewhere }) => isElsewhere);
}

function enrolment(
  ctx: RouteContext,
  { uid, params }: PendingInteraction,
  { person }: { person: PersonForPages },
) {
  return {
    userId: person.id,
    attempt: { request: requestInfo(ctx), clientId: String(params.client_id) },
    boundTo: uid,
  };
}

function answer(ctx: RouteContext, begun: BeginAnswer, more: Record<string, unknown>): void {
  if ('refused' in begun) {
    ctx.set(rateLimitHeaders(begun));
    ctx.status = 429;
    ctx.body = {};
    return;
  }
  ctx.body = { handle: begun.handle, ...begun.show, ...more };
}
