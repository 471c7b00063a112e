import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { operatorHere } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import { type Command, type CommandInput, type CommandOption, commandUsage } from '../lib/command.ts';
import { toFacts, toTable } from '../lib/table.ts';
import type { UsersConfig } from './config.ts';
import {
  emailTaken,
  mailMissing,
  passwordRefused,
  registrationOff,
  userInvalid,
  userUnknown,
} from './errors.ts';
import {
  invited,
  linkCreated,
  passwordChanged,
  recoveryStarted,
  secondFactorsRemoved,
  uninvited,
  userSignedOut,
} from './events.ts';
import {
  ADDRESS_PARTS,
  CLAIMS,
  type Claims,
  emailSchema,
  type Profile,
  type ProfileChanges,
} from './profile.ts';
import { displayName, type User, type Users } from './users.ts';

type Refusal = { refused: string; detail?: Record<string, string | number> };

export type UsersCommandsDeps = {
  users: Users;
  /** Checks and hashes a password; `save` writes it for a person, inside a transaction when one is given. */
  passwords: {
    prepare(
      text: string,
      owner: Pick<User, 'email'> & { profile?: Profile },
    ): Promise<{ save(userId: string, db?: Database): Promise<void> } | Refusal>;
  };
  /** Ends what a person has open, and mails them, as `access/ends.ts` says for the cause. */
  access: {
    end(
      userId: string,
      cause:
        | 'disabled'
        | 'deleted'
        | 'password_set_by_operator'
        | 'email_changed'
        | 'second_factors_removed'
        | 'signed_out_by_operator',
      facts?: {
        otherEmail?: string;
        person?: User;
        change?: () => Promise<unknown>;
      },
    ): Promise<{ sessions: number; grants: number; browsers: number }>;
  };
  /** Takes them away and answers how many of each method there were. `passkeys`: these too. */
  removeSecondFactors(userId: string, which: { passkeys: boolean }): Promise<Record<string, number>>;
  mail: { isAvailable: boolean; send(mail: MailToPerson): Promise<void> };
  recoveryTtlSeconds: number;
  registration: { mode: string; invitationTtlSeconds: number };
  audit: Pick<Audit, 'record'>;
  clock: Clock;
  config: UsersConfig;
  issuer: string;
  /** Absent: those that there are. */
  claims?: Claims;
};

type Row = { option: string; help: string; isFlag?: true };

type MailToPerson = {
  to: string;
  locale: string;
  keepSeconds?: number;
  template: 'recovery-started' | 'invitation';
  data: { url: string; validSeconds: number };
};

const OPERATOR = operatorHere();

/** `users create|list|show|update|disable|enable|delete|set-password|remove-second-factor|sign-out`. A user is named by id or e-mail. */
export function createUsersCommands(deps: UsersCommandsDeps): Command[] {
  const { users, passwords, access, removeSecondFactors, mail } = deps;
  const { recoveryTtlSeconds, registration, audit, clock, config, issuer, claims = CLAIMS } = deps;
  const who = ['id|email'];

  return [
    {
      name: 'users create',
      summary: 'Makes a user. Without a password it prints a one-time link to set one.',
      options: {
        email: { type: 'text', required: true, help: 'The e-mail address to sign in with.' },
        ...optionsOf(claims),
        verified: { type: 'flag', help: 'The e-mail address is known to be theirs.' },
        'password-stdin': { type: 'flag', help: 'Read the password from standard input.' },
        admin: { type: 'flag', help: 'May administer this Gatehouse.' },
      },
      async run(input) {
        const profile = withoutNulls(profileChangesOf(input, {}, claims));
        const email = String(input.values.email);
        const fresh = {
          email,
          profile,
          emailVerified: input.values.verified === true,
          isAdmin: input.values.admin === true,
        };
        if (input.values['password-stdin'] !== true) {
          const user = await users.create(fresh, OPERATOR);
          return await answerWithLink(user, `${user.email} is a user now (${user.id}).`);
        }
        const password = await preparePassword(input, { email, profile });
        const alsoInside = (db: Database, user: User) => password.save(user.id, db);
        const user = await users.create({ ...fresh, alsoInside }, OPERATOR);
        return { json: toJson(user), text: `${user.email} is a user now (${user.id}).` };
      },
    },
    {
      name: 'users list',
      summary: 'Lists users, oldest first.',
      options: {
        search: { type: 'text', help: 'Only those with this in their e-mail address or name.' },
        limit: { type: 'number', help: 'How many at most. Default 50.' },
        after: { type: 'text', value: 'id|email', help: 'Go on after this user.' },
      },
      async run({ values }) {
        const limit = values.limit === undefined ? 50 : Number(values.limit);
        if (limit < 1 || limit > 1000) throw commandUsage({ sentence: '--limit must be from 1 to 1000.' });
        const after = values.after === undefined ? undefined : await get(String(values.after));
        const search = values.search === undefined ? {} : { search: String(values.search) };
        const found = await users.list({ limit: limit + 1, ...search, ...(after ? { after } : {}) });
        const page = found.slice(0, limit);
        const next = found.length > limit ? page.at(-1)?.id : undefined;
        return {
          json: { users: page.map(toJson), ...(next === undefined ? {} : { next }) },
          text: page.length === 0 ? 'No users.' : toPage(page, next),
        };
      },
    },
    {
      name: 'users show',
      summary: 'Shows one user.',
      positionals: who,
      async run({ positionals: [named = ''] }) {
        const user = await get(named);
        return { json: toJson(user), text: toText(user) };
      },
    },
    {
      name: 'users update',
      summary: 'Changes a user. What is not named stays.',
      positionals: who,
      options: {
        email: { type: 'text', help: 'Another e-mail address; unverified unless --verified comes with it.' },
        ...optionsOf(claims),
        verified: { type: 'flag', negatable: true, help: 'The e-mail address is known to be theirs.' },
        admin: { type: 'flag', negatable: true, help: 'May administer this Gatehouse.' },
        unset: {
          type: 'list',
          choices: [...textsOf(claims), ...textsOf(ADDRESS_PARTS), 'address'],
          value: 'option',
          help: 'Remove what this option had set.',
        },
      },
      async run(input) {
        const { values } = input;
        const before = await get(input.positionals[0] ?? '');
        const profile = profileChangesOf(input, before.profile, claims);
        const changes = {
          ...(values.email === undefined ? {} : { email: String(values.email) }),
          ...(values.verified === undefined ? {} : { emailVerified: values.verified === true }),
          ...(values.admin === undefined ? {} : { isAdmin: values.admin === true }),
          ...(Object.keys(profile).length === 0 ? {} : { profile }),
        };
        if (Object.keys(changes).length === 0)
          throw commandUsage({ sentence: 'Say what to change; see --help.' });
        const user = await users.update(before.id, changes, OPERATOR);
        if (user.email !== before.email)
          await access.end(user.id, 'email_changed', { otherEmail: before.email });
        return { json: toJson(user), text: toText(user) };
      },
    },
    {
      name: 'users disable',
      summary: 'Stops a user from signing in and ends all sessions and grants. `enable` takes it back.',
      positionals: who,
      async run({ positionals: [named = ''] }) {
        const user = await users.disable((await get(named)).id, OPERATOR);
        const ended = countsOf(await access.end(user.id, 'disabled'));
        return { json: { ...toJson(user), ended }, text: `${user.email} is disabled. ${toEnded(ended)}` };
      },
    },
    {
      name: 'users enable',
      summary: 'Lets a disabled user sign in again.',
      positionals: who,
      async run({ positionals: [named = ''] }) {
        const { id } = await get(named);
        // Once more: enabling brings nothing back, not even what was under way when the person was disabled.
        await access.end(id, 'disabled');
        const user = await users.enable(id, OPERATOR);
        return { json: toJson(user), text: `${user.email} can sign in again.` };
      },
    },
    {
      name: 'users delete',
      summary: 'Removes a user and everything that belongs to the person, for ever.',
      positionals: who,
      async run({ positionals: [named = ''] }) {
        const person = await get(named);
        const { id, email } = person;
        // Disabled first: nothing new can begin between the sign-out and the end.
        await users.disable(id, OPERATOR);
        const ended = countsOf(await access.end(id, 'disabled'));
        await users.delete(id, OPERATOR);
        await access.end(id, 'deleted', { person });
        return { json: { id, deleted: true, ended }, text: `${email} is deleted. ${toEnded(ended)}` };
      },
    },
    {
      name: 'users set-password',
      summary: 'Sets a password from standard input, or prints a one-time link to set one.',
      positionals: who,
      options: { 'password-stdin': { type: 'flag', help: 'Read the password from standard input.' } },
      async run(input) {
        const user = await get(input.positionals[0] ?? '');
        if (input.values['password-stdin'] !== true) {
          return await answerWithLink(user, `The password of ${user.email} stays until the link is used.`);
        }
        const password = await preparePassword(input, user);
        const change = () => password.save(user.id);
        const ended = countsOf(await access.end(user.id, 'password_set_by_operator', { change }));
        await audit.record(passwordChanged, {
          outcome: 'success',
          ...OPERATOR,
          userId: user.id,
          detail: { how: 'operator' },
        });
        return {
          json: { id: user.id, password_set: true, ended },
          text: `${user.email} has a new password. ${toEnded(ended)}`,
        };
      },
    },
    {
      name: 'users invite',
      summary:
        'Prints a link with which somebody makes an account with this address. A new one voids the older.',
      positionals: ['email'],
      options: {
        mail: { type: 'flag', help: 'Mail the link to the address as well.' },
        locale: { type: 'text', help: 'The language of the mail, such as de. Default en.' },
      },
      async run({ positionals: [email = ''], values }) {
        if (registration.mode === 'off') throw registrationOff();
        if (values.mail === true && !mail.isAvailable) throw mailMissing();
        if (!emailSchema.safeParse(email).success) {
          throw userInvalid({ problems: [{ field: 'email', why: 'must be an e-mail address' }] });
        }
        if (await users.findByEmail(email)) throw emailTaken();
        const ttlSeconds = registration.invitationTtlSeconds;
        const { id, token, expiresAt } = await users.invitations.create(email, ttlSeconds);
        const url = `${issuer}/registration?invitation=${token}`;
        if (values.mail === true) {
          const data = { url, validSeconds: ttlSeconds };
          const locale = String(values.locale ?? 'en');
          await mail.send({ to: email, template: 'invitation', data, locale, keepSeconds: ttlSeconds });
        }
        await audit.record(invited, { outcome: 'success', ...OPERATOR, detail: { id } });
        return {
          json: {
            id,
            email,
            invitation_url: url,
            invitation_expires_at: toTime(expiresAt),
            mailed: values.mail === true,
          },
          text: `${email} is invited, until ${toTime(expiresAt)}. To make the account, once:\n\n  ${url}\n`,
        };
      },
    },
    {
      name: 'users invitations',
      summary: 'Lists invitations that nobody has used yet.',
      async run() {
        const open = await users.invitations.list();
        const json = open.map(({ id, email, createdAt, expiresAt }) => ({
          id,
          email,
          created_at: toTime(createdAt),
          expires_at: toTime(expiresAt),
        }));
        const rows = json.map(({ id, email, expires_at: until }) => [id, email, until]);
        const text = rows.length === 0 ? 'No invitations.' : toTable(['ID', 'E-MAIL', 'UNTIL'], rows);
        return { json: { invitations: json }, text };
      },
    },
    {
      name: 'users uninvite',
      summary: 'Takes an invitation back.',
      positionals: ['email'],
      async run({ positionals: [email = ''] }) {
        if (!(await users.invitations.withdraw(email))) throw userUnknown();
        await audit.record(uninvited, { outcome: 'success', ...OPERATOR });
        return { json: { email, uninvited: true }, text: `${email} is not invited any more.` };
      },
    },
    {
      name: 'users recover',
      summary:
        'Mails a user a link to choose a new password. The second factor stays; nobody else sees the link.',
      positionals: who,
      async run({ positionals: [named = ''] }) {
        const { id: userId, email, profile } = await get(named);
        if (!mail.isAvailable) throw mailMissing();
        const ttlSeconds = recoveryTtlSeconds;
        const { token, expiresAt } = await users.links.create('recovery', { userId, ttlSeconds });
        await mail.send({
          to: email,
          template: 'recovery-started',
          data: { url: `${issuer}/recovery/started?token=${token}`, validSeconds: ttlSeconds },
          locale: profile.locale ?? 'en',
          keepSeconds: ttlSeconds,
        });
        await audit.record(recoveryStarted, { outcome: 'success', ...OPERATOR, userId });
        return {
          json: { id: userId, recovery_started: true, expires_at: toTime(expiresAt) },
          text: `${email} is mailed a link to choose a new password. It works until ${toTime(expiresAt)}.`,
        };
      },
    },
    {
      name: 'users remove-second-factor',
      summary:
        'Takes a user’s authenticator apps and backup codes away, who has lost them all, ends what is signed in, and tells the person. Be sure who asks.',
      positionals: who,
      options: {
        passkeys: { type: 'flag', help: 'Take the passkeys away as well.' },
      },
      async run({ positionals: [named = ''], values }) {
        const { id, email } = await get(named);
        let removed: Record<string, number> = {};
        const all = await access.end(id, 'second_factors_removed', {
          async change() {
            removed = await removeSecondFactors(id, { passkeys: values.passkeys === true });
            return { methods: Object.keys(removed) };
          },
        });
        const ended = countsOf(all);
        const json = { id, removed, remembered_devices: all.browsers, ended };
        const ways = Object.keys(removed);
        if (ways.length === 0)
          return { json, text: `${email} has none that could be taken away. ${toEnded(ended)}` };
        await audit.record(secondFactorsRemoved, {
          outcome: 'success',
          ...OPERATOR,
          userId: id,
          detail: removed,
        });
        const counts = ways.map((way) => `${removed[way]} × ${way}`).join(', ');
        const told = mail.isAvailable ? ' A mail tells the person.' : '';
        return { json, text: `Taken away from ${email}: ${counts}.${told} ${toEnded(ended)}` };
      },
    },
    {
      name: 'users sign-out',
      summary: 'Ends all sessions and grants of a user.',
      positionals: who,
      async run({ positionals: [named = ''] }) {
        const { id, email } = await get(named);
        const ended = countsOf(await access.end(id, 'signed_out_by_operator'));
        await audit.record(userSignedOut, {
          outcome: 'success',
          ...OPERATOR,
          userId: id,
          detail: ended,
        });
        return { json: { id, ended }, text: `${email} is signed out. ${toEnded(ended)}` };
      },
    },
  ];

  async function get(named: string): Promise<User> {
    const user = named.includes('@') ? await users.findByEmail(named) : await users.find(named);
    if (!user) throw userUnknown();
    return user;
  }

  async function preparePassword({ readStdin }: CommandInput, owner: Pick<User, 'email' | 'profile'>) {
    const prepared = await passwords.prepare(await readStdin(), owner);
    if (!('refused' in prepared)) return prepared;
    throw passwordRefused({ why: prepared.refused, sentence: sentenceOf(prepared) });
  }

  async function answerWithLink(user: User, sentence: string) {
    const ttlSeconds = config.setPasswordLinkTtlSeconds;
    const { token, expiresAt } = await users.links.create('set-password', { userId: user.id, ttlSeconds });
    await audit.record(linkCreated, { outcome: 'success', ...OPERATOR, userId: user.id });
    const url = `${issuer}/set-password?token=${token}`;
    const hours = Math.round((expiresAt - clock.now()) / 360_000) / 10;
    return {
      json: { ...toJson(user), set_password_url: url, set_password_url_expires_at: toTime(expiresAt) },
      text: `${sentence}\nTo choose a password, within ${hours} h and once:\n\n  ${url}\n`,
    };
  }
}

function optionsOf(claims: Claims): Record<string, CommandOption> {
  const rows = [...Object.values(claims), ...Object.values(ADDRESS_PARTS)];
  return Object.fromEntries([
    ...rows.filter(isText).map(({ option, help }) => [option, { type: 'text', help }]),
    ...rows
      .filter((row) => !isText(row))
      .map(({ option, help }) => [option, { type: 'flag', negatable: true, help }]),
  ]);
}

/** The options of those that are texts: a flag is not unset, it goes with what it is about. */
function textsOf(rows: Readonly<Record<string, Row>>): string[] {
  return Object.values(rows)
    .filter(isText)
    .map(({ option }) => option);
}

function isText({ isFlag }: Row): boolean {
  return !isFlag;
}

/** The claims that the options name; `null` for those to remove. An address keeps its other parts. */
function profileChangesOf({ values }: CommandInput, before: Profile, claims: Claims): ProfileChanges {
  const unset = new Set((values.unset ?? []) as string[]);
  const changes: Record<string, unknown> = {};
  for (const [claim, { option }] of Object.entries(claims)) {
    if (unset.has(option)) changes[claim] = null;
    else if (values[option] !== undefined) changes[claim] = values[option];
  }
  // Another number is not known to be theirs until that is said of it.
  if ('phone_number' in changes) changes.phone_number_verified ??= null;

  const address: Record<string, unknown> = unset.has('address') ? {} : { ...before.address };
  for (const [part, { option }] of Object.entries(ADDRESS_PARTS)) {
    if (unset.has(option)) delete address[part];
    else if (values[option] !== undefined) address[part] = values[option];
  }
  if (!isSame(address, before.address ?? {})) {
    changes.address = Object.keys(address).length === 0 ? null : address;
  }
  return changes as ProfileChanges;
}

function isSame(left: object, right: object): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function withoutNulls(changes: ProfileChanges): Profile {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null)) as Profile;
}

const SENTENCES: Record<string, (detail: Record<string, string | number>) => string> = {
  'password.missing': () => 'there was none on standard input.',
  'password.too_short': ({ minimum }) => `it must have at least ${minimum} characters.`,
  'password.too_long': ({ maximum }) => `it must have at most ${maximum} bytes.`,
  'password.characters': () => 'it must be text without control characters.',
  'password.breached': () => 'many people use it, so others try it first.',
  'password.personal': () => 'it is made of the person’s or this site’s own names.',
};

function sentenceOf({ refused, detail = {} }: Refusal): string {
  return SENTENCES[refused]?.(detail) ?? refused;
}

function toJson(user: User): Record<string, unknown> {
  return {
    id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: displayName(user),
    profile: user.profile,
    is_admin: user.isAdmin,
    disabled_at: user.disabledAt === undefined ? null : toTime(user.disabledAt),
    created_at: toTime(user.createdAt),
    updated_at: toTime(user.updatedAt),
  };
}

function toText(user: User): string {
  const { address, phone_number_verified, ...claims } = user.profile;
  return toFacts([
    ['id', user.id],
    ['e-mail', `${user.email} (${user.emailVerified ? 'verified' : 'not verified'})`],
    ['administrator', user.isAdmin ? 'yes' : 'no'],
    ['state', stateOf(user)],
    ['created', toTime(user.createdAt)],
    ...Object.entries(claims),
    ...(phone_number_verified === undefined
      ? []
      : [['phone verified', phone_number_verified ? 'yes' : 'no'] as const]),
    ...Object.entries(address ?? {}).map(([part, value]) => [`address ${part}`, value] as const),
  ]);
}

function toPage(page: readonly User[], next: string | undefined): string {
  const table = toTable(
    ['ID', 'E-MAIL', 'NAME', 'ADMIN', 'STATE', 'SINCE'],
    page.map((user) => [
      user.id,
      user.email,
      user.profile.name ?? '',
      user.isAdmin ? 'admin' : '',
      stateOf(user),
      toTime(user.createdAt).slice(0, 10),
    ]),
  );
  return next === undefined ? table : `${table}\n\nThere are more: --after ${next}`;
}

function stateOf({ disabledAt }: User): string {
  return disabledAt === undefined ? 'active' : `disabled ${toTime(disabledAt).slice(0, 10)}`;
}

function countsOf({ sessions, grants }: { sessions: number; grants: number }) {
  return { sessions, grants };
}

function toEnded({ sessions, grants }: { sessions: number; grants: number }): string {
  return `Ended: ${sessions} ${sessions === 1 ? 'session' : 'sessions'}, ${grants} ${grants === 1 ? 'grant' : 'grants'}.`;
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
