import { requestInfo } from '../http/request.ts';
import { byPerson } from '../lib/actor.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import { displayName, type User } from '../users/users.ts';
import type { Screens } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';
import { requiredStepDeclined } from './events.ts';
import type { Journey } from './journey.ts';
import { keepForStep, keptForStep, submitted } from './proved.ts';
import { resume } from './sign-in.ts';
import { findSignedIn } from './signed-in.ts';
import { appOf } from './waiting-app.ts';

export type RequiredStepDeps = Pick<
  InteractionDeps,
  'clock' | 'pages' | 'users' | 'audit' | 'requiredSteps' | 'signOut'
>;

type StepPage = Omit<
  Screens['interaction/required-step'],
  'step' | 'action' | 'app' | 'person' | 'switchAction' | 'cancelAction' | 'now'
>;

/** What is demanded of whoever is signed in before the app gets anything: the page of the first step that is open. */
export function createRequiredStep({ clock, pages, users, audit, requiredSteps, signOut }: RequiredStepDeps) {
  return {
    async show(journey: Journey): Promise<void> {
      const open = await findOpen(journey);
      // Done meanwhile, or nobody is signed in any more: the request is judged anew.
      if (!open) return resume(journey);
      showPage(journey, open, await requiredSteps.page(open.step, open.visit));
    },

    async finish(journey: Journey): Promise<void> {
      const { ctx, interaction } = journey;
      const open = await findOpen(journey);
      if (!open) return resume(journey);
      // The form of a step that another tab has done by now.
      if (ctx.params.step !== open.step.id) return journey.go('');
      const { answer } = ctx.state.form;
      if (answer === 'decline' || answer === 'sign-out') return decline(journey, open, answer === 'sign-out');
      const outcome = await requiredSteps.finish(open.step, open.visit);
      if (outcome === 'judge') return resume(journey);
      if (outcome !== 'done' && 'page' in outcome)
        return showPage(journey, open, outcome.page, outcome.status ?? 422);
      if (outcome !== 'done' && 'kept' in outcome) {
        await keepForStep(interaction, open.step.id, outcome.kept);
        return journey.go('');
      }
      const login = outcome === 'done' ? {} : renewedLogin(journey, outcome.renewed);
      interaction.result = { ...submitted(interaction), ...login, required_step: {} };
      await interaction.persist();
      resume(journey);
    },
  };

  /**
   * The sign-in of this request was with what has just been replaced. Whoever proved that has chosen what stands in its
   * place, so it counts: the app that demanded a sign-in (`prompt=login`, `max_age`) has had it, and none is asked again.
   */
  function renewedLogin({ interaction }: Journey, { method, at }: { method: string; at: number }) {
    const { login } = submitted(interaction) as { login?: { proofs?: readonly ProvedStep[] } };
    if (!login?.proofs) return {};
    const proofs = login.proofs.map((step) =>
      step.method === method ? { ...step, credentialAt: at } : step,
    );
    return { login: { ...login, proofs } };
  }

  async function decline(journey: Journey, { person, step }: Open, isSignedOut: boolean): Promise<void> {
    const { ctx, interaction, client } = journey;
    await audit.record(requiredStepDeclined, {
      outcome: 'refused',
      ...byPerson(person.id, requestInfo(ctx)),
      userId: person.id,
      clientId: client.id,
      detail: { step: step.id, isSignedOut },
    });
    if (isSignedOut) return signOut(ctx, { person, sessionUid: interaction.session?.uid ?? '', steps: [] });
    interaction.result = {
      error: 'access_denied',
      error_description: 'the person did not do what is required before the app gets anything',
    };
    await interaction.persist();
    resume(journey);
  }

  async function findOpen(journey: Journey): Promise<Open | undefined> {
    const { ctx, interaction, client } = journey;
    const person = await findSignedIn(journey, users);
    const session = await journey.session();
    if (!person || !session || session.uid !== interaction.session?.uid) return undefined;
    const { steps } = session;
    const step = await requiredSteps.openFor(ctx.req, { userId: person.id, clientId: client.id, steps });
    // What is missing of a proof is asked by the login that the request then begins.
    if (!step || step.missingProof) return undefined;
    const form = ctx.state.form ?? {};
    return {
      person,
      step,
      visit: {
        ...step.asked,
        ctx,
        form,
        uid: interaction.uid,
        sessionUid: session.uid,
        steps,
        kept: keptForStep(interaction, step.id),
      },
    };
  }

  type Open = {
    person: User;
    step: NonNullable<Awaited<ReturnType<RequiredStepDeps['requiredSteps']['openFor']>>>;
    visit: Parameters<RequiredStepDeps['requiredSteps']['page']>[1];
  };

  function showPage(
    { ctx, interaction, client, to }: Journey,
    { person, step }: Open,
    page: StepPage,
    status = 200,
  ): void {
    pages.show(
      ctx,
      'interaction/required-step',
      {
        ...page,
        step: { done: 2, total: 3 },
        action: to(`required/${step.id}`),
        app: appOf(client, interaction.params.redirect_uri),
        person: { name: displayName(person), email: person.email },
        switchAction: to('switch'),
        cancelAction: to('cancel'),
        now: clock.now(),
      },
      { status },
    );
  }
}
