import { readFile } from 'node:fs/promises';
import {
  type Command,
  type CommandInput,
  type CommandOption,
  commandUsage,
  mustBeOneOf,
} from '../lib/command.ts';
import { toFacts, toTable } from '../lib/table.ts';
import type { ChangedBy, Client, Clients } from './clients.ts';
import type { ClientsConfig } from './config.ts';
import { clientResourceUnknown, clientUnknown } from './errors.ts';
import {
  ASSERTION_AUDIENCES,
  AUTH_METHODS,
  CLIENT_TYPES,
  type ClientChanges,
  type ClientInput,
  DPOP_RULES,
  GRANTS,
  ID_TOKEN_ALGS,
  SUBJECT_TYPES,
} from './registration.ts';

export type ClientsCommandsDeps = {
  clients: Clients;
  config: ClientsConfig;
  /** Whether a resource server with this identifier is registered. */
  isResource(identifier: string): Promise<boolean>;
  /** The levels of sign-in that there are (`oidc.levels`), weakest first. */
  levels: readonly string[];
  /** The ids of the ways to sign in that there are. */
  methods: readonly string[];
};

const OPERATOR: ChangedBy = { actor: { type: 'operator' } };
const MAXIMUM_JWKS_BYTES = 64 * 1024;

/** Each option and the setting it gives. */
const SETTINGS = {
  name: 'name',
  'redirect-uri': 'redirectUris',
  'post-logout-redirect-uri': 'postLogoutRedirectUris',
  grant: 'grants',
  scope: 'scope',
  'auth-method': 'authMethod',
  'id-token-claims': 'idTokenClaims',
  'id-token-alg': 'idTokenAlg',
  'first-party': 'firstParty',
  'subject-type': 'subjectType',
  'sector-identifier-uri': 'sectorIdentifierUri',
  origin: 'origins',
  resource: 'defaultResource',
  jwks: 'jwks',
  'assertion-audience': 'assertionAudience',
  dpop: 'dpop',
  'require-offline-access': 'requireOfflineAccess',
  'access-token-ttl': 'accessTokenTtlSeconds',
  'refresh-ttl': 'refreshTtlSeconds',
  level: 'level',
  'second-factor': 'secondFactor',
  method: 'methods',
  'logo-uri': 'logoUri',
  'client-uri': 'clientUri',
  'policy-uri': 'policyUri',
  'tos-uri': 'tosUri',
} as const satisfies Record<string, keyof ClientInput>;

const OPTIONS: Record<string, CommandOption> = {
  name: { type: 'text', help: 'The name that people see at sign-in and consent.' },
  'redirect-uri': { type: 'list', value: 'uri', help: 'Where codes may be sent; compared exactly.' },
  'post-logout-redirect-uri': { type: 'list', value: 'uri', help: 'Where to go after signing out.' },
  grant: {
    type: 'list',
    value: 'grant',
    help: `${GRANTS.join(', ')}. Default: authorization_code; for a service client_credentials.`,
  },
  scope: { type: 'list', value: 'scopes', help: 'Scopes that it may ask for. Default: all.' },
  'auth-method': {
    type: 'text',
    value: 'method',
    help: `How it proves itself: ${AUTH_METHODS.join(', ')}. Default: client_secret_basic for web and service, none for spa and native.`,
  },
  'id-token-claims': {
    type: 'flag',
    help: 'Put the claims of the scopes into the ID token too, for libraries that never ask userinfo.',
  },
  'id-token-alg': {
    type: 'text',
    value: 'alg',
    help: `How ID tokens are signed: ${ID_TOKEN_ALGS.join(', ')}. Default: RS256.`,
  },
  'first-party': { type: 'flag', help: 'It is your own: people are not asked for consent.' },
  'subject-type': {
    type: 'text',
    choices: SUBJECT_TYPES,
    help: 'pairwise: it knows people by subjects of its own. Default: public.',
  },
  'sector-identifier-uri': {
    type: 'text',
    value: 'uri',
    help: 'For pairwise subjects that several hosts share (OIDC Core §8.1).',
  },
  origin: {
    type: 'list',
    value: 'origin',
    help: 'Origins whose scripts may ask for tokens. Default for spa: those of the redirect URIs.',
  },
  resource: { type: 'text', value: 'uri', help: 'The resource server meant when it names none.' },
  jwks: { type: 'text', value: 'file', help: 'Its public keys (a JSON Web Key Set) for private_key_jwt.' },
  'assertion-audience': {
    type: 'text',
    choices: ASSERTION_AUDIENCES,
    help: 'What aud of its assertions (private_key_jwt) must be, as one string. token-endpoint: for a library that cannot do otherwise. Default: issuer.',
  },
  dpop: {
    type: 'text',
    choices: DPOP_RULES,
    help: 'required: every access token of it is bound to a key of its own (RFC 9449), and bearer tokens that it has are worth nothing. Default: optional.',
  },
  'require-offline-access': {
    type: 'flag',
    help: 'Refresh tokens only when offline_access was asked for and allowed.',
  },
  'access-token-ttl': {
    type: 'number',
    value: 'seconds',
    help: 'How long its access tokens live, 30 to 86400. Default: as configured.',
  },
  'refresh-ttl': {
    type: 'number',
    value: 'seconds',
    help: 'How long a refresh token may lie unused, 60 to 31536000. Default: as configured.',
  },
  level: { type: 'text', value: 'acr', help: 'The level of sign-in that everybody must reach: 2.' },
  'second-factor': {
    type: 'text',
    choices: ['never', 'when_enrolled', 'required'],
    help: 'When a second factor is asked for. Default: as configured.',
  },
  method: { type: 'list', value: 'method', help: 'Ways to sign in that are offered. Default: all.' },
  'logo-uri': { type: 'text', value: 'uri', help: 'Its logo, for lists of apps. Our pages do not show it.' },
  'client-uri': { type: 'text', value: 'uri', help: 'Its home page.' },
  'policy-uri': { type: 'text', value: 'uri', help: 'Its privacy policy.' },
  'tos-uri': { type: 'text', value: 'uri', help: 'Its terms.' },
};

const UNSETTABLE = Object.keys(SETTINGS).filter((option) => option !== 'name');

/** `clients create|list|show|update|disable|enable|delete|rotate-secret`. Built-in clients are not theirs to show or change. */
export function createClientsCommands({
  clients,
  config,
  isResource,
  levels,
  methods,
}: ClientsCommandsDeps): Command[] {
  return [
    {
      name: 'clients create',
      summary: 'Registers an app. Prints its id and, when it has one, its secret: this once.',
      options: {
        ...OPTIONS,
        name: { ...OPTIONS.name, type: 'text', required: true, help: String(OPTIONS.name?.help) },
        type: {
          type: 'text',
          choices: CLIENT_TYPES,
          help: 'web: has a server. spa: runs in the browser. native: is installed. service: has no people. Default: web.',
        },
      },
      async run(input) {
        const type = input.values.type === undefined ? {} : { type: input.values.type };
        const settings = await settingsOf(input);
        const { client, secret } = await clients.create({ ...settings, ...type } as ClientInput, OPERATOR);
        return {
          json: { ...toJson(client), ...(secret === undefined ? {} : { client_secret: secret }) },
          text: toFacts([
            ['client_id', client.id],
            ['client_secret', secret === undefined ? undefined : `${secret}  (shown this once)`],
          ]),
        };
      },
    },
    {
      name: 'clients list',
      summary: 'Lists the registered apps, oldest first.',
      async run() {
        const list = await clients.list();
        return {
          json: { clients: list.map(toJson) },
          text: list.length === 0 ? 'No clients.' : toList(list),
        };
      },
    },
    {
      name: 'clients show',
      summary: 'Shows one app.',
      positionals: ['id'],
      async run({ positionals: [id = ''] }) {
        const client = await get(id);
        return { json: toJson(client), text: toText(client) };
      },
    },
    {
      name: 'clients update',
      summary: 'Changes an app. What is not named stays; a list that is named replaces the whole list.',
      positionals: ['id'],
      options: {
        ...Object.fromEntries(
          Object.entries(OPTIONS).map(([name, option]) => [
            name,
            option.type === 'flag' ? { ...option, negatable: true } : option,
          ]),
        ),
        unset: {
          type: 'list',
          choices: UNSETTABLE,
          value: 'option',
          help: 'Put what this option had set back to its default.',
        },
      },
      async run(input) {
        const changes: ClientChanges = { ...(await settingsOf(input)), ...unsetOf(input) };
        if (Object.keys(changes).length === 0) {
          throw commandUsage({ sentence: 'Say what to change; see clients update --help.' });
        }
        const client = await clients.update(input.positionals[0] ?? '', changes, OPERATOR);
        const lacksSecret = hasSecretMethod(client) && client.secretHashes.length === 0;
        const hint = lacksSecret ? `\nIt has no secret yet: clients rotate-secret ${client.id}` : '';
        return { json: toJson(client), text: toText(client) + hint };
      },
    },
    {
      name: 'clients disable',
      summary: 'Stops an app from doing anything. `enable` takes it back.',
      positionals: ['id'],
      async run({ positionals: [id = ''] }) {
        const client = await clients.disable(id, OPERATOR);
        return { json: toJson(client), text: `${client.name} is disabled.` };
      },
    },
    {
      name: 'clients enable',
      summary: 'Lets a disabled app work again.',
      positionals: ['id'],
      async run({ positionals: [id = ''] }) {
        const client = await clients.enable(id, OPERATOR);
        return { json: toJson(client), text: `${client.name} works again.` };
      },
    },
    {
      name: 'clients delete',
      summary: 'Removes an app for ever; it can do nothing any more.',
      positionals: ['id'],
      async run({ positionals: [id = ''] }) {
        await clients.delete(id, OPERATOR);
        return { json: { client_id: id, deleted: true }, text: `${id} is deleted.` };
      },
    },
    {
      name: 'clients rotate-secret',
      summary: 'Prints a new secret, this once. The older one works on for a while beside it.',
      positionals: ['id'],
      options: {
        overlap: {
          type: 'number',
          value: 'seconds',
          help: `How long the older secret works on; 0 ends it at once. Default: ${config.secretOverlapSeconds}.`,
        },
      },
      async run({ positionals: [id = ''], values }) {
        const overlapSeconds = Number(values.overlap ?? config.secretOverlapSeconds);
        if (overlapSeconds < 0 || overlapSeconds > 7_776_000) {
          throw commandUsage({ sentence: '--overlap must be from 0 to 7776000 seconds (90 days).' });
        }
        const { secret, olderEndsAt } = await clients.rotateSecret(id, { overlapSeconds }, OPERATOR);
        const ends = new Date(olderEndsAt).toISOString();
        return {
          json: { client_id: id, client_secret: secret, older_secret_ends_at: ends },
          text: toFacts([
            ['client_id', id],
            ['client_secret', `${secret}  (shown this once)`],
            ['older secret', overlapSeconds === 0 ? 'ended' : `works until ${ends}`],
          ]),
        };
      },
    },
  ];

  async function get(id: string): Promise<Client> {
    const client = await clients.find(id);
    if (!client || client.isBuiltIn) throw clientUnknown({ id });
    return client;
  }

  /** The settings that were given as options. */
  async function settingsOf({ values }: CommandInput): Promise<ClientChanges> {
    mustBeOneOf('level', values.level, levels);
    mustBeOneOf('method', values.method, methods);
    const settings: Record<string, unknown> = {};
    for (const [option, setting] of Object.entries(SETTINGS)) {
      if (values[option] !== undefined) settings[setting] = values[option];
    }
    if (values.grant) settings.grants = partsOf(values.grant);
    if (values.scope) settings.scope = partsOf(values.scope).join(' ');
    if (typeof values.jwks === 'string') settings.jwks = await readJwks(values.jwks);
    if (typeof values.resource === 'string' && !(await isResource(values.resource))) {
      throw clientResourceUnknown({ resource: values.resource });
    }
    return settings as ClientChanges;
  }
}

function unsetOf({ values }: CommandInput): ClientChanges {
  const options = (values.unset ?? []) as (keyof typeof SETTINGS)[];
  const both = options.find((option) => values[option] !== undefined);
  if (both) throw commandUsage({ sentence: `--${both} and --unset ${both} exclude each other.` });
  return Object.fromEntries(options.map((option) => [SETTINGS[option], null]));
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

function hasSecretMethod({ metadata }: Client): boolean {
  return metadata.token_endpoint_auth_method.startsWith('client_secret');
}

/** The names of OIDC Dynamic Client Registration, and ours in the same manner. */
function toJson(client: Client): Record<string, unknown> {
  const { settings } = client;
  return {
    client_id: client.id,
    client_name: client.name,
    type: client.type,
    ...client.metadata,
    dpop_bound_access_tokens: client.metadata.dpop_bound_access_tokens ?? false,
    assertion_audience: settings.assertionAudience ?? null,
    id_token_claims: settings.idTokenClaims,
    first_party: settings.firstParty,
    require_offline_access: settings.requireOfflineAccess,
    access_token_ttl: settings.accessTokenTtlSeconds ?? null,
    refresh_ttl: settings.refreshTtlSeconds ?? null,
    level: settings.level ?? null,
    second_factor: settings.secondFactor ?? null,
    methods: settings.methods ?? null,
    default_resource: settings.defaultResource ?? null,
    origins: settings.origins,
    secrets: client.secretHashes.length,
    created_at: new Date(client.createdAt).toISOString(),
    updated_at: new Date(client.updatedAt).toISOString(),
    disabled_at: client.disabledAt === undefined ? null : new Date(client.disabledAt).toISOString(),
  };
}

function toList(clients: readonly Client[]): string {
  return toTable(
    ['ID', 'NAME', 'TYPE', 'GRANTS', 'STATE'],
    clients.map((client) => [
      client.id,
      client.name,
      client.type,
      client.metadata.grant_types.join(' '),
      client.disabledAt === undefined ? 'active' : 'disabled',
    ]),
  );
}

function toText(client: Client): string {
  return toFacts(
    Object.entries(toJson(client)).map(
      ([name, value]) => [name, value === null ? undefined : toWords(value)] as const,
    ),
  );
}

function toWords(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  const { keys = [] } = value as { keys?: { kty?: unknown; kid?: unknown }[] };
  return keys.map(({ kty, kid }) => `${String(kty)} ${String(kid ?? '')}`.trim()).join('\n');
}
