import { z } from 'zod';
import {
  asOption,
  type Deed,
  defineDeed,
  onlyIfVersion,
  pageFields,
  secret,
  showPage,
} from '../deeds/deeds.ts';
import { defined } from '../lib/defined.ts';
import { toFacts } from '../lib/table.ts';
import { upstreamInvalid } from './errors.ts';
import { type Check, PRESETS, type Provider, type RoleMapping, type Upstream } from './upstream.ts';

export type UpstreamDeedsDeps = { upstream: Upstream };
type Deps = UpstreamDeedsDeps;

const which = { id: asOption(z.string(), { value: 'id' }).describe('Its id.') };
const positionals = ['id'] as const;
const texts = z.array(z.string());

/** What can be said of a provider, and changed. */
const settable = {
  issuer: asOption(z.string().optional(), { value: 'url' }).describe(
    'Its issuer address. Default: that of the preset. For microsoft with the tenant: https://login.microsoftonline.com/<tenant>/v2.0.',
  ),
  name: z.string().optional().describe('The name on the button. Default: that of the preset.'),
  clientSecret: secret(z.string().optional()).describe(
    'Read the client secret from standard input, or the private key (PEM) for apple and private_key_jwt.',
  ),
  clientAuth: z
    .enum(['basic', 'post', 'none', 'private_key_jwt', 'apple'])
    .optional()
    .describe('How Gatehouse authenticates at its token endpoint. Default: as the preset says.'),
  teamId: z.string().optional().describe('For apple: the id of the team.'),
  keyId: z
    .string()
    .optional()
    .describe('For apple and private_key_jwt: the id of the key, as registered at the provider.'),
  scopes: asOption(texts.optional(), { name: 'scope' }).describe(
    'Ask for this scope. Replaces those of the preset.',
  ),
  order: z
    .int()
    .min(-1000)
    .max(1000)
    .optional()
    .describe('Its place on the sign-in page: smaller numbers come first.'),
  registration: z
    .enum(['follow', 'on', 'off'])
    .optional()
    .describe(
      'Whether people without an account get one: as registration.mode says (follow), always (on) or never (off).',
    ),
  allowDomains: asOption(texts.optional(), { name: 'allow-domain' }).describe(
    'Accept only people of this domain: by the claim hd at Google, by the verified address elsewhere.',
  ),
  trustEmail: z
    .boolean()
    .optional()
    .describe(
      'An e-mail address that it calls verified signs in to the account with that address, without another proof.',
    ),
  trustEmailDomains: asOption(texts.optional(), { name: 'trust-email-domain' }).describe(
    'With --trust-email: only for addresses of this domain.',
  ),
  trustSecondFactor: asOption(texts.optional(), { value: 'acr|amr' }).describe(
    'This acr or amr value of the provider counts as a second factor.',
  ),
  keepTokens: z.boolean().optional().describe('Keep its tokens, encrypted, for apps that need them.'),
  authorizationUrl: asOption(z.string().optional(), { value: 'url' }).describe(
    'For oauth2: where people sign in.',
  ),
  tokenUrl: asOption(z.string().optional(), { value: 'url' }).describe(
    'For oauth2: where codes are exchanged for tokens.',
  ),
  userUrl: asOption(z.string().optional(), { value: 'url' }).describe(
    'For oauth2: the address that returns the user of an access token.',
  ),
  userFields: asOption(texts.optional(), { name: 'user-field', value: 'name=field' }).describe(
    'For oauth2: which field of that answer holds what: subject=id, email=mail, email-verified=confirmed, name=display.name.',
  ),
};

/** What can be put back to what the preset says, or to nothing. */
const unsettable = {
  issuer: settable.issuer.nullable(),
  name: settable.name.nullable(),
  clientAuth: settable.clientAuth.nullable(),
  teamId: settable.teamId.nullable(),
  keyId: settable.keyId.nullable(),
  scopes: settable.scopes.nullable(),
  allowDomains: settable.allowDomains.nullable(),
  trustEmailDomains: settable.trustEmailDomains.nullable(),
  trustSecondFactor: settable.trustSecondFactor.nullable(),
  authorizationUrl: settable.authorizationUrl.nullable(),
  tokenUrl: settable.tokenUrl.nullable(),
  userUrl: settable.userUrl.nullable(),
  userFields: settable.userFields.nullable(),
};

const mapping = {
  claim: z.string().min(1).max(200).describe('The claim in which the provider names groups.'),
  value: asOption(z.string().min(1).max(200), { value: 'text' }).describe('The name of the group there.'),
  role: asOption(z.string(), { value: 'name' }).describe('The role here.'),
};

/** What can be done to providers. One is named by the id that stands in addresses. */
export const upstreamDeeds: readonly Deed<Deps>[] = [
  defineDeed('upstream.create', {
    summary: 'Lets people sign in with another provider. Prints the redirect URI to register there.',
    input: z.strictObject({
      id: asOption(z.string(), { value: 'id' }).describe(
        'Its id, part of its addresses; it never changes: small letters, digits and -.',
      ),
      preset: z.enum(PRESETS).describe('Which provider it is; oidc or oauth2 for any other.'),
      clientId: asOption(z.string(), { value: 'id' }).describe('The client id that the provider issued.'),
      ...settable,
      isEnabled: z
        .boolean()
        .optional()
        .describe('Offer it on the sign-in page at once. This is the default.'),
    }),
    permission: 'upstream:write',
    invalid: upstreamInvalid,
    run: ({ upstream }: Deps, input, by) => shownWith(upstream, upstream.create(input, by)),
    show: toJson,
    command: {
      text: (shown) => `${shown.provider.slug} is a provider now.\n${textOf(toJson(shown))}`,
    },
  }),
  defineDeed('upstream.list', {
    summary: 'Lists the providers with which people sign in, oldest first.',
    input: z.strictObject(pageFields('id')),
    permission: 'upstream:read',
    run: ({ upstream }: Deps, page) => upstream.list(page),
    show: ({ items, ...next }) => ({ upstream: items.map((provider) => jsonOf(provider)), ...next }),
    command: {
      text: (page) =>
        showPage(page, {
          none: 'No providers.',
          headings: ['ID', 'NAME', 'PRESET', 'ORDER', 'STATE'],
          row: ({ slug, name, preset, order, isEnabled }) => [
            slug,
            name,
            preset,
            String(order),
            isEnabled ? 'enabled' : 'disabled',
          ],
        }),
    },
  }),
  defineDeed('upstream.show', {
    summary: 'Shows one provider, without its secret, and how many people have connected it.',
    input: z.strictObject(which),
    permission: 'upstream:read',
    async run({ upstream }: Deps, { id }) {
      const shown = await shownWith(upstream, upstream.get(id));
      const mappings = await upstream.mappings.list(shown.provider);
      return { ...shown, mappings, links: await upstream.countLinks(shown.provider) };
    },
    show: ({ links, mappings, ...shown }) => ({
      ...toJson(shown),
      links,
      role_mappings: mappings.map(mappingToJson),
    }),
    command: {
      positionals,
      text: ({ links, mappings, ...shown }) =>
        textOf({
          ...toJson(shown),
          links: String(links),
          role_mappings: mappings.map(({ claim, value, role }) => `${claim}=${value} gives ${role}`),
        }),
    },
  }),
  defineDeed('upstream.update', {
    summary:
      'Changes a provider. What you leave out stays as it is. Its issuer can change only while nobody is connected.',
    input: z.strictObject({
      ...which,
      clientId: asOption(z.string().optional(), { value: 'id' }).describe(
        'The client id that the provider issued.',
      ),
      ...settable,
      ...unsettable,
      onlyIfVersion,
    }),
    permission: 'upstream:write',
    invalid: upstreamInvalid,
    run: ({ upstream }: Deps, { id, onlyIfVersion: version, ...changes }, by) =>
      shownWith(upstream, upstream.update(id, changes, by, { version })),
    show: toJson,
    command: { positionals, needsOption: true, text: (shown) => textOf(toJson(shown)) },
  }),
  defineDeed('upstream.enable', {
    summary: 'Offers a provider on the sign-in page.',
    input: z.strictObject(which),
    permission: 'upstream:write',
    run: ({ upstream }: Deps, { id }, by) =>
      shownWith(upstream, upstream.update(id, { isEnabled: true }, by)),
    show: toJson,
    command: { positionals, text: ({ provider: { slug } }) => `${slug} is offered.` },
  }),
  defineDeed('upstream.disable', {
    summary: 'Stops offering a provider. Connected sign-ins stay, and work again when it is enabled.',
    input: z.strictObject(which),
    permission: 'upstream:write',
    run: ({ upstream }: Deps, { id }, by) =>
      shownWith(upstream, upstream.update(id, { isEnabled: false }, by)),
    show: toJson,
    command: { positionals, text: ({ provider: { slug } }) => `${slug} is not offered any more.` },
  }),
  defineDeed('upstream.delete', {
    summary:
      'Deletes a provider and every sign-in connected with it. People who have no other way to sign in need recovery.',
    input: z.strictObject(which),
    permission: 'upstream:write',
    run: ({ upstream }: Deps, { id }, by) => upstream.delete(id, by),
    show: ({ provider: { slug }, links }) => ({ id: slug, deleted: true, links }),
    command: {
      positionals,
      text: ({ provider: { slug }, links }) =>
        `${slug} is deleted, and with it ${links} connected ${links === 1 ? 'sign-in' : 'sign-ins'}.`,
    },
  }),
  defineDeed('upstream.test', {
    summary: 'Tries a provider as a sign-in would, and says what is wrong and what to register there.',
    input: z.strictObject(which),
    permission: 'upstream:read',
    async run({ upstream }: Deps, { id }) {
      const provider = await upstream.get(id);
      return { provider, checks: await upstream.check(provider) };
    },
    show: ({ provider: { slug }, checks }) => ({ id: slug, ok: !hasErrors(checks), checks }),
    command: {
      positionals,
      text: ({ checks }) =>
        checks
          .map(
            ({ level, what, action }) =>
              `${MARKS[level]}  ${what}${action === undefined ? '' : `\n         ${action}`}`,
          )
          .join('\n'),
      exitCode: ({ checks }) => (hasErrors(checks) ? 1 : 0),
    },
  }),
  defineDeed('upstream.map-role', {
    summary: 'Gives a role to people who have a group at the provider; updated at each sign-in there.',
    input: z.strictObject({
      ...which,
      ...mapping,
      remove: z.boolean().default(false).describe('Remove this mapping.'),
    }),
    permission: 'upstream:write',
    invalid: upstreamInvalid,
    async run({ upstream }: Deps, { id, remove, ...wish }, by) {
      if (remove) await upstream.mappings.remove(id, wish, by);
      else await upstream.mappings.add(id, wish, by);
      const mappings = await upstream.mappings.list(await upstream.get(id));
      return { id, wish, isMapped: !remove, mappings };
    },
    show: ({ id, wish, isMapped, mappings }) => ({
      id,
      ...wish,
      mapped: isMapped,
      role_mappings: mappings.map(mappingToJson),
    }),
    command: {
      positionals,
      text: ({ id, wish: { claim, value, role }, isMapped }) =>
        `${claim}=${value} at ${id} ${isMapped ? 'gives' : 'no longer gives'} ${role}.`,
    },
  }),
];

const MARKS = { ok: 'ok     ', warning: 'WARNING', error: 'ERROR  ' } as const;

function hasErrors(checks: readonly Check[]): boolean {
  return checks.some(({ level }) => level === 'error');
}

type Shown = { provider: Provider; redirectUri: string };

async function shownWith(upstream: Upstream, found: Promise<Provider>): Promise<Shown> {
  const provider = await found;
  return { provider, redirectUri: upstream.redirectUriOf(provider) };
}

function toJson({ provider, redirectUri }: Shown): Record<string, unknown> {
  return { ...jsonOf(provider), redirect_uri: redirectUri };
}

function jsonOf(provider: Provider): Record<string, unknown> {
  return {
    id: provider.slug,
    row_id: provider.id,
    preset: provider.preset,
    name: provider.name,
    enabled: provider.isEnabled,
    order: provider.order,
    issuer: provider.issuer ?? null,
    client_id: provider.clientId,
    client_auth: provider.clientAuth,
    has_secret: provider.hasSecret,
    ...defined({ team_id: provider.teamId, key_id: provider.keyId, endpoints: provider.endpoints }),
    scopes: provider.scopes,
    registration: provider.registration,
    allow_domains: provider.allowDomains,
    trust_email: provider.trustEmail,
    trust_email_domains: provider.trustEmailDomains,
    trust_second_factor: provider.trustSecondFactor,
    keep_tokens: provider.keepTokens,
    version: provider.version,
    created_at: new Date(provider.createdAt).toISOString(),
    updated_at: new Date(provider.updatedAt).toISOString(),
  };
}

function mappingToJson({ claim, value, role }: RoleMapping): Record<string, string> {
  return { claim, value, role };
}

function textOf(json: Record<string, unknown>): string {
  return toFacts(Object.entries(json).map(([name, value]) => [name, wordsOf(value)]));
}

function wordsOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.join('\n') || undefined;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
