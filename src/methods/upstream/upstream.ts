import type { Database } from '../../database/database.ts';
import { byPerson } from '../../lib/actor.ts';
import { defined } from '../../lib/defined.ts';
import type { Sealer } from '../../lib/seal.ts';
import {
  type Failure,
  type Foreign,
  isOpenToAnybody,
  type Provider,
  type Upstream,
} from '../../upstream/upstream.ts';
import type { Users } from '../../users/users.ts';
import type {
  BeginInput,
  Begun,
  EnrolInput,
  Enrolled,
  EnrolledCredential,
  FinishInput,
  Identity,
  Method,
  Proof,
  Refusal,
  Stranger,
  UnknownIdentity,
  Wishes,
} from '../method.ts';
import { definePlugIn, nothingWaits } from '../plug-in.ts';
import { accountStateOf, PARAMETERS, stateOf } from './callback.ts';
import { icons } from './icons.ts';
import { createUpstreamRoutes } from './routes.ts';

/** Providers elsewhere by which people sign in: one method, with a row for each that is offered. */
export const upstream = definePlugIn({
  id: 'upstream',
  identifies: true,
  icons,
  create: ({ upstream: providers, users, sealer, rateLimit, logger }) => ({
    method: createUpstreamMethod({ providers, users, sealer, logger }),
    endAllOf: nothingWaits,
    routes: (front) => createUpstreamRoutes({ ...front, providers, rateLimit, sealer }),
  }),
});

export type UpstreamMethodDeps = {
  providers: Pick<
    Upstream,
    'listOffered' | 'findById' | 'begin' | 'finish' | 'redirectUriOf' | 'recordFailure' | 'noteSignIn'
  > & {
    logout: Pick<Upstream['logout'], 'isTakenBack'>;
    links: Pick<Upstream['links'], 'find' | 'listOf' | 'connect' | 'disconnect' | 'touch' | 'recordLinked'>;
    mappings: Pick<Upstream['mappings'], 'pick'>;
  };
  users: Pick<Users, 'find'>;
  sealer: Pick<Sealer, 'seal' | 'open'>;
  logger: { warn(fields: object, message: string): void };
};

/** From where, and for which app, it is tried: for the audit. */
type From = { clientId: string | undefined; request: BeginInput['request'] };

/** What `begin` keeps: whose row was pressed, and what the noun must be brought back. */
type Kept = { provider: string; clientId?: string; keep: Record<string, unknown> };

/**
 * Who somebody is, is decided by the provider's own row and the subject alone, never by an address. Whose subject nobody
 * here has is an identity for which the sign-in finds an account (`interaction/unknown-identity.ts`).
 */
export function createUpstreamMethod({ providers, users, sealer, logger }: UpstreamMethodDeps) {
  return {
    id: 'upstream',
    amr: ['fed'],
    kind: 'federated',
    identifies: true,
    leaves: true,
    strength: 6,
    // `provider` is the slug of the address to which the browser came back; the others are what it brought.
    fields: ['provider', ...PARAMETERS],
    maxFieldBytes: 8192,

    choices: async () =>
      (await providers.listOffered()).map(({ slug: id, name, icon }) => ({ id, name, icon })),

    isEnrolled: async (userId) => (await linksOf(userId)).some(isOpen),

    async own(userId) {
      const credentials = await linksOf(userId);
      return { isEnrolled: credentials.some(isOpen), credentials };
    },

    begin: ({ choice, attemptId = '', boundTo = '', clientId, wishes = {}, request }: BeginInput) =>
      begin(choice, { state: stateOf(boundTo, attemptId), wishes, from: { clientId, request } }),

    async finish({ userId, answer, kept, request }: FinishInput): Promise<Proof | UnknownIdentity | Refusal> {
      const known = defined({ userId });
      const from = { clientId: (kept as Partial<Kept> | undefined)?.clientId, request };
      const found = await judge(answer, kept, from);
      if ('refused' in found) return { ...found, ...known };
      const { provider, foreign } = found;
      const step = stepOf(provider, foreign);
      const link = await providers.links.find(provider.id, foreign.subject);
      if (link) {
        // What the provider says of somebody who is shut out here changes nothing.
        if ((await users.find(link.userId))?.disabledAt !== undefined)
          return { refused: 'disabled', userId: link.userId };
        const by = byPerson(link.userId);
        if (!(await providers.noteSignIn(provider, foreign, link.userId, by)))
          return { ...(await refuse(provider, SIGNED_OUT, from)), userId: link.userId };
        await providers.links.touch(link.id, foreign);
        return { proved: link.userId, credentialAt: link.createdAt, ...step };
      }
      if (userId === undefined && foreign.email === undefined) return refuse(provider, NO_EMAIL, from);
      return { unknown: await identityOf(provider, foreign), ...step };
    },

    isTakenBack: (userId, via) => providers.logout.isTakenBack(userId, via),

    connect: async (userId, identity, inside) => connect(userId, openedOf(identity), inside),

    async connected(userId, identity, request) {
      const { providerId, foreign } = openedOf(identity);
      const [provider, link] = await Promise.all([
        providers.findById(providerId),
        providers.links.find(providerId, foreign.subject),
      ]);
      if (!provider || link?.userId !== userId) return;
      const by = { ...byPerson(userId), request };
      await providers.links.recordLinked(provider, link, by);
      await providers.noteSignIn(provider, foreign, userId, by);
    },

    enrolment: {
      list: linksOf,

      async begin(_userId, { attemptId = '', choice, request }: EnrolInput) {
        const from = { clientId: undefined, request };
        // A session that the person still has there is no proof: whoever sits there may be somebody else.
        const wishes = { isFresh: true, uiLocales: request.locale };
        return begin(choice, { state: accountStateOf(attemptId), wishes, from });
      },

      async finish(userId, answer, kept, { request }: EnrolInput) {
        const found = await judge(answer, kept, { clientId: undefined, request });
        if ('refused' in found) return refusedOf(found);
        const { provider, foreign } = found;
        const linkId = await connect(userId, { providerId: provider.id, foreign });
        if (linkId !== undefined) return { enrolled: linkId };
        return { refused: 'connect.taken', detail: { provider: provider.name } };
      },

      remove: async (userId: string, linkId: string, madeAt?: number) => {
        const link = (await providers.links.listOf(userId)).find(({ id }) => id === linkId);
        if (!link || (madeAt !== undefined && link.createdAt !== madeAt)) return false;
        return (await providers.links.disconnect(userId, linkId, byPerson(userId))) !== undefined;
      },
    },
  } satisfies Method;

  async function begin(
    choice: string | undefined,
    { state, wishes: { isFresh, ...travelling }, from }: { state: string; wishes: Wishes; from: From },
  ): Promise<Begun> {
    const provider = (await providers.listOffered()).find(({ slug }) => slug === choice);
    if (!provider) return { failed: GONE };
    const begun = await providers.begin(provider, {
      redirectUri: providers.redirectUriOf(provider),
      state,
      ...travelling,
      ...(isFresh ? { prompt: 'login' } : {}),
    });
    if ('failed' in begun) return { failed: await refuse(provider, begun, from) };
    const keep = { provider: provider.id, ...defined({ clientId: from.clientId }), keep: begun.keep };
    return { keep: keep satisfies Kept, redirect: begun.url };
  }

  /** What the provider says of who came back, or why it says nothing. */
  async function judge(
    answer: Readonly<Record<string, string>>,
    kept: Record<string, unknown> | undefined,
    from: From,
  ): Promise<{ provider: Provider; foreign: Foreign } | Refusal> {
    const { provider: id, keep = {} } = (kept ?? {}) as Partial<Kept>;
    const provider = (await providers.listOffered()).find((each) => each.id === id);
    if (!provider) return GONE;
    const { provider: slug, ...params } = answer;
    // Mixed up: each provider has an address of its own to come back to (RFC 9700 §4.4).
    const foreign =
      slug === provider.slug ? await providers.finish(provider, keep, params) : OF_ANOTHER_PROVIDER;
    return 'failed' in foreign ? refuse(provider, foreign, from) : { provider, foreign };
  }

  async function connect(
    userId: string,
    { providerId, foreign }: { providerId: string; foreign: Foreign },
    inside?: Database,
  ): Promise<string | undefined> {
    // Disabled, or deleted and made anew under the same slug, since it was proved.
    const provider = (await providers.listOffered()).find(({ id }) => id === providerId);
    if (!provider) return undefined;
    const made = await providers.links.connect({ userId, provider, foreign }, byPerson(userId), inside);
    if (!('link' in made)) return undefined;
    if (!inside) await providers.noteSignIn(provider, foreign, userId, byPerson(userId));
    return made.link.id;
  }

  /** All, also those of a provider that is switched off. */
  async function linksOf(userId: string): Promise<EnrolledCredential[]> {
    const links = await providers.links.listOf(userId);
    if (links.length === 0) return [];
    const offered = await providers.listOffered();
    const listed = links.map(async ({ id, providerId, email, subject, createdAt, lastUsedAt }) => {
      const open = offered.find((each) => each.id === providerId);
      const provider = open ?? (await providers.findById(providerId));
      if (!provider) return [];
      const { name: way, icon } = provider;
      const credential = { id, name: email ?? subject, createdAt, way, icon: `upstream.${icon}` };
      return [{ ...credential, ...defined({ lastUsedAt }), ...(open ? {} : { isClosed: true as const }) }];
    });
    return (await Promise.all(listed)).flat();
  }

  /** One sentence for the person; why exactly stands in the log and in the audit. */
  async function refuse(provider: Provider, failure: Failure, { clientId, request }: From): Promise<Refusal> {
    const { failed, detail } = failure;
    logger.warn(
      { provider: provider.slug, failed, why: detail },
      'A sign-in at a provider elsewhere did not succeed',
    );
    await providers.recordFailure(provider, failure, defined({ clientId, request: request?.whole }));
    return {
      refused: 'wrong',
      sentence: {
        key: `upstream.failed.${SENTENCES[failed] ?? failed}`,
        values: { provider: provider.name },
      },
    };
  }

  function openedOf({ subject, claims }: Identity): { providerId: string; foreign: Foreign } {
    return JSON.parse(sealer.open(String(claims.sealed), contextOf(subject)).toString());
  }

  async function identityOf(provider: Provider, foreign: Foreign): Promise<Identity> {
    // A sign-in is no place for a thousand groups: what waits in it is what gives roles here.
    const claims = await providers.mappings.pick(provider, foreign.claims);
    // Tokens of theirs must not be read there.
    const text = JSON.stringify({ providerId: provider.id, foreign: { ...foreign, claims } });
    return {
      provider: provider.name,
      subject: foreign.subject,
      claims: { sealed: sealer.seal(text, contextOf(foreign.subject)) },
      ...(foreign.email === undefined ? {} : { newcomer: strangerOf(provider, foreign, foreign.email) }),
    };
  }
}

const isOpen = ({ isClosed }: EnrolledCredential) => isClosed !== true;

/** For the account, which tells a refusal by its sentence. */
function refusedOf({ sentence }: Refusal): Enrolled {
  const { key = 'upstream.failed.gone', values } = sentence ?? {};
  return { refused: key, ...(values ? { detail: { ...values } } : {}) };
}

const GONE: Refusal = { refused: 'wrong', sentence: { key: 'upstream.failed.gone' } };
const NO_EMAIL: Failure = { failed: 'no_email', detail: 'nobody here is linked, and it says no address' };
const SIGNED_OUT: Failure = {
  failed: 'signed_out',
  detail: 'it has signed the person out since they were sent there',
};
const OF_ANOTHER_PROVIDER: Failure = {
  failed: 'invalid',
  detail: 'the browser came back to the address of another provider',
};

/** Failures of which a person reads the same. */
const SENTENCES: Partial<Record<Failure['failed'], string>> = {
  slow: 'unreachable',
  signed_out: 'refused',
};

/** What the proof counts as. Whether theirs is a second factor here is the operator's to say. */
function stepOf(
  { id: provider, slug, trustSecondFactor }: Provider,
  { subject, amr = [], acr, sid }: Foreign,
) {
  const isTrusted = [...amr, acr].some((value) => value !== undefined && trustSecondFactor.includes(value));
  const via = { slug, provider, subject, ...defined({ sid }) };
  return {
    amr: ['fed', ...amr.filter((value) => value !== 'fed')],
    kind: isTrusted ? ('multi' as const) : ('federated' as const),
    via,
  };
}

function strangerOf(provider: Provider, foreign: Foreign, email: string): Stranger {
  const { isEmailVerified, isEmailTrusted, name, givenName, familyName, locale, claims } = foreign;
  const tag = localeTag(locale);
  return {
    email,
    isEmailVerified,
    isEmailTrusted,
    isOfAnybody: isOpenToAnybody(provider),
    isByDomain: provider.allowDomains.length > 0,
    registration: provider.registration,
    ...defined({ name, givenName, familyName, locale: tag, picture: pictureOf(claims) }),
  };
}

/** Google and others write `en_GB`. */
function localeTag(locale = ''): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

function pictureOf({ picture, avatar_url: avatar }: Foreign['claims']): string | undefined {
  const url = typeof picture === 'string' ? picture : avatar;
  return typeof url === 'string' && url.length <= 2000 && url.startsWith('https://') && URL.canParse(url)
    ? url
    : undefined;
}

function contextOf(subject: string): string {
  return `upstream identity:${subject}`;
}
