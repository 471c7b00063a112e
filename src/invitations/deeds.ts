import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import { asOption, type Deed, defineDeed, pageFields, showPage } from '../deeds/deeds.ts';
import { auditingRefusals, type Users } from '../users/users.ts';
import type { Invitations } from './invitations.ts';

export type InvitationDeedsDeps = {
  invitations: Pick<Invitations, 'invite' | 'uninvite' | 'list'>;
  /** For the audit of what was refused. */
  users: Pick<Users, 'findAny'>;
  audit: Pick<Audit, 'record'>;
};
type Deps = InvitationDeedsDeps;

const inviteUser = defineDeed('users.invite', {
  summary: 'Prints a link to make an account with this address. A new link replaces the previous one.',
  input: z.object({
    email: asOption(z.string(), { value: 'email' }).describe('The address.'),
    isMailed: asOption(z.boolean().default(false), { name: 'mail' }).describe(
      'Mail the link to the address as well.',
    ),
    locale: z.string().default('en').describe('The language of the mail, such as de.'),
  }),
  permission: 'users:write',
  run: async ({ invitations }: Deps, wish, by) => invitations.invite(wish, by),
  show: ({ invitation: { id, email, expiresAt }, url }, { isMailed }) => ({
    id,
    email,
    invitation_url: url,
    invitation_expires_at: toTime(expiresAt),
    mailed: isMailed,
  }),
  command: {
    positionals: ['email'],
    text: ({ invitation: { email, expiresAt }, url }) =>
      `${email} is invited, until ${toTime(expiresAt)}. The link to make the account works once:\n\n  ${url}\n`,
  },
});

const listInvitations = defineDeed('users.invitations', {
  summary: 'Lists invitations that nobody has used yet, oldest first.',
  input: z.object(pageFields('id')),
  permission: 'users:read',
  run: async ({ invitations }: Deps, wish) => invitations.list(wish),
  show: ({ items, ...next }) => ({
    invitations: items.map(({ id, email, createdAt, expiresAt }) => ({
      id,
      email,
      created_at: toTime(createdAt),
      expires_at: toTime(expiresAt),
    })),
    ...next,
  }),
  command: {
    text: (page) =>
      showPage(page, {
        none: 'No invitations.',
        headings: ['ID', 'E-MAIL', 'UNTIL'],
        row: ({ id, email, expiresAt }) => [id, email, toTime(expiresAt)],
      }),
  },
});

const uninviteUser = defineDeed('users.uninvite', {
  summary: 'Withdraws an invitation.',
  input: z.object({ email: asOption(z.string(), { value: 'email' }).describe('The address.') }),
  permission: 'users:write',
  run: async ({ invitations }: Deps, { email }, by) => invitations.uninvite(email, by),
  show: (_, { email }) => ({ email, uninvited: true }),
  command: { positionals: ['email'], text: (_, { email }) => `${email} is not invited any more.` },
});

/** What can be done to invitations. Their commands are of `users`, which the invited will be. */
export const invitationDeeds: Deed<Deps>[] = [inviteUser, listInvitations, uninviteUser].map((deed) =>
  auditingRefusals(deed as Deed<Deps>),
);

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
