import type { User } from './store.ts';

type Told = Record<string, unknown>;

/**
 * What the audit tells of a change of a person: what differs, before and after. Rights and states in full; of what names a
 * person (address, profile) only that it was `set`, `replaced` or is gone (`null`): the audit is kept when the person is
 * deleted, and then names nobody.
 */
export function tellChange(before: User | undefined, after: User | undefined): { before: Told; after: Told } {
  const open = differences(openly(before), openly(after));
  const names = differences(personally(before), personally(after));
  return {
    before: { ...open.before, ...inWords(names.before, () => 'set') },
    after: {
      ...open.after,
      ...inWords(names.after, (name) => (names.before[name] === null ? 'set' : 'replaced')),
    },
  };
}

function openly(user: User | undefined): Told {
  if (!user) return {};
  const { emailVerified, isAdmin, disabledAt } = user;
  return { emailVerified, isAdmin, isDisabled: disabledAt !== undefined };
}

function personally(user: User | undefined): Told {
  return user ? { email: user.email, ...user.profile } : {};
}

function differences(before: Told, after: Told): { before: Told; after: Told } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const pick = (told: Told) => Object.fromEntries(names.map((name) => [name, told[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}

function inWords(told: Told, word: (name: string) => string): Told {
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, value === null ? null : word(name)]),
  );
}
