import type { Audit, EventData, EventDefinition } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { Keys } from '../keys/keys.ts';
import type { ChangedBy } from '../lib/actor.ts';
import { changesBetween } from '../lib/changes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId, problemOfChosenId } from '../lib/ids.ts';
import type { Picture } from '../lib/picture.ts';
import { createReadCache } from '../lib/read-cache.ts';
import { isSecretOf } from '../lib/secret.ts';
import { isKey } from '../lib/text.ts';
import { mintSecret, problemOfGivenSecret } from '../secrets/secrets.ts';
import {
  clientBuiltIn,
  clientConflict,
  clientIdTaken,
  clientInvalid,
  clientUnknown,
  clientWithoutSecret,
} from './errors.ts';
import {
  clientCreated,
  clientDeleted,
  clientDisabled,
  clientEnabled,
  clientPkceSeen,
  clientSecretRotated,
  clientUpdated,
} from './events.ts';
import { createLogoRoutes, takeLogo } from './logos.ts';
import {
  CLIENT_PROPERTIES,
  type ClientChanges,
  type ClientInput,
  type ClientProperties,
  type ClientSettings,
} from './properties.ts';
import type { ClientType } from './redirect-uris.ts';
import {
  type Client,
  inputOf,
  type Registration,
  register,
  registerAgain,
  withLaterProperties,
} from './registration.ts';
import type { Problem } from './rules.ts';
import { isSectorNews, loadSector, requireSector } from './sector.ts';
import { createClientStore, sweptClients } from './store.ts';

export { ACCOUNT_CLIENT_ID, API_KEYS_CLIENT_ID } from './built-in.ts';
export { type ClientClaim, writeClaim } from './claims.ts';
export {
  CLIENT_PROPERTIES,
  type ClientMetadata,
  type ClientProperties,
  type ClientSettings,
} from './properties.ts';
export type { ClientType } from './redirect-uris.ts';
export { type Client, defaultSettings } from './registration.ts';
export { listWithAllowedRoles, sweptClients } from './store.ts';

export type ClientsDeps = {
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  /** Clients without a row, such as `builtInAccountClient(issuer)`. */
  builtIn: readonly Client[];
  /** Makes the keys of an algorithm, before a client says that its ID tokens are signed with it. */
  keys: Pick<Keys, 'ensure'>;
  /** Ends what people have open at a client that works no longer (`access/ends.ts`). */
  whenEnded(clientId: string, cause: 'client_disabled' | 'client_deleted'): Promise<unknown>;
  /** Loads the sector documents of clients, when they are registered and never after. */
  outgoing: Pick<Outgoing, 'fetch'>;
  /** Absent: those that there are. */
  properties?: ClientProperties;
};
export type Clients = ReturnType<typeof createClients>;

type Changed = Registration & Pick<Client, 'disabledAt' | 'sectorCheckedAt'>;

/** What somebody brings along who moves a client here: an id that nobody has or had, and the secret. */
export type ChosenForClient = { id?: string | undefined; secret?: string | undefined };

/** Only when it still is of this version. Absent: whatever it is. */
type OfVersion = { version?: number | undefined };

const CACHE_MS = 1000;
/** The audit says of a picture that there is one, or another one. */
const IN_WORDS = { inWords: ['secret', 'logo'] };

export function createClients({
  db,
  clock,
  audit,
  builtIn,
  keys,
  whenEnded,
  outgoing,
  properties = CLIENT_PROPERTIES,
}: ClientsDeps) {
  const store = createClientStore(db, properties);
  const complete = (client: Client) => ({ ...client, ...withLaterProperties(client, properties) });
  const builtInById = new Map(builtIn.map((client) => [client.id, complete(client)])); // at most those that are built in
  const cache = createReadCache<Client>({ clock, ttlMs: CACHE_MS });

  return {
    /** Its rows that run out. */
    sweeps: sweptClients,
    routes: createLogoRoutes(store),

    /** Read at most one second ago. Disabled clients are found too. Do not change what is returned. */
    async find(id: string): Promise<Client | undefined> {
      const known = builtInById.get(id);
      if (known || !isKey(id)) return known;
      return await cache.read(id, () => store.find(id, clock.now()));
    },

    /** A few clients whose ids begin like this one, for the log of who mistyped theirs. */
    async findSimilar(id: string): Promise<string[]> {
      const start = id.slice(0, 64).trim().slice(0, 8);
      if (start.length < 6 || !isKey(start)) return [];
      // Those that are made up here have no capitals; one that was chosen may.
      const found = await Promise.all([...new Set([start, start.toLowerCase()])].map(store.findIdsLike));
      return found.flat();
    },

    /** The registered clients, oldest first; built-in ones are not among them. Throws `clients.unknown` for `after`. */
    async list({ limit, after }: PageWish): Promise<Page<Client>> {
      if (after !== undefined && !(await isThere(after))) throw clientUnknown({ id: after });
      return pageOf(await store.list({ limit: limit + 1, after }, clock.now()), limit);
    },

    /**
     * Throws `clients.invalid` and `clients.id_taken`. `secret` is there for clients that authenticate with one, unless it
     * was brought along, and only now.
     */
    async create(
      given: ClientInput,
      by: ChangedBy,
      chosen: ChosenForClient = {},
    ): Promise<{ client: Client; secret?: string }> {
      const { input, logo } = takeLogo(given);
      const registration = register(input, properties);
      const problems = problemsOfChosen(chosen, registration);
      if (problems.length > 0) throw clientInvalid({ problems });
      if (chosen.id !== undefined && builtInById.has(chosen.id)) throw clientIdTaken({ id: chosen.id });
      const isNews = isSectorNews(registration);
      if (isNews) requireSector(registration, await loadSector(registration.metadata, outgoing));
      const now = clock.now();
      const client = {
        id: chosen.id ?? createId('cli'),
        ...registration,
        createdAt: now,
        updatedAt: now,
        ...(isNews ? { sectorCheckedAt: now } : {}),
      };
      await keys.ensure(registration.metadata.id_token_signed_response_alg);
      const minted = hasSecret(registration) ? mintSecret(now, chosen.secret) : undefined;
      const isInserted = await store.insert(
        client,
        { secret: minted?.stored, logo },
        { isIdChosen: chosen.id !== undefined },
      );
      if (!isInserted) throw clientIdTaken({ id: client.id });
      // Another process may have asked for the id before it was there.
      cache.clear();
      const changes = changesBetween(
        {},
        { ...inputOf(registration, properties), ...(minted && { secret: 1 }) },
        IN_WORDS,
      );
      await audit.record(clientCreated, {
        outcome: 'success',
        ...by,
        clientId: client.id,
        detail: changes,
      });
      const secretHashes = minted ? [minted.stored.secretHash] : [];
      return {
        client: { ...client, version: 1, isBuiltIn: false, secretHashes },
        ...(minted && chosen.secret === undefined ? { secret: minted.secret } : {}),
      };
    },

    /**
     * Throws `clients.unknown`, `clients.built_in` and `clients.invalid`, and `clients.conflict` when it is of another
     * version than `version`. A client that begins to authenticate with a secret gets one by `rotateSecret`.
     */
    async update(
      id: string,
      given: ClientChanges,
      by: ChangedBy,
      { version }: OfVersion = {},
    ): Promise<Client> {
      const { input: changes, logo } = takeLogo(given);
      // Outside of the transaction, which holds the client meanwhile; judged inside, where nobody changes it.
      const known = isKey(id) ? await store.find(id, clock.now()) : undefined;
      const planned = known && registerAgain(known, changes, properties);
      const document =
        planned && isSectorNews(planned, known) ? await loadSector(planned.metadata, outgoing) : undefined;
      if (planned) await keys.ensure(planned.metadata.id_token_signed_response_alg);
      return await change(
        id,
        (before) => {
          const after = { ...before, ...registerAgain(before, changes, properties) };
          if (!isSectorNews(after, before)) return after;
          requireSector(after, document);
          return { ...after, sectorCheckedAt: clock.now() };
        },
        { event: clientUpdated, ...by, detail: { fields: Object.keys(changes) } },
        { version, logo },
      );
    },

    /** A disabled client keeps its settings and can do nothing; what people had open there ends. Throws as `update` does. */
    async disable(id: string, by: ChangedBy, { version }: OfVersion = {}): Promise<Client> {
      const disabledAt = clock.now();
      const disabled = await change(
        id,
        (before) => ({ ...before, disabledAt }),
        { event: clientDisabled, ...by },
        { version },
      );
      await whenEnded(id, 'client_disabled');
      return disabled;
    },

    /** Throws as `update` does. */
    async enable(id: string, by: ChangedBy, { version }: OfVersion = {}): Promise<Client> {
      if (builtInById.has(id)) throw clientBuiltIn({ id });
      const before = isKey(id) ? await store.find(id, clock.now()) : undefined;
      // Whoever looked at another version has looked at one that may work, and ends nothing there.
      if (before && version !== undefined && version !== before.version)
        throw clientConflict({ id, version: before.version });
      // Once more: enabling brings nothing back, not even what was under way when it was disabled.
      if (before?.disabledAt !== undefined) await whenEnded(id, 'client_disabled');
      return await change(
        id,
        ({ disabledAt: _, ...rest }) => rest,
        { event: clientEnabled, ...by },
        { version },
      );
    },

    /** Throws `clients.unknown`, `clients.built_in` and `clients.conflict`. */
    async delete(id: string, by: ChangedBy, { version }: OfVersion = {}): Promise<void> {
      if (builtInById.has(id)) throw clientBuiltIn({ id });
      const before = isKey(id) ? await store.find(id, clock.now()) : undefined;
      const deleted = before !== undefined && (await store.delete(id, clock.now(), version));
      cache.clear();
      if (!deleted) throw clientUnknown({ id });
      if (deleted !== true) throw clientConflict({ id, version: deleted.version });
      await audit.record(clientDeleted, {
        outcome: 'success',
        ...by,
        clientId: id,
        detail: changesBetween(valuesOf(before), {}, IN_WORDS),
      });
      await whenEnded(id, 'client_deleted');
    },

    /**
     * A new secret. The newest older one works on for `overlapSeconds` (0: ends at once), any others end.
     * Throws `clients.unknown`, `clients.built_in` and `clients.without_secret`.
     */
    async rotateSecret(
      id: string,
      { overlapSeconds }: { overlapSeconds: number },
      by: ChangedBy,
    ): Promise<{ secret: string; olderEndsAt: number }> {
      if (builtInById.has(id)) throw clientBuiltIn({ id });
      const now = clock.now();
      const client = isKey(id) ? await store.find(id, now) : undefined;
      if (!client) throw clientUnknown({ id });
      const method = client.metadata.token_endpoint_auth_method;
      if (!hasSecret(client)) throw clientWithoutSecret({ id, method });
      const { secret, stored } = mintSecret(now);
      const olderEndsAt = now + overlapSeconds * 1000;
      const isRotated = await store.rotateSecret(id, stored, olderEndsAt);
      cache.clear();
      if (!isRotated) throw clientUnknown({ id });
      await audit.record(clientSecretRotated, {
        outcome: 'success',
        ...by,
        clientId: id,
        detail: {
          overlapSeconds,
          ...changesBetween(secretOf(client), { secret: stored.secretHash }, IN_WORDS),
        },
      });
      return { secret, olderEndsAt };
    },

    /** That a code of this client was redeemed with PKCE: with `pkce` at `ratchet` it must be from now on. */
    async notePkce(id: string): Promise<void> {
      if (builtInById.has(id) || !(await store.notePkce(id, clock.now()))) return;
      cache.clear();
      await audit.record(clientPkceSeen, { outcome: 'success', actor: { type: 'client', id }, clientId: id });
    },

    /** Whether this is one of the client's secrets, in a time that does not tell which one or how near it came. */
    isSecret(client: Pick<Client, 'secretHashes'>, presented: string): boolean {
      return isSecretOf(client.secretHashes, presented);
    },

    adapterMetadata,
  };

  /** What the audit tells of a client. */
  function valuesOf(client: Client): Record<string, unknown> {
    return { ...inputOf(client, properties), disabled: client.disabledAt !== undefined };
  }

  async function isThere(id: string): Promise<boolean> {
    return !builtInById.has(id) && isKey(id) && (await store.find(id, clock.now())) !== undefined;
  }

  async function change(
    id: string,
    change: (before: Client) => Changed,
    { event, detail, ...by }: ChangedBy & { event: EventDefinition; detail?: EventData },
    more: { version?: number | undefined; logo?: Picture | undefined } = {},
  ): Promise<Client> {
    if (builtInById.has(id)) throw clientBuiltIn({ id });
    const updated = isKey(id) ? await store.update(id, clock.now(), change, more) : undefined;
    cache.clear();
    if (!updated) throw clientUnknown({ id });
    if (updated === 'conflict')
      throw clientConflict({ id, version: (await store.find(id, clock.now()))?.version });
    const { before, after } = updated;
    const changes = changesBetween(valuesOf(before), valuesOf(after), IN_WORDS);
    await audit.record(event, {
      outcome: 'success',
      ...by,
      clientId: id,
      detail: { ...detail, ...changes, version: after.version },
    });
    return after;
  }
}

/** The extra metadata property that carries our own settings through oidc-provider's client model. */
export type GatehouseMetadata = ClientSettings & {
  type: ClientType;
  isBuiltIn: boolean;
  isSectorChecked: boolean;
  /** When its first code was redeemed with PKCE. */
  pkceSince?: number;
};

/**
 * What oidc-provider's client model takes. In place of the secret stand its hashes, `sha256:<hash>,<hash>`, for
 * `isHashedSecret`. With `isKnownScope`, names that it does not know are left out of `scope`, because the model refuses
 * a whole client for one of them.
 */
export function adapterMetadata(
  client: Client,
  { isKnownScope }: { isKnownScope?: (name: string) => boolean } = {},
): Record<string, unknown> {
  const { scope, ...metadata } = structuredClone(client.metadata);
  const gatehouse: GatehouseMetadata = {
    ...structuredClone(client.settings),
    type: client.type,
    isBuiltIn: client.isBuiltIn,
    isSectorChecked: client.sectorCheckedAt !== undefined,
    ...defined({ pkceSince: client.pkceSince }),
  };
  return {
    client_id: client.id,
    client_name: client.name,
    ...metadata,
    ...(scope === undefined ? {} : { scope: scopeOf(scope, isKnownScope) }),
    ...(hasSecret(client) ? { client_secret: `sha256:${client.secretHashes.join(',')}` } : {}),
    gatehouse,
  };
}

/** Whether a presented secret belongs to the `client_secret` of `adapterMetadata`, in constant time. */
export function isHashedSecret(stored: string | undefined, presented: string): boolean {
  if (!stored?.startsWith('sha256:')) return isSecretOf([], presented);
  return isSecretOf(stored.slice('sha256:'.length).split(','), presented);
}

/** Whether a text from outside has the form of an id: `cli_` and 24 letters, or one that was chosen. */
export function couldBeClientId(text: string): boolean {
  return text.length <= 128 && /^[\w.:~-]+$/.test(text);
}

function scopeOf(scope: string, isKnown: (name: string) => boolean = () => true): string {
  const names = scope.split(' ').filter(isKnown);
  // An empty scope would lift the restriction.
  return names.length > 0 ? names.join(' ') : 'openid';
}

/** Told in words alone. */
function secretOf({ secretHashes }: Client): { secret: string | undefined } {
  return { secret: secretHashes.at(-1) };
}

function problemsOfChosen({ id, secret }: ChosenForClient, registration: Registration): Problem[] {
  const method = registration.metadata.token_endpoint_auth_method;
  const problems = {
    id: id === undefined ? undefined : problemOfChosenId(id, { prefix: 'cli' }),
    secret:
      secret === undefined
        ? undefined
        : hasSecret(registration)
          ? problemOfGivenSecret(secret)
          : `is for a client that authenticates with one; this one's method is ${method}`,
  };
  return Object.entries(problems).flatMap(([field, why]) => (why === undefined ? [] : [{ field, why }]));
}

function hasSecret({ metadata }: Pick<Client, 'metadata'>): boolean {
  return metadata.token_endpoint_auth_method.startsWith('client_secret');
}
