import type { LostDevice } from '../access/access.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { type FinishAnswer, rateLimitHeaders } from '../methods/methods.ts';
import { freshOf, type ProvedStep, type Strength } from '../oidc/levels.ts';
import type { FieldError, LostDeviceForm, Screens, WaitingRemoval } from '../views/screens.ts';
import { nameOf } from './consent.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction, PersonForPages } from './interaction.ts';
import { addressOf } from './login.ts';
import type { Progress, Standing } from './progress.ts';

export type LostDeviceForPages = Pick<LostDevice, 'ask' | 'find' | 'removableBy' | 'delaySeconds'>;

type FormDeps = {
  clock: Clock;
  methods: Pick<InteractionDeps['methods'], 'find' | 'finish'>;
  lostDevice: LostDeviceForPages;
};
type Who = { person: PersonForPages; steps: readonly ProvedStep[] };

/** `unproved`: more is needed than the password that can be typed here. */
export type LostDeviceOutcome =
  | { asked: true }
  | { unproved: Strength; isFresh: boolean }
  | { form: Partial<LostDeviceForm>; status: number };

/** The request's form, which is the same in a sign-in and in the account. Its password is judged as that of any sign-in. */
export function createLostDeviceForm({ clock, methods, lostDevice }: FormDeps) {
  return {
    async show({ person, steps }: Who): Promise<Omit<LostDeviceForm, 'action' | 'cancelUrl'>> {
      const waiting = await lostDevice.find(person.id);
      return {
        ways: await lostDevice.removableBy(person),
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
      const ways = await lostDevice.removableBy(person);
      const lost = ways.filter((method) => form[`lost_${method}`] !== undefined);
      const chosen = { chosen: lost };
      const first = `lost_${ways[0] ?? ''}`;
      const refused = (field: string, key: string): LostDeviceOutcome => ({
        form: { ...chosen, errors: [{ field, sentence: { key } }] satisfies FieldError[] },
        status: 422,
      });
      if (ways.length > 0 && lost.length === 0) return refused(first, 'lost.choose');
      const asks = await asksPassword(person, steps);
      if (asks && !form.current) return refused('current', 'password.missing');
      const typed = asks ? await proveCurrent(ctx, person, clientId) : undefined;
      if (typed && 'refused' in typed) return refusalOf(ctx, typed, chosen);
      const own: ProvedStep[] = typed
        ? [{ method: 'password', amr: typed.amr, kind: typed.kind, at: clock.now() }]
        : [];
      const request = requestInfo(ctx);
      const outcome = await lostDevice.ask({ person, steps: [...steps, ...own], lost, request });
      // One that waits already is shown in place of the form.
      if ('dueAt' in outcome || outcome.refused === 'waits' || outcome.refused === 'not_offered')
        return { asked: true };
      if (outcome.refused === 'unproved') {
        const { needs, isFresh, ways: enough } = outcome;
        return enough.length === 0 ? refused(first, 'lost.operator') : { unproved: needs, isFresh };
      }
      return refused(first, outcome.refused === 'too_often' ? 'lost.too_often' : 'lost.choose');
    },
  };

  async function asksPassword({ id }: PersonForPages, steps: readonly ProvedStep[]): Promise<boolean> {
    const isProved = freshOf(steps, clock.now()).some(({ method }) => method === 'password');
    return !isProved && (await methods.find('password')?.isEnrolled(id)) === true;
  }

  function proveCurrent(ctx: RouteContext, person: PersonForPages, clientId: string): Promise<FinishAnswer> {
    return methods.finish('password', {
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
    if (refusal.refused === 'slow_down') {
      ctx.set(rateLimitHeaders(refusal));
      return { form: { ...chosen, slowDownSeconds: refusal.retryAfterSeconds }, status: 429 };
    }
    const isBusy = refusal.refused === 'busy';
    if (isBusy) ctx.set('Retry-After', String(refusal.retryAfterSeconds));
    const key = isBusy ? 'login.refused.busy' : 'account_password.wrong';
    return {
      form: { ...chosen, errors: [{ field: 'current', sentence: { key } }] },
      status: isBusy ? 503 : 422,
    };
  }
}

export function waitingOf(removal: {
  methods: readonly string[];
  createdAt: number;
  network: string;
  dueAt: number;
}): WaitingRemoval {
  const { methods, createdAt, network, dueAt } = removal;
  return { ways: methods, when: createdAt, network, dueAt };
}

export type LostDeviceStepsDeps = Pick<InteractionDeps, 'config' | 'pages' | 'clock' | 'methods'> & {
  lostDevice: LostDeviceForPages;
  progress: Pick<Progress, 'standing'>;
};

/** `/interaction/:uid/lost-device`: where a sign-in asks for a second factor, for who has none of it any more. */
export function createLostDeviceSteps(deps: LostDeviceStepsDeps) {
  const { config, pages, lostDevice, progress } = deps;
  const form = createLostDeviceForm(deps);

  return {
    show: atSecondFactor(async (ctx, interaction, client, who) => show(ctx, interaction, client, who)),

    ask: atSecondFactor(async (ctx, interaction, client, who) => {
      const outcome = await form.ask(ctx, who, client.id);
      if ('asked' in outcome) return seeOther(ctx, addressFor(ctx, interaction)('lost-device'));
      if ('form' in outcome) return show(ctx, interaction, client, who, outcome);
      // What the person still has is asked for by the sign-in itself, on the page before.
      const [first = ''] = await lostDevice.removableBy(who.person);
      const errors = [{ field: `lost_${first}`, sentence: { key: 'lost.have_more' } }];
      return show(ctx, interaction, client, who, { form: { errors }, status: 422 });
    }),
  };

  type Handler = (
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    who: Who & Standing,
  ) => Promise<void>;

  function atSecondFactor(handle: Handler) {
    return async (ctx: RouteContext, interaction: PendingInteraction, client: ClientForPages) => {
      const standing = await progress.standing(ctx, interaction, client);
      const { person, next } = standing;
      const isAsked = person && next.kind === 'second_factor';
      if (!isAsked || (await lostDevice.removableBy(person)).length === 0) {
        return seeOther(ctx, addressFor(ctx, interaction)(''));
      }
      await handle(ctx, interaction, client, { ...standing, person });
    };
  }

  async function show(
    ctx: RouteContext,
    interaction: PendingInteraction,
    client: ClientForPages,
    who: Who,
    { form: changed, status }: { form: Partial<LostDeviceForm>; status: number } = { form: {}, status: 200 },
  ): Promise<void> {
    const address = addressFor(ctx, interaction);
    const { person } = who;
    const data: Screens['interaction/lost-device'] = {
      ...(await form.show(who)),
      ...changed,
      step: { done: 2, total: client.isBuiltIn ? 2 : 3 },
      action: address('lost-device'),
      cancelUrl: address(''),
      person: { name: nameOf(person), email: person.email },
    };
    pages.show(ctx, 'interaction/lost-device', data, { status });
  }

  function addressFor(ctx: RouteContext, { uid }: PendingInteraction) {
    return addressOf(config, uid, ctx.query.app);
  }
}
