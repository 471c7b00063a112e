import type { Knex } from 'knex';
import { type Database, oldestFirst } from '../database/database.ts';
import { isForeignKeyViolation } from '../database/errors.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { PageWish } from '../deeds/deeds.ts';
import type { HeldRole } from '../lib/held-role.ts';

/** A scope of a resource server, which apps know by its identifier. */
export type RolePermission = { resourceServerId: string; identifier: string; scope: string };

/** A named set of permissions. Times are milliseconds since the epoch. */
export type Role = {
  id: `rol_${string}`;
  /** For ever: apps know the role by it. */
  name: string;
  description?: string;
  /** Whether new people get it. */
  isDefault: boolean;
  permissions: readonly RolePermission[];
  /** What is demanded of people who have it (`required-steps/`). */
  requires: readonly string[];
  /** Rises with each change. */
  version: number;
  createdAt: number;
  updatedAt: number;
};

/** Who has roles. */
export type Holder = { userId: string } | { clientId: string };

/**
 * `operator`: somebody gave it. `default`: everybody who is new has it. `upstream:<slug>`: a group at that provider gives
 * it, which is looked at with each sign-in there; nobody changes it here.
 */
export type RoleSource = 'operator' | 'default' | ProviderSource;
export type ProviderSource = `upstream:${string}`;

const PROVIDER = 'upstream:';

/** That somebody has a role. */
export type Assignment = HeldRole & { source: RoleSource };

const COLUMNS = [
  'id',
  'name',
  'description',
  'is_default',
  'requires',
  'version',
  'created_at',
  'updated_at',
] as const;

type RoleRow = {
  id: `rol_${string}`;
  name: string;
  description: string | null;
  is_default: boolean | number;
  requires: string | null;
  version: number;
  created_at: number;
  updated_at: number;
};
type PermissionRow = { role_name: string; resource_server_id: string; identifier: string; scope: string };
type AssignmentRow = {
  role_name: string;
  source: RoleSource;
  organisation_id: string;
  expires_at: number | null;
};

/** Assignments that have ended. */
export const sweptRoles: readonly SweptTable[] = [
  { name: 'role_assignments', key: 'id', expiresAt: 'expires_at' },
];

/** No organisation: everywhere. A text, since `NULL` is no two times the same in an index. */
const EVERYWHERE = '';

export function createRoleStore(db: Database) {
  return {
    async find(name: string): Promise<Role | undefined> {
      return await find(db, { name });
    },

    /** By what makes two names one. */
    async findByKey(key: string): Promise<Role | undefined> {
      return await find(db, { name_key: key });
    },

    /** Whether a role demands anything of who has it. */
    async hasRequires(): Promise<boolean> {
      return (await db('roles').whereNotNull('requires').first('id')) !== undefined;
    },

    /** What a person's roles demand: one statement, which runs with each authorization where some role does. */
    async requirementsOf(userId: string, now: number): Promise<string[]> {
      const rows = await db.hot<{ requires: string }>(
        `select roles.requires as requires from role_assignments as held
         join roles on roles.name = held.role_name
         where held.user_id = ? and roles.requires is not null and held.organisation_id = ''
           and (held.expires_at is null or held.expires_at > ?)`,
        [userId, now],
      );
      return rows.flatMap(({ requires }) => JSON.parse(requires) as string[]);
    },

    async hasAny(): Promise<boolean> {
      return (await db('roles').first('id')) !== undefined;
    },

    /** Oldest first, after one of them. */
    async list(wish: PageWish): Promise<Role[]> {
      const rows: RoleRow[] = await oldestFirst(db, 'roles', wish).select(COLUMNS);
      const permissions = await permissionsOf(
        db,
        rows.map(({ name }) => name),
      );
      return rows.map((row) => toRole(row, permissions.get(row.name) ?? []));
    },

    /** False when there is one of this name, or of one like it. Throws a violation for a resource server that is gone. */
    async insert(role: Role, key: string): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const rows: unknown[] = await inside('roles')
          .insert({
            id: role.id,
            name: role.name,
            name_key: key,
            version: role.version,
            created_at: role.createdAt,
            ...changeable(role),
          })
          .onConflict()
          .ignore()
          .returning(['id']);
        if (rows.length === 0) return false;
        await insertPermissions(inside, role);
        return true;
      });
    },

    /**
     * Reads, changes and writes one role in one transaction, so that two changes at once both count. `conflict`: it is of
     * another version than was asked for.
     */
    async update(
      name: string,
      change: (before: Role) => Role,
      version?: number,
    ): Promise<{ before: Role; after: Role } | 'conflict' | undefined> {
      return await db.transaction(async (inside) => {
        await inside('roles').where({ name }).forUpdate().first('id');
        const before = await find(inside, { name });
        if (!before) return undefined;
        if (version !== undefined && version !== before.version) return 'conflict';
        const after = { ...change(before), version: before.version + 1 };
        const written: number = await inside('roles')
          .where({ name, version: before.version })
          .update({ ...changeable(after), version: after.version });
        if (written !== 1) return 'conflict';
        await inside('role_permissions').where({ role_name: name }).delete();
        await insertPermissions(inside, after);
        return { before, after };
      });
    },

    /**
     * With its permissions and assignments. Answers what it was, and how many had it. `conflict`: it is of another version
     * than was asked for.
     */
    async delete(
      name: string,
      now: number,
      version?: number,
    ): Promise<{ role: Role; users: number; clients: number } | 'conflict' | undefined> {
      return await db.transaction(async (inside) => {
        await inside('roles').where({ name }).forUpdate().first('id');
        const role = await find(inside, { name });
        if (!role) return undefined;
        if (version !== undefined && version !== role.version) return 'conflict';
        const holders = await countHolders(inside, name, now);
        const deleted: number = await inside('roles').where({ name }).delete();
        return deleted === 1 ? { role, ...holders } : undefined;
      });
    },

    /** How many have it, those whose time is over left out. */
    countHolders: (name: string, now: number) => countHolders(db, name, now),

    /** Its end is what is said last. Answers how it was before; `unknown` when the role or its holder is gone. */
    async assign(
      { id, role, holder, source, until }: NewAssignment,
      now: number,
    ): Promise<{ before: Assignment | undefined } | 'unknown'> {
      const owner = columnsOf(holder);
      const column = 'user_id' in owner ? 'user_id' : 'client_id';
      const which = { ...owner, role_name: role, source, organisation_id: EVERYWHERE };
      try {
        return await db.transaction(async (inside) => {
          // Of two who give it at once the later one waits here, and finds it given.
          await inside('roles').where({ name: role }).forUpdate().first('id');
          const row: AssignmentRow | undefined = await inside('role_assignments')
            .where(which)
            .first(ASSIGNMENT_COLUMNS);
          await inside('role_assignments')
            .insert({ id, ...which, expires_at: until ?? null, created_at: now })
            .onConflict([column, 'role_name', 'source', 'organisation_id'])
            .merge(['expires_at']);
          const isOver = row?.expires_at != null && Number(row.expires_at) <= now;
          return { before: row && !isOver ? toAssignment(row) : undefined };
        });
      } catch (error) {
        if (isForeignKeyViolation(error)) return 'unknown';
        throw error;
      }
    },

    /** From wherever it came, but not from a provider. Answers what there was. */
    async unassign(role: string, holder: Holder): Promise<Assignment[]> {
      const rows: AssignmentRow[] = await db('role_assignments')
        .where({ ...columnsOf(holder), role_name: role })
        .whereNot('source', 'like', `${PROVIDER}%`)
        .delete()
        .returning([...ASSIGNMENT_COLUMNS]);
      return rows.map(toAssignment);
    },

    /**
     * Exactly these are what somebody has from there. One statement for each half, so that two sign-ins at once end in
     * what one of them said. Roles that are gone meanwhile are left out. Answers what came and what went.
     */
    async keepInStep(
      {
        userId,
        source,
        namesOf,
      }: {
        userId: string;
        source: ProviderSource;
        namesOf: (inside: Database) => Promise<readonly string[]>;
      },
      createIdOf: () => string,
      now: number,
    ): Promise<{ given: string[]; taken: string[] }> {
      return await db.transaction(async (inside) => {
        // Of two sign-ins of one person the later one waits here.
        const person = await inside('users').where({ id: userId }).forUpdate().first('id');
        if (!person) return { given: [], taken: [] };
        const roles = await namesOf(inside);
        const gone: { role_name: string }[] = await inside('role_assignments')
          .where({ user_id: userId, source })
          .whereNotIn('role_name', [...roles])
          .delete()
          .returning(['role_name']);
        const known: { name: string }[] = await inside('roles')
          .whereIn('name', [...roles])
          .orderBy('name')
          // None is deleted before the person has it.
          .forKeyShare()
          .select('name');
        const given: { role_name: string }[] =
          known.length === 0
            ? []
            : await inside('role_assignments')
                .insert(
                  known.map(({ name }) => ({
                    id: createIdOf(),
                    role_name: name,
                    user_id: userId,
                    organisation_id: EVERYWHERE,
                    source,
                    expires_at: null,
                    created_at: now,
                  })),
                )
                .onConflict(['user_id', 'role_name', 'source', 'organisation_id'])
                .ignore()
                .returning(['role_name']);
        const named = (rows: { role_name: string }[]) => rows.map(({ role_name }) => role_name).sort();
        return { given: named(given), taken: named(gone) };
      });
    },

    /** Everybody loses what they have from there: one role, or all. Answers how many assignments there were. */
    async dropSource(source: ProviderSource, role?: string): Promise<number> {
      return await db('role_assignments')
        .where({ source, ...(role === undefined ? {} : { role_name: role }) })
        .delete();
    },

    /** All of somebody's that hold now, by their names. */
    async listOf(holder: Holder, now: number): Promise<Assignment[]> {
      const rows: AssignmentRow[] = await db('role_assignments')
        .where(columnsOf(holder))
        .where((query) => query.whereNull('expires_at').orWhere('expires_at', '>', now))
        .orderBy(['role_name', 'source'])
        .select(ASSIGNMENT_COLUMNS);
      return rows.map(toAssignment);
    },

    /**
     * The roles that somebody has everywhere, by their names, each with its scopes at one resource server: one statement,
     * which runs with each token.
     */
    async read(
      holder: Holder,
      resourceServerId: string,
      now: number,
    ): Promise<{ role: string; scope: string | null }[]> {
      const [[column, value] = ['user_id', '']] = Object.entries(columnsOf(holder));
      return await db.hot<{ role: string; scope: string | null }>(
        `select distinct held.role_name as role, permitted.scope as scope from role_assignments as held
         left join role_permissions as permitted
           on permitted.role_name = held.role_name and permitted.resource_server_id = ?
         where held.${column} = ? and held.organisation_id = '' and (held.expires_at is null or held.expires_at > ?)
         order by 1, 2`,
        [resourceServerId, value, now],
      );
    },

    /** Gives somebody who is new what everybody gets. For the transaction that inserts the person. */
    async giveDefaults(userId: string, createIdOf: () => string, now: number): Promise<string[]> {
      const rows: { name: string }[] = await db('roles')
        .where({ is_default: true })
        .orderBy('name')
        // None is deleted before the person has it.
        .forKeyShare()
        .select('name');
      if (rows.length === 0) return [];
      await db('role_assignments').insert(
        rows.map(({ name }) => ({
          id: createIdOf(),
          role_name: name,
          user_id: userId,
          organisation_id: EVERYWHERE,
          source: 'default' satisfies RoleSource,
          expires_at: null,
          created_at: now,
        })),
      );
      return rows.map(({ name }) => name);
    },
  };
}

/** The ids of the people who have a role now: the inner part of another query. */
export function idsOfHolders(db: Database, role: string, now: number): Knex.QueryBuilder {
  return db('role_assignments')
    .where({ role_name: role })
    .whereNotNull('user_id')
    .where((query) => query.whereNull('expires_at').orWhere('expires_at', '>', now))
    .select('user_id');
}

/** Of these roles those that somebody has now. */
export async function listHeld(db: Database, names: readonly string[], now: number): Promise<string[]> {
  const rows: { role_name: string }[] = await db('role_assignments')
    .whereIn('role_name', [...names])
    .whereNotNull('user_id')
    .where((query) => query.whereNull('expires_at').orWhere('expires_at', '>', now))
    .distinct('role_name');
  return rows.map(({ role_name }) => role_name);
}

/** Resource servers at which roles decide, and none permits anything: the first ones, oldest first. */
export async function listUnpermitted(db: Database, limit: number): Promise<string[]> {
  const rows: { identifier: string }[] = await db('resource_servers')
    .where({ roles: 'enforce' })
    .whereNotIn('id', db('role_permissions').select('resource_server_id'))
    .orderBy(['created_at', 'id'])
    .limit(limit)
    .select('identifier');
  return rows.map(({ identifier }) => identifier);
}

type NewAssignment = {
  id: string;
  role: string;
  holder: Holder;
  source: RoleSource;
  until?: number | undefined;
};

const ASSIGNMENT_COLUMNS = ['role_name', 'source', 'organisation_id', 'expires_at'] as const;

async function find(db: Database, by: { name: string } | { name_key: string }): Promise<Role | undefined> {
  const row: RoleRow | undefined = await db('roles').where(by).first(COLUMNS);
  if (!row) return undefined;
  return toRole(row, (await permissionsOf(db, [row.name])).get(row.name) ?? []);
}

async function permissionsOf(
  db: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, RolePermission[]>> {
  const all = new Map<string, RolePermission[]>(); // at most one for each role of a page
  if (names.length === 0) return all;
  const rows: PermissionRow[] = await db('role_permissions')
    .join('resource_servers', 'resource_servers.id', 'role_permissions.resource_server_id')
    .whereIn('role_name', names)
    .orderBy(['role_name', 'identifier', 'scope'])
    .select('role_name', 'resource_server_id', 'identifier', 'scope');
  for (const { role_name, resource_server_id: resourceServerId, identifier, scope } of rows) {
    const permission = { resourceServerId, identifier, scope };
    const known = all.get(role_name);
    if (known) known.push(permission);
    else all.set(role_name, [permission]);
  }
  return all;
}

async function insertPermissions(db: Database, { name, permissions }: Role): Promise<void> {
  if (permissions.length === 0) return;
  await db('role_permissions').insert(
    permissions.map(({ resourceServerId, scope }) => ({
      role_name: name,
      resource_server_id: resourceServerId,
      scope,
    })),
  );
}

async function countHolders(
  db: Database,
  role: string,
  now: number,
): Promise<{ users: number; clients: number }> {
  const counts: { users: number | string; clients: number | string } | undefined = await db(
    'role_assignments',
  )
    .where({ role_name: role })
    .where((query) => query.whereNull('expires_at').orWhere('expires_at', '>', now))
    .first(
      db.knex.raw('count(distinct user_id) as users'),
      db.knex.raw('count(distinct client_id) as clients'),
    );
  return { users: Number(counts?.users ?? 0), clients: Number(counts?.clients ?? 0) };
}

function columnsOf(holder: Holder): { user_id: string } | { client_id: string } {
  return 'userId' in holder ? { user_id: holder.userId } : { client_id: holder.clientId };
}

function changeable(role: Role): Record<string, unknown> {
  return {
    description: role.description ?? null,
    is_default: role.isDefault,
    requires: role.requires.length === 0 ? null : JSON.stringify(role.requires),
    updated_at: role.updatedAt,
  };
}

function toRole(row: RoleRow, permissions: readonly RolePermission[]): Role {
  return {
    id: row.id,
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    isDefault: Boolean(row.is_default),
    permissions,
    requires: row.requires === null ? [] : JSON.parse(row.requires),
    version: row.version,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

function toAssignment({ role_name, source, organisation_id, expires_at }: AssignmentRow): Assignment {
  return {
    role: role_name,
    source,
    ...(organisation_id === EVERYWHERE ? {} : { organisationId: organisation_id }),
    ...(expires_at === null ? {} : { until: Number(expires_at) }),
  };
}
