import { requestInfo } from '../../http/request.ts';
import { byPerson } from '../../lib/actor.ts';
import type { ProvedStep } from '../../oidc/levels.ts';
import { passwordChanged } from '../../users/events.ts';
import { tellPassword, type User } from '../../users/users.ts';
import type { FieldError, RequiredStep, RequiredStepPlugIn, StepDeps, StepPage } from '../required-step.ts';

/** A new password, as an operator demanded. It protects the account, so the person's own pages wait for it as well. */
export const newPassword: RequiredStepPlugIn = {
  id: 'new-password',
  holdsAccount: true,
  isOnce: true,
  judge: (detail) => (detail === undefined ? undefined : 'takes nothing after its name: new-password'),
  create: createNewPassword,
};

type Deps = Pick<StepDeps, 'audit' | 'password' | 'passwordMistakes' | 'strength' | 'access'>;

function createNewPassword({ audit, password, passwordMistakes, strength, access }: Deps): RequiredStep {
  const change = { adds: password.id, touches: password.id };

  return {
    /** As long as the password is older than the demand: a change in the account or by a recovery settles it as well. */
    async isOpen({ person, demands }) {
      const changedAt = await password.changedAt(person.id);
      return changedAt !== undefined && demands.some(({ since = 0 }) => changedAt < since);
    },

    // Whoever finds a browser that is signed in must not choose a password in it.
    missingProof: async ({ person }, steps) => missingProof(person, steps),

    page: async ({ person }) => pageOf(person, []),

    async finish(visit) {
      const { person, form, ctx, steps, sessionUid } = visit;
      if (await missingProof(person, steps)) return 'judge';
      const errors = passwordMistakes(password, form, person);
      if (errors.length > 0) return { page: pageOf(person, errors) };
      if (await password.isCurrent(person.id, form.password ?? ''))
        return { page: pageOf(person, [{ field: 'password', sentence: { key: 'required.password.same' } }]) };
      const prepared = await password.prepareChecked(form.password ?? '', person);
      // Who demands it may fear that the old one is known: what was begun with it elsewhere ends.
      await access.end(person.id, 'password_changed', {
        ctx,
        sessionUid,
        change: () => prepared.save(person.id),
        isFirst: false,
      });
      const at = await password.changedAt(person.id);
      await audit.record(passwordChanged, {
        outcome: 'success',
        ...byPerson(person.id, requestInfo(ctx)),
        userId: person.id,
        detail: { how: 'required', endedOtherSessions: true, ...tellPassword({ had: true }) },
      });
      return at === undefined ? 'done' : { renewed: { method: password.id, at } };
    },
  };

  async function missingProof(person: User, steps: readonly ProvedStep[]) {
    const verdict = await strength.judge(person.id, steps, change);
    return verdict.isEnough ? undefined : verdict.needs;
  }

  function pageOf({ email }: User, errors: readonly FieldError[]): StepPage {
    return {
      title: { key: 'required.password.title' },
      text: [{ key: 'required.password.text' }],
      fields: [{ kind: 'new-password', email, minimumLength: password.minimumLength }],
      submit: { key: 'password.save' },
      errors,
    };
  }
}
