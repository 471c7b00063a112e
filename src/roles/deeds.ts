import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Clients } from '../clients/clients.ts';
import { clientUnknown } from '../clients/errors.ts';
import {
  asOption,
  type Deed,
  deedInvalid,
  defineDeed,
  onlyIfVersion,
  pageFields,
  showPage,
} from '../deeds/deeds.ts';
import { defined } from '../lib/defined.ts';
import { parseUntil } from '../lib/since.ts';
import { toFacts } from '../lib/table.ts';
import { auditingRefusals, reasonForAudit, type Users, userReference } from '../users/users.ts';
import { roleInvalid } from './errors.ts';
import { fitsInToken, type Holder, MOST_CLAIM_BYTES, type Role, type Roles } from './roles.ts';

export type RoleDeedsDeps = {
  roles: Roles;
  users: Pick<Users, 'getAny' | 'findAny'>;
  clients: Pick<Clients, 'find'>;
  audit: Pick<Audit, 'record'>;
  /** What is wrong with something that people must do first (`required-steps/`). */
  problemOfStep(demand: string): Promise<string | undefined>;
  /** Ends the grants of a person that had a role (`access/`). */
  endRole(userId: string, role: string): Promise<{ grants: number }>;
};
type Deps = RoleDeedsDeps;

const which = { role: asOption(z.string(), { value: 'name' }).describe('Its name.') };
const positionals = ['role'] as const;
const description = z.string().describe('What it is for, in a line.');
const permission = { name: 'permission', value: 'resource server#scope' } as const;
const requirement = { name: 'require', value: 'step' } as const;
/** No page of its own: the sign-in asks for it (`oidc/demands.ts`). */
const SECOND_FACTOR = 'second-factor';
const requires = (words: string) =>
  `${words}: second-factor, terms:<name>, profile:<field>, confirmed-address.`;
const whom = {
  user: asOption(userReference.optional(), { value: 'id|email|username' }).describe('The person.'),
  client: asOption(z.string().optional(), { value: 'id' }).describe('The service, instead of a person.'),
};

/** What can be done to roles. One is named by its name. */
export const roleDeeds: readonly Deed<Deps>[] = [
  defineDeed('roles.create', {
    summary: 'Makes a role: a name that apps receive, and the API scopes that it permits.',
    input: z.strictObject({
      name: z
        .string()
        .describe(
          'Its name, which never changes: letters, digits and . _ - : / @ +, in one script; at most 100.',
        ),
      description: description.optional(),
      permissions: asOption(z.array(z.string()).optional(), permission).describe(
        'A scope that it permits, for an API with --roles enforce: https://api.example.com#orders:read.',
      ),
      isDefault: asOption(z.boolean().default(false), { name: 'default' }).describe(
        'Every new person gets it. Existing people do not.',
      ),
      requires: asOption(z.array(z.string()).optional(), requirement).describe(
        requires('What its people must do before an app gets anything'),
      ),
    }),
    permission: 'roles:write',
    invalid: roleInvalid,
    async run(deps: Deps, input, by) {
      await refuseSteps(deps, input.requires);
      return deps.roles.create(input, by);
    },
    show: toJson,
    command: { text: ({ name }) => `${name} is a role now.` },
  }),
  defineDeed('roles.list', {
    summary: 'Lists the roles, oldest first.',
    input: z.strictObject(pageFields('name')),
    permission: 'roles:read',
    run: ({ roles }: Deps, page) => roles.list(page),
    show: ({ items, ...next }) => ({ roles: items.map(toJson), ...next }),
    command: {
      text: (page) =>
        showPage(page, {
          none: 'No roles.',
          headings: ['NAME', 'DEFAULT', 'PERMISSIONS', 'DESCRIPTION'],
          row: ({ name, isDefault, permissions, description: text = '' }) => [
            name,
            isDefault ? 'default' : '',
            String(permissions.length),
            text,
          ],
        }),
    },
  }),
  defineDeed('roles.show', {
    summary: 'Shows one role, what it permits, and how many people and services have it.',
    input: z.strictObject(which),
    permission: 'roles:read',
    async run({ roles }: Deps, { role: named }) {
      const role = await roles.get(named);
      return { role, holders: await roles.countHolders(role.name) };
    },
    show: ({ role, holders }) => ({ ...toJson(role), ...holders }),
    command: {
      positionals,
      text: ({ role, holders }) => textOf({ ...toJson(role), ...holders }),
    },
  }),
  defineDeed('roles.update', {
    summary: 'Changes a role. What you leave out stays as it is; the name never changes.',
    input: z.strictObject({
      ...which,
      description: description.nullable().optional(),
      addPermissions: asOption(z.array(z.string()).optional(), permission).describe('Also permit this.'),
      removePermissions: asOption(z.array(z.string()).optional(), {
        ...permission,
        name: 'remove-permission',
      }).describe('Stop permitting this.'),
      isDefault: asOption(z.boolean().optional(), { name: 'default' }).describe('Every new person gets it.'),
      addRequires: asOption(z.array(z.string()).optional(), requirement).describe(
        requires('Its people must also do this before an app gets anything'),
      ),
      removeRequires: asOption(z.array(z.string()).optional(), {
        ...requirement,
        name: 'remove-require',
      }).describe('Stop demanding this.'),
      onlyIfVersion,
    }),
    permission: 'roles:write',
    invalid: roleInvalid,
    async run(deps: Deps, { role, onlyIfVersion: version, ...changes }, by) {
      await refuseSteps(deps, changes.addRequires);
      return deps.roles.update(role, changes, by, { version });
    },
    show: toJson,
    command: { positionals, needsOption: true, text: (role) => textOf(toJson(role)) },
  }),
  defineDeed('roles.delete', {
    summary:
      'Deletes a role and takes it from everybody. Afterwards nobody can use an app that allows only this role.',
    input: z.strictObject({ ...which, onlyIfVersion }),
    permission: 'roles:write',
    run: ({ roles }: Deps, { role, onlyIfVersion: version }, by) => roles.delete(role, by, { version }),
    show: ({ role: { name }, users, clients }) => ({ name, deleted: true, users, clients }),
    command: {
      positionals,
      text: ({ role: { name }, users, clients }) =>
        `${name} is deleted. ${users} people and ${clients} services had it.`,
    },
  }),
  auditingRefusals(
    defineDeed('roles.assign', {
      summary: 'Gives a role to a person or a service. Repeat it to change when the role ends.',
      input: z.strictObject({
        ...which,
        ...whom,
        until: asOption(z.string().optional(), { value: 'time' }).describe(
          'When it ends: 8h, 30d, 2026-12-31, 2026-12-31T08:00Z. Default: never.',
        ),
        reason: reasonForAudit,
      }),
      permission: 'roles:write',
      invalid: roleInvalid,
      async run(deps: Deps, { role: named, until, reason, ...holder }, by) {
        const to = await holderOf(deps, holder);
        const end = until === undefined ? undefined : toTime(until);
        const { role, isNew } = await deps.roles.assign(named, to.holder, by, { until: end, reason });
        const held = await deps.roles.listOf(to.holder);
        return { role, isNew, ...to, until: end, warnings: warningsOf(held.map((each) => each.role)) };
      },
      show: ({ role: { name }, holder, until, isNew, warnings }) => ({
        role: name,
        ...shownHolder(holder),
        until: until === undefined ? null : new Date(until).toISOString(),
        is_new: isNew,
        ...(warnings.length > 0 ? { warnings } : {}),
      }),
      command: {
        positionals,
        text: ({ role: { name }, called, until, isNew, warnings }) =>
          [
            `${called} ${isNew ? 'has' : 'had'} ${name}${until === undefined ? '' : `, until ${new Date(until).toISOString()}`}.`,
            ...warnings,
          ].join('\n'),
      },
    }) as unknown as Deed<Deps>,
  ),
  auditingRefusals(
    defineDeed('roles.unassign', {
      summary: 'Takes a role away. Tokens lose what it permitted at their next refresh.',
      input: z.strictObject({
        ...which,
        ...whom,
        now: z
          .boolean()
          .default(false)
          .describe(
            'Also end at once the person’s grants that depend on roles. JWTs that were issued before still live for about ten minutes.',
          ),
        reason: reasonForAudit,
      }),
      permission: 'roles:write',
      async run(deps: Deps, { role: named, now, reason, ...holder }, by) {
        const from = await holderOf(deps, holder);
        const role = await deps.roles.unassign(named, from.holder, by, { reason });
        if (!now || !('userId' in from.holder)) return { role, ended: 0, ...from };
        const { grants: ended } = await deps.endRole(from.holder.userId, role.name);
        return { role, ended, ...from };
      },
      show: ({ role: { name }, holder, ended }) => ({
        role: name,
        ...shownHolder(holder),
        unassigned: true,
        ended: { grants: ended },
      }),
      command: {
        positionals,
        text: ({ role: { name }, called, ended }) =>
          `${called} does not have ${name} any more.${ended > 0 ? ` Ended: ${ended} ${ended === 1 ? 'grant' : 'grants'}.` : ''}`,
      },
    }) as unknown as Deed<Deps>,
  ),
];

/** Throws `deeds.invalid` unless one of both is named, `users.unknown` and `clients.unknown`. */
async function holderOf(
  { users, clients }: Deps,
  { user: named, client: clientId }: { user?: string | undefined; client?: string | undefined },
): Promise<{ holder: Holder; called: string }> {
  if ((named === undefined) === (clientId === undefined))
    throw deedInvalid({ problems: [{ field: 'user', why: 'or --client must be given, one of the two' }] });
  if (named !== undefined) {
    const user = await users.getAny(named);
    return { holder: { userId: user.id }, called: user.email };
  }
  const client = await clients.find(clientId ?? '');
  if (!client || client.isBuiltIn) throw clientUnknown({ id: clientId });
  return { holder: { clientId: client.id }, called: client.name };
}

/** Throws `roles.invalid` for what cannot be demanded. */
async function refuseSteps({ problemOfStep }: Deps, demands: readonly string[] = []): Promise<void> {
  const problems: { field: string; why: string }[] = [];
  for (const demand of demands) {
    const problem = demand === SECOND_FACTOR ? undefined : await problemOfStep(demand);
    if (problem !== undefined) problems.push({ field: 'requires', why: `${demand} ${problem}` });
  }
  if (problems.length > 0) throw roleInvalid({ problems });
}

function toTime(typed: string): number {
  const at = parseUntil(typed, Date.now());
  if (at !== undefined) return at;
  throw deedInvalid({ problems: [{ field: 'until', why: 'must be such as 8h, 30d or 2026-12-31T08:00Z' }] });
}

/** Of who has more than apps can be told. */
function warningsOf(roles: readonly string[]): string[] {
  const names = [...new Set(roles)];
  if (fitsInToken(names)) return [];
  return [
    `${names.length} roles need more than the ${MOST_CLAIM_BYTES} bytes that fit into a token. Tokens leave them out; userinfo and introspection return them.`,
  ];
}

function shownHolder(holder: Holder): { user_id: string } | { client_id: string } {
  return 'userId' in holder ? { user_id: holder.userId } : { client_id: holder.clientId };
}

function toJson(role: Role): Record<string, unknown> {
  return {
    id: role.id,
    name: role.name,
    description: role.description ?? null,
    permissions: role.permissions.map(({ identifier, scope }) => `${identifier}#${scope}`),
    default: role.isDefault,
    requires: role.requires,
    version: role.version,
    created_at: new Date(role.createdAt).toISOString(),
    updated_at: new Date(role.updatedAt).toISOString(),
  };
}

function textOf(json: Record<string, unknown>): string {
  return toFacts(
    Object.entries(defined(json)).map(([name, value]) => [
      name,
      value === null ? undefined : Array.isArray(value) ? value.join('\n') : String(value),
    ]),
  );
}
