import { type Changes, changesBetween } from '../lib/changes.ts';
import type { User } from './store.ts';

type Told = Record<string, unknown>;

/**
 * What the audit tells of a change of a person: what differs, before and after. Rights and states in full; of what names a
 * person (address, profile) only that it was `set`, `replaced` or is gone (`null`): the event is kept when the person is
 * deleted, and then names nobody. The values are told beside it (`tellPersonally`).
 */
export function tellChange(before: User | undefined, after: User | undefined): Changes {
  const [was, is] = [personally(before), personally(after)];
  return changesBetween(
    { ...was, ...openly(before) },
    { ...is, ...openly(after) },
    { inWords: [...Object.keys(was), ...Object.keys(is)] },
  );
}

/**
 * By what a person is known here, before and after, as far as it differs: what the audit keeps as long as the person, as who
 * looks for how an account was taken over asks for it. Of a profile it is enough which of its fields changed.
 */
export function tellPersonally(before: User | undefined, after: User): { personal?: Changes } {
  const personal = changesBetween(knownBy(before), knownBy(after));
  return Object.keys(personal.after).length === 0 ? {} : { personal };
}

/** What the audit tells of a new password, of whom `had` one before or not. */
export function tellPassword({ had }: { had: boolean }): Changes {
  return changesBetween(
    { password: had ? 'old' : undefined },
    { password: 'new' },
    { inWords: ['password'] },
  );
}

function openly(user: User | undefined): Told {
  if (!user) return {};
  const { emailVerified, isAdmin, disabledAt } = user;
  return { emailVerified, isAdmin, isDisabled: disabledAt !== undefined };
}

function personally(user: User | undefined): Told {
  return user ? { ...knownBy(user), ...user.profile } : {};
}

function knownBy(user: User | undefined): Told {
  return user ? { email: user.email, username: user.username } : {};
}
