import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/errors.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { Registration } from './registration.ts';
import type { ResourceServer } from './resource-servers.ts';

const COLUMNS = [
  'id',
  'identifier',
  'name',
  'audience',
  'token_format',
  'signing_alg',
  'access_token_ttl_seconds',
  'level',
  'scopes',
  'introspection_id',
  'created_at',
  'updated_at',
] as const;

type ResourceServerRow = {
  id: `rs_${string}`;
  identifier: string;
  name: string | null;
  audience: string;
  token_format: ResourceServer['tokenFormat'];
  signing_alg: ResourceServer['signingAlg'];
  access_token_ttl_seconds: number | null;
  level: string | null;
  scopes: string;
  introspection_id: string | null;
  created_at: number;
  updated_at: number;
};

type SecretRow = { resource_server_id: string; secret_hash: string };

/** Secrets whose overlap has ended. */
export const sweptResourceServers: readonly SweptTable[] = [
  { name: 'resource_server_secrets', key: 'id', expiresAt: 'expires_at' },
];

export type NewSecret = { id: string; secretHash: string; createdAt: number };

export function createResourceServerStore(db: Database) {
  return {
    async find(
      by: { id: string } | { identifier: string } | { introspection_id: string } | { audience: string },
      now: number,
    ): Promise<ResourceServer | undefined> {
      return await find(db, by, now);
    },

    /** Oldest first. */
    async list(now: number): Promise<ResourceServer[]> {
      const rows: ResourceServerRow[] = await db('resource_servers')
        .orderBy(['created_at', 'id'])
        .select(COLUMNS);
      const secrets: SecretRow[] = await validSecrets(db, now).select(['resource_server_id', 'secret_hash']);
      return rows.map((row) => toResourceServer(row, secrets));
    },

    /** False when the identifier or the audience is another's already. */
    async insert(
      resourceServer: Registration & Pick<ResourceServer, 'id' | 'createdAt' | 'updatedAt'>,
      introspection?: { id: string; secret: NewSecret },
    ): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const rows: { id: string }[] = await inside('resource_servers')
          .insert({
            id: resourceServer.id,
            identifier: resourceServer.identifier,
            introspection_id: introspection?.id ?? null,
            created_at: resourceServer.createdAt,
            updated_at: resourceServer.updatedAt,
            ...changeable(resourceServer),
          })
          .onConflict()
          .ignore()
          .returning(['id']);
        if (rows.length === 0) return false;
        if (introspection) await insertSecret(inside, resourceServer.id, introspection.secret);
        return true;
      });
    },

    /** Reads, changes and writes one resource server in one transaction. `taken`: the audience is another's. */
    async update(
      id: string,
      now: number,
      change: (before: ResourceServer) => Registration,
    ): Promise<ResourceServer | 'taken' | undefined> {
      try {
        return await db.transaction(async (inside) => {
          await inside('resource_servers').where({ id }).forUpdate().first('id');
          const before = await find(inside, { id }, now);
          if (!before) return undefined;
          await inside('resource_servers')
            .where({ id })
            .update({ ...changeable(change(before)), updated_at: now });
          return await find(inside, { id }, now);
        });
      } catch (error) {
        if (isUniqueViolation(error)) return 'taken';
        throw error;
      }
    },

    async delete(id: string): Promise<boolean> {
      return (await db('resource_servers').where({ id }).delete()) === 1;
    },

    /**
     * Gives introspection credentials: the id it has, else `introspectionId`. Of older secrets the newest works on until
     * `olderEndAt`. Answers the id; `undefined` when there is no such resource server.
     */
    async rotateIntrospectionSecret(
      id: string,
      introspectionId: string,
      secret: NewSecret,
      olderEndAt: number,
    ): Promise<string | undefined> {
      const now = secret.createdAt;
      return await db.transaction(async (inside) => {
        const row: { introspection_id: string | null } | undefined = await inside('resource_servers')
          .where({ id })
          .forUpdate()
          .first(['introspection_id']);
        if (!row) return undefined;
        await inside('resource_servers')
          .where({ id })
          .update({ introspection_id: row.introspection_id ?? introspectionId, updated_at: now });
        const newest: { id: string } | undefined = await validSecrets(inside, now)
          .where({ resource_server_id: id })
          .orderBy([
            { column: 'created_at', order: 'desc' },
            { column: 'id', order: 'desc' },
          ])
          .first(['id']);
        const older = inside('resource_server_secrets').where({ resource_server_id: id });
        if (newest && olderEndAt > now) older.whereNot({ id: newest.id });
        await older.delete();
        await inside('resource_server_secrets')
          .where({ resource_server_id: id })
          .where((open) => open.whereNull('expires_at').orWhere('expires_at', '>', olderEndAt))
          .update({ expires_at: olderEndAt });
        await insertSecret(inside, id, secret);
        return row.introspection_id ?? introspectionId;
      });
    },

    /** Takes the introspection credentials away. */
    async endIntrospection(id: string, now: number): Promise<boolean> {
      return await db.transaction(async (inside) => {
        await inside('resource_server_secrets').where({ resource_server_id: id }).delete();
        const count: number = await inside('resource_servers')
          .where({ id })
          .update({ introspection_id: null, updated_at: now });
        return count === 1;
      });
    },
  };
}

async function find(
  db: Database,
  by: Record<string, string>,
  now: number,
): Promise<ResourceServer | undefined> {
  const row: ResourceServerRow | undefined = await db('resource_servers').where(by).first(COLUMNS);
  if (!row) return undefined;
  const secrets: SecretRow[] = await validSecrets(db, now)
    .where({ resource_server_id: row.id })
    .orderBy(['created_at', 'id'])
    .select(['resource_server_id', 'secret_hash']);
  return toResourceServer(row, secrets);
}

async function insertSecret(db: Database, resourceServerId: string, secret: NewSecret): Promise<void> {
  await db('resource_server_secrets').insert({
    id: secret.id,
    resource_server_id: resourceServerId,
    secret_hash: secret.secretHash,
    created_at: secret.createdAt,
    expires_at: null,
  });
}

function validSecrets(db: Database, now: number): Knex.QueryBuilder {
  return db('resource_server_secrets').where((open) =>
    open.whereNull('expires_at').orWhere('expires_at', '>', now),
  );
}

function changeable(registration: Registration): Record<string, unknown> {
  return {
    name: registration.name ?? null,
    audience: registration.audience,
    token_format: registration.tokenFormat,
    signing_alg: registration.signingAlg,
    access_token_ttl_seconds: registration.accessTokenTtlSeconds ?? null,
    level: registration.level ?? null,
    scopes: JSON.stringify(registration.scopes),
  };
}

function toResourceServer(row: ResourceServerRow, secrets: readonly SecretRow[]): ResourceServer {
  const own = secrets.filter((secret) => secret.resource_server_id === row.id);
  const secretHashes = own.map((secret) => secret.secret_hash);
  return {
    id: row.id,
    identifier: row.identifier,
    ...(row.name === null ? {} : { name: row.name }),
    audience: row.audience,
    tokenFormat: row.token_format,
    signingAlg: row.signing_alg,
    ...(row.access_token_ttl_seconds === null
      ? {}
      : { accessTokenTtlSeconds: Number(row.access_token_ttl_seconds) }),
    ...(row.level === null ? {} : { level: row.level }),
    scopes: JSON.parse(row.scopes) as ResourceServer['scopes'],
    ...(row.introspection_id === null ? {} : { introspection: { id: row.introspection_id, secretHashes } }),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
