import { defined } from '../lib/defined.ts';
import { withCredentials } from '../methods/methods.ts';
import { isMultiFactor, type ProvedStep } from '../oidc/levels.ts';
import type { User } from '../users/users.ts';
import type { PendingInteraction } from './deps.ts';
import type { Journey, Standing } from './journey.ts';
import type { NextStep } from './next-step.ts';
import type { PasskeySteps } from './passkey.ts';
import { type Proved, rememberIn, stillBegun } from './proved.ts';
import { resume, type SignIn } from './sign-in.ts';

export type ProgressDeps = {
  signIn: SignIn;
  /** Whether the sign-in, complete as it is, waits for an answer. Then the browser has been sent to the question. */
  interpose: PasskeySteps['interpose'];
};

export type Progress = ReturnType<typeof createProgress>;

/**
 * How a sign-in goes on, step by step, inside one interaction. The provider's session is touched when everything that is
 * demanded is proved, never before, so there is no session that is half signed in.
 */
export function createProgress({ signIn, interpose }: ProgressDeps) {
  return {
    /**
     * Adds what was just proved, and goes on: to the next step, or to the end. `person`: whom the proof names, read after
     * it was judged; of a later step that is the person of the first one, because nobody else's answer is judged there.
     */
    async advance(
      journey: Journey,
      { person, steps: added = [], remember, rememberDevice, isNew }: Advance,
    ): Promise<NextStep> {
      const { interaction } = journey;
      const { proved, isStepUp, person: before } = await journey.standing();
      if (before !== undefined && before.id !== person.id)
        throw new Error('a step was proved by another person');
      journey.knows(person);
      const { own = [] } = (await journey.facts(person.id)) ?? {};
      const steps = [...(proved?.steps ?? []), ...withCredentials(own, added)];
      interaction.lastSubmission = {
        ...interaction.lastSubmission,
        begun: stillBegun(interaction, person.id, added),
        proved: {
          uid: interaction.uid,
          userId: person.id,
          steps,
          isStepUp,
          remember: proved?.remember ?? remember ?? rememberIn(interaction),
          rememberDevice: (proved?.rememberDevice ?? false) || (rememberDevice ?? false),
          ...defined({ isNew: proved?.isNew ?? isNew }),
        } satisfies Proved,
      };
      const after = await journey.standing();
      const isOver = after.next.kind === 'done' && !(await waits(journey, after));
      // The last proof and the end are written as one: another press of the same form finds neither or both.
      if (isOver) await complete(journey, after);
      else {
        await interaction.persist();
        if (after.next.kind !== 'done') journey.go('');
      }
      return after.next;
    },

    complete,
  };

  /** Everything is proved; something may still be offered before the session begins. */
  async function waits(journey: Journey, { person, steps, proved }: Standing): Promise<boolean> {
    const waiting = { steps, ...(proved ? { proved } : {}) };
    return person !== undefined && (await interpose(journey, { ...waiting, person }));
  }

  async function complete(
    journey: Journey,
    { person, steps, proved, isStepUp, hasPutOff = false }: Omit<Standing, 'next'> & { hasPutOff?: boolean },
  ): Promise<void> {
    const facts = person && (await journey.facts(person.id));
    if (!facts) throw new Error('nobody has signed in');
    // Pressed again before the browser went on: one sign-in is remembered, mailed about and recorded once.
    if (isSignedIn(journey.interaction, facts.person.id)) return resume(journey);
    await signIn(journey, {
      facts,
      steps,
      made: proved?.steps ?? [],
      remember: isStepUp || (proved?.remember ?? false),
      rememberDevice: (proved?.rememberDevice ?? false) && isMultiFactor(steps),
      hasPutOff,
    });
  }
}

export type Advance = {
  person: User;
  /** Absent when something was settled without a proof. */
  steps?: readonly ProvedStep[];
  /** As the form says that was answered; absent: as it was said before (`keepRemember`). */
  remember?: boolean;
  rememberDevice?: boolean;
  isNew?: boolean | undefined;
};

function isSignedIn({ result }: PendingInteraction, userId: string): boolean {
  const login = result?.login as { accountId?: unknown } | undefined;
  return login?.accountId === userId;
}
