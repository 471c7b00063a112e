import type { Knex } from 'knex';
import type { Audit, EventData, EventDefinition } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { isForeignKeyViolation } from '../database/errors.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { ChangedBy } from '../lib/actor.ts';
import { changesBetween } from '../lib/changes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId } from '../lib/ids.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createReadCache } from '../lib/read-cache.ts';
import { isKey, isPlainText } from '../lib/text.ts';
import type { ResourceServer, ResourceServers } from '../resource-servers/resource-servers.ts';
import {
  roleConflict,
  roleInvalid,
  roleNotAssigned,
  roleOfProvider,
  roleTaken,
  roleTooMany,
  roleUnknown,
} from './errors.ts';
import { roleAssigned, roleCreated, roleDeleted, roleUnassigned, roleUpdated } from './events.ts';
import { readRoleName, roleKey } from './name.ts';
import {
  type Assignment,
  createRoleStore,
  type Holder,
  idsOfHolders,
  type ProviderSource,
  type Role,
  type RolePermission,
  sweptRoles,
} from './store.ts';

export {
  type Assignment,
  type Holder,
  listHeld,
  listUnpermitted,
  type ProviderSource,
  type Role,
  type RolePermission,
} from './store.ts';

export type RolesDeps = {
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  resourceServers: Pick<ResourceServers, 'get'>;
};
export type Roles = ReturnType<typeof createRoles>;

/** What makes a role. A permission is `<resource server>#<scope>`, by its id or identifier. */
export type RoleInput = {
  name: string;
  description?: string | undefined;
  permissions?: readonly string[] | undefined;
  isDefault?: boolean | undefined;
  /** What its people must do before an app gets anything (`required-steps/`), and `second-factor`. */
  requires?: readonly string[] | undefined;
};

/** What is named changes; `null` takes a description away. The name is for ever. */
export type RoleChanges = {
  description?: string | null | undefined;
  addPermissions?: readonly string[] | undefined;
  removePermissions?: readonly string[] | undefined;
  isDefault?: boolean | undefined;
  addRequires?: readonly string[] | undefined;
  removeRequires?: readonly string[] | undefined;
};

/** What somebody may: the names of their roles, and the scopes that these permit at the resource server asked about. */
export type Held = { roles: readonly string[]; permitted: ReadonlySet<string> };

/** OIDC Core §5.4: both claims are the names of the person's roles; apps ask for one or the other. */
export const ROLE_SCOPES = { roles: ['roles'], groups: ['groups'] } as const;

/** As JSON. With the rest of a token they fit into a header of 8 KB, which is as much as most servers take. */
export const MOST_CLAIM_BYTES = 4096;
/** Whether these names fit into a token. */
export function fitsInToken(roles: readonly string[]): boolean {
  return Buffer.byteLength(JSON.stringify(roles)) <= MOST_CLAIM_BYTES;
}

/** Whether somebody with these roles has one of the others, in whatever capitals these were written down. */
export function sharesRole(held: readonly string[], others: readonly string[]): boolean {
  const keys = new Set(others.map(roleKey)); // at most the roles that one client names
  return held.some((name) => keys.has(roleKey(name)));
}

/**
 * Whether somebody may use an app: everybody, unless it names roles. `read`: what they have, asked only where that says it.
 */
export async function isLetIn(
  allowedRoles: readonly string[] = [],
  read: () => Promise<Pick<Held, 'roles'>>,
): Promise<boolean> {
  return allowedRoles.length === 0 || sharesRole((await read()).roles, allowedRoles);
}

/** Of an API's scopes those that who has this may have: all, unless the API leaves it to roles. */
export function permittedAt(
  { roles }: Pick<ResourceServer, 'roles'>,
  scopes: readonly string[],
  { permitted }: Pick<Held, 'permitted'>,
): string[] {
  return roles === 'enforce' ? scopes.filter((scope) => permitted.has(scope)) : [...scopes];
}

/** A few times what fits into a token. */
const MOST_ROLES = 1000;
const MOST_PERMISSIONS = 1000;
const CACHE_MS = 1000;
const NOBODY: Held = { roles: [], permitted: new Set() }; // at most nothing

/** Named sets of permissions, and who has them. */
export function createRoles({ db, clock, audit, resourceServers }: RolesDeps) {
  const store = createRoleStore(db);
  // Where there are no roles nobody is asked for theirs.
  const cache = createReadCache<boolean>({ clock, ttlMs: CACHE_MS });
  const demanding = createReadCache<boolean>({ clock, ttlMs: CACHE_MS });

  return {
    /** Its rows that run out, and what the person's export tells of them. */
    sweeps: sweptRoles,
    personalData: {
      role_assignments: ['role_name', 'source', 'organisation_id', 'created_at', 'expires_at'],
    } satisfies PersonalData,

    find,

    /** By its name, in capitals or small letters. Throws `roles.unknown`. */
    async get(name: string): Promise<Role> {
      return (await find(name)) ?? unknown();
    },

    /** Oldest first. Throws `roles.unknown` for `after`. */
    async list({ limit, after }: PageWish): Promise<Page<Role>> {
      const last = after === undefined ? undefined : (await this.get(after)).id;
      const { items, next } = pageOf(await store.list({ limit: limit + 1, after: last }), limit);
      return { items, ...(next === undefined ? {} : { next: items.at(-1)?.name ?? next }) };
    },

    /** How many people and clients have it now. */
    countHolders: (name: string): Promise<{ users: number; clients: number }> =>
      store.countHolders(name, clock.now()),

    /** Throws `roles.invalid`, `roles.taken` and `resource_servers.unknown`. */
    async create(input: RoleInput, by: ChangedBy): Promise<Role> {
      const read = readRoleName(input.name);
      if ('problem' in read) throw roleInvalid({ problems: [{ field: 'name', why: read.problem }] });
      refuseDescription(input.description);
      const now = clock.now();
      const role: Role = {
        id: createId('rol'),
        name: read.name,
        ...defined({ description: input.description }),
        isDefault: input.isDefault ?? false,
        permissions: distinct(await toPermissions(input.permissions ?? [])),
        requires: distinctTexts(input.requires ?? []),
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      refuseTooMany(role.permissions);
      refuseRequires(role.requires);
      const isInserted = await orResourceServerGone(() => store.insert(role, read.key));
      cache.clear();
      demanding.clear();
      if (!isInserted) throw roleTaken({ name: (await store.findByKey(read.key))?.name ?? read.name });
      await record(roleCreated, by, { role: role.name, ...changesBetween({}, toldOf(role)) });
      return role;
    },

    /**
     * Throws `roles.unknown`, `roles.invalid` and `resource_servers.unknown`, and `roles.conflict` when it is of another
     * version than `version`.
     */
    async update(
      named: string,
      changes: RoleChanges,
      by: ChangedBy,
      { version }: { version?: number | undefined } = {},
    ): Promise<Role> {
      const { name } = await this.get(named);
      refuseDescription(changes.description ?? undefined);
      const added = await toPermissions(changes.addPermissions ?? []);
      const removed = await toPermissions(changes.removePermissions ?? [], { isKnown: false });
      const updated = await orResourceServerGone(() =>
        store.update(name, (before) => changed(before, changes, added, removed, clock.now()), version),
      );
      demanding.clear();
      if (!updated) return unknown();
      if (updated === 'conflict') throw roleConflict({ version: (await store.find(name))?.version });
      const { before, after } = updated;
      await record(roleUpdated, by, {
        role: name,
        fields: Object.keys(defined(changes)),
        ...changesBetween(toldOf(before), toldOf(after)),
        version: after.version,
      });
      return after;
    },

    /**
     * Nobody has it any more, and it permits nothing. Throws `roles.unknown`, and `roles.conflict` when it is of another
     * version than `version`.
     */
    async delete(
      named: string,
      by: ChangedBy,
      { version }: { version?: number | undefined } = {},
    ): Promise<{ role: Role; users: number; clients: number }> {
      const { name } = await this.get(named);
      const deleted = await store.delete(name, clock.now(), version);
      cache.clear();
      demanding.clear();
      if (!deleted) return unknown();
      if (deleted === 'conflict') throw roleConflict({ version: (await store.find(name))?.version });
      const { role, users, clients } = deleted;
      await record(roleDeleted, by, { role: name, users, clients, ...changesBetween(toldOf(role), {}) });
      return deleted;
    },

    /**
     * Gives a role; to who has it already, another end. `until`: milliseconds since the epoch; absent: for ever. Throws
     * `roles.unknown`, `roles.invalid` and `roles.too_many`.
     */
    async assign(
      named: string,
      holder: Holder,
      by: ChangedBy,
      { until, reason }: { until?: number | undefined; reason?: string | undefined } = {},
    ): Promise<{ role: Role; isNew: boolean }> {
      const now = clock.now();
      const role = await this.get(named);
      if (until !== undefined && until <= now)
        throw roleInvalid({ problems: [{ field: 'until', why: 'must be in the future' }] });
      const held = await store.listOf(holder, now);
      if (held.length >= MOST_ROLES && held.every((each) => each.role !== role.name))
        throw roleTooMany({ most: MOST_ROLES });
      const done = await store.assign(
        { id: createId('ras'), role: role.name, holder, source: 'operator', until },
        now,
      );
      cache.clear();
      if (done === 'unknown') return unknown();
      const [before, after] = [toldOfAssignment(done.before), toldOfAssignment({ until })];
      const changes = changesBetween(before, after);
      if (Object.keys(changes.after).length > 0)
        await record(roleAssigned, by, { role: role.name, ...changes, ...defined({ reason }) }, holder);
      return { role, isNew: done.before === undefined };
    },

    /**
     * Takes a role away, wherever it came from: but what a provider gives, it gives again. Throws `roles.unknown`,
     * `roles.not_assigned` and `roles.of_provider`.
     */
    async unassign(
      named: string,
      holder: Holder,
      by: ChangedBy,
      { reason }: { reason?: string | undefined } = {},
    ): Promise<Role> {
      const role = await this.get(named);
      const now = clock.now();
      const gone = (await store.unassign(role.name, holder)).filter(({ until }) => (until ?? now + 1) > now);
      const [first] = gone;
      if (!first) {
        const left = (await store.listOf(holder, now)).find((each) => each.role === role.name);
        throw left ? roleOfProvider({ source: left.source }) : roleNotAssigned();
      }
      const changes = changesBetween(toldOfAssignment(first), {});
      await record(roleUnassigned, by, { role: role.name, ...changes, ...defined({ reason }) }, holder);
      return role;
    },

    /**
     * What a provider says that a person is, after a sign-in there: exactly these roles are theirs from it. Records what
     * changed. As a function `roles` is asked while no other sign-in of the person changes them.
     */
    async keepInStep(
      {
        userId,
        source,
        roles: wanted,
      }: {
        userId: string;
        source: ProviderSource;
        roles: readonly string[] | ((inside: Database) => Promise<readonly string[]>);
      },
      by: ChangedBy,
    ): Promise<void> {
      const namesOf = async (inside: Database) => {
        const names = typeof wanted === 'function' ? await wanted(inside) : wanted;
        return [...new Set(names)].slice(0, MOST_ROLES);
      };
      const done = await store.keepInStep({ userId, source, namesOf }, () => createId('ras'), clock.now());
      cache.clear();
      const told = { assigned: `by ${source}` };
      for (const role of done.given)
        await record(roleAssigned, by, { role, ...changesBetween({}, told) }, { userId });
      for (const role of done.taken)
        await record(roleUnassigned, by, { role, ...changesBetween(told, {}) }, { userId });
    },

    /** Nobody has a role from there any more; all of them, unless one is named. Answers how many there were. */
    async dropSource(source: ProviderSource, role?: string): Promise<number> {
      const dropped = await store.dropSource(source, role);
      cache.clear();
      return dropped;
    },

    /** What somebody has, and where it comes from, by name. */
    listOf: (holder: Holder): Promise<Assignment[]> => store.listOf(holder, clock.now()),

    /**
     * What somebody may now: one statement, and none where there are no roles at all (which is known a second late to
     * other nodes). `resourceServerId`: where scopes are asked about.
     */
    async read(holder: Holder, resourceServerId = ''): Promise<Held> {
      if (!(await cache.read('any', store.hasAny))) return NOBODY;
      const rows = await store.read(holder, resourceServerId, clock.now());
      return {
        roles: [...new Set(rows.map(({ role }) => role))],
        permitted: new Set(rows.flatMap(({ scope }) => scope ?? [])),
      };
    },

    /** What their roles demand of a person, each once. None are read where no role demands anything. */
    async requirementsOf(userId: string): Promise<readonly string[]> {
      if (!(await demanding.read('any', store.hasRequires))) return [];
      return [...new Set(await store.requirementsOf(userId, clock.now()))];
    },

    /** For the transaction that makes a person: what everybody gets who is new. Answers the names. */
    giveDefaults: (inside: Database, userId: string): Promise<string[]> =>
      createRoleStore(inside).giveDefaults(userId, () => createId('ras'), clock.now()),

    /** The ids of the people who have a role, for the query that lists people. Throws `roles.unknown`. */
    async idsOfHolders(named: string): Promise<() => Knex.QueryBuilder> {
      const { name } = await this.get(named);
      return () => idsOfHolders(db, name, clock.now());
    },
  };

  async function find(named: string): Promise<Role | undefined> {
    if (!isKey(named, 400)) return undefined;
    return (await store.find(named)) ?? (await store.findByKey(roleKey(named)));
  }

  /** `isKnown`: the resource server must have that scope. What is taken away may be gone there already. */
  async function toPermissions(
    named: readonly string[],
    { isKnown = true }: { isKnown?: boolean } = {},
  ): Promise<RolePermission[]> {
    refuseTooMany(named);
    const permissions: RolePermission[] = [];
    const problems: { field: string; why: string }[] = [];
    const known = new Map<string, ResourceServer | undefined>(); // at most MOST_PERMISSIONS
    for (const text of named) {
      // An identifier has no fragment (RFC 8707 §2), a scope may have a "#".
      const at = text.indexOf('#');
      const resource = text.slice(0, Math.max(at, 0));
      if (at > 0 && !known.has(resource))
        known.set(resource, await resourceServers.get(resource).catch(unlessUnknown));
      const resourceServer = known.get(resource);
      const scope = text.slice(at + 1);
      if (at < 1) problems.push({ field: 'permissions', why: `${text} is not <resource server>#<scope>` });
      else if (!resourceServer)
        problems.push({ field: 'permissions', why: `there is no resource server ${resource}` });
      else if (isKnown && resourceServer.scopes.every(({ name }) => name !== scope))
        problems.push({ field: 'permissions', why: `${resourceServer.identifier} has no scope ${scope}` });
      else {
        const { id: resourceServerId, identifier } = resourceServer;
        permissions.push({ resourceServerId, identifier, scope });
      }
    }
    if (problems.length > 0) throw roleInvalid({ problems });
    return permissions;
  }

  async function record(
    event: EventDefinition,
    by: ChangedBy,
    detail: EventData,
    holder: Partial<{ userId: string; clientId: string }> = {},
  ): Promise<void> {
    await audit.record(event, { outcome: 'success', ...by, ...holder, detail });
  }
}

function changed(
  before: Role,
  changes: RoleChanges,
  added: readonly RolePermission[],
  removed: readonly RolePermission[],
  now: number,
): Role {
  const { description, isDefault } = changes;
  const missing = removed.find((each) => !before.permissions.some((one) => isSame(one, each)));
  if (missing)
    throw roleInvalid({
      problems: [
        {
          field: 'removePermissions',
          why: `names a permission that this role does not have: ${missing.scope}`,
        },
      ],
    });
  const left = before.permissions.filter((each) => !removed.some((one) => isSame(one, each)));
  const permissions = distinct([...left, ...added]);
  refuseTooMany(permissions);
  const { addRequires = [], removeRequires = [] } = changes;
  const unknown = removeRequires.find((each) => !before.requires.includes(each));
  if (unknown !== undefined)
    throw roleInvalid({
      problems: [
        { field: 'removeRequires', why: `names a step that this role does not require: ${unknown}` },
      ],
    });
  const requires = distinctTexts([
    ...before.requires.filter((each) => !removeRequires.includes(each)),
    ...addRequires,
  ]);
  refuseRequires(requires);
  const { description: older, ...rest } = before;
  const text = description === undefined ? older : (description ?? undefined);
  return {
    ...rest,
    ...defined({ description: text }),
    isDefault: isDefault ?? before.isDefault,
    permissions,
    requires,
    updatedAt: now,
  };
}

const distinctTexts = (texts: readonly string[]): string[] => [...new Set(texts)];

const MOST_REQUIRES = 50;

function refuseRequires(requires: readonly string[]): void {
  if (requires.length > MOST_REQUIRES)
    throw roleInvalid({ problems: [{ field: 'requires', why: `names more than ${MOST_REQUIRES} steps` }] });
}

function toldOf({ description, isDefault, permissions, requires }: Role): Record<string, unknown> {
  return {
    description,
    isDefault,
    permissions: permissions.map(({ identifier, scope }) => `${identifier}#${scope}`).sort(),
    requires: [...requires].sort(),
  };
}

/** `for ever`, or the time of its end: a role is there or not. */
function toldOfAssignment(assignment: { until?: number | undefined } | undefined): Record<string, unknown> {
  if (!assignment) return {};
  const { until } = assignment;
  return { assigned: until === undefined ? 'for ever' : `until ${new Date(until).toISOString()}` };
}

function distinct(permissions: readonly RolePermission[]): RolePermission[] {
  return permissions.filter((each, at) => permissions.findIndex((one) => isSame(one, each)) === at);
}

function isSame(left: RolePermission, right: RolePermission): boolean {
  return left.resourceServerId === right.resourceServerId && left.scope === right.scope;
}

function refuseTooMany({ length }: readonly unknown[]): void {
  if (length <= MOST_PERMISSIONS) return;
  throw roleInvalid({
    problems: [{ field: 'permissions', why: `must be at most ${MOST_PERMISSIONS}` }],
  });
}

function refuseDescription(description: string | undefined): void {
  if (description === undefined) return;
  if (description.length > 0 && description.length <= 200 && isPlainText(description)) return;
  throw roleInvalid({
    problems: [
      { field: 'description', why: 'must be one line of 1 to 200 characters, without control characters' },
    ],
  });
}

/** A resource server may go in the moment in which a permission of it is written. */
async function orResourceServerGone<Answer>(write: () => Promise<Answer>): Promise<Answer> {
  try {
    return await write();
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw roleInvalid({
      problems: [{ field: 'permissions', why: 'names a resource server that is gone' }],
    });
  }
}

function unlessUnknown(error: unknown): undefined {
  if ((error as { code?: unknown }).code === 'resource_servers.unknown') return undefined;
  throw error;
}

function unknown(): never {
  throw roleUnknown();
}
