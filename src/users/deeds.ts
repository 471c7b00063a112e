import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import {
  asOption,
  type Deed,
  defineDeed,
  onlyIfVersion,
  pageFields,
  secret,
  showPage,
} from '../deeds/deeds.ts';
import { defined } from '../lib/defined.ts';
import { type HeldKey, heldKeysToJson, heldKeysToText } from '../lib/held-key.ts';
import { type HeldRole, heldRolesToJson } from '../lib/held-role.ts';
import { toFacts } from '../lib/table.ts';
import { auditingRefusals, reasonForAudit, userReference } from './acting.ts';
import type { UserAdministration } from './administration.ts';
import { type Attributes, changedAttributes } from './attributes.ts';
import { userIdSchema } from './chosen-id.ts';
import { userInvalid } from './errors.ts';
import {
  ADDRESS_PARTS,
  CLAIMS,
  type Claims,
  emailSchema,
  type Profile,
  type ProfileChanges,
  usernameSchema,
} from './profile.ts';
import {
  factsOf,
  factsOfSteps,
  factsOfWhereabouts,
  linkToJson,
  linkToText,
  type PersonSteps,
  stepsToJson,
  toEnded,
  toJson,
  toRow,
  toText,
  toTime,
  whereaboutsToJson,
} from './shown.ts';
import type { ListedIds, Users } from './users.ts';
import type { Whereabouts } from './whereabouts.ts';

type Deps = {
  users: Users;
  administration: UserAdministration;
  /** How a person gets in, and where they are signed in (`access/`). */
  whereaboutsOf(userId: string): Promise<Whereabouts>;
  config: { attributes: Attributes };
  /** The person's roles, and the people who have one (`roles/`). */
  rolesOf(userId: string): Promise<readonly HeldRole[]>;
  idsOfHolders(role: string): Promise<ListedIds>;
  /** What is demanded of the person alone, and what they have accepted (`required-steps/`). */
  stepsOf(userId: string): Promise<PersonSteps>;
  /** The person's API keys that are not over (`api-keys/`). */
  keysOf(userId: string): Promise<readonly HeldKey[]>;
  /** For the words of a deed: whether a mail tells the person. */
  mail: { isAvailable: boolean };
  audit: Pick<Audit, 'record'>;
};
export type UserDeedsDeps = Deps;

const ADMINISTRATOR =
  'Is an administrator. Commands do not check it; it is for the admin console, which does not exist yet.';
const onlyUser = z.object({ user: userReference });
const userAndReason = z.object({ user: userReference, reason: reasonForAudit });
const userVersionAndReason = userAndReason.extend({ onlyIfVersion });
const flag = (name: string) => asOption(z.boolean().default(false), { name });

const attributes = asOption(z.array(z.string()).optional(), {
  name: 'attribute',
  value: 'name=value',
}).describe('An attribute that users.attributes declares; an empty value removes it.');

/** Most apps let nobody in whose address is not verified, and who administers people knows whose it is. */
const verification = {
  emailVerified: asOption(z.boolean().optional(), { name: 'verified' }).describe(
    'The e-mail address is known to be theirs: the default for an address given here, unless --unverified says otherwise.',
  ),
  isUnverified: flag('unverified').describe('The e-mail address is not known to be theirs.'),
};

/** Of an address that is named; or of the one that there is, where something is said of it. */
function isVerified({ email, emailVerified, isUnverified }: Verification): boolean | undefined {
  if (isUnverified) return false;
  return emailVerified ?? (email === undefined ? undefined : true);
}
type Verification = {
  email?: string | undefined;
  emailVerified?: boolean | undefined;
  isUnverified: boolean;
};

/** What can be done to people. `claims`: those that there are. */
export function createUserDeeds(claims: Claims = CLAIMS): Deed<Deps>[] {
  const createUser = defineDeed('users.create', {
    summary: 'Makes a user. Without a password it prints a one-time link to set one.',
    input: z.object({
      id: userIdSchema
        .optional()
        .describe(
          'The id by which apps know the person (sub), for somebody from another system: 3 to 128 letters, digits and . _ ~ - |. Ids are never reused. Default: a new one.',
        ),
      email: emailSchema.describe('The e-mail address to sign in with.'),
      username: usernameSchema
        .optional()
        .describe('A name that nobody else has, for apps that know people by it (preferred_username).'),
      ...claimFields(claims, (schema) => schema.optional()),
      attributes,
      ...verification,
      password: secret(z.string().optional()).describe('Read the password from standard input.'),
      isAdmin: flag('admin').describe(ADMINISTRATOR),
    }),
    permission: 'users:write',
    invalid: userInvalid,
    run: async (
      { administration, config }: Deps,
      { id, email, username, isAdmin, password, attributes: typed, ...named },
      by,
    ) => {
      const profile = withoutNulls({
        ...profileChangesOf(named, {}, claims),
        ...attributesOf(typed, {}, config.attributes),
      });
      const emailVerified = isVerified({ ...named, email });
      return administration.create({ id, email, emailVerified, username, isAdmin, password, profile }, by);
    },
    show: ({ user, link }) => (link ? linkToJson(user, link) : toJson(user)),
    command: {
      text({ user, link }) {
        const sentence = `${user.email} is a user now (${user.id}).`;
        return link ? linkToText(sentence, link) : sentence;
      },
    },
  });

  const updateUser = defineDeed('users.update', {
    summary: 'Changes a user. What you leave out stays as it is.',
    input: z.object({
      user: userReference,
      email: emailSchema.optional().describe('Another e-mail address.'),
      username: usernameSchema
        .nullable()
        .optional()
        .describe('Another username, which is also the claim preferred_username.'),
      ...claimFields(claims, (schema) => schema.nullable().optional()),
      attributes,
      address: asOption(z.null().nullable().optional(), { isOnlyUnset: true }).describe('The whole address.'),
      ...verification,
      isAdmin: asOption(z.boolean().optional(), { name: 'admin' }).describe(ADMINISTRATOR),
      onlyIfVersion,
      reason: reasonForAudit,
    }),
    permission: 'users:write',
    invalid: userInvalid,
    async run({ users, config }: Deps, input, by) {
      const { user: named, email, username, isAdmin, onlyIfVersion: version, reason, ...rest } = input;
      const { attributes: typed, ...fields } = rest;
      const emailVerified = isVerified(input);
      const { id } = await users.getAny(named);
      // What is there is kept beside what is named, also what somebody else changes at the same moment.
      const profile = (now: Profile) => ({
        ...profileChangesOf(fields, now, claims),
        ...attributesOf(typed, now, config.attributes),
      });
      const changes = { ...defined({ email, emailVerified, username, isAdmin }), profile };
      return users.update(id, changes, by, { onlyIfVersion: version, reason });
    },
    show: toJson,
    command: { positionals: ['user'], needsOption: true, text: toText },
  });

  const ofPeople = [
    createUser,
    listUsers,
    showUser,
    updateUser,
    disableUser,
    enableUser,
    deleteUser,
    setPassword,
    recoverUser,
    removeSecondFactor,
    signOutUser,
  ].map((deed) => auditingRefusals(deed as Deed<Deps>));
  return [...ofPeople, firstAdministratorLink as Deed<Deps>];
}

const listUsers = defineDeed('users.list', {
  summary: 'Lists users, oldest first.',
  input: z.object({
    search: z
      .string()
      .optional()
      .describe(
        'Only users with this id, or whose e-mail address, username or a word of the name begins with this.',
      ),
    role: asOption(z.string().optional(), { value: 'name' }).describe('Only those who have this role.'),
    ...pageFields('id|email|username'),
  }),
  permission: 'users:read',
  run: async ({ users, idsOfHolders }: Deps, { role, ...wish }) =>
    users.list({ ...wish, ...(role === undefined ? {} : { among: await idsOfHolders(role) }) }),
  show: ({ items, ...next }) => ({ users: items.map(toJson), ...next }),
  command: {
    text: (page) =>
      showPage(page, {
        none: 'No users.',
        headings: ['ID', 'E-MAIL', 'USERNAME', 'NAME', 'ADMIN', 'STATE', 'SINCE'],
        row: toRow,
      }),
  },
});

const showUser = defineDeed('users.show', {
  summary: 'Shows one user: profile, roles and keys, and how, when and where the person signs in.',
  input: onlyUser,
  permission: 'users:read',
  async run({ users, whereaboutsOf, rolesOf, stepsOf, keysOf }: Deps, { user: named }) {
    const user = await users.getAny(named);
    const [about, roles, steps, keys] = await Promise.all([
      whereaboutsOf(user.id),
      rolesOf(user.id),
      stepsOf(user.id),
      keysOf(user.id),
    ]);
    return { user, about, roles, steps, keys };
  },
  show: ({ user, about, roles, steps, keys }) => ({
    ...toJson(user),
    ...whereaboutsToJson(about),
    roles: heldRolesToJson(roles),
    ...stepsToJson(steps),
    active_api_keys: keys.length,
    api_keys: heldKeysToJson(keys),
  }),
  command: {
    positionals: ['user'],
    text: ({ user, about, roles, steps, keys }) =>
      toFacts([
        ...factsOf(user),
        ...factsOfWhereabouts(about, roles),
        ...factsOfSteps(steps),
        ['API keys', heldKeysToText(keys)],
      ]),
  },
});

const disableUser = defineDeed('users.disable', {
  summary: 'Stops a user from signing in and ends all sessions and grants. `enable` reverses it.',
  input: userVersionAndReason,
  permission: 'users:write',
  run: async ({ users }: Deps, { user, ...wish }, by) =>
    users.disable((await users.getAny(user)).id, by, wish),
  show: ({ user, ended }) => ({ ...toJson(user), ended }),
  command: {
    positionals: ['user'],
    text: ({ user, ended }) => `${user.email} is disabled. ${toEnded(ended)}`,
  },
});

const enableUser = defineDeed('users.enable', {
  summary: 'Lets a disabled user sign in again.',
  input: userVersionAndReason,
  permission: 'users:write',
  run: async ({ users }: Deps, { user, ...wish }, by) =>
    users.enable((await users.getAny(user)).id, by, wish),
  show: toJson,
  command: { positionals: ['user'], text: ({ email }) => `${email} can sign in again.` },
});

const deleteUser = defineDeed('users.delete', {
  summary: 'Deletes a user and everything that belongs to the person. This cannot be undone.',
  input: userVersionAndReason,
  permission: 'users:write',
  async run({ users }: Deps, { user, ...wish }, by) {
    const { id, email } = await users.getAny(user);
    return { id, email, ended: await users.delete(id, by, wish) };
  },
  show: ({ id, ended }) => ({ id, deleted: true, ended }),
  command: { positionals: ['user'], text: ({ email, ended }) => `${email} is deleted. ${toEnded(ended)}` },
});

const setPassword = defineDeed('users.set-password', {
  summary: 'Sets a password from standard input, or prints a one-time link to set one.',
  input: z.object({
    user: userReference,
    password: secret(z.string().optional()).describe('Read the password from standard input.'),
    reason: reasonForAudit,
  }),
  permission: 'users:write',
  async run({ users, administration }: Deps, { user: named, password, reason }, by) {
    const user = await users.getAny(named);
    return password === undefined
      ? { user, link: await administration.createPasswordLink(user, by, { reason }) }
      : { user, ended: await administration.setPassword(user, password, by, { reason }) };
  },
  show: ({ user, link, ended }) =>
    link ? linkToJson(user, link) : { id: user.id, password_set: true, ended },
  command: {
    positionals: ['user'],
    text: ({ user, link, ended = { sessions: 0, grants: 0 } }) =>
      link
        ? linkToText(`The password of ${user.email} stays until the link is used.`, link)
        : `${user.email} has a new password. ${toEnded(ended)}`,
  },
});

const recoverUser = defineDeed('users.recover', {
  summary:
    'Mails a user a link to choose a new password. The second factor stays; nobody else sees the link.',
  input: userAndReason,
  permission: 'users:write',
  async run({ users, administration }: Deps, { user: named, reason }, by) {
    const user = await users.getAny(named);
    return { user, ...(await administration.startRecovery(user, by, { reason })) };
  },
  show: ({ user: { id }, expiresAt }) => ({ id, recovery_started: true, expires_at: toTime(expiresAt) }),
  command: {
    positionals: ['user'],
    text: ({ user: { email }, expiresAt }) =>
      `${email} is mailed a link to choose a new password. It works until ${toTime(expiresAt)}.`,
  },
});

const removeSecondFactor = defineDeed('users.remove-second-factor', {
  summary:
    'Removes the authenticator apps and backup codes of a user who has lost them all, signs them out everywhere, and tells them. First make sure who is asking.',
  input: z.object({
    user: userReference,
    passkeys: z.boolean().default(false).describe('Remove the passkeys as well.'),
    reason: reasonForAudit,
  }),
  permission: 'users:write',
  async run({ users, administration, mail }: Deps, { user, passkeys, reason }, by) {
    const { id, email } = await users.getAny(user);
    const done = await administration.removeSecondFactors(id, { passkeys }, by, { reason });
    return { id, email, isTold: mail.isAvailable, ...done };
  },
  show: ({ id, removed, browsers, ended }) => ({ id, removed, remembered_devices: browsers, ended }),
  command: {
    positionals: ['user'],
    text({ email, removed, isTold, ended }) {
      const counts = Object.entries(removed).map(([method, count]) => `${count} × ${method}`);
      if (counts.length === 0) return `${email} has none that could be removed. ${toEnded(ended)}`;
      const told = isTold ? ' A mail tells the person.' : '';
      return `Removed from ${email}: ${counts.join(', ')}.${told} ${toEnded(ended)}`;
    },
  },
});

const signOutUser = defineDeed('users.sign-out', {
  summary: 'Ends all sessions and grants of a user.',
  input: userAndReason,
  permission: 'users:write',
  async run({ users, administration }: Deps, { user, reason }, by) {
    const { id, email } = await users.getAny(user);
    return { id, email, ended: await administration.signOut(id, by, { reason }) };
  },
  show: ({ id, ended }) => ({ id, ended }),
  command: { positionals: ['user'], text: ({ email, ended }) => `${email} is signed out. ${toEnded(ended)}` },
});

const firstAdministratorLink = defineDeed('link', {
  summary:
    'Prints a new one-time link for the first administrator’s account; the previous one stops working.',
  input: z.strictObject({}),
  permission: 'users:write',
  run: ({ administration }: Deps, _, by) => administration.createFirstAdministratorLink(by),
  show: ({ url, expiresAt }) => ({
    first_administrator_url: url,
    first_administrator_url_expires_at: toTime(expiresAt),
  }),
  command: {
    text: (link) => linkToText('There is no administrator yet.', link, 'The link to become the first one'),
  },
});

/** Each claim, and each part of the address, as a field of its own: so each can be named, or not. */
function claimFields(
  claims: Claims,
  optional: (schema: z.ZodType) => z.ZodType,
): Record<string, z.ZodType<unknown>> {
  const rows = [
    ...Object.entries(claims),
    ...Object.entries(ADDRESS_PARTS).map(([part, row]) => [`address.${part}`, row] as const),
  ];
  return Object.fromEntries(
    rows.map(([key, { option, help, schema, ...row }]) => {
      // A flag is not unset: it goes with what it is about.
      const field = 'isFlag' in row ? schema.optional() : optional(schema);
      return [key, asOption(field, { name: option, help })];
    }),
  );
}

/** The claims that are named; `null` for those to remove. An address keeps its other parts. */
function profileChangesOf(
  given: Readonly<Record<string, unknown>>,
  before: Profile,
  claims: Claims,
): ProfileChanges {
  const changes: Record<string, unknown> = {};
  for (const claim of Object.keys(claims)) if (given[claim] !== undefined) changes[claim] = given[claim];
  // Another number is not known to be theirs until that is said of it.
  if ('phone_number' in changes) changes.phone_number_verified ??= null;

  const address: Record<string, unknown> = given.address === null ? {} : { ...before.address };
  for (const part of Object.keys(ADDRESS_PARTS)) {
    const value = given[`address.${part}`];
    if (value === null) delete address[part];
    else if (value !== undefined) address[part] = value;
  }
  if (JSON.stringify(address) !== JSON.stringify(before.address ?? {})) {
    changes.address = Object.keys(address).length === 0 ? null : address;
  }
  return changes as ProfileChanges;
}

/** All attributes, as they are after what was typed; nothing when nothing was. */
function attributesOf(
  typed: readonly string[] | undefined,
  { attributes: before = {} }: Profile,
  declared: Attributes,
): ProfileChanges {
  if (!typed || typed.length === 0) return {};
  const after = changedAttributes(typed, before, declared);
  return { attributes: Object.keys(after).length === 0 ? null : after };
}

function withoutNulls(changes: ProfileChanges): Profile {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null)) as Profile;
}
