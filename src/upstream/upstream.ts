import type { Audit, EventData, EventDefinition } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { ChangedBy } from '../lib/actor.ts';
import { changesBetween } from '../lib/changes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId } from '../lib/ids.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createReadCache } from '../lib/read-cache.ts';
import type { Sealer } from '../lib/seal.ts';
import { sha256 } from '../lib/secret.ts';
import { isKey } from '../lib/text.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ProviderSource, Roles } from '../roles/roles.ts';
import type { Ask, Keep, Sent } from './authorization.ts';
import {
  upstreamLinked as linkedError,
  upstreamConflict,
  upstreamInvalid,
  upstreamMappingUnknown,
  upstreamTaken,
  upstreamUnknown,
} from './errors.ts';
import {
  upstreamCreated,
  upstreamDeleted,
  upstreamFailed,
  upstreamLinked,
  upstreamMapped,
  upstreamUnlinked,
  upstreamUpdated,
} from './events.ts';
import { type Failure, type Foreign, type ForeignTokens, valuesOfClaim } from './foreign.ts';
import {
  changedProvider,
  judgeProvider,
  newProvider,
  type ProviderChanges,
  type ProviderInput,
} from './input.ts';
import { createKeptTokens } from './kept-tokens.ts';
import { createLogoutTokens, type SignedOutThere } from './logout.ts';
import { PRESET_FACTS } from './presets.ts';
import { createProtocols } from './protocols.ts';
import {
  createUpstreamStore,
  type Link,
  type Provider,
  type RoleMapping,
  secretContext,
  sweptUpstream,
} from './store.ts';

export type { Ask, Keep } from './authorization.ts';
export type { Check } from './checks.ts';
export { type Failure, type Foreign, type ForeignTokens, isOpenToAnybody, valuesOfClaim } from './foreign.ts';
export type { ProviderChanges, ProviderInput } from './input.ts';
export type { GivenToken, TokenRefusal } from './kept-tokens.ts';
export type { SignedOutThere } from './logout.ts';
export { PRESETS, type Preset } from './presets.ts';
export { createProtocols } from './protocols.ts';
export { type Link, type Provider, type RoleMapping, sealedUpstreamColumns } from './store.ts';

export type UpstreamDeps = {
  db: Database;
  clock: Clock;
  sealer: Pick<Sealer, 'seal' | 'open'>;
  audit: Pick<Audit, 'record'>;
  outgoing: Pick<Outgoing, 'fetch'>;
  metrics: Pick<Metrics, 'count'>;
  leases: Pick<Leases, 'run'>;
  roles: Pick<Roles, 'get' | 'keepInStep' | 'dropSource'>;
  config: { issuer: string; base?: string; oidc: { sessionAbsoluteSeconds: number } };
};
export type Upstream = ReturnType<typeof createUpstream>;

/** As late as other nodes see a change. */
const CACHE_MS = 1000;
/** Longer than a sign-in can be under way. */
const SIGNED_OUT_MS = 2 * 60 * 60 * 1000;

/** Providers elsewhere by which people sign in: which there are, who somebody is there, and who that is here. */
export function createUpstream(deps: UpstreamDeps) {
  const { db, clock, sealer, audit, outgoing, metrics, leases, roles, config } = deps;
  const store = createUpstreamStore(db);
  const offered = createReadCache<readonly Provider[]>({ clock, ttlMs: CACHE_MS });
  // Where there is no provider nobody is asked for links.
  const any = createReadCache<boolean>({ clock, ttlMs: CACHE_MS });
  const protocols = createProtocols({ db, clock, sealer, outgoing, config });
  const keptTokens = createKeptTokens({ store, sealer, clock, leases, protocols, audit });

  return {
    /** Its rows that run out, and what the person's export tells of their links. */
    sweeps: sweptUpstream,
    personalData: {
      upstream_sessions: ['provider_id', 'expires_at'],
      upstream_links: ['provider_id', 'subject', 'email', 'created_at', 'last_used_at'],
    } satisfies PersonalData,

    /** The enabled ones, in their order. Changes are seen at once here, and a second late on other nodes. */
    listOffered,

    /** One that is enabled. */
    async findOffered(slug: string): Promise<Provider | undefined> {
      return (await listOffered()).find((each) => each.slug === slug);
    },

    /** By its slug, enabled or not. */
    find: (slug: string): Promise<Provider | undefined> =>
      isKey(slug, 100) ? store.find({ slug }) : Promise.resolve(undefined),

    findById: (id: string): Promise<Provider | undefined> => store.find({ id }),

    get,

    /** Oldest first. Throws `upstream.unknown` for `after`. */
    async list({ limit, after }: PageWish): Promise<Page<Provider>> {
      const last = after === undefined ? undefined : (await get(after)).id;
      const { items, next } = pageOf(await store.list({ limit: limit + 1, after: last }), limit);
      return { items, ...(next === undefined ? {} : { next: items.at(-1)?.slug ?? next }) };
    },

    /** What has to be registered there. */
    redirectUriOf: protocols.redirectUriOf,

    /** Throws `upstream.invalid` and `upstream.taken`. */
    async create(input: ProviderInput, by: ChangedBy): Promise<Provider> {
      const provider = newProvider(input, createId('upp'), clock.now());
      refuse(judgeProvider(provider, { secret: input.clientSecret, isNew: true }));
      const sealed = input.clientSecret && sealer.seal(input.clientSecret, secretContext(provider.id));
      const isInserted = await store.insert(provider, sealed);
      offered.clear();
      any.clear();
      if (!isInserted) throw upstreamTaken({ slug: provider.slug });
      const detail = { ...named(provider), ...changesBetween({}, toldOf(provider)) };
      await record(upstreamCreated, by, detail);
      return provider;
    },

    /**
     * What is named changes; the slug and the preset never do. Tokens that are kept no longer are deleted. Throws
     * `upstream.unknown`, `upstream.invalid`, `upstream.linked` for what makes a subject somebody (issuer, app, team) once
     * somebody is linked, and `upstream.conflict` when it is of another version.
     */
    async update(
      slug: string,
      changes: ProviderChanges,
      by: ChangedBy,
      { version }: { version?: number | undefined } = {},
    ): Promise<Provider> {
      const { id } = await get(slug);
      const { clientSecret } = changes;
      const sealedSecret = clientSecret && sealer.seal(clientSecret, secretContext(id));
      const links = await store.countLinks(id);
      const updated = await store.update(
        id,
        (before, isLinked) => {
          const after = changedProvider(before, changes, clock.now());
          // The subject of a link is somebody of that issuer, and of the client where the provider tells each app another one.
          if (isLinked && isElsewhere(before, after)) throw linkedError({ links });
          // What was allowed when it was made may not be by now: it can always be switched off.
          if (!isSwitchingOff(changes)) refuse(judgeProvider(after, { secret: clientSecret, isNew: false }));
          return { after, ...(sealedSecret === undefined ? {} : { sealedSecret }) };
        },
        version,
      );
      offered.clear();
      if (!updated) throw upstreamUnknown();
      if (updated === 'conflict') throw upstreamConflict({ version: (await store.find({ id }))?.version });
      const { before, after } = updated;
      if (before.keepTokens && !after.keepTokens) await store.forgetTokens(id);
      const secretTold = clientSecret === undefined ? {} : { clientSecret: 'replaced' };
      const { before: was, after: is } = changesBetween(toldOf(before), toldOf(after));
      await record(upstreamUpdated, by, {
        ...named(after),
        fields: Object.keys(defined(changes)),
        before: was,
        after: { ...is, ...secretTold },
        version: after.version,
      });
      return after;
    },

    /** With its links. One that is made later, by whatever name, is another one. Throws `upstream.unknown`. */
    async delete(slug: string, by: ChangedBy): Promise<{ provider: Provider; links: number }> {
      const provider = await get(slug);
      const links = await store.delete(provider.id);
      await roles.dropSource(sourceOf(provider));
      offered.clear();
      if (links === undefined) throw upstreamUnknown();
      await record(upstreamDeleted, by, {
        ...named(provider),
        links,
        ...changesBetween(toldOf(provider), {}),
      });
      return { provider, links };
    },

    /** Looks at what a sign-in would meet: discovery, keys, clock, whether it knows us. */
    check: protocols.check,

    countLinks: ({ id }: Pick<Provider, 'id'>): Promise<number> => store.countLinks(id),

    /** Where the browser goes. `keep` must be brought back to `finish`: once, and by the same browser. */
    async begin(provider: Provider, ask: Ask): Promise<Sent | Failure> {
      return await protocols.of(provider).begin(provider, ask);
    },

    /** Who came back. `params`: what was in the query, or in the form of a `form_post`. */
    async finish(
      provider: Provider,
      keep: Keep | Record<string, unknown>,
      params: Readonly<Record<string, string>>,
    ): Promise<Foreign | Failure> {
      const kept = keep as Keep;
      const found =
        kept.provider === provider.id && kept.issuer === provider.issuer
          ? await protocols.of(provider).finish(provider, kept, params)
          : ({ failed: 'invalid', detail: 'the sign-in began at another provider' } as const);
      metrics.count('gatehouse_upstream_answers_total', {
        preset: provider.preset,
        outcome: 'failed' in found ? found.failed : 'proved',
      });
      return 'failed' in found ? found : { ...found, ...defined({ begunAt: kept.begunAt }) };
    },

    /** Tells the audit exactly why a sign-in there led to nobody: a person reads one sentence only. */
    recordFailure: (
      provider: Provider,
      { failed, detail }: Failure,
      { request, clientId }: Pick<ChangedBy, 'request'> & { clientId?: string } = {},
    ): Promise<void> =>
      audit.record(upstreamFailed, {
        outcome: failed === 'cancelled' ? 'refused' : 'failed',
        ...defined({ request, clientId }),
        isAnonymous: true,
        detail: { ...named(provider), failed, why: detail },
      }),

    links: {
      /** Whose it is. */
      find: (providerId: string, subject: string): Promise<Link | undefined> =>
        store.findLink({ provider_id: providerId, subject }),

      findById: (id: string): Promise<Link | undefined> => store.findLink({ id }),

      /** Oldest first. */
      listOf: async (userId: string): Promise<Link[]> =>
        (await any.read('any', store.hasAny)) ? store.listLinksOf(userId) : [],

      connect,

      recordLinked,

      /** Answers what there was; nothing for a link of somebody else. Whether it may go is asked before (`access/`). */
      async disconnect(userId: string, linkId: string, by: ChangedBy): Promise<Link | undefined> {
        const link = await store.deleteLink(linkId, userId);
        const provider = link && (await store.find({ id: link.providerId }));
        if (link && provider) {
          await keepRolesInStep(provider, userId, by);
          await record(upstreamUnlinked, by, { ...named(provider), link: link.id }, userId);
        }
        return link;
      },

      /** It was used now; `email` and tokens as they are there now. */
      async touch(linkId: string, { email, tokens }: Pick<Foreign, 'email' | 'tokens'> = {}): Promise<void> {
        const sealedTokens = tokens && (await keptTokens.renew(linkId, tokens));
        await store.touchLink(linkId, { at: clock.now(), email, sealedTokens });
      },

      /** Tokens of theirs, of a provider whose tokens are kept. */
      tokensOf: (linkId: string): Promise<ForeignTokens | undefined> => keptTokens.read(linkId),
    },

    /** Gives an app the access token that a person has there. Whether it may ask is its caller's to know. */
    giveToken: keptTokens.give,

    /**
     * Somebody has signed in from there: their roles are brought in step with what the provider says of them, and the
     * session is remembered for a logout that comes from there. Roles alone: who administers is a property of the person.
     * False: the provider has signed them out since they were sent there, and nobody is signed in by it.
     */
    async noteSignIn(provider: Provider, foreign: Foreign, userId: string, by: ChangedBy): Promise<boolean> {
      if (await isSignedOutSince(provider, foreign)) return false;
      const given = givenBy(await store.listMappings(provider.id), foreign.claims);
      const at = { providerId: provider.id, subject: foreign.subject };
      await store.saveGiven(at, { mappingIds: given.map(({ id }) => id), at: clock.now() });
      await keepRolesInStep(provider, userId, by);
      const isNew = await store.rememberSignIn({
        id: createId('ups'),
        ...hashesOfSignIn(at.providerId, foreign),
        userId,
        expiresAt: clock.now() + config.oidc.sessionAbsoluteSeconds * 1000,
      });
      // After it is written, as a logout deletes after it has said so: whichever comes second sees the other.
      if (!(await isSignedOutSince(provider, foreign))) return true;
      const { providerId, ...hashes } = hashesOfSignIn(at.providerId, foreign);
      // One that was there before is of a sign-in that began after the logout: that one stays.
      if (isNew) await store.forgetSignIns(providerId, hashes);
      return false;
    },

    /** Logout tokens that a provider sends us. */
    logout: {
      ...createLogoutTokens({ protocol: protocols.oidc, store, clock }),

      /** Whose sessions may be meant. */
      listSignedIn: ({ id }: Pick<Provider, 'id'>, there: SignedOutThere): Promise<string[]> =>
        store.listSignedIn(id, hashesOf(there)),

      /**
       * From now on such a sign-in is none, also one that has no session here yet (`isTakenBack`), or whose person is still on
       * the way back (`noteSignIn`). Answers whose sign-ins there were.
       */
      async forget({ id }: Pick<Provider, 'id'>, there: SignedOutThere): Promise<string[]> {
        const now = clock.now();
        const at = there.at ?? now;
        await store.rememberSignedOut({ id: signedOutIdOf(id, there), at, expiresAt: now + SIGNED_OUT_MS });
        return store.forgetSignIns(id, hashesOf(there));
      },

      /** Whether the provider has signed the person out since a sign-in from there. */
      isTakenBack: async (
        userId: string,
        { provider, subject, sid = '' }: { provider: string; subject: string; sid?: string },
      ): Promise<boolean> =>
        !(await store.hasSignIn({ ...hashesOfSignIn(provider, { subject, sid }), userId })),
    },

    mappings: {
      list: ({ id }: Pick<Provider, 'id'>): Promise<RoleMapping[]> => store.listMappings(id),

      /** Of everything that is said of somebody what gives roles here: of a thousand groups those that are mapped. */
      async pick({ id }: Pick<Provider, 'id'>, claims: Foreign['claims']): Promise<Record<string, string[]>> {
        const given = givenBy(await store.listMappings(id), claims);
        const names = [...new Set(given.map(({ claim }) => claim))];
        return Object.fromEntries(
          names.map((name) => [
            name,
            [...new Set(given.filter(({ claim }) => claim === name).map(({ value }) => value))],
          ]),
        );
      },

      /** Throws `upstream.unknown` and `roles.unknown`. Answers whether it is new. */
      async add(
        slug: string,
        wish: MappingWish,
        by: ChangedBy,
      ): Promise<{ mapping: RoleMapping; isNew: boolean }> {
        const provider = await get(slug);
        const { name: role } = await roles.get(wish.role);
        const mapping: RoleMapping = {
          id: createId('upm'),
          providerId: provider.id,
          claim: wish.claim,
          value: wish.value,
          role,
          createdAt: clock.now(),
        };
        const isNew = await store.insertMapping(mapping);
        if (isNew === 'gone') throw upstreamUnknown();
        if (isNew) await record(upstreamMapped, by, { ...named(provider), ...wish, role, isMapped: true });
        return { mapping, isNew };
      },

      /** Throws `upstream.unknown`, `roles.unknown` and `upstream.mapping_unknown`. */
      async remove(slug: string, wish: MappingWish, by: ChangedBy): Promise<void> {
        const provider = await get(slug);
        const { name: role } = await roles.get(wish.role);
        const isGone = await store.deleteMapping({ ...wish, role, providerId: provider.id });
        if (!isGone) throw upstreamMappingUnknown();
        // Who comes never again would have it for ever.
        const others = await store.listMappings(provider.id);
        if (others.every((each) => each.role !== role)) await roles.dropSource(sourceOf(provider), role);
        await record(upstreamMapped, by, { ...named(provider), ...wish, role, isMapped: false });
      },
    },
  };

  /**
   * What all of the person's connections with it give together: somebody may be two people there. One of which a session
   * can no longer be open gives nothing: that it is closed there, nobody tells us.
   */
  async function keepRolesInStep(provider: Provider, userId: string, by: ChangedBy): Promise<void> {
    const since = clock.now() - config.oidc.sessionAbsoluteSeconds * 1000;
    const given = (inside: Database) =>
      createUpstreamStore(inside).listGivenRoles(userId, provider.id, since);
    await roles.keepInStep({ userId, source: sourceOf(provider), roles: given }, by);
  }

  /**
   * A session of theirs that has ended lives no more. Of a subject that was signed out everywhere, those sign-ins are over
   * that were under way: whoever is sent there later has to sign in there anew.
   */
  async function isSignedOutSince({ id }: Provider, { subject, sid, begunAt }: Foreign): Promise<boolean> {
    const ofSid = sid === undefined ? undefined : signedOutIdOf(id, { sid });
    const ids = [signedOutIdOf(id, { subject }), ...(ofSid === undefined ? [] : [ofSid])];
    return (await store.listSignedOut(ids)).some(
      (signedOut) => signedOut.id === ofSid || (begunAt !== undefined && signedOut.at > begunAt),
    );
  }

  async function listOffered(): Promise<readonly Provider[]> {
    return (await offered.read('all', store.listEnabled)) ?? [];
  }

  /** By its slug. Throws `upstream.unknown`. */
  async function get(slug: string): Promise<Provider> {
    const provider = isKey(slug, 100) ? await store.find({ slug }) : undefined;
    if (!provider) throw upstreamUnknown();
    return provider;
  }

  /**
   * From now on whoever proves to be this subject there is this person here. `inside`: the transaction that makes the person,
   * after which its caller calls `recordLinked`.
   * `taken`: it is somebody's already, this person's or another one's; `gone`: the provider, its issuer or the person is.
   */
  async function connect(
    { userId, provider, foreign }: { userId: string; provider: Provider; foreign: Foreign },
    by: ChangedBy,
    inside: Database = db,
  ): Promise<{ link: Link } | { refused: 'taken' | 'gone' }> {
    const now = clock.now();
    const link: Link = {
      id: createId('upl'),
      providerId: provider.id,
      subject: foreign.subject,
      userId,
      ...defined({ email: foreign.email }),
      createdAt: now,
      lastUsedAt: now,
    };
    const sealedTokens = foreign.tokens && keptTokens.seal(link.id, foreign.tokens);
    const isNew = await createUpstreamStore(inside).insertLink(link, {
      issuer: foreign.issuer,
      sealedTokens,
    });
    if (isNew === 'gone') return { refused: 'gone' };
    if (!isNew) return { refused: 'taken' };
    // Within a transaction of the caller's the event would be told of what may not come to be.
    if (inside === db) await recordLinked(provider, link, by);
    return { link };
  }

  function recordLinked(provider: Provider, { id, userId }: Link, by: ChangedBy): Promise<void> {
    return record(upstreamLinked, by, { ...named(provider), link: id }, userId);
  }

  async function record(
    event: EventDefinition,
    by: ChangedBy,
    detail: EventData,
    userId?: string,
  ): Promise<void> {
    await audit.record(event, { outcome: 'success', ...by, ...defined({ userId }), detail });
  }
}

function isSwitchingOff(changes: ProviderChanges): boolean {
  const { isEnabled, ...others } = defined(changes);
  return isEnabled === false && Object.keys(others).length === 0;
}

/**
 * Whether a subject would be somebody else, or nobody: at another issuer, read from another address or field, or told to
 * another app or team where the provider knows people by other names in each.
 */
function isElsewhere(before: Provider, after: Provider): boolean {
  const whereOf = ({ preset, issuer, endpoints, clientId, teamId }: Provider) => {
    const { subjectIsOf } = PRESET_FACTS[preset];
    const toWhom = subjectIsOf && { client: clientId, team: teamId }[subjectIsOf];
    return [issuer, endpoints?.user, endpoints?.fields.subject, toWhom];
  };
  const was = whereOf(before);
  return whereOf(after).some((each, at) => each !== was[at]);
}

export type MappingWish = { claim: string; value: string; role: string };

function hashesOf({ subject, sid }: SignedOutThere) {
  return {
    subjectHash: subject === undefined ? undefined : sha256(subject),
    sidHash: sid === undefined ? undefined : sha256(sid),
  };
}

function hashesOfSignIn(providerId: string, { subject, sid = '' }: Pick<Foreign, 'subject' | 'sid'>) {
  return { providerId, subjectHash: sha256(subject), sidHash: sid === '' ? '' : sha256(sid) };
}

/** Back-Channel Logout 1.0 §2.6: with a `sid` that session is meant, without one all of the subject. */
function signedOutIdOf(providerId: string, { subject, sid }: SignedOutThere): string {
  return sha256(JSON.stringify(sid === undefined ? [providerId, 'sub', subject] : [providerId, 'sid', sid]));
}

function givenBy(mappings: readonly RoleMapping[], claims: Foreign['claims']): RoleMapping[] {
  return mappings.filter(({ claim, value }) => valuesOfClaim(claims, claim).includes(value));
}

/** Where roles come from that its groups give. */
const sourceOf = ({ slug }: Pick<Provider, 'slug'>): ProviderSource => `upstream:${slug}`;

const named = ({ id, slug }: Provider) => ({ provider: id, slug });

function refuse(problems: readonly { field: string; why: string }[]): void {
  if (problems.length > 0) throw upstreamInvalid({ problems });
}

function toldOf(provider: Provider): Record<string, unknown> {
  const {
    id: _id,
    icon: _icon,
    version: _version,
    createdAt: _created,
    updatedAt: _updated,
    ...told
  } = provider;
  return told;
}
