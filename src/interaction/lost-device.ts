import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import type { FinishAnswer } from '../methods/methods.ts';
import { freshOf, type ProvedStep, type Strength } from '../oidc/levels.ts';
import { displayName, type User } from '../users/users.ts';
import type { FieldError, LostDeviceForm, Screens, WaitingRemoval } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey } from './journey.ts';

type FormDeps = {
  clock: Clock;
  methods: Pick<InteractionDeps['methods'], 'find' | 'finish'>;
  lostDevice: InteractionDeps['lostDevice'];
  password: Pick<InteractionDeps['password'], 'id'>;
};
type Who = { person: User; steps: readonly ProvedStep[] };

/** `unproved`: more is needed than the password that can be typed here. */
export type LostDeviceOutcome =
  | { asked: true }
  | { unproved: Strength; isFresh: boolean }
  | { form: Partial<LostDeviceForm>; status: number };

/** The request's form, which is the same in a sign-in and in the account. Its password is judged as that of any sign-in. */
export function createLostDeviceForm({ clock, methods, lostDevice, password }: FormDeps) {
  return {
    async show({ person, steps }: Who): Promise<Omit<LostDeviceForm, 'action' | 'cancelUrl'>> {
      const waiting = await lostDevice.find(person.id);
      return {
        methodIds: await lostDevice.removableBy(person),
        chosen: [],
        asksPassword: await asksPassword(person, steps),
        email: person.email,
        delaySeconds: lostDevice.delaySeconds,
        errors: [],
        ...(waiting ? { waiting: waitingOf(waiting) } : {}),
      };
    },

    async ask(ctx: RouteContext, { person, steps }: Who, clientId: string): Promise<LostDeviceOutcome> {
      const { form } = ctx.state;
      const methodIds = await lostDevice.removableBy(person);
      const lost = methodIds.filter((method) => form[`lost_${method}`] !== undefined);
      const chosen = { chosen: lost };
      const first = `lost_${methodIds[0] ?? ''}`;
      const refused = (field: string, key: string): LostDeviceOutcome => ({
        form: { ...chosen, errors: [{ field, sentence: { key } }] satisfies FieldError[] },
        status: 422,
      });
      if (methodIds.length > 0 && lost.length === 0) return refused(first, 'lost.choose');
      const asks = await asksPassword(person, steps);
      if (asks && !form.current) return refused('current', 'password.missing');
      const typed = asks ? await proveCurrent(ctx, person, clientId) : undefined;
      if (typed && 'refused' in typed) return refusalOf(ctx, typed, chosen);
      const own: ProvedStep[] = typed
        ? [{ method: password.id, amr: typed.amr, kind: typed.kind, at: clock.now() }]
        : [];
      const request = requestInfo(ctx);
      const outcome = await lostDevice.ask({ person, steps: [...steps, ...own], lost, request });
      // One that waits already is shown in place of the form.
      if ('dueAt' in outcome || outcome.refused === 'waits' || outcome.refused === 'not_offered')
        return { asked: true };
      if (outcome.refused === 'unproved') {
        const { needs, isFresh, combinations: enough } = outcome;
        return enough.length === 0 ? refused(first, 'lost.operator') : { unproved: needs, isFresh };
      }
      return refused(first, outcome.refused === 'too_often' ? 'lost.too_often' : 'lost.choose');
    },
  };

  async function asksPassword({ id }: User, steps: readonly ProvedStep[]): Promise<boolean> {
    const isProved = freshOf(steps, clock.now()).some(({ method }) => method === password.id);
    return !isProved && (await methods.find(password.id)?.isEnrolled(id)) === true;
  }

  function proveCurrent(ctx: RouteContext, person: User, clientId: string): Promise<FinishAnswer> {
    return methods.finish(password.id, {
      userId: person.id,
      answer: { identifier: person.email, password: ctx.state.form.current ?? '' },
      attempt: { request: requestInfo(ctx), clientId },
    });
  }

  function refusalOf(
    ctx: RouteContext,
    refusal: Exclude<FinishAnswer, { proved: string }>,
    chosen: Partial<LostDeviceForm>,
  ): LostDeviceOutcome {
    const refused = answerRefusal(ctx, refusal);
    const status = refusalStatus(refused);
    if (refused.why === 'slow_down') {
      return { form: { ...chosen, slowDownSeconds: refused.retryAfterSeconds }, status };
    }
    const key = refused.why === 'busy' ? 'login.refused.busy' : 'account_password.wrong';
    return { form: { ...chosen, errors: [{ field: 'current', sentence: { key } }] }, status };
  }
}

export function waitingOf(removal: {
  methods: readonly string[];
  createdAt: number;
  network: string;
  dueAt: number;
}): WaitingRemoval {
  const { methods, createdAt, network, dueAt } = removal;
  return { methodIds: methods, when: createdAt, network, dueAt };
}

export type LostDeviceStepsDeps = Pick<
  InteractionDeps,
  'pages' | 'clock' | 'methods' | 'lostDevice' | 'password'
>;

/** `/interaction/:uid/lost-device`: where a sign-in asks for a second factor, for who has none of it any more. */
export function createLostDeviceSteps(deps: LostDeviceStepsDeps) {
  const { pages, lostDevice } = deps;
  const form = createLostDeviceForm(deps);

  return {
    show: atSecondFactor(show),

    ask: atSecondFactor(async (journey, who) => {
      const outcome = await form.ask(journey.ctx, who, journey.client.id);
      if ('asked' in outcome) return journey.go('lost-device');
      if ('form' in outcome) return show(journey, who, outcome);
      // What the person still has is asked for by the sign-in itself, on the page before.
      const [first = ''] = await lostDevice.removableBy(who.person);
      const errors = [{ field: `lost_${first}`, sentence: { key: 'lost.have_more' } }];
      return show(journey, who, { form: { errors }, status: 422 });
    }),
  };

  function atSecondFactor(handle: (journey: Journey, who: Who) => Promise<void>) {
    return async (journey: Journey): Promise<void> => {
      const { person, next, steps } = await journey.standing();
      const isAsked = person && next.kind === 'second_factor';
      if (!isAsked || (await lostDevice.removableBy(person)).length === 0) return journey.go('');
      await handle(journey, { person, steps });
    };
  }

  async function show(
    { ctx, client, to }: Journey,
    who: Who,
    { form: changed, status }: { form: Partial<LostDeviceForm>; status: number } = { form: {}, status: 200 },
  ): Promise<void> {
    const { person } = who;
    const data: Screens['interaction/lost-device'] = {
      ...(await form.show(who)),
      ...changed,
      step: { done: 2, total: client.isBuiltIn ? 2 : 3 },
      action: to('lost-device'),
      cancelUrl: to(''),
      person: { name: displayName(person), email: person.email },
    };
    pages.show(ctx, 'interaction/lost-device', data, { status });
  }
}
