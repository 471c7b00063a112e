import { answerRefusal, refusalStatus } from '../http/refusals.ts';
import { seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import type { StepRefusal } from '../views/views.ts';
import type { ClientForPages, InteractionDeps, PendingInteraction } from './deps.ts';
import type { ExpectedPerson } from './expected-person.ts';
import { createForwarding } from './forwarding.ts';
import type { Journey } from './journey.ts';
import { isAddressProved, type PendingIdentity, pendingIn } from './pending-identity.ts';
import type { Progress } from './progress.ts';
import { rememberIn, submitted } from './proved.ts';
import { resume } from './sign-in.ts';
import type { Standings } from './standing.ts';
import type { Tickets } from './ticket.ts';
import { appOf, withQuery } from './waiting-app.ts';
import type { Ways } from './ways.ts';

type Attempt = { identifier?: string; remember: boolean; refused: StepRefusal };

export type LoginDeps = Pick<
  InteractionDeps,
  'config' | 'clock' | 'pages' | 'users' | 'methods' | 'accountLinks' | 'password'
> & {
  expected: ExpectedPerson;
  standings: Pick<Standings, 'offered'>;
  progress: Progress;
  ways: Ways;
  tickets: Tickets;
};

/** The first step: who is it. */
export function createLogin(deps: LoginDeps) {
  const {
    config,
    clock,
    pages,
    users,
    methods,
    password,
    accountLinks,
    expected,
    standings,
    progress,
    ways,
    tickets,
  } = deps;
  const forwarding = createForwarding(deps);

  return {
    async show(journey: Journey): Promise<void> {
      if (await useTicket(journey)) return;
      if (await beginsAtRegistration(journey)) return;
      const hasForm = formOf(journey.client) !== undefined;
      const row = await forwarding.rowOf(journey, await rowsOf(journey), hasForm);
      if (row) return seeOther(journey.ctx, row.href);
      const { isNoAdministrator } = await journey.standing();
      await showForm(journey, isNoAdministrator && { remember: false, refused: FOR_ADMINISTRATORS });
    },

    /** For who comes back without a proof from where a way to sign in had led: why, and all ways. */
    showRefused: (journey: Journey, refused: StepRefusal): Promise<void> =>
      showForm(journey, { remember: rememberIn(journey.interaction), refused }),

    /** Judges the answer to the form. A refusal is the same page, with one text for every reason. */
    async finish(journey: Journey): Promise<void> {
      const { ctx, client } = journey;
      const { next } = await journey.standing();
      // A form of an older step, or one that this app does not take: it proves nothing here.
      const method = formOf(client);
      if (next.kind !== 'identify' || !method) return journey.go('');
      const form = ctx.state.form;
      const here = await expected.findHere(journey);
      const identifier = here ? users.nameToSignIn(here.person) : (form.identifier ?? '');
      const remember = form.remember !== undefined;
      const outcome = await methods.finish(method.id, {
        ...(here?.isSignedIn ? { userId: here.person.id, person: here.person } : {}),
        answer: { ...form, identifier },
        attempt: journey.attempt(identifier),
      });
      if ('refused' in outcome) {
        return showForm(journey, { identifier, remember, refused: answerRefusal(ctx, outcome) });
      }
      const { person, amr, kind, credentialAt } = outcome;
      if (!(await expected.is(journey, person.id))) return expected.refuse(journey, person);
      const step = {
        method: method.id,
        amr,
        kind,
        at: clock.now(),
        ...defined({ credentialAt }),
      };
      await progress.advance(journey, { person, steps: [step], remember });
    },
  };

  /**
   * An app that wants an account to be created (`prompt=create`) begins at the registration, where that is open. Once:
   * whoever turns back there signs in, or says that the account of this browser's session is to be used.
   */
  async function beginsAtRegistration(journey: Journey): Promise<boolean> {
    const { ctx, interaction } = journey;
    const { prompt, session, lastSubmission } = interaction;
    if (!prompt.reasons.includes('create_prompt')) return false;
    const { registrationUrl } = accountLinks(interaction.uid, ctx.query.app);
    if (lastSubmission?.create === undefined) {
      // Whoever is signed in is not the one who comes.
      interaction.lastSubmission = { ...lastSubmission, create: {}, switch: true };
      await interaction.persist();
      if (registrationUrl !== undefined) {
        const hint = hintOf(interaction);
        seeOther(ctx, hint === '' ? registrationUrl : withQuery(registrationUrl, { login_hint: hint }));
        return true;
      }
    }
    if (session?.accountId === undefined) return false;
    interaction.result = submitted(interaction);
    await interaction.persist();
    resume(journey);
    return true;
  }

  async function showForm(journey: Journey, attempt?: Attempt): Promise<void> {
    const { ctx, interaction, client, to } = journey;
    const here = await expected.findHere(journey);
    const pending = waitingIn(interaction);
    pages.show(
      ctx,
      'interaction/login',
      {
        step: { done: 1, total: client.isBuiltIn ? 1 : 2 },
        action: to('login'),
        app: appOf(client, interaction.params.redirect_uri),
        identifier: attempt?.identifier ?? (here ? users.nameToSignIn(here.person) : nameOf(interaction)),
        ...(pending ? { note: noteOf(pending) } : {}),
        signInBy: users.signInBy,
        isIdentifierLocked: here !== undefined,
        ...(here && !expected.isNamed(journey) ? { switchAction: to('switch') } : {}),
        remember: attempt?.remember ?? rememberIn(interaction),
        ...(attempt ? { refused: attempt.refused } : {}),
        ...(attempt?.refused === FOR_ADMINISTRATORS ? { usualUrl: `${config.base}/account/sign-in` } : {}),
        others: await rowsOf(journey),
        ...(formOf(client) ? {} : { hasPassword: false }),
        // Who opens the own account comes from nowhere, unless somebody is signed in who goes on.
        ...(client.isBuiltIn && !here?.isSignedIn ? {} : { cancelAction: to('cancel') }),
        ...accountLinks(interaction.uid, ctx.query.app),
      },
      { status: refusalStatus(attempt?.refused) },
    );
  }

  /** An identity of elsewhere waits for the account that has its address. */
  function waitingIn(interaction: PendingInteraction): PendingIdentity | undefined {
    const pending = pendingIn(interaction, clock.now());
    return pending && isAddressProved(pending) ? pending : undefined;
  }

  function nameOf(interaction: PendingInteraction): string {
    const pending = users.signInBy === 'username' ? undefined : waitingIn(interaction);
    return pending?.identity.newcomer.email ?? hintOf(interaction);
  }

  /** The ways that have a page of their own, or lead away. */
  function rowsOf(journey: Journey) {
    const offered = standings.offered(journey.client);
    return ways.rowsOf(
      journey,
      offered.filter(({ identifies, isOnLoginPage }) => identifies && !isOnLoginPage),
    );
  }

  /** The method whose form the page has, where this app offers it. */
  function formOf(client: ClientForPages) {
    return standings.offered(client).find(({ isOnLoginPage }) => isOnLoginPage);
  }

  /**
   * Who just made an account or chose a password in this browser has given the first proof for the own account; what
   * else is demanded of the person is still asked for.
   */
  async function useTicket(journey: Journey): Promise<boolean> {
    const { ctx, interaction, client } = journey;
    const ticket = await tickets.consume(ctx, { uid: interaction.uid, isBuiltIn: client.isBuiltIn });
    if (!ticket) return false;
    const { userId, steps = [{ ...password.proof, at: clock.now() }], remember, isNew } = ticket;
    const here = await expected.findHere(journey);
    // Somebody else is asked again here: the form says so, and the password that was just chosen works in it.
    if (here && !client.isBuiltIn && here.person.id !== userId) return false;
    const facts = await journey.facts(userId);
    if (!facts) return false;
    if (await expected.is(journey, userId))
      await progress.advance(journey, { person: facts.person, steps, ...defined({ remember, isNew }) });
    else await expected.refuse(journey, facts.person);
    return true;
  }
}

/** Of `/login?local`, for somebody who is right and does not administer. */
const FOR_ADMINISTRATORS: StepRefusal = { why: 'wrong', sentence: { key: 'login.local_only' } };

const noteOf = ({ identity: { provider, newcomer } }: PendingIdentity) => ({
  key: 'identity.note',
  values: { provider, email: newcomer.email },
});

/** `login_hint` goes into the field, here or of a registration, never further: it is whatever the app says. */
export function hintOf(interaction: PendingInteraction): string {
  const { login_hint: hint } = interaction.params;
  return typeof hint === 'string' && hint.length <= 320 ? hint : '';
}
