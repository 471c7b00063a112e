import { type Database, oldestFirst } from '../database/database.ts';
import { isUniqueViolation } from '../database/errors.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { PageWish } from '../deeds/deeds.ts';
import { createSecrets, type NewSecret, sweptSecrets } from '../secrets/secrets.ts';
import { identifierKey } from './identifier.ts';
import type { Registration, ResourceServer } from './registration.ts';

const COLUMNS = [
  'id',
  'identifier',
  'name',
  'audience',
  'token_format',
  'token_type',
  'userinfo',
  'roles',
  'roles_claim',
  'api_keys',
  'signing_alg',
  'access_token_ttl_seconds',
  'level',
  'scopes',
  'introspection_id',
  'version',
  'created_at',
  'updated_at',
] as const;

type ResourceServerRow = {
  id: `rs_${string}`;
  identifier: string;
  name: string | null;
  audience: string;
  token_format: ResourceServer['tokenFormat'];
  token_type: ResourceServer['tokenType'];
  userinfo: ResourceServer['userinfo'];
  roles: ResourceServer['roles'];
  roles_claim: ResourceServer['rolesClaim'];
  api_keys: ResourceServer['apiKeys'];
  signing_alg: ResourceServer['signingAlg'];
  access_token_ttl_seconds: number | null;
  level: string | null;
  scopes: string;
  introspection_id: string | null;
  version: number;
  created_at: number;
  updated_at: number;
};

const SECRETS = { table: 'resource_server_secrets', owner: 'resource_server_id' };
const secrets = createSecrets(SECRETS);

/** Secrets whose overlap has ended. */
export const sweptResourceServers: readonly SweptTable[] = [sweptSecrets(SECRETS)];

export function createResourceServerStore(db: Database) {
  return {
    async find(
      by: { id: string } | { identifier: string } | { introspection_id: string } | { audience: string },
      now: number,
    ): Promise<ResourceServer | undefined> {
      return await find(db, by, now);
    },

    /** Oldest first, after one of them. */
    async listPage(wish: PageWish, now: number): Promise<ResourceServer[]> {
      const rows: ResourceServerRow[] = await oldestFirst(db, 'resource_servers', wish).select(COLUMNS);
      const ids = rows.map(({ id }) => id);
      const hashes = await secrets.hashesByOwner(db, now, ids);
      return rows.map((row) => toResourceServer(row, hashes.get(row.id) ?? []));
    },

    /** All of them, oldest first: they are few, and read for the protocol at most once a second. */
    async list(now: number): Promise<ResourceServer[]> {
      const rows: ResourceServerRow[] = await db('resource_servers')
        .orderBy(['created_at', 'id'])
        .select(COLUMNS);
      const hashes = await secrets.hashesByOwner(db, now);
      return rows.map((row) => toResourceServer(row, hashes.get(row.id) ?? []));
    },

    /** False when the identifier, in whatever spelling, or the audience is another's already, also at the same moment. */
    async insert(
      resourceServer: Registration & Pick<ResourceServer, 'id' | 'createdAt' | 'updatedAt'>,
      introspection?: { id: string; secret: NewSecret },
    ): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const rows: { id: string }[] = await inside('resource_servers')
          .insert({
            id: resourceServer.id,
            identifier: resourceServer.identifier,
            identifier_key: identifierKey(resourceServer.identifier),
            introspection_id: introspection?.id ?? null,
            created_at: resourceServer.createdAt,
            updated_at: resourceServer.updatedAt,
            ...changeable(resourceServer),
          })
          .onConflict()
          .ignore()
          .returning(['id']);
        if (rows.length === 0) return false;
        if (introspection) await secrets.insert(inside, resourceServer.id, introspection.secret);
        return true;
      });
    },

    /**
     * Reads, changes and writes one resource server in one transaction. `taken`: the audience is another's. `conflict`:
     * it is of another version than was asked for.
     */
    async update(
      id: string,
      now: number,
      change: (before: ResourceServer) => Registration,
      version?: number,
    ): Promise<{ before: ResourceServer; after: ResourceServer } | 'taken' | 'conflict' | undefined> {
      try {
        return await db.transaction(async (inside) => {
          await inside('resource_servers').where({ id }).forUpdate().first('id');
          const before = await find(inside, { id }, now);
          if (!before) return undefined;
          if (version !== undefined && version !== before.version) return 'conflict';
          const written: number = await inside('resource_servers')
            .where({ id, version: before.version })
            .update({ ...changeable(change(before)), updated_at: now, version: before.version + 1 });
          if (written !== 1) return 'conflict';
          const after = await find(inside, { id }, now);
          return after && { before, after };
        });
      } catch (error) {
        if (isUniqueViolation(error)) return 'taken';
        throw error;
      }
    },

    /** Only of this version, where one is said. */
    async delete(id: string, version?: number): Promise<boolean> {
      const which = version === undefined ? { id } : { id, version };
      return (await db('resource_servers').where(which).delete()) === 1;
    },

    /**
     * Gives introspection credentials: the id it has, else `introspectionId`. The older secrets end as
     * `secrets/store.ts` says. Answers the id; `undefined` when there is no such resource server.
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
          .update({ introspection_id: row.introspection_id ?? introspectionId, updated_at: now })
          .increment('version', 1);
        await secrets.rotate(inside, id, secret, olderEndAt);
        return row.introspection_id ?? introspectionId;
      });
    },

    /** Takes the introspection credentials away. */
    async endIntrospection(id: string, now: number): Promise<boolean> {
      return await db.transaction(async (inside) => {
        await secrets.endAll(inside, id);
        const count: number = await inside('resource_servers')
          .where({ id })
          .update({ introspection_id: null, updated_at: now })
          .increment('version', 1);
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
  return toResourceServer(row, await secrets.hashesOf(db, row.id, now));
}

function changeable(registration: Registration): Record<string, unknown> {
  return {
    name: registration.name ?? null,
    audience: registration.audience,
    token_format: registration.tokenFormat,
    token_type: registration.tokenType,
    userinfo: registration.userinfo,
    roles: registration.roles,
    roles_claim: registration.rolesClaim,
    api_keys: registration.apiKeys,
    signing_alg: registration.signingAlg,
    access_token_ttl_seconds: registration.accessTokenTtlSeconds ?? null,
    level: registration.level ?? null,
    scopes: JSON.stringify(registration.scopes),
  };
}

function toResourceServer(row: ResourceServerRow, secretHashes: string[]): ResourceServer {
  return {
    id: row.id,
    identifier: row.identifier,
    ...(row.name === null ? {} : { name: row.name }),
    audience: row.audience,
    tokenFormat: row.token_format,
    tokenType: row.token_type,
    userinfo: row.userinfo,
    roles: row.roles,
    rolesClaim: row.roles_claim,
    apiKeys: row.api_keys,
    signingAlg: row.signing_alg,
    ...(row.access_token_ttl_seconds === null
      ? {}
      : { accessTokenTtlSeconds: Number(row.access_token_ttl_seconds) }),
    ...(row.level === null ? {} : { level: row.level }),
    scopes: JSON.parse(row.scopes) as ResourceServer['scopes'],
    ...(row.introspection_id === null ? {} : { introspection: { id: row.introspection_id, secretHashes } }),
    version: row.version,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
