import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import type { BeginAnswer, MethodFacts } from '../methods/methods.ts';
import { displayName, type User } from '../users/users.ts';
import type {
  EnrolScreen,
  MethodOption,
  MethodScreen,
  ScreenName,
  Screens,
  StepRefusal,
} from '../views/views.ts';
import type { ClientForPages, InteractionDeps } from './deps.ts';
import { levelUnmet, secondFactorPutOff } from './events.ts';
import type { ExpectedPerson, KnownHere } from './expected-person.ts';
import type { Journey, Standing } from './journey.ts';
import { type LastUsed, lastUsedFirst } from './last-used.ts';
import { hintOf } from './login.ts';
import type { Progress } from './progress.ts';
import { type Begun, begunIn, keep } from './proved.ts';
import { resume } from './sign-in.ts';
import type { Standings } from './standing.ts';
import type { WhenUnknown } from './unknown-identity.ts';
import { appOf } from './waiting-app.ts';

export type SecondFactorDeps = Pick<
  InteractionDeps,
  | 'clock'
  | 'pages'
  | 'users'
  | 'methods'
  | 'oidc'
  | 'audit'
  | 'rememberedBrowsers'
  | 'warnOfHalfSignIn'
  | 'lostDevice'
> & {
  expected: ExpectedPerson;
  standings: Pick<Standings, 'offered'>;
  progress: Progress;
  lastUsed: LastUsed;
  whenUnknown: WhenUnknown;
};

/** A journey at a page of a method: at which standing, by which method. */
type At = { journey: Journey; standing: Standing; method: MethodFacts };

/**
 * The pages of all methods but the password's first step: `/interaction/:uid/:method`, and of adding one inside a
 * sign-in, `/interaction/:uid/enrol/:method`. A method is shown and judged only when the sign-in stands at a step that
 * asks for it; any other address or form leads to the step that it stands at.
 */
export function createSecondFactor(deps: SecondFactorDeps) {
  const { clock, pages, methods, oidc, audit, rememberedBrowsers, expected, standings, progress, lastUsed } =
    deps;
  const { users, whenUnknown } = deps;

  return {
    /** What a sign-in that stands beyond the first step shows at its own address. */
    async goOn(journey: Journey): Promise<void> {
      const { ctx, interaction, client, to } = journey;
      const standing = await journey.standing();
      const { next, person } = standing;
      if (next.kind === 'done') return progress.complete(journey, standing);
      if (next.kind === 'unmet') return endUnmet(journey, standing);
      if (next.kind === 'second_factor') {
        const [first] = await optionsFor(journey, standing, next.methodIds);
        return journey.go(first?.method ?? '');
      }
      if (next.kind !== 'enrol' || !person) return;
      pages.show(ctx, 'interaction/enrol', {
        step: { done: 2, total: client.isBuiltIn ? 2 : 3 },
        app: appOf(client, interaction.params.redirect_uri),
        person: personOf(person),
        options: next.methodIds.map((id) => ({ method: id, href: to(`enrol/${id}`), isLastUsed: false })),
        ...laterOf(next.laterLeft, to),
        cancelAction: to('cancel'),
      });
    },

    /** Begins an attempt as the method's page would, for a page that shows it elsewhere. Nothing where it is not asked. */
    async beginFor(journey: Journey, id: string): Promise<BeginAnswer> {
      const standing = await journey.standing();
      const method = methods.find(id);
      if (!method || !methodIdsAt(standing, journey.client).includes(id)) return {};
      const at = { journey, standing, method };
      return begin(at, await hereAt(at));
    },

    showMethod: atMethod(async (at) => {
      const { journey, method } = at;
      const { ctx, interaction } = journey;
      const isNew = ctx.query.again !== undefined;
      const open = isNew ? undefined : begunIn(interaction, { ...sought(at), purpose: 'sign-in' });
      if (open || !method.hasBegin || method.beginsOn === 'post') return show(at, open);
      await beginAndShow(at);
    }),

    finishMethod: atMethod(async (at) => {
      const { journey, method } = at;
      const { form } = journey.ctx.state;
      const open = begunIn(journey.interaction, { ...sought(at), purpose: 'sign-in' });
      if (method.beginsOn === 'post' && beginsAnew(form, open)) return beginByForm(at);
      await finish(at, form, open);
    }),

    /** What a method that had led away brings back: it is judged as the answer of a form is. */
    comeBack: (answer: Readonly<Record<string, string>>) => atMethod((at) => finish(at, answer)),

    showEnrolment: atEnrolment(async (at, person) => {
      const { journey, method } = at;
      const open = begunIn(journey.interaction, {
        purpose: 'enrolment',
        method: method.id,
        userId: person.id,
      });
      if (open) return showEnrolment(at, person, { open });
      await beginEnrolment(at, person);
    }),

    finishEnrolment: atEnrolment(async (at, person) => {
      const { journey, method } = at;
      const { ctx, interaction } = journey;
      const { form } = ctx.state;
      const open = begunIn(interaction, { purpose: 'enrolment', method: method.id, userId: person.id });
      const outcome = await methods.enrol.finish(method.id, {
        userId: person.id,
        attempt: journey.attempt(),
        boundTo: interaction.uid,
        answer: form,
        ...defined({ attemptId: form.handle }),
      });
      if ('enrolled' in outcome) {
        const { proof } = outcome;
        const step = proof && {
          method: method.id,
          amr: proof.amr ?? method.amr,
          kind: proof.kind ?? method.kind,
          at: clock.now(),
        };
        journey.forget();
        const facts = await journey.facts(person.id);
        if (!facts) return journey.go('');
        await progress.advance(journey, { person: facts.person, ...(step ? { steps: [step] } : {}) });
        return;
      }
      if (outcome.refused === 'expired') {
        await keep(interaction, { begun: undefined });
        return journey.go(`enrol/${method.id}`);
      }
      if (outcome.refused === 'slow_down' || outcome.refused === 'busy') {
        const refusal = outcome as Parameters<typeof answerRefusal>[1];
        return showEnrolment(at, person, { ...defined({ open }), refused: answerRefusal(ctx, refusal) });
      }
      const { refused, detail } = outcome as { refused: string; detail?: Record<string, string | number> };
      const field = method.enrolment?.fields[0] ?? '';
      const errors = [{ field, sentence: { key: refused, ...(detail ? { values: detail } : {}) } }];
      // A method that takes one answer for each attempt has used this attempt up: a new one begins, under the sentence
      // about the answer that was wrong.
      if (!open && method.enrolment?.attempts === 1 && form.handle !== undefined) {
        return beginEnrolment(at, person, errors);
      }
      showEnrolment(at, person, { ...defined({ open }), errors });
    }),

    /** "Later": goes on without adding anything, as often as the operator allows. */
    async later(journey: Journey): Promise<void> {
      const { ctx, client } = journey;
      const standing = await journey.standing();
      const { next, person } = standing;
      const mayWait = person && next.kind === 'enrol' && next.laterLeft > 0;
      if (!mayWait || !(await oidc.demands.putOff(person.id))) return journey.go('');
      await audit.record(secondFactorPutOff, {
        outcome: 'success',
        actor: { type: 'person', id: person.id },
        userId: person.id,
        clientId: client.id,
        detail: { left: next.laterLeft - 1 },
        request: requestInfo(ctx),
      });
      await progress.complete(journey, { ...standing, hasPutOff: true });
    },
  };

  /** Judges an answer, of a form or of a route that the browser came back to, and goes on by what comes out. */
  async function finish(at: At, form: Readonly<Record<string, string>>, open?: Begun): Promise<void> {
    const { journey, standing, method } = at;
    const { ctx, interaction } = journey;
    const known = provedAt(at, await hereAt(at));
    const attemptId = form.handle || open?.attemptId;
    const identifier = open?.identifier ?? form.identifier;
    const outcome = await methods.identify(method.id, {
      ...defined({ userId: known?.id, person: known }),
      answer: form,
      ...defined({ attemptId }),
      boundTo: interaction.uid,
      attempt: journey.attempt(identifier),
    });
    if ('unknown' in outcome) return whenUnknown(journey, { method: method.id, identity: outcome.unknown });
    if ('refused' in outcome) {
      if (standing.person && (outcome.refused === 'wrong' || outcome.refused === 'reused')) {
        await warn(at, standing.person);
      }
      return showAgain(at, open, answerRefusal(ctx, outcome));
    }
    const { person, amr, kind, isElsewhere, isDoubted, credentialAt } = outcome;
    if (!standing.person && !(await expected.is(journey, person.id))) return expected.refuse(journey, person);
    const step = {
      method: method.id,
      amr,
      kind,
      at: clock.now(),
      ...(isElsewhere ? { isElsewhere } : {}),
      ...defined({ isDoubted, credentialAt }),
    };
    await progress.advance(journey, {
      person,
      steps: [step],
      ...(standing.person ? {} : { remember: form.remember !== undefined }),
      rememberDevice: form.remember_device === 'yes' && mayRemember(at),
    });
  }

  /** Only a method that the sign-in asks for now; anything else is shown the way on, and changes nothing. */
  function atMethod(handle: (at: At) => Promise<void>) {
    return async (journey: Journey): Promise<void> => {
      const standing = await journey.standing();
      const method = methods.find(journey.ctx.params.method ?? '');
      const isAsked = method && methodIdsAt(standing, journey.client).includes(method.id);
      if (!isAsked) return journey.go('');
      await handle({ journey, standing, method });
    };
  }

  function atEnrolment(handle: (at: At, person: User) => Promise<void>) {
    return async (journey: Journey): Promise<void> => {
      const standing = await journey.standing();
      const { next, person } = standing;
      const method = methods.find(journey.ctx.params.method ?? '');
      const isAsked = method && next.kind === 'enrol' && next.methodIds.includes(method.id);
      if (!isAsked || !person) return journey.go('');
      await handle({ journey, standing, method }, person);
    };
  }

  /** The ways that the sign-in takes now. The password's first step has a page of its own. */
  function methodIdsAt({ next }: Standing, client: ClientForPages): readonly string[] {
    if (next.kind === 'second_factor') return next.methodIds;
    if (next.kind !== 'identify') return [];
    const offered = standings
      .offered(client)
      .filter(({ identifies, isOnLoginPage }) => identifies && !isOnLoginPage);
    return offered.map(({ id }) => id);
  }

  /** At a first step: whom this browser knows as the one whom it must be, if anybody. */
  async function hereAt({ journey, standing }: At): Promise<KnownHere | undefined> {
    return standing.person ? undefined : expected.findHere(journey);
  }

  /**
   * Of whom something was proved already: by the first step, or by the session that asks again. Only they get a challenge
   * for their own credentials; whoever is merely expected is judged after the proof.
   */
  function provedAt({ standing }: At, here: KnownHere | undefined): User | undefined {
    return standing.person ?? (here?.isSignedIn ? here.person : undefined);
  }

  function sought({ method, standing }: At) {
    return { method: method.id, ...(standing.person ? { userId: standing.person.id } : {}) } as Pick<
      Begun,
      'method' | 'userId'
    >;
  }

  /** The form that asks to begin: the first one, "send it again", or another name. */
  function beginsAnew(form: Readonly<Record<string, string>>, open: Begun | undefined): boolean {
    if (form.again !== undefined) return true;
    // The password's form, sent by the row of this method, may bring the empty field of another one.
    const hasAttemptId = form.handle !== undefined && form.handle !== '';
    return !hasAttemptId && (open === undefined || form.identifier !== undefined);
  }

  async function begin(at: At, here: KnownHere | undefined, identifier?: string) {
    const { journey, method } = at;
    const userId = provedAt(at, here)?.id;
    return methods.begin(method.id, {
      ...defined({ userId }),
      boundTo: journey.interaction.uid,
      attempt: journey.attempt(identifier),
    });
  }

  async function beginAndShow(at: At, refused?: StepRefusal): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    const begun = await begin(at, await hereAt(at));
    if ('refused' in begun) {
      return show(at, undefined, answerRefusal(ctx, begun));
    }
    if (begun.redirect !== undefined) return seeOther(ctx, begun.redirect);
    const opened = openedBy(at, 'sign-in', begun, at.standing.person?.id);
    if ((method.attempts ?? 1) > 1) await keep(interaction, { begun: opened });
    await show(at, opened, refused);
  }

  /** After it the browser asks for the page, so that a reload sends nothing twice. */
  async function beginByForm(at: At): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    const here = await hereAt(at);
    const known = at.standing.person ?? here?.person;
    const open = begunIn(interaction, { ...sought(at), purpose: 'sign-in' });
    const typed = ctx.state.form.identifier ?? open?.identifier ?? '';
    const identifier = known ? users.nameToSignIn(known) : typed;
    if (!known && identifier.trim() === '') return show(at, open);
    const begun = await begin(at, here, identifier);
    if ('refused' in begun) {
      return show(at, open, answerRefusal(ctx, begun), identifier);
    }
    const opened = openedBy(at, 'sign-in', begun, at.standing.person?.id);
    await keep(interaction, { begun: { ...opened, identifier } });
    journey.go(method.id);
  }

  /** The page after a refusal: with the same attempt when that still takes answers, else with a new one. */
  async function showAgain(at: At, open: Begun | undefined, refused: StepRefusal): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    const mayGoOn = refused.why === 'slow_down' || refused.why === 'busy' || refused.why === 'wrong';
    if (open && mayGoOn) return show(at, open, refused);
    if (open) await keep(interaction, { begun: undefined });
    // It would lead away again, and the person could not read why.
    if (method.leaves) return show(at, undefined, refused);
    if (!method.hasBegin || method.beginsOn === 'post') {
      return show(at, undefined, refused, open?.identifier ?? ctx.state.form.identifier);
    }
    await beginAndShow(at, refused);
  }

  async function show(at: At, open?: Begun, refused?: StepRefusal, typed?: string): Promise<void> {
    const { journey, standing, method } = at;
    const { ctx, interaction, client, to } = journey;
    const { person } = standing;
    const here = await hereAt(at);
    const first = {
      identifier: here ? users.nameToSignIn(here.person) : (open?.identifier ?? typed ?? hintOf(interaction)),
      signInBy: users.signInBy,
      isIdentifierLocked: here !== undefined,
      remember: ctx.state.form?.remember !== undefined,
    };
    const options = person
      ? await optionsFor(journey, standing, methodIdsAt(standing, client))
      : firstOptions(at);
    const data: MethodScreen<Record<string, unknown>> = {
      step: { done: person ? 2 : 1, total: (client.isBuiltIn ? 1 : 2) + (person ? 1 : 0) },
      action: to(method.id),
      ...defined({ attemptId: open?.attemptId }),
      app: appOf(client, interaction.params.redirect_uri),
      ...(person ? { person: personOf(person) } : first),
      ...defined({ show: open?.show, refused }),
      others: options.filter((option) => option.method !== method.id),
      ...(person && (await deps.lostDevice.removableBy(person)).length > 0
        ? { lostUrl: to('lost-device') }
        : {}),
      cancelAction: to('cancel'),
      ...(person || (here && !expected.isNamed(journey)) ? { switchAction: to('switch') } : {}),
      ...(mayRemember(at) ? { rememberDeviceDays: rememberedBrowsers.days } : {}),
    };
    showScreen(
      ctx,
      method.leaves ? 'interaction/away' : `methods/${method.id}/login`,
      data,
      refusalStatus(refused),
    );
  }

  /** At a first step the password's page is one of the others. */
  function firstOptions({ journey: { ctx, client, to } }: At): MethodOption[] {
    const offered = standings.offered(client).filter(({ identifies }) => identifies);
    // Alone, a way has no others: its page is where the sign-in begins.
    if (offered.length < 2) return [];
    return lastUsedFirst(
      offered.map(({ id, isOnLoginPage }) => ({
        method: id,
        href: to(isOnLoginPage ? '' : id),
        isLastUsed: lastUsed.isLastUsed(ctx, id),
      })),
    );
  }

  /** Further steps, the one last used here first, with how often each can still be used. */
  async function optionsFor(
    { ctx, to }: Journey,
    { person }: Standing,
    ids: readonly string[],
  ): Promise<MethodOption[]> {
    const options = ids.map(async (id) => {
      const count = person && (await methods.find(id)?.countLeft?.(person.id));
      const isLastUsed = lastUsed.isLastUsed(ctx, id);
      return { method: id, href: to(id), isLastUsed, ...defined({ count }) };
    });
    return lastUsedFirst(await Promise.all(options));
  }

  /** Where the second factor is asked for by rule. Where a level is asked for, the next time would ask again anyway. */
  function mayRemember({ standing, journey }: At): boolean {
    return (
      rememberedBrowsers.days > 0 &&
      standing.next.kind === 'second_factor' &&
      journey.interaction.prompt.details.level === undefined
    );
  }

  async function beginEnrolment(at: At, person: User, errors: EnrolScreen['errors'] = []): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    const begun = await methods.enrol.begin(method.id, {
      userId: person.id,
      attempt: journey.attempt(),
      boundTo: interaction.uid,
      isSecond: true,
    });
    if ('refused' in begun) {
      return showEnrolment(at, person, { refused: answerRefusal(ctx, begun) });
    }
    if (begun.attemptId === undefined) return showEnrolment(at, person, {});
    const opened = openedBy(at, 'enrolment', begun, person.id);
    if ((method.enrolment?.attempts ?? 1) > 1) await keep(interaction, { begun: opened });
    showEnrolment(at, person, { open: opened, errors });
  }

  function showEnrolment(
    { journey, standing, method }: At,
    person: User,
    { open, refused, errors = [] }: Pick<Partial<EnrolScreen>, 'refused' | 'errors'> & { open?: Begun },
  ): void {
    const { ctx, interaction, client, to } = journey;
    const { next } = standing;
    const methodIds = next.kind === 'enrol' ? next.methodIds.filter((id) => id !== method.id) : [];
    const data: EnrolScreen<Record<string, unknown>> = {
      frame: 'flow',
      step: { done: 2, total: client.isBuiltIn ? 2 : 3 },
      action: to(`enrol/${method.id}`),
      ...defined({ attemptId: open?.attemptId, show: open?.show }),
      errors,
      ...defined({ refused }),
      person: personOf(person),
      app: appOf(client, interaction.params.redirect_uri),
      others: methodIds.map((id) => ({ method: id, href: to(`enrol/${id}`), isLastUsed: false })),
      ...laterOf(next.kind === 'enrol' ? next.laterLeft : 0, to),
      cancelAction: to('cancel'),
    };
    showScreen(ctx, `methods/${method.id}/enrol`, data, errors.length > 0 ? 422 : refusalStatus(refused));
  }

  /** The name of a method's screen is made of its id, which no type can follow. */
  function showScreen(ctx: RouteContext, screen: string, data: object, status: number): void {
    pages.show(ctx, screen as ScreenName, data as Screens[ScreenName], { status });
  }

  /** A right password and a wrong second factor: somebody else may know it. Told once for each sign-in. */
  async function warn({ journey, standing }: At, person: User): Promise<void> {
    const { ctx, interaction, client } = journey;
    if (standing.isStepUp || standing.steps.every(({ kind }) => kind !== 'knowledge')) return;
    await deps.warnOfHalfSignIn({
      signIn: interaction.uid,
      person,
      clientName: client.name,
      request: requestInfo(ctx),
    });
  }

  /** OpenID Connect Core Unmet Authentication Requirements 1.0 §2: the app is told, and may ask for less. */
  async function endUnmet(journey: Journey, { person }: Standing): Promise<void> {
    const { ctx, interaction, client } = journey;
    interaction.result = {
      error: 'unmet_authentication_requirements',
      error_description: 'the person has no way to sign in as strongly as was asked for',
    };
    await interaction.persist();
    await audit.record(levelUnmet, {
      outcome: 'refused',
      ...(person ? { actor: { type: 'person', id: person.id }, userId: person.id } : {}),
      clientId: client.id,
      detail: { level: interaction.prompt.details.level },
      request: requestInfo(ctx),
    });
    resume(journey);
  }
}

function openedBy(
  { journey, method }: At,
  purpose: Begun['purpose'],
  begun: { attemptId?: string; show?: Record<string, unknown> },
  userId: string | undefined,
): Begun {
  return {
    uid: journey.interaction.uid,
    purpose,
    method: method.id,
    attemptId: begun.attemptId ?? '',
    ...defined({ userId, show: begun.show }),
  };
}

function laterOf(left: number, to: Journey['to']) {
  return left > 0 ? { later: { action: to('later'), left } } : {};
}

function personOf(person: User) {
  return { name: displayName(person), email: person.email };
}
