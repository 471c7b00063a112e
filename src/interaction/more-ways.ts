import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { enrolledBy } from '../methods/methods.ts';
import { displayName } from '../users/users.ts';
import type { FieldError, StepRefusal } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey, Standing } from './journey.ts';
import { passwordMistakes } from './new-password.ts';
import { answer, enrolment, type Waiting } from './passkey.ts';
import type { Standings } from './standing.ts';

export type MoreWaysDeps = Pick<
  InteractionDeps,
  'pages' | 'methods' | 'passkeys' | 'password' | 'strength' | 'moreWays'
> & {
  standings: Pick<Standings, 'offered'>;
  /** Ends a sign-in that has proved everything. */
  complete(journey: Journey, standing: Standing): Promise<void>;
};

export type MoreWaysSteps = ReturnType<typeof createMoreWaysSteps>;

/**
 * Who made their account with a mailbox alone is offered a passkey or a password: once, at a later sign-in, by a page that
 * takes "keep using e-mail" for an answer.
 */
export function createMoreWaysSteps(deps: MoreWaysDeps) {
  const { pages, methods, passkeys, password, strength, moreWays, standings, complete } = deps;

  return {
    /** Whether this sign-in waits for the answer. Then the browser has been sent to the question. */
    async interpose(journey: Journey, waiting: Waiting): Promise<boolean> {
      if ((await waysFor(journey, waiting)).length === 0) return false;
      journey.go('more-ways');
      return true;
    },

    show: whileDue(async (journey, waiting, ways) => show(journey, waiting, ways)),

    /** What the new passkey is to be made of, as JSON. */
    async options(journey: Journey): Promise<void> {
      const waiting = await findWaiting(journey);
      const isOffered = waiting && passkeys && (await waysFor(journey, waiting)).includes(passkeys.id);
      if (!isOffered) return answer(journey.ctx, {}, {});
      answer(journey.ctx, await methods.enrol.begin(passkeys.id, enrolment(journey, waiting)), {});
    },

    finish: whileDue(async (journey, waiting, ways) => {
      const { form } = journey.ctx.state;
      if (form.answer === 'choose' && ways.includes(password.id)) return journey.go('more-ways/password');
      if (form.credential && passkeys && ways.includes(passkeys.id)) {
        const outcome = await methods.enrol.finish(passkeys.id, {
          ...enrolment(journey, waiting),
          answer: form,
          ...(form.handle ? { attemptId: form.handle } : {}),
        });
        if ('refused' in outcome) {
          const key = outcome.refused.startsWith('passkey.') ? outcome.refused : 'passkey.expired';
          return show(journey, waiting, ways, [{ field: 'credential', sentence: { key } }]);
        }
      }
      await settle(journey, waiting);
    }),

    showPassword: whileDue(async (journey, waiting, ways) => {
      if (!ways.includes(password.id)) return journey.go('more-ways');
      showPassword(journey, waiting, {});
    }),

    finishPassword: whileDue(async (journey, waiting, ways) => {
      const { ctx } = journey;
      if (!ways.includes(password.id)) return journey.go('more-ways');
      const errors = passwordMistakes(password, ctx.state.form, waiting.person);
      if (errors.length > 0) return showPassword(journey, waiting, { errors });
      const outcome = await methods.enrol.finish(password.id, {
        ...enrolment(journey, waiting),
        answer: ctx.state.form,
      });
      if ('refused' in outcome) {
        const refused = answerRefusal(ctx, outcome as Parameters<typeof answerRefusal>[1]);
        return showPassword(journey, waiting, { refused });
      }
      await settle(journey, waiting);
    }),
  };

  /** Anything else is shown the way on, and changes nothing: a second press, or an address that was kept. */
  function whileDue(handle: (journey: Journey, waiting: Found, ways: readonly string[]) => Promise<void>) {
    return async (journey: Journey): Promise<void> => {
      const waiting = await findWaiting(journey);
      if (!waiting) return journey.go('');
      const ways = await waysFor(journey, waiting);
      if (ways.length === 0) return journey.go('');
      await handle(journey, waiting, ways);
    };
  }

  /** The ways that are offered now; none when it is not the time, or the person has one. */
  async function waysFor(journey: Journey, { person, steps, proved }: Waiting): Promise<readonly string[]> {
    if (journey.interaction.prompt.name !== 'login' || !proved || proved.isNew || proved.isStepUp) return [];
    if (proved.steps.length === 0 || proved.steps.some(({ kind }) => kind !== 'mailbox')) return [];
    if (!(await moreWays.isDue(person.id))) return [];
    const facts = await journey.facts(person.id);
    const own = facts ? enrolledBy(facts) : [];
    if (own.some(({ identifies, kind }) => identifies && kind !== 'mailbox')) return [];
    const known = [passkeys?.id, password.id];
    const ways = standings.offered(journey.client).filter(({ id }) => known.includes(id));
    const verdicts = await Promise.all(ways.map(({ id }) => strength.judge(person.id, steps, { adds: id })));
    return ways.flatMap(({ id }, index) => (verdicts[index]?.isEnough ? [id] : []));
  }

  async function settle(journey: Journey, waiting: Found): Promise<void> {
    await moreWays.settle(waiting.person.id);
    journey.forget();
    await complete(journey, waiting);
  }

  function show(
    { ctx, to }: Journey,
    { person }: Found,
    ways: readonly string[],
    errors: readonly FieldError[] = [],
  ): void {
    pages.show(
      ctx,
      'interaction/more-ways',
      {
        step: { done: 2, total: 2 },
        action: to('more-ways'),
        ...(passkeys && ways.includes(passkeys.id) ? { optionsUrl: to('more-ways/options') } : {}),
        hasPassword: ways.includes(password.id),
        person: { name: displayName(person), email: person.email },
        errors,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }

  function showPassword(
    { ctx, to }: Journey,
    { person }: Found,
    { errors = [], refused }: { errors?: readonly FieldError[]; refused?: StepRefusal },
  ): void {
    pages.show(
      ctx,
      'interaction/more-ways-password',
      {
        step: { done: 2, total: 2 },
        action: to('more-ways/password'),
        backUrl: to('more-ways'),
        email: person.email,
        minimumLength: password.minimumLength,
        errors,
        ...(refused ? { refused } : {}),
      },
      { status: errors.length > 0 ? 422 : refusalStatus(refused) },
    );
  }

  /** Who has proved everything, and waits here. */
  async function findWaiting(journey: Journey): Promise<Found | undefined> {
    const standing = await journey.standing();
    const { person, next } = standing;
    return person && next.kind === 'done' ? { ...standing, person } : undefined;
  }
}

type Found = Standing & Waiting;
