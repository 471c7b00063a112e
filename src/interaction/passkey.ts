import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { rateLimitHeaders } from '../http/refusals.ts';
import type { RouteContext } from '../http/routes.ts';
import type { BeginAnswer } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import { displayName, type User } from '../users/users.ts';
import type { FieldError } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey, Standing } from './journey.ts';

export type PasskeyDeps = Pick<InteractionDeps, 'config' | 'pages' | 'methods' | 'passkeys' | 'strength'> & {
  /** Ends a sign-in that has proved everything. */
  complete(journey: Journey, standing: Standing): Promise<void>;
  /** Begins an attempt for whoever is known at this step: what its page would do. */
  begin(journey: Journey, method: string): Promise<BeginAnswer>;
};

export type PasskeySteps = ReturnType<typeof createPasskeySteps>;

/**
 * What only a passkey has beside the page of its step: a challenge for the login page, which must not wait for a press;
 * and, after a sign-in with a password, the offer to save one.
 */
export function createPasskeySteps(deps: PasskeyDeps) {
  const { config, pages, methods, passkeys, strength, complete, begin } = deps;
  const cookie = cookieNames(config).passkeys;

  return {
    /** A challenge, as JSON. The browser also says what it can, and which passkey was refused before. */
    async options(journey: Journey): Promise<void> {
      const { ctx } = journey;
      const { tried = '', can = '' } = ctx.state.form;
      const begun = passkeys ? await begin(journey, passkeys.id) : {};
      // Where none is asked for, what a form says of the browser is not kept either.
      if (!('refused' in begun) && begun.attemptId === undefined) return answer(ctx, begun, {});
      const isUnknown = tried !== '' && (await passkeys?.isUnknown(tried)) === true;
      setHostCookie(ctx.res, config, cookie, CAPABILITIES.has(can) ? can : '');
      answer(ctx, begun, isUnknown ? { unknown: true } : {});
    },

    /** Whether this sign-in waits for the person's answer to the offer. Then the browser has been sent to it. */
    async interpose(journey: Journey, waiting: Waiting): Promise<boolean> {
      if (!(await isDue(journey, waiting))) return false;
      journey.go('passkey/offer');
      return true;
    },

    async showOffer(journey: Journey): Promise<void> {
      const waiting = await findWaiting(journey);
      if (!waiting) return journey.go('');
      if (!(await isDue(journey, waiting))) {
        return complete(journey, waiting);
      }
      showOffer(journey, waiting, []);
    },

    /** What the new passkey is to be made of, as JSON. */
    async offerOptions(journey: Journey): Promise<void> {
      const { ctx } = journey;
      const waiting = await findWaiting(journey);
      if (!waiting || !passkeys || !(await isDue(journey, waiting))) return answer(ctx, {}, {});
      const isQuiet = ctx.state.form.quiet === 'conditional' && !isFromElsewhere(waiting.proved?.steps);
      answer(ctx, await methods.enrol.begin(passkeys.id, { ...enrolment(journey, waiting), isQuiet }), {});
    },

    /** A passkey, "not now" or "don't ask again": the sign-in goes on. */
    async finishOffer(journey: Journey): Promise<void> {
      const { form } = journey.ctx.state;
      const waiting = await findWaiting(journey);
      if (!waiting || !passkeys) return journey.go('');
      const { person } = waiting;
      if (form.answer === 'never') await passkeys.offer.never(person.id);
      else if (!form.credential) await passkeys.offer.notNow(person.id);
      // What is not offered is not taken: the sign-in goes on without it.
      else if (await isDue(journey, waiting)) {
        const outcome = await methods.enrol.finish(passkeys.id, {
          ...enrolment(journey, waiting),
          answer: form,
          ...(form.handle ? { attemptId: form.handle } : {}),
        });
        if ('refused' in outcome) {
          const known = outcome.refused.startsWith('passkey.') ? outcome.refused : 'passkey.expired';
          const values = 'detail' in outcome && outcome.detail ? { values: outcome.detail } : {};
          return showOffer(journey, waiting, [{ field: 'credential', sentence: { key: known, ...values } }]);
        }
        journey.forget();
      }
      await complete(journey, waiting);
    },
  };

  /**
   * Only in a browser that keeps passkeys. After a password, for who has none; after the passkey of a phone, for this
   * device. Who came by a mailed link or through another provider has not been asked for anything that a passkey would
   * replace.
   */
  async function isDue(
    { ctx, interaction: { prompt } }: Journey,
    { person, steps, proved }: Waiting,
  ): Promise<boolean> {
    const made = proved?.steps ?? [];
    const hasElsewhere = isFromElsewhere(made);
    if (!passkeys || prompt.name !== 'login') return false;
    if (made[0]?.kind !== 'knowledge' && !hasElsewhere) return false;
    if (!CAPABILITIES.has(readCookie(ctx.req, cookie) ?? '')) return false;
    if (!(await passkeys.offer.isDue(person.id, { hasElsewhere }))) return false;
    return (await strength.judge(person.id, steps, { adds: passkeys.id })).isEnough;
  }

  /** Who has proved everything, and waits here. */
  async function findWaiting(journey: Journey): Promise<(Standing & Waiting) | undefined> {
    if (journey.interaction.prompt.name !== 'login') return undefined;
    const standing = await journey.standing();
    const { person, next } = standing;
    return person && next.kind === 'done' ? { ...standing, person } : undefined;
  }

  function showOffer({ ctx, to }: Journey, { person, proved }: Waiting, errors: readonly FieldError[]): void {
    const isHere = isFromElsewhere(proved?.steps);
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
        person: { name: displayName(person), email: person.email },
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }
}

/** Who has proved all that is demanded: everything that counts, and what was proved here. */
export type Waiting = Pick<Standing, 'steps' | 'proved'> & { person: User };

/** What a browser can do with a new passkey: save it without asking, or after asking. Else it is not offered. */
const CAPABILITIES = new Set(['quiet', 'ask']);

function isFromElsewhere(steps: readonly ProvedStep[] = []): boolean {
  return steps.some(({ isElsewhere }) => isElsewhere);
}

export function enrolment({ interaction, attempt }: Journey, { person }: Waiting) {
  return { userId: person.id, attempt: attempt(), boundTo: interaction.uid };
}

export function answer(ctx: RouteContext, begun: BeginAnswer, more: Record<string, unknown>): void {
  if ('refused' in begun) {
    ctx.set(rateLimitHeaders(begun));
    ctx.status = 429;
    ctx.body = {};
    return;
  }
  ctx.body = { handle: begun.attemptId, ...begun.show, ...more };
}
