import { showTooMany } from '../http/refusals.ts';
import { requestInfo } from '../http/request.ts';
import type { Form, RouteContext } from '../http/routes.ts';
import type { GatehouseError } from '../lib/errors.ts';
import { readUsername } from '../lib/username.ts';
import { userInvalid, usernameTaken } from '../users/errors.ts';
import type { FieldError } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';

/** What a person says of themselves where an account is made: in a registration, or beside what a provider told. */
export type NewAccountDetails = { name: string; username: string };

export type NewAccountFormDeps = {
  pages: InteractionDeps['pages'];
  limits: Pick<InteractionDeps['limits'], 'admit'>;
  users: Pick<InteractionDeps['users'], 'signInBy'>;
};

export const NAME_MISSING: FieldError = { field: 'name', sentence: { key: 'users.name_missing' } };
export const USERNAME_TAKEN: FieldError = { field: 'username', sentence: { key: 'users.username_taken' } };
const NAME_WRONG: FieldError = { field: 'name', sentence: { key: 'profile.wrong.text' } };
const USERNAME_MALFORMED: FieldError = {
  field: 'username',
  sentence: { key: 'users.username_malformed' },
};

/** The fields `name` and `username` of a form that makes an account. */
export function createNewAccountForm({ pages, limits, users }: NewAccountFormDeps) {
  return {
    /** A username is read where people sign in by it. */
    detailsOf(form: Form): NewAccountDetails {
      const isAsked = users.signInBy === 'username' || users.signInBy === 'both';
      return { name: (form.name ?? '').trim(), username: isAsked ? (form.username ?? '').trim() : '' };
    },

    mistakesOf({ name, username }: NewAccountDetails): FieldError[] {
      return [...(name === '' ? [NAME_MISSING] : []), ...mistakesOfUsername(username)];
    },

    /**
     * Whether this was asked too often; then it has been answered. These forms tell that somebody has a username, as the own
     * profile does (`account/profile.ts`), and not to who tries a list of them. `id`: the registration or the interaction.
     */
    async asksTooOften(ctx: RouteContext, id: string, { username }: NewAccountDetails): Promise<boolean> {
      if (username === '') return false;
      const request = requestInfo(ctx);
      const admission = await limits.admit({ method: 'registration.username', request, identifier: id });
      if (!('refused' in admission)) return false;
      showTooMany(pages, ctx, admission);
      return true;
    },
  };

  function mistakesOfUsername(username: string): FieldError[] {
    if (username === '' && users.signInBy !== 'username') return [];
    const read = readUsername(username);
    if (!('fault' in read)) return [];
    // A reserved name is told like one that somebody has.
    return [read.fault === 'reserved' ? USERNAME_TAKEN : USERNAME_MALFORMED];
  }
}

/** What `users.create` refused, as mistakes in that form; nothing for any other error, or for what the form has no field for. */
export function mistakesOfRefusal({ code, detail }: GatehouseError): FieldError[] | undefined {
  if (code === usernameTaken.code) return [USERNAME_TAKEN];
  if (code !== userInvalid.code) return undefined;
  const problems = (detail.problems ?? []) as readonly { field: string }[];
  const found = [NAME_WRONG, USERNAME_MALFORMED].filter((each) =>
    problems.some(({ field }) => field === each.field),
  );
  return found.length > 0 ? found : undefined;
}
