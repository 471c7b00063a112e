import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import {
  asOption,
  type Deed,
  deedInvalid,
  defineDeed,
  type OptionForm,
  onlyIfVersion,
  type Problem,
  pageFields,
  secret,
  showPage,
} from '../deeds/deeds.ts';
import { commandUsage } from '../lib/command.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import { type HeldKey, heldKeysToJson, heldKeysToText } from '../lib/held-key.ts';
import { type HeldRole, heldRolesToJson, heldRolesToText } from '../lib/held-role.ts';
import { MOST_PICTURE_BYTES } from '../lib/picture.ts';
import { toFacts } from '../lib/table.ts';
import { CLAIM_FORMS, CLAIM_PLACES, type ClientClaim, readPair } from './claims.ts';
import type { ChosenForClient, Client, Clients } from './clients.ts';
import type { ClientsConfig } from './config.ts';
import { clientInvalid, clientResourceUnknown, clientUnknown } from './errors.ts';
import {
  CLIENT_PROPERTIES,
  type ClientChanges,
  type ClientInput,
  type ClientProperties,
  type ClientProperty,
  defaultInWords,
} from './properties.ts';
import {
  chooseTemplate,
  guideOf,
  guideToText,
  inputOfTemplate,
  listTemplates,
  TEMPLATE_FIELDS,
} from './templates/templates.ts';
import { warningOfRole, warningOfScope, warningOfStep, warningsOf } from './warnings.ts';

export type ClientDeedsDeps = {
  clients: Clients;
  config: ClientsConfig;
  /** What apps are told of us. */
  issuer: string;
  /** Whether a resource server with this identifier is registered. */
  isResource(identifier: string): Promise<boolean>;
  /** Whether tokens of a resource server have this as their audience. */
  isAudience(name: string): Promise<boolean>;
  /** The levels of sign-in that there are (`oidc.levels`), weakest first. */
  levels: readonly string[];
  /** The ids of the ways to sign in that there are. */
  methods: readonly string[];
  /** Whether there is such a scope: of what is known of people, or of a resource server. */
  isScope(name: string): Promise<boolean>;
  /** Whether apps can be told this of a person. */
  isClaim(name: string): boolean;
  /** Whether there is such a role. */
  isRole(name: string): Promise<boolean>;
  /** Whether there is such a provider to sign in by. */
  isProvider(slug: string): Promise<boolean>;
  /** What is wrong with something that people must do first, to go on after its own words (`required-steps/`). */
  problemOfStep(demand: string): Promise<string | undefined>;
  /** What the client may itself (`roles/`). */
  rolesOf(clientId: string): Promise<readonly HeldRole[]>;
  /** The client's API keys that are not over (`api-keys/`). */
  keysOf(clientId: string): Promise<readonly HeldKey[]>;
};

type WithWarnings = { client: Client; warnings: readonly string[] };

/** Typed as `--no-logo`; `--logo` alone says nothing. */
const noLogo = asOption(
  z.literal(false, { error: 'needs a picture: --logo-file' }).optional().describe('Remove its logo.'),
  { name: 'logo', type: 'flag', negatable: true },
);

const NAME_MISSING: Problem = { field: 'name', why: 'is missing: give it, or choose a --template' };

/** RFC 8725 §3.12. */
const AUDIENCE_OF_API =
  'is the audience of an API: its tokens and the ID tokens of this app would be taken for each other';

const MAXIMUM_JWKS_BYTES = 64 * 1024;
const overlapError = 'must be from 0 to 7776000 seconds (90 days)';

/** What was typed is read so, where the value itself cannot be typed. */
const READERS: Readonly<Record<string, (typed: unknown) => unknown>> = {
  grants: partsOf,
  scope: (typed) => partsOf(typed).join(' '),
  jwks: (file) => readJwks(String(file)),
  claims: (typed) => (typed as string[]).map((text) => toClaim(text, 'from')),
  logo: (file) => readLogo(String(file)),
};

/** What can be done to clients. Built-in ones are nobody's to show or change. */
export function clientDeeds(
  properties: ClientProperties = CLIENT_PROPERTIES,
): readonly Deed<ClientDeedsDeps>[] {
  const toJson = (client: Client) => jsonOf(client, properties, warningsOf(client));
  const toJsonWith = ({ client, warnings }: WithWarnings) => jsonOf(client, properties, warnings);
  const which = { client: asOption(z.string(), { value: 'id' }).describe('Its id.') };
  const positionals = ['client'] as const;
  const chosen = {
    id: z
      .string()
      .optional()
      .describe(
        'Its id, for an app that has one already: 3 to 128 letters, digits and . _ ~ -. Ids are never reused. Default: a new one.',
      ),
    secret: secret(z.string().optional()).describe(
      'Read its secret from standard input, for an app that has one already: at least 32 random characters.',
    ),
  };

  return [
    defineDeed('clients.create', {
      summary: 'Registers an app. Prints its id and, if it has one, its secret, which is shown only once.',
      input: z.strictObject({
        ...fieldsOfNew(properties),
        ...CLAIM_FIELDS,
        ...TEMPLATE_FIELDS,
        ...chosen,
      }),
      permission: 'clients:write',
      invalid: clientInvalid,
      async run(deps: ClientDeedsDeps, { id, secret, template, url, ...given }, by) {
        const app = await chooseTemplate(template as string | undefined, url as string | undefined);
        const ofApp = app && inputOfTemplate(app);
        // What was said wins over the template.
        const input: Values = {
          ...ofApp,
          ...defined(withClaims(given, (ofApp?.claims ?? []) as readonly ClientClaim[])),
        };
        if (input.name === undefined) throw deedInvalid({ problems: [NAME_MISSING] });
        await refuseUnknown(input, deps);
        if (typeof id === 'string' && (await deps.isAudience(id)))
          throw clientInvalid({ problems: [{ field: 'id', why: AUDIENCE_OF_API }] });
        const brought = { id, secret } as ChosenForClient;
        const made = await deps.clients.create(input as ClientInput, by, brought);
        const guide =
          app &&
          guideOf(app, {
            issuer: deps.issuer,
            clientId: made.client.id,
            secret: made.secret ?? (secret === undefined ? '(none)' : '(the one that was given)'),
            scope: made.client.metadata.scope,
          });
        return { ...made, guide, warnings: await lookFor(made.client, deps) };
      },
      show: ({ client, secret, warnings, guide }) => ({
        ...toJsonWith({ client, warnings }),
        ...defined({ client_secret: secret, guide }),
      }),
      command: {
        text: ({ client, secret, warnings, guide }, { secret: brought }) =>
          toFacts([
            ['client_id', client.id],
            [
              'client_secret',
              secret === undefined ? brought && 'the one that was given' : `${secret}  (shown this once)`,
            ],
            ['pkce', pkceInWords(client)],
            ...warnings.map((warning) => ['warning', warning] as const),
          ]) + (guide === undefined ? '' : `\n${guideToText(guide)}`),
      },
    }),
    listTemplates,
    defineDeed('clients.list', {
      summary: 'Lists the registered apps, oldest first.',
      input: z.strictObject(pageFields('id')),
      permission: 'clients:read',
      run: ({ clients }: ClientDeedsDeps, page) => clients.list(page),
      show: ({ items, ...next }) => ({ clients: items.map(toJson), ...next }),
      command: {
        text: (page) =>
          showPage(page, {
            none: 'No clients.',
            headings: ['ID', 'NAME', 'TYPE', 'GRANTS', 'STATE'],
            row: ({ id, name, type, metadata, disabledAt }) => [
              id,
              name,
              type,
              metadata.grant_types.join(' '),
              disabledAt === undefined ? 'active' : 'disabled',
            ],
          }),
      },
    }),
    defineDeed('clients.show', {
      summary: 'Shows one app.',
      input: z.strictObject(which),
      permission: 'clients:read',
      run: async (deps: ClientDeedsDeps, { client: id }) => {
        const client = await deps.clients.find(id);
        if (!client || client.isBuiltIn) throw clientUnknown({ id });
        const [roles, keys] = await Promise.all([deps.rolesOf(id), deps.keysOf(id)]);
        return { client, warnings: await lookFor(client, deps), roles, keys };
      },
      show: ({ roles, keys, ...shown }) => ({
        ...toJsonWith(shown),
        roles: heldRolesToJson(roles),
        active_api_keys: keys.length,
        api_keys: heldKeysToJson(keys),
      }),
      command: {
        positionals,
        text: ({ roles, keys, ...shown }) =>
          `${textOf(toJsonWith(shown))}\n${toFacts([
            ['roles', heldRolesToText(roles)],
            ['API keys', heldKeysToText(keys)],
          ])}`,
      },
    }),
    defineDeed('clients.update', {
      summary:
        'Changes an app. What you leave out stays as it is; a list that you give replaces the whole list.',
      input: z.strictObject({
        ...which,
        ...fieldsOfChange(properties),
        ...CLAIM_FIELDS,
        removeClaims: asOption(z.array(z.string()).optional(), {
          name: 'remove-claim',
          value: 'name there',
        }).describe('Stop sending this claim.'),
        noLogo,
        onlyIfVersion,
      }),
      permission: 'clients:write',
      invalid: clientInvalid,
      async run(deps: ClientDeedsDeps, { client, noLogo: hasLogo, onlyIfVersion: version, ...named }, by) {
        if (hasLogo === false && typeof (named as ClientChanges).logo === 'string')
          throw clientInvalid({ problems: [{ field: 'noLogo', why: 'goes with no --logo-file' }] });
        const before = namesClaims(named) ? await deps.clients.find(client) : undefined;
        const changes = {
          ...withClaims(named, before?.settings.claims ?? []),
          ...(hasLogo === false ? { logo: null } : {}),
        };
        await refuseUnknown(changes, deps);
        // What was there is kept beside what is named: somebody else's change in between is no less than this one.
        const of = { version: version ?? before?.version };
        const updated = await deps.clients.update(client, changes as ClientChanges, by, of);
        return { client: updated, warnings: await lookFor(updated, deps) };
      },
      show: toJsonWith,
      command: {
        positionals,
        needsOption: true,
        text({ client, warnings }) {
          const lacksSecret = hasSecretMethod(client) && client.secretHashes.length === 0;
          const hint = lacksSecret ? `\nIt has no secret yet: clients rotate-secret ${client.id}` : '';
          return textOf(toJsonWith({ client, warnings })) + hint;
        },
      },
    }),
    defineDeed('clients.disable', {
      summary: 'Stops an app from doing anything. `enable` reverses it.',
      input: z.strictObject({ ...which, onlyIfVersion }),
      permission: 'clients:write',
      run: ({ clients }: ClientDeedsDeps, { client, onlyIfVersion: version }, by) =>
        clients.disable(client, by, { version }),
      show: toJson,
      command: { positionals, text: ({ name }) => `${name} is disabled.` },
    }),
    defineDeed('clients.enable', {
      summary: 'Lets a disabled app work again.',
      input: z.strictObject({ ...which, onlyIfVersion }),
      permission: 'clients:write',
      run: ({ clients }: ClientDeedsDeps, { client, onlyIfVersion: version }, by) =>
        clients.enable(client, by, { version }),
      show: toJson,
      command: { positionals, text: ({ name }) => `${name} works again.` },
    }),
    defineDeed('clients.delete', {
      summary: 'Deletes an app. It can do nothing any more, and this cannot be undone.',
      input: z.strictObject({ ...which, onlyIfVersion }),
      permission: 'clients:write',
      run: ({ clients }: ClientDeedsDeps, { client, onlyIfVersion: version }, by) =>
        clients.delete(client, by, { version }),
      show: (_, { client }) => ({ client_id: client, deleted: true }),
      command: { positionals, text: (_, { client }) => `${client} is deleted.` },
    }),
    defineDeed('clients.rotate-secret', {
      summary: 'Makes a new secret and prints it once. The old one keeps working for a while.',
      input: z.strictObject({
        ...which,
        overlapSeconds: z
          .int(overlapError)
          .min(0, overlapError)
          .max(7_776_000, overlapError)
          .optional()
          .describe(
            'How long the old secret keeps working; 0 ends it at once. Default: clients.secretOverlapSeconds, 86400.',
          ),
      }),
      permission: 'clients:write',
      async run({ clients, config }: ClientDeedsDeps, { client, overlapSeconds }, by) {
        const overlap = overlapSeconds ?? config.secretOverlapSeconds;
        const rotated = await clients.rotateSecret(client, { overlapSeconds: overlap }, by);
        return { ...rotated, isOlderEnded: overlap === 0 };
      },
      show: ({ secret, olderEndsAt }, { client }) => ({
        client_id: client,
        client_secret: secret,
        older_secret_ends_at: toTime(olderEndsAt),
      }),
      command: {
        positionals,
        text: ({ secret, olderEndsAt, isOlderEnded }, { client }) =>
          toFacts([
            ['client_id', client],
            ['client_secret', `${secret}  (shown this once)`],
            ['older secret', isOlderEnded ? 'ended' : `works until ${toTime(olderEndsAt)}`],
          ]),
      },
    }),
  ];
}

type Fields = Record<string, z.ZodType>;

function fieldsOfNew(properties: ClientProperties): Fields {
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [
      key,
      // A template brings the name.
      fieldOf(
        key,
        property,
        property.required && key !== 'name' ? property.schema : property.schema.optional(),
        key === 'name'
          ? { negatable: false, help: `${property.help} Required unless a --template sets it.` }
          : { negatable: false },
      ),
    ]),
  );
}

function fieldsOfChange(properties: ClientProperties): Fields {
  const changeable = Object.entries(properties).filter(([, { fixed }]) => !fixed);
  return Object.fromEntries(
    changeable.map(([key, property]) => {
      const { schema, required, option } = property;
      const change = required ? schema.optional() : schema.nullable().optional();
      return [key, fieldOf(key, property, change, { negatable: option.type === 'flag' })];
    }),
  );
}

function fieldOf(key: string, property: ClientProperty, schema: z.ZodType, form: OptionForm): z.ZodType {
  const { option, help } = property;
  const fallback = defaultInWords(property);
  const described = schema.describe(fallback === undefined ? help : `${help} Default: ${fallback}.`);
  const read = READERS[key];
  return asOption(described, { choices: undefined, ...option, ...form, ...(read ? { read } : {}) });
}

/** What names something that only the others know of. Throws `deeds.invalid` and `clients.resource_unknown`. */
async function refuseUnknown(
  {
    level,
    methods: ways,
    allowedRoles,
    upstream,
    upstreamTokens,
    requires,
    claims,
    defaultResource: resource,
  }: Record<string, unknown>,
  { levels, methods, isRole, isProvider, problemOfStep, isClaim, isResource }: ClientDeedsDeps,
): Promise<void> {
  const problems: Problem[] = [];
  if (typeof level === 'string' && !levels.includes(level))
    problems.push({ field: 'level', why: `must be one of ${levels.join(', ')}` });
  if (Array.isArray(ways) && ways.some((way) => !methods.includes(way)))
    problems.push({ field: 'methods', why: `must be one of ${methods.join(', ')}` });
  for (const name of Array.isArray(allowedRoles) ? allowedRoles : [])
    if (!(await isRole(name))) problems.push({ field: 'allowedRoles', why: `names no role: ${name}` });
  for (const [field, slugs] of Object.entries({ upstream, upstreamTokens }))
    for (const slug of Array.isArray(slugs) ? slugs : [])
      if (!(await isProvider(slug))) problems.push({ field, why: `names no provider: ${slug}` });
  for (const demand of Array.isArray(requires) ? requires : []) {
    const problem = await problemOfStep(demand);
    if (problem !== undefined) problems.push({ field: 'requires', why: `${demand} ${problem}` });
  }
  for (const { from } of Array.isArray(claims) ? (claims as ClientClaim[]) : [])
    if (from !== undefined && !isClaim(from))
      problems.push({ field: 'claims', why: `names no claim of ours: ${from}` });
  if (problems.length > 0) throw deedInvalid({ problems });
  if (typeof resource === 'string' && !(await isResource(resource)))
    throw clientResourceUnknown({ resource });
}

/** What is said of the claims that are named with it. */
const CLAIM_FIELDS = {
  claimValues: asOption(z.array(z.string()).optional(), {
    name: 'claim-value',
    value: 'name there=text',
  }).describe('A claim that is the same for everybody.'),
  claimIn: asOption(z.string().optional(), { name: 'in', value: 'places' }).describe(
    `Where these claims are sent: ${CLAIM_PLACES.join(', ')}. Default: id_token,userinfo.`,
  ),
  claimAs: asOption(z.enum(CLAIM_FORMS).optional(), { name: 'as', choices: CLAIM_FORMS }).describe(
    'How they are written; a list as one text with spaces or commas, or as JSON. Absent: as they are.',
  ),
};

type Values = Readonly<Record<string, unknown>>;

const CLAIM_OPTIONS = ['claims', 'claimValues', 'claimIn', 'claimAs', 'removeClaims'] as const;

/** Whether claims are named one by one, beside those that there are. */
function namesClaims(given: Values): boolean {
  return given.claims !== null && CLAIM_OPTIONS.some((name) => given[name] !== undefined);
}

/** The whole list of claims, of what there was and what is named. */
function withClaims(
  { claimValues, claimIn, claimAs, removeClaims, ...input }: Values,
  before: readonly ClientClaim[],
): Values {
  if (!namesClaims({ claims: input.claims, claimValues, claimIn, claimAs, removeClaims })) return input;
  const constant = ((claimValues ?? []) as string[]).map((text) => toClaim(text, 'value'));
  const named = [...((input.claims ?? []) as ClientClaim[]), ...constant];
  if (named.length === 0 && removeClaims === undefined)
    throw commandUsage({
      sentence: '--in and --as go with --claim or --claim-value.',
    });
  const places = typeof claimIn === 'string' ? { in: partsOf([claimIn]) } : {};
  const all = new Map(before.map((claim) => [claim.name, claim])); // at most those of a client
  for (const name of (removeClaims ?? []) as string[])
    if (!all.delete(name))
      throw deedInvalid({
        problems: [{ field: 'removeClaims', why: `names a claim that this client does not have: ${name}` }],
      });
  for (const claim of named)
    all.set(claim.name, {
      ...claim,
      ...places,
      ...(claimAs === undefined ? {} : { as: claimAs }),
    } as ClientClaim);
  return { ...input, claims: [...all.values()] };
}

function toClaim(text: string, source: 'from' | 'value'): ClientClaim {
  const pair = readPair(text);
  if (!pair)
    throw commandUsage({
      sentence: `--${source === 'from' ? 'claim' : 'claim-value'} is <name there>=<${source === 'from' ? 'our claim' : 'text'}>, such as ${source === 'from' ? 'memberOf=groups' : 'tenant=acme'}.`,
    });
  return { name: pair.name, [source]: pair.rest, in: ['id_token', 'userinfo'] };
}

/** `--grant a --grant b`, `--grant "a b"` and `--grant a,b` mean the same. */
function partsOf(given: unknown): string[] {
  return (given as string[]).flatMap((text) => text.split(/[\s,]+/)).filter((part) => part !== '');
}

async function readJwks(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw commandUsage({ sentence: `--jwks: ${file} cannot be read (${cause.code}).` }, cause);
  });
  if (text.length > MAXIMUM_JWKS_BYTES)
    throw commandUsage({ sentence: `--jwks: ${file} is longer than 64 KiB.` });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw commandUsage({ sentence: `--jwks: ${file} is not JSON.` }, cause);
  }
}

/** As a data: URL; what it is, is judged later, by its bytes. */
async function readLogo(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw commandUsage({ sentence: `--logo-file: ${file} is no file.` });
    if (found.size > MOST_PICTURE_BYTES)
      throw commandUsage({ sentence: `--logo-file: ${file} is larger than 20 KB; make it smaller.` });
    return `data:;base64,${(await readFile(file)).toString('base64')}`;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof GatehouseError) throw cause;
    throw commandUsage({ sentence: `--logo-file: ${file} cannot be read (${code}).` }, cause);
  }
}

function hasSecretMethod({ metadata }: Client): boolean {
  return metadata.token_endpoint_auth_method.startsWith('client_secret');
}

/** What may not be what somebody wants: of the client alone, of scopes that nobody has declared (yet), and of roles that are gone. */
async function lookFor(
  client: Client,
  { isScope, isRole, problemOfStep }: Pick<ClientDeedsDeps, 'isScope' | 'isRole' | 'problemOfStep'>,
): Promise<string[]> {
  const asked = client.metadata.scope?.split(' ') ?? [];
  const unknown: string[] = [];
  for (const name of asked) if (!(await isScope(name))) unknown.push(name);
  const gone: string[] = [];
  for (const name of client.settings.allowedRoles ?? []) if (!(await isRole(name))) gone.push(name);
  const idle: string[] = [];
  for (const demand of client.settings.requires ?? [])
    if ((await problemOfStep(demand)) !== undefined) idle.push(demand);
  return [
    ...warningsOf(client),
    ...unknown.map(warningOfScope),
    ...gone.map(warningOfRole),
    ...idle.map(warningOfStep),
  ];
}

/** The names of OIDC Dynamic Client Registration, and ours in the same manner. */
function jsonOf(
  client: Client,
  properties: ClientProperties,
  warnings: readonly string[],
): Record<string, unknown> {
  const ours: Record<string, unknown> = { ...client.settings };
  const shown = Object.entries(properties).flatMap(([key, { metadata, setting, shownWithout }]) => {
    if (setting !== undefined) return [[setting, ours[key] ?? shownWithout ?? null]];
    const isShown = metadata !== undefined && shownWithout !== undefined && !(metadata in client.metadata);
    return isShown ? [[metadata, shownWithout]] : [];
  });
  return {
    client_id: client.id,
    client_name: client.name,
    type: client.type,
    ...client.metadata,
    ...Object.fromEntries(shown),
    pkce_since: client.pkceSince === undefined ? null : toTime(client.pkceSince),
    secrets: client.secretHashes.length,
    ...(warnings.length > 0 ? { warnings } : {}),
    version: client.version,
    created_at: toTime(client.createdAt),
    updated_at: toTime(client.updatedAt),
    disabled_at: client.disabledAt === undefined ? null : toTime(client.disabledAt),
  };
}

/** Of an app that is given codes: what its library has to do. */
function pkceInWords({ metadata, settings }: Client): string | undefined {
  if (!metadata.grant_types.includes('authorization_code')) return undefined;
  if (metadata.token_endpoint_auth_method === 'none' || settings.pkce === 'required') return 'required';
  return settings.pkce === 'ratchet' ? 'required once the app has used it (--pkce ratchet)' : 'optional';
}

function textOf(json: Record<string, unknown>): string {
  return toFacts(
    Object.entries(json).map(([name, value]) => [name, value === null ? undefined : toWords(value)] as const),
  );
}

function toWords(value: unknown): string {
  if (Array.isArray(value))
    return value.map((each) => (typeof each === 'object' ? claimToWords(each) : each)).join('\n');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  const { keys = [] } = value as { keys?: { kty?: unknown; kid?: unknown }[] };
  return keys.map(({ kty, kid }) => `${String(kty)} ${String(kid ?? '')}`.trim()).join('\n');
}

/** `memberOf = groups (id_token, userinfo; as comma)`. */
function claimToWords({ name, from, value, as, in: places }: ClientClaim): string {
  return `${name} = ${from ?? JSON.stringify(value)} (${places.join(', ')}${as ? `; as ${as}` : ''})`;
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
