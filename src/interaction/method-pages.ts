import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import { seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import type { BeginAnswer } from '../methods/methods.ts';
import type { User } from '../users/users.ts';
import type { MethodOption, MethodScreen, StepRefusal } from '../views/views.ts';
import type { ClientForPages, InteractionDeps } from './deps.ts';
import type { EnrolmentPages } from './enrolment-pages.ts';
import { levelUnmet } from './events.ts';
import type { ExpectedPerson, KnownHere } from './expected-person.ts';
import { offersChoice } from './forwarding.ts';
import type { Journey, Standing } from './journey.ts';
import { hintOf } from './login.ts';
import { type At, openedBy, personOf, showScreen } from './method-screen.ts';
import type { Progress } from './progress.ts';
import { type Begun, begunIn, keep, keepRemember, rememberIn } from './proved.ts';
import { resume } from './sign-in.ts';
import type { Standings } from './standing.ts';
import type { WhenUnknown } from './unknown-identity.ts';
import { appOf } from './waiting-app.ts';
import type { Ways } from './ways.ts';
import { wishesOf } from './wishes.ts';

export type MethodPagesDeps = Pick<
  InteractionDeps,
  | 'clock'
  | 'pages'
  | 'users'
  | 'methods'
  | 'audit'
  | 'accountLinks'
  | 'rememberedBrowsers'
  | 'warnOfHalfSignIn'
  | 'lostDevice'
> & {
  expected: ExpectedPerson;
  standings: Pick<Standings, 'offered'>;
  progress: Progress;
  ways: Ways;
  whenUnknown: WhenUnknown;
  /** The sign-in page, with why somebody came back to it without a proof. */
  showSignIn(journey: Journey, refused: StepRefusal): Promise<void>;
  /** The page that offers what can be added. */
  showChoice: EnrolmentPages['showChoice'];
};

/**
 * The pages of all methods but the password's first step: `/interaction/:uid/:method`. A method is shown and judged only
 * when the sign-in stands at a step that asks for it; any other address or form leads to the step that it stands at.
 */
export function createMethodPages(deps: MethodPagesDeps) {
  const { clock, pages, methods, audit, rememberedBrowsers, expected, standings, progress, ways } = deps;
  const { users, whenUnknown, showChoice, showSignIn } = deps;

  return {
    /** What a sign-in that stands beyond the first step shows at its own address. */
    async goOn(journey: Journey): Promise<void> {
      const standing = await journey.standing();
      const { next, person } = standing;
      if (next.kind === 'done') return progress.complete(journey, standing);
      if (next.kind === 'unmet') return endUnmet(journey, standing);
      if (next.kind === 'second_factor') {
        const [first] = await optionsFor(journey, standing, next.methodIds);
        return journey.go(first?.method ?? '');
      }
      if (next.kind === 'enrol' && person) showChoice(journey, person, next);
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
      if (!isRow(at)) return journey.go('');
      const isNew = ctx.query.again !== undefined;
      const open = isNew ? undefined : begunIn(interaction, { ...sought(at), purpose: 'sign-in' });
      if (open && (method.attempts ?? 1) > 1 && !(await takesAnswers(at, open))) return showOver(at, open);
      if (open) return show(at, open);
      if (!method.hasBegin) return show(at, undefined, await whyWait(at));
      if (method.beginsOn === 'post') return show(at);
      await beginAndShow(at);
    }),

    finishMethod: atMethod(async (at) => {
      const { journey, method } = at;
      const { form } = journey.ctx.state;
      // What leads away is answered elsewhere: its row, pressed, takes along whether the box beside it is ticked.
      if (method.leaves) {
        if (!isRow(at)) return journey.go('');
        await keepBox(at);
        return beginAndShow(at);
      }
      const open = begunIn(journey.interaction, { ...sought(at), purpose: 'sign-in' });
      if (method.beginsOn === 'post' && beginsAnew(form, open)) return beginByForm(at);
      await finish(at, form, open);
    }),

    /**
     * What a method that had led away brings back: it is judged as the answer of a form is. Nothing is judged, counted and
     * recorded of one that was judged already (a reload) or is too late.
     */
    comeBack: (answer: Readonly<Record<string, string>>) =>
      atMethod(async (at) => {
        if (await takesAnswers(at, { attemptId: answer.handle ?? '' })) return finish(at, answer);
        return showSignIn(at.journey, { why: 'expired' });
      }),
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
    if ('unknown' in outcome) {
      const { unknown: identity, amr, kind, via } = outcome;
      const step = { method: method.id, amr, kind, at: clock.now(), ...defined({ via }) };
      return whenUnknown(journey, { identity, step });
    }
    if ('refused' in outcome) {
      if (standing.person && (outcome.refused === 'wrong' || outcome.refused === 'reused')) {
        await warn(at, standing.person);
      }
      if (!method.leaves) await keepBox(at);
      return showAgain(at, open, answerRefusal(ctx, outcome));
    }
    const { person, amr, kind, isElsewhere, isDoubted, credentialAt, via } = outcome;
    if (!standing.person && !(await expected.is(journey, person.id))) return expected.refuse(journey, person);
    const step = {
      method: method.id,
      amr,
      kind,
      at: clock.now(),
      ...(isElsewhere ? { isElsewhere } : {}),
      ...defined({ isDoubted, credentialAt, via }),
    };
    await progress.advance(journey, {
      person,
      steps: [step],
      ...(standing.person || method.leaves ? {} : { remember: form.remember !== undefined }),
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

  /** Of a method that has several rows on the sign-in page: whether the address names one that this app offers. */
  function isRow({ journey, method }: At): boolean {
    const { choice } = journey.ctx.query;
    return !method.choices || (typeof choice === 'string' && offersChoice(journey.client, choice));
  }

  /** The box of a first step, as it was sent. "Send it again" is a form without it. */
  async function keepBox({ journey, standing }: At): Promise<void> {
    const { form } = journey.ctx.state;
    if (!standing.person && form.again === undefined)
      await keepRemember(journey.interaction, form.remember !== undefined);
  }

  async function takesAnswers(at: At, { attemptId }: Pick<Begun, 'attemptId'>): Promise<boolean> {
    const userId = provedAt(at, await hereAt(at))?.id;
    const boundTo = at.journey.interaction.uid;
    return methods.isOpen(at.method.id, { ...defined({ userId }), boundTo, attemptId });
  }

  /** For a code that needs nothing to be begun: how long none would be judged, if so. */
  async function whyWait({ journey, standing, method }: At): Promise<StepRefusal | undefined> {
    const { person } = standing;
    if (!person) return undefined;
    const slowDown = await methods.findWait(method.id, { userId: person.id, attempt: journey.attempt() });
    return slowDown && answerRefusal(journey.ctx, slowDown);
  }

  async function begin(at: At, here: KnownHere | undefined, identifier?: string) {
    const { journey, method } = at;
    const userId = provedAt(at, here)?.id;
    const { choice } = journey.ctx.query;
    return methods.begin(method.id, {
      ...defined({ userId }),
      ...(typeof choice === 'string' ? { choice } : {}),
      ...(method.leaves ? { wishes: wishesOf(journey) } : {}),
      ...(rememberIn(journey.interaction) ? { remember: true } : {}),
      boundTo: journey.interaction.uid,
      attempt: journey.attempt(identifier),
    });
  }

  async function beginAndShow(at: At, refused?: StepRefusal): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    const begun = await begin(at, await hereAt(at));
    if ('refused' in begun) {
      const slowDown = answerRefusal(ctx, begun);
      return method.leaves ? showSignIn(journey, slowDown) : show(at, undefined, slowDown);
    }
    if (begun.failed) return showSignIn(journey, notConfirmed(answerRefusal(ctx, begun.failed)));
    if (begun.redirect !== undefined) return seeOther(ctx, begun.redirect);
    const opened = openedBy(at, 'sign-in', begun, at.standing.person?.id);
    if ((method.attempts ?? 1) > 1) await keep(interaction, { begun: opened });
    await show(at, opened, refused);
  }

  /** After it the browser asks for the page, so that a reload sends nothing twice. */
  async function beginByForm(at: At): Promise<void> {
    const { journey, method } = at;
    const { ctx, interaction } = journey;
    await keepBox(at);
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
    const isJudged = refused.why === 'wrong' || refused.why === 'expired';
    if (open && isJudged && (method.attempts ?? 1) > 1 && !(await takesAnswers(at, open)))
      return showOver(at, open);
    if (open && mayGoOn) return show(at, open, refused);
    if (open) await keep(interaction, { begun: undefined });
    // It would lead away again, and the person could not read why.
    if (method.leaves) return showSignIn(journey, notConfirmed(refused));
    if (!method.hasBegin || method.beginsOn === 'post') {
      return show(at, undefined, refused, open?.identifier ?? ctx.state.form.identifier);
    }
    await beginAndShow(at, refused);
  }

  /** An attempt that takes no answer any more, also when its page is asked for again: what is left is another one. */
  async function showOver(at: At, { identifier }: Begun): Promise<void> {
    const refused: StepRefusal = { why: 'expired', sentence: { key: 'code.over' } };
    if (at.method.beginsOn === 'post') return show(at, undefined, refused, identifier);
    await keep(at.journey.interaction, { begun: undefined });
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
      remember: rememberIn(interaction),
    };
    const mayBeNew =
      person === undefined &&
      deps.accountLinks(interaction.uid, ctx.query.app).registrationUrl !== undefined &&
      method.kind === 'mailbox';
    const options = person
      ? await optionsFor(journey, standing, methodIdsAt(standing, client))
      : await firstOptions(at);
    const data: MethodScreen<Record<string, unknown>> = {
      step: { done: person ? 2 : 1, total: (client.isBuiltIn ? 1 : 2) + (person ? 1 : 0) },
      action: to(method.id),
      ...defined({ attemptId: open?.attemptId }),
      app: appOf(client, interaction.params.redirect_uri),
      ...(person ? { person: personOf(person) } : first),
      ...(mayBeNew && !here ? { areNewcomersWelcome: true } : {}),
      ...defined({ show: open?.show, refused }),
      others: options.filter((option) => option.method !== method.id),
      ...(person && (await deps.lostDevice.removableBy(person)).length > 0
        ? { lostUrl: to('lost-device') }
        : {}),
      ...(client.isBuiltIn && !person && !here?.isSignedIn ? {} : { cancelAction: to('cancel') }),
      ...(person || (here && !expected.isNamed(journey)) ? { switchAction: to('switch') } : {}),
      ...(mayRemember(at) ? { rememberDeviceDays: rememberedBrowsers.days } : {}),
    };
    showScreen(pages, ctx, `methods/${method.id}/login`, data, refusalStatus(refused));
  }

  /** At a first step the password's page is one of the others. */
  async function firstOptions({ journey }: At): Promise<MethodOption[]> {
    const offered = standings.offered(journey.client).filter(({ identifies }) => identifies);
    const rows = await ways.rowsOf(journey, offered, ({ id, isOnLoginPage }) =>
      journey.to(isOnLoginPage ? '' : id),
    );
    // Alone, a way has no others: its page is where the sign-in begins.
    return rows.length < 2 ? [] : rows.map(({ row: _, ...row }) => row);
  }

  /** Further steps, the one last used here first, with how often each can still be used. */
  async function optionsFor(
    journey: Journey,
    { person }: Standing,
    ids: readonly string[],
  ): Promise<MethodOption[]> {
    const some = ids.map((id) => methods.find(id)).filter((method) => method !== undefined);
    const rows = await ways.rowsOf(journey, some);
    const counted = rows.map(async ({ row: _, ...option }) => {
      const count = person && (await methods.find(option.method)?.countLeft?.(person.id));
      return { ...option, ...defined({ count }) };
    });
    return Promise.all(counted);
  }

  /** Where the second factor is asked for by rule. Where a level is asked for, the next time would ask again anyway. */
  function mayRemember({ standing, journey }: At): boolean {
    return (
      rememberedBrowsers.days > 0 &&
      standing.next.kind === 'second_factor' &&
      journey.interaction.prompt.details.level === undefined
    );
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

/** On the sign-in page, which has a form with words of its own. */
function notConfirmed(refused: StepRefusal): StepRefusal {
  if ((refused.why !== 'wrong' && refused.why !== 'reused') || refused.sentence) return refused;
  return { ...refused, sentence: { key: 'away.wrong' } };
}
