import { type Database, oldestFirst } from '../database/database.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../database/errors.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { PageWish } from '../deeds/deeds.ts';
import type { SealedColumn } from '../keys/keys.ts';
import { defined } from '../lib/defined.ts';
import type { ClientAuth, Endpoints, Preset } from './presets.ts';

/** A provider elsewhere. Times are milliseconds since the epoch. Its secret never leaves the noun. */
export type Provider = {
  /** Made up by us, never used twice: links hang on it. */
  id: `upp_${string}`;
  /** Stands in addresses: `/upstream/<slug>/callback`. */
  slug: string;
  preset: Preset;
  /** As people read it on the sign-in page. */
  name: string;
  /** The name of one of our own pictures. */
  icon: Preset;
  order: number;
  isEnabled: boolean;
  issuer?: string;
  clientId: string;
  clientAuth: ClientAuth;
  /** Apple's ten characters for whom the key is. */
  teamId?: string;
  /** `kid` of the key that signs for us. */
  keyId?: string;
  hasSecret: boolean;
  scopes: readonly string[];
  endpoints?: Endpoints;
  /** Whether somebody who is nobody here gets an account: as the setting of registration says, or whatever it says. */
  registration: 'follow' | 'on' | 'off';
  /** Domains of which people come in; empty: of any. */
  allowDomains: readonly string[];
  /** Whether an address of `trustEmailDomains` that it calls verified finds its account here without another proof. */
  trustEmail: boolean;
  trustEmailDomains: readonly string[];
  /** Values of `amr` or `acr` of theirs that count as a second factor. */
  trustSecondFactor: readonly string[];
  /** Whether tokens of theirs are kept, sealed, with the link. */
  keepTokens: boolean;
  /** Rises with each change. */
  version: number;
  createdAt: number;
  updatedAt: number;
};

/** That a person here is somebody there. */
export type Link = {
  id: `upl_${string}`;
  providerId: string;
  /** Theirs alone, and never another one's. */
  subject: string;
  userId: string;
  /** The address that they have there, as it was said last. */
  email?: string;
  createdAt: number;
  lastUsedAt?: number;
};

/** Who has this value in this claim there has this role here. */
export type RoleMapping = {
  id: `upm_${string}`;
  providerId: string;
  claim: string;
  value: string;
  role: string;
  createdAt: number;
};

type Row = {
  id: `upp_${string}`;
  slug: string;
  preset: Preset;
  name: string;
  sort_order: number;
  is_enabled: boolean | number;
  issuer: string | null;
  client_id: string;
  client_auth: ClientAuth;
  sealed_secret: string | null;
  team_id: string | null;
  key_id: string | null;
  scopes: string;
  endpoints: string | null;
  registration: Provider['registration'];
  allow_domains: string;
  trust_email: boolean | number;
  trust_email_domains: string;
  trust_second_factor: string;
  keep_tokens: boolean | number;
  version: number;
  created_at: number;
  updated_at: number;
};
type LinkRow = {
  id: `upl_${string}`;
  provider_id: string;
  subject: string;
  user_id: string;
  email: string | null;
  created_at: number;
  last_used_at: number | null;
};
type MappingRow = {
  id: `upm_${string}`;
  provider_id: string;
  claim: string;
  value: string;
  role_name: string;
  created_at: number;
};

const COLUMNS = [
  'id',
  'slug',
  'preset',
  'name',
  'sort_order',
  'is_enabled',
  'issuer',
  'client_id',
  'client_auth',
  'sealed_secret',
  'team_id',
  'key_id',
  'scopes',
  'endpoints',
  'registration',
  'allow_domains',
  'trust_email',
  'trust_email_domains',
  'trust_second_factor',
  'keep_tokens',
  'version',
  'created_at',
  'updated_at',
] as const;
const LINK_COLUMNS = [
  'id',
  'provider_id',
  'subject',
  'user_id',
  'email',
  'created_at',
  'last_used_at',
] as const;
const MAPPING_COLUMNS = ['id', 'provider_id', 'claim', 'value', 'role_name', 'created_at'] as const;

export const secretContext = (id: string): string => `upstream_providers.sealed_secret:${id}`;
export const tokensContext = (id: string): string => `upstream_links.sealed_tokens:${id}`;

export const sealedUpstreamColumns: readonly SealedColumn[] = [
  { table: 'upstream_providers', column: 'sealed_secret', idColumn: 'id', context: secretContext },
  { table: 'upstream_links', column: 'sealed_tokens', idColumn: 'id', context: tokensContext },
];

/** Sign-ins whose sessions are over, logout tokens that are, and whom they signed out. */
export const sweptUpstream: readonly SweptTable[] = [
  { name: 'upstream_sessions', key: 'id', expiresAt: 'expires_at' },
  { name: 'upstream_logouts', key: 'id', expiresAt: 'expires_at' },
  { name: 'upstream_signed_out', key: 'id', expiresAt: 'expires_at' },
];

/** A sign-in from a provider, by the hashes of who it was there and in which session of theirs. */
type SignInFrom = {
  id: string;
  providerId: string;
  subjectHash: string;
  /** Empty: the provider names none. */
  sidHash: string;
  userId: string;
  expiresAt: number;
};

/** Whom a provider has signed out, by a hash of it, and when: milliseconds since the epoch. */
type SignedOut = { id: string; at: number };

export type UpstreamStore = ReturnType<typeof createUpstreamStore>;

/** Of a subject, of a session, or of both. */
type SignInHashes = { subjectHash?: string | undefined; sidHash?: string | undefined };

export function createUpstreamStore(db: Database) {
  const signInsOf = (providerId: string, { subjectHash, sidHash }: SignInHashes) =>
    db('upstream_sessions').where({
      provider_id: providerId,
      ...defined({ subject_hash: subjectHash, sid_hash: sidHash }),
    });

  return {
    async find(by: { slug: string } | { id: string }): Promise<Provider | undefined> {
      const row: Row | undefined = await db('upstream_providers').where(by).first(COLUMNS);
      return row && toProvider(row);
    },

    /** What the provider was given to know us by. */
    async findSealedSecret(id: string): Promise<string | undefined> {
      const row: Pick<Row, 'sealed_secret'> | undefined = await db('upstream_providers')
        .where({ id })
        .first('sealed_secret');
      return row?.sealed_secret ?? undefined;
    },

    /** Oldest first, after one of them. */
    async list(wish: PageWish): Promise<Provider[]> {
      const rows: Row[] = await oldestFirst(db, 'upstream_providers', wish).select(COLUMNS);
      return rows.map(toProvider);
    },

    /** As people see them. */
    async listEnabled(): Promise<Provider[]> {
      const rows: Row[] = await db('upstream_providers')
        .where({ is_enabled: true })
        .orderBy(['sort_order', 'created_at', 'id'])
        .select(COLUMNS);
      return rows.map(toProvider);
    },

    /** False when the slug is taken. */
    async insert(provider: Provider, sealedSecret: string | undefined): Promise<boolean> {
      const rows: unknown[] = await db('upstream_providers')
        .insert({
          id: provider.id,
          slug: provider.slug,
          preset: provider.preset,
          sealed_secret: sealedSecret ?? null,
          version: provider.version,
          created_at: provider.createdAt,
          ...changeable(provider),
        })
        .onConflict('slug')
        .ignore()
        .returning(['id']);
      return rows.length === 1;
    },

    /**
     * Reads, changes and writes one in one transaction, so that two changes at once both count, and nobody is linked between
     * the look and the change. `change` is told whether somebody is. `secret`: absent, it stays.
     */
    async update(
      id: string,
      change: (before: Provider, isLinked: boolean) => { after: Provider; sealedSecret?: string | null },
      version?: number,
    ): Promise<{ before: Provider; after: Provider } | 'conflict' | undefined> {
      return await db.transaction(async (inside) => {
        const row: Row | undefined = await inside('upstream_providers')
          .where({ id })
          .forUpdate()
          .first(COLUMNS);
        if (!row) return undefined;
        const before = toProvider(row);
        if (version !== undefined && version !== before.version) return 'conflict';
        const isLinked =
          (await inside('upstream_links').where({ provider_id: id }).first('id')) !== undefined;
        const { after, sealedSecret } = change(before, isLinked);
        const written: number = await inside('upstream_providers')
          .where({ id, version: before.version })
          .update({
            ...changeable(after),
            ...(sealedSecret === undefined ? {} : { sealed_secret: sealedSecret }),
            version: before.version + 1,
          });
        if (written !== 1) return 'conflict';
        const hasSecret = sealedSecret === undefined ? before.hasSecret : sealedSecret !== null;
        return { before, after: { ...after, hasSecret, version: before.version + 1 } };
      });
    },

    /** With its links and what it maps. Answers how many links there were. */
    async delete(id: string): Promise<number | undefined> {
      return await db.transaction(async (inside) => {
        await inside('upstream_providers').where({ id }).forUpdate().first('id');
        const links = await countLinks(inside, id);
        const deleted: number = await inside('upstream_providers').where({ id }).delete();
        return deleted === 1 ? links : undefined;
      });
    },

    countLinks: (providerId: string) => countLinks(db, providerId),

    async findLink(by: { provider_id: string; subject: string } | { id: string }): Promise<Link | undefined> {
      const row: LinkRow | undefined = await db('upstream_links').where(by).first(LINK_COLUMNS);
      return row && toLink(row);
    },

    /** Whether there is any provider, enabled or not. */
    async hasAny(): Promise<boolean> {
      return (await db('upstream_providers').first('id')) !== undefined;
    },

    async listLinksOf(userId: string): Promise<Link[]> {
      const rows: LinkRow[] = await db('upstream_links')
        .where({ user_id: userId })
        .orderBy(['created_at', 'id'])
        .select(LINK_COLUMNS);
      return rows.map(toLink);
    },

    /**
     * False when this subject is linked already, with whomever. `gone`: the person or the provider is, or the provider is not
     * where the subject was learnt any more (`issuer`): a subject means nothing elsewhere.
     */
    async insertLink(
      link: Link,
      { issuer, sealedTokens }: { issuer: string | undefined; sealedTokens?: string | undefined },
    ): Promise<boolean | 'gone'> {
      try {
        return await db.transaction(async (inside) => {
          // Held, so that its issuer does not change in the same moment.
          const held: Pick<Row, 'issuer'> | undefined = await inside('upstream_providers')
            .where({ id: link.providerId })
            .forUpdate()
            .first('issuer');
          if (!held || held.issuer !== (issuer ?? null)) return 'gone';
          const rows: unknown[] = await inside('upstream_links')
            .insert({
              id: link.id,
              provider_id: link.providerId,
              subject: link.subject,
              user_id: link.userId,
              email: link.email ?? null,
              sealed_tokens: sealedTokens ?? null,
              created_at: link.createdAt,
              last_used_at: link.lastUsedAt ?? null,
            })
            .onConflict(['provider_id', 'subject'])
            .ignore()
            .returning(['id']);
          return rows.length === 1;
        });
      } catch (error) {
        if (isForeignKeyViolation(error)) return 'gone';
        throw error;
      }
    },

    /** A link was used, and these mappings held. */
    async saveGiven(
      { providerId, subject }: Pick<Link, 'providerId' | 'subject'>,
      { mappingIds, at }: { mappingIds: readonly string[]; at: number },
    ): Promise<void> {
      await db('upstream_links')
        .where({ provider_id: providerId, subject })
        .update({ mappings: JSON.stringify(mappingIds), last_used_at: at });
    },

    /**
     * The roles that all links of a person with a provider give together, each by its own last sign-in, by their names. One
     * that was last used or made before `since` gives none: nobody may be able to sign in by it any more. Nor does one of
     * which nothing is noted, until its next sign-in.
     */
    async listGivenRoles(userId: string, providerId: string, since: number): Promise<string[]> {
      const links: { mappings: string | null }[] = await db('upstream_links')
        .where({ user_id: userId, provider_id: providerId })
        .where((recent) => recent.where('last_used_at', '>=', since).orWhere('created_at', '>=', since))
        .select('mappings');
      const ids = new Set(links.flatMap(({ mappings }) => JSON.parse(mappings ?? '[]') as string[]));
      if (ids.size === 0) return [];
      const rows: { role_name: string }[] = await db('upstream_role_mappings')
        .where({ provider_id: providerId })
        .whereIn('id', [...ids])
        .orderBy('role_name')
        .distinct('role_name');
      return rows.map(({ role_name }) => role_name);
    },

    async deleteLink(id: string, userId: string): Promise<Link | undefined> {
      const [row]: LinkRow[] = await db('upstream_links')
        .where({ id, user_id: userId })
        .delete()
        .returning([...LINK_COLUMNS]);
      return row && toLink(row);
    },

    async touchLink(
      id: string,
      {
        at,
        email,
        sealedTokens,
      }: { at: number; email?: string | undefined; sealedTokens?: string | undefined },
    ): Promise<void> {
      await db('upstream_links')
        .where({ id })
        .update({ last_used_at: at, ...defined({ email, sealed_tokens: sealedTokens }) });
    },

    async findSealedTokens(id: string): Promise<string | undefined> {
      const row: { sealed_tokens: string | null } | undefined = await db('upstream_links')
        .where({ id })
        .first('sealed_tokens');
      return row?.sealed_tokens ?? undefined;
    },

    /** False when there is no such link any more. */
    async saveTokens(id: string, sealedTokens: string): Promise<boolean> {
      const saved: number = await db('upstream_links').where({ id }).update({ sealed_tokens: sealedTokens });
      return saved === 1;
    },

    /** Those of all its links. */
    async forgetTokens(providerId: string): Promise<void> {
      await db('upstream_links')
        .where({ provider_id: providerId })
        .whereNotNull('sealed_tokens')
        .update({ sealed_tokens: null });
    },

    /** False when it was remembered already, or is of a person or a provider that is gone meanwhile. */
    async rememberSignIn(signIn: SignInFrom): Promise<boolean> {
      const row = {
        id: signIn.id,
        provider_id: signIn.providerId,
        subject_hash: signIn.subjectHash,
        sid_hash: signIn.sidHash,
        user_id: signIn.userId,
        expires_at: signIn.expiresAt,
      };
      try {
        const [kept]: { id: string }[] = await db('upstream_sessions')
          .insert(row)
          .onConflict(['provider_id', 'subject_hash', 'sid_hash', 'user_id'])
          .merge(['expires_at'])
          .returning(['id']);
        return kept?.id === signIn.id;
      } catch (error) {
        if (!isForeignKeyViolation(error)) throw error;
        return false;
      }
    },

    /** Who signed in as this subject, in this session, or both. */
    async listSignedIn(providerId: string, hashes: SignInHashes): Promise<string[]> {
      const rows: { user_id: string }[] = await signInsOf(providerId, hashes).distinct('user_id');
      return rows.map(({ user_id }) => user_id);
    },

    async hasSignIn({
      providerId,
      subjectHash,
      sidHash,
      userId,
    }: Pick<SignInFrom, 'providerId' | 'subjectHash' | 'sidHash' | 'userId'>): Promise<boolean> {
      const found: unknown = await db('upstream_sessions')
        .where({ provider_id: providerId, subject_hash: subjectHash, sid_hash: sidHash, user_id: userId })
        .first('id');
      return found !== undefined;
    },

    /** Those of this subject, in this session, or both. Answers whose they were. */
    async forgetSignIns(providerId: string, hashes: SignInHashes): Promise<string[]> {
      const rows: { user_id: string }[] = await signInsOf(providerId, hashes).delete().returning(['user_id']);
      return [...new Set(rows.map(({ user_id }) => user_id))];
    },

    /** Of two logouts of one the later one counts, in whatever order they come. */
    async rememberSignedOut({ id, at, expiresAt }: SignedOut & { expiresAt: number }): Promise<void> {
      await db('upstream_signed_out')
        .insert({ id, signed_out_at: at, expires_at: expiresAt })
        .onConflict('id')
        .merge(['signed_out_at', 'expires_at'])
        .where('upstream_signed_out.signed_out_at', '<=', at);
    },

    async listSignedOut(ids: readonly string[]): Promise<SignedOut[]> {
      const rows: { id: string; signed_out_at: number }[] = await db('upstream_signed_out')
        .whereIn('id', [...ids])
        .select(['id', 'signed_out_at']);
      return rows.map(({ id, signed_out_at: at }) => ({ id, at: Number(at) }));
    },

    /** Once, by its hash: false for whoever brings it again. */
    async spendLogout({ id, expiresAt }: { id: string; expiresAt: number }): Promise<boolean> {
      const rows: unknown[] = await db('upstream_logouts')
        .insert({ id, expires_at: expiresAt })
        .onConflict('id')
        .ignore()
        .returning(['id']);
      return rows.length === 1;
    },

    /** False when it is there; `gone`: the role or the provider is. */
    async insertMapping(mapping: RoleMapping): Promise<boolean | 'gone'> {
      try {
        await db('upstream_role_mappings').insert({
          id: mapping.id,
          provider_id: mapping.providerId,
          claim: mapping.claim,
          value: mapping.value,
          role_name: mapping.role,
          created_at: mapping.createdAt,
        });
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        if (isForeignKeyViolation(error)) return 'gone';
        throw error;
      }
    },

    async deleteMapping({
      providerId,
      claim,
      value,
      role,
    }: Pick<RoleMapping, 'providerId' | 'claim' | 'value' | 'role'>): Promise<boolean> {
      const deleted: number = await db('upstream_role_mappings')
        .where({ provider_id: providerId, claim, value, role_name: role })
        .delete();
      return deleted === 1;
    },

    async listMappings(providerId: string): Promise<RoleMapping[]> {
      const rows: MappingRow[] = await db('upstream_role_mappings')
        .where({ provider_id: providerId })
        .orderBy(['claim', 'value', 'role_name'])
        .select(MAPPING_COLUMNS);
      return rows.map(({ id, provider_id: providerId, claim, value, role_name: role, created_at }) => ({
        id,
        providerId,
        claim,
        value,
        role,
        createdAt: Number(created_at),
      }));
    },
  };
}

async function countLinks(db: Database, providerId: string): Promise<number> {
  const row: { count: number | string } | undefined = await db('upstream_links')
    .where({ provider_id: providerId })
    .first(db.knex.raw('count(*) as count'));
  return Number(row?.count ?? 0);
}

function changeable(provider: Provider): Record<string, unknown> {
  return {
    name: provider.name,
    sort_order: provider.order,
    is_enabled: provider.isEnabled,
    issuer: provider.issuer ?? null,
    client_id: provider.clientId,
    client_auth: provider.clientAuth,
    team_id: provider.teamId ?? null,
    key_id: provider.keyId ?? null,
    scopes: JSON.stringify(provider.scopes),
    endpoints: provider.endpoints ? JSON.stringify(provider.endpoints) : null,
    registration: provider.registration,
    allow_domains: JSON.stringify(provider.allowDomains),
    trust_email: provider.trustEmail,
    trust_email_domains: JSON.stringify(provider.trustEmailDomains),
    trust_second_factor: JSON.stringify(provider.trustSecondFactor),
    keep_tokens: provider.keepTokens,
    updated_at: provider.updatedAt,
  };
}

function toProvider(row: Row): Provider {
  return {
    id: row.id,
    slug: row.slug,
    preset: row.preset,
    name: row.name,
    icon: row.preset,
    order: row.sort_order,
    isEnabled: Boolean(row.is_enabled),
    clientId: row.client_id,
    clientAuth: row.client_auth,
    hasSecret: row.sealed_secret !== null,
    ...defined({
      issuer: row.issuer ?? undefined,
      teamId: row.team_id ?? undefined,
      keyId: row.key_id ?? undefined,
      endpoints: row.endpoints === null ? undefined : (JSON.parse(row.endpoints) as Endpoints),
    }),
    scopes: JSON.parse(row.scopes),
    registration: row.registration,
    allowDomains: JSON.parse(row.allow_domains),
    trustEmail: Boolean(row.trust_email),
    trustEmailDomains: JSON.parse(row.trust_email_domains),
    trustSecondFactor: JSON.parse(row.trust_second_factor),
    keepTokens: Boolean(row.keep_tokens),
    version: row.version,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

function toLink(row: LinkRow): Link {
  return {
    id: row.id,
    providerId: row.provider_id,
    subject: row.subject,
    userId: row.user_id,
    ...(row.email === null ? {} : { email: row.email }),
    createdAt: Number(row.created_at),
    ...(row.last_used_at === null ? {} : { lastUsedAt: Number(row.last_used_at) }),
  };
}
