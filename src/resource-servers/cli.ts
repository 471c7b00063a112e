import { operatorHere } from '../lib/actor.ts';
import {
  type Command,
  type CommandInput,
  type CommandOption,
  commandUsage,
  mustBeOneOf,
} from '../lib/command.ts';
import { toFacts, toTable } from '../lib/table.ts';
import {
  type ResourceServerChanges,
  type ResourceServerInput,
  SIGNING_ALGS,
  TOKEN_FORMATS,
} from './registration.ts';
import type { ResourceServer, ResourceServers } from './resource-servers.ts';

export type ResourceServersCommandsDeps = {
  resourceServers: ResourceServers;
  /** The levels of sign-in that there are (`oidc.levels`), weakest first. */
  levels: readonly string[];
};

type Facts = Parameters<typeof toFacts>[0];

const DEFAULT_OVERLAP_SECONDS = 86_400;

const OPTIONS: Record<string, CommandOption> = {
  name: { type: 'text', help: 'The name that people see at consent. Default: the identifier.' },
  scope: {
    type: 'list',
    value: 'name=sentence',
    help: 'A scope and what a person reads about it: orders:read="See your orders".',
  },
  audience: { type: 'text', value: 'aud', help: 'The aud of its tokens. Default: the identifier.' },
  'token-format': {
    type: 'text',
    choices: TOKEN_FORMATS,
    help: 'jwt: verified by the JWKS. opaque: verified by introspection. Default: jwt.',
  },
  'signing-alg': { type: 'text', choices: SIGNING_ALGS, help: 'How its tokens are signed. Default: ES256.' },
  'access-token-ttl': {
    type: 'number',
    value: 'seconds',
    help: 'How long its access tokens live, 30 to 86400. Default: as configured.',
  },
  level: { type: 'text', value: 'acr', help: 'The level of sign-in that its tokens need: 2. Default: any.' },
};

const SETTINGS = {
  name: 'name',
  scope: 'scopes',
  audience: 'audience',
  'token-format': 'tokenFormat',
  'signing-alg': 'signingAlg',
  'access-token-ttl': 'accessTokenTtlSeconds',
  level: 'level',
} as const satisfies Record<string, keyof ResourceServerInput>;

/** `resource-servers create|list|show|update|delete`. One is named by its id or its identifier. */
export function createResourceServersCommands({
  resourceServers,
  levels,
}: ResourceServersCommandsDeps): Command[] {
  const which = ['id|identifier'];

  return [
    {
      name: 'resource-servers create',
      summary: 'Registers an API whose access tokens are issued here.',
      options: {
        identifier: {
          type: 'text',
          value: 'uri',
          required: true,
          help: 'The URI that apps name as the resource (RFC 8707).',
        },
        ...OPTIONS,
        introspection: { type: 'flag', help: 'Print an id and a secret for token introspection, this once.' },
      },
      async run(input) {
        mustBeOneOf('level', input.values.level, levels);
        const settings = { identifier: String(input.values.identifier), ...settingsOf(input) };
        const introspection = input.values.introspection === true;
        const created = await resourceServers.create(
          settings as ResourceServerInput,
          { introspection },
          operatorHere(),
        );
        const { resourceServer, introspectionSecret } = created;
        const { id, identifier } = resourceServer;
        return answer(resourceServer, introspectionSecret, [
          ['id', id],
          ['identifier', identifier],
        ]);
      },
    },
    {
      name: 'resource-servers list',
      summary: 'Lists the registered APIs, oldest first.',
      async run() {
        const list = await resourceServers.list();
        return {
          json: { resource_servers: list.map(toJson) },
          text: list.length === 0 ? 'No resource servers.' : toList(list),
        };
      },
    },
    {
      name: 'resource-servers show',
      summary: 'Shows one API and its scopes.',
      positionals: which,
      async run({ positionals: [named = ''] }) {
        return answer(await resourceServers.get(named));
      },
    },
    {
      name: 'resource-servers update',
      summary: 'Changes an API. What is not named stays; the identifier is for ever.',
      positionals: which,
      options: {
        ...OPTIONS,
        scope: {
          type: 'list',
          value: 'name=sentence',
          help: 'Add a scope, or give one another sentence.',
        },
        'remove-scope': { type: 'list', value: 'name', help: 'Take a scope away.' },
        introspection: {
          type: 'flag',
          negatable: true,
          help: 'Print an id and a new secret for introspection, this once; --no-introspection ends them.',
        },
        overlap: {
          type: 'number',
          value: 'seconds',
          help: `With --introspection: how long the older secret works on. Default: ${DEFAULT_OVERLAP_SECONDS}.`,
        },
        unset: {
          type: 'list',
          choices: Object.keys(SETTINGS).filter((option) => option !== 'scope'),
          value: 'option',
          help: 'Put what this option had set back to its default.',
        },
      },
      run: update,
    },
    {
      name: 'resource-servers delete',
      summary: 'Removes an API. No more tokens are issued for it; those it has expire by themselves.',
      positionals: which,
      async run({ positionals: [named = ''] }) {
        const { id, identifier } = await resourceServers.get(named);
        await resourceServers.delete(id, operatorHere());
        return { json: { id, identifier, deleted: true }, text: `${identifier} is deleted.` };
      },
    },
  ];

  async function update(input: CommandInput) {
    mustBeOneOf('level', input.values.level, levels);
    const { values } = input;
    const before = await resourceServers.get(input.positionals[0] ?? '');
    const { scopes, ...settings } = settingsOf(input);
    const changes: ResourceServerChanges = {
      ...settings,
      ...unsetOf(input),
      ...(scopes || values['remove-scope']
        ? { scopes: changedScopes(before, scopes ?? [], values['remove-scope']) }
        : {}),
    };
    const hasChanges = Object.keys(changes).length > 0;
    if (!hasChanges && values.introspection === undefined) {
      throw commandUsage({ sentence: 'Say what to change; see resource-servers update --help.' });
    }
    const overlapSeconds = Number(values.overlap ?? DEFAULT_OVERLAP_SECONDS);
    if (
      overlapSeconds < 0 ||
      overlapSeconds > 7_776_000 ||
      (values.overlap !== undefined && !values.introspection)
    ) {
      throw commandUsage({
        sentence: '--overlap comes with --introspection and is from 0 to 7776000 seconds.',
      });
    }
    if (hasChanges) await resourceServers.update(before.id, changes, operatorHere());
    if (values.introspection === false) await resourceServers.endIntrospection(before.id, operatorHere());
    const rotated =
      values.introspection === true
        ? await resourceServers.rotateIntrospectionSecret(before.id, { overlapSeconds }, operatorHere())
        : undefined;
    return answer(await resourceServers.get(before.id), rotated?.introspectionSecret);
  }
}

function settingsOf({ values }: CommandInput): Partial<ResourceServerInput> {
  const settings: Record<string, unknown> = {};
  for (const [option, setting] of Object.entries(SETTINGS)) {
    if (values[option] !== undefined) settings[setting] = values[option];
  }
  if (values.scope) settings.scopes = (values.scope as string[]).map(toScope);
  return settings as Partial<ResourceServerInput>;
}

/** `name=sentence`; the name may not hold "=" here, since it ends there. */
function toScope(text: string): { name: string; sentence: string } {
  const end = text.indexOf('=');
  if (end < 1 || end === text.length - 1) {
    throw commandUsage({ sentence: '--scope is <name>=<sentence>, such as orders:read="See your orders".' });
  }
  return { name: text.slice(0, end), sentence: text.slice(end + 1).trim() };
}

function changedScopes(
  { scopes }: ResourceServer,
  set: readonly { name: string; sentence: string }[],
  removed: unknown,
): { name: string; sentence: string }[] {
  const names = new Set((removed ?? []) as string[]);
  const missing = [...names].find((name) => !scopes.some((scope) => scope.name === name));
  if (missing !== undefined)
    throw commandUsage({ sentence: `--remove-scope: there is no scope ${missing}.` });
  const byName = new Map(scopes.map((scope) => [scope.name, scope]));
  for (const name of names) byName.delete(name);
  for (const scope of set) byName.set(scope.name, scope);
  return [...byName.values()];
}

function unsetOf({ values }: CommandInput): ResourceServerChanges {
  const options = (values.unset ?? []) as (keyof typeof SETTINGS)[];
  const both = options.find((option) => values[option] !== undefined);
  if (both) throw commandUsage({ sentence: `--${both} and --unset ${both} exclude each other.` });
  return Object.fromEntries(options.map((option) => [SETTINGS[option], null]));
}

function answer(resourceServer: ResourceServer, secret?: string, facts = factsOf(resourceServer)) {
  const credentials = secret === undefined ? {} : { introspection_secret: secret };
  const secretFacts: Facts = [
    ['introspection_id', resourceServer.introspection?.id],
    ['introspection_secret', `${secret}  (shown this once)`],
  ];
  const others = facts.filter(([name]) => name !== 'introspection_id');
  return {
    json: { ...toJson(resourceServer), ...credentials },
    text: toFacts(secret === undefined ? facts : [...others, ...secretFacts]),
  };
}

function toJson(resourceServer: ResourceServer): Record<string, unknown> {
  return {
    id: resourceServer.id,
    identifier: resourceServer.identifier,
    name: resourceServer.name ?? null,
    audience: resourceServer.audience,
    token_format: resourceServer.tokenFormat,
    signing_alg: resourceServer.signingAlg,
    access_token_ttl: resourceServer.accessTokenTtlSeconds ?? null,
    level: resourceServer.level ?? null,
    scopes: resourceServer.scopes,
    introspection_id: resourceServer.introspection?.id ?? null,
    created_at: new Date(resourceServer.createdAt).toISOString(),
    updated_at: new Date(resourceServer.updatedAt).toISOString(),
  };
}

function toList(list: readonly ResourceServer[]): string {
  return toTable(
    ['ID', 'IDENTIFIER', 'AUDIENCE', 'TOKENS', 'SCOPES'],
    list.map(({ id, identifier, audience, tokenFormat, signingAlg, scopes }) => [
      id,
      identifier,
      audience === identifier ? '' : audience,
      tokenFormat === 'jwt' ? `jwt ${signingAlg}` : tokenFormat,
      String(scopes.length),
    ]),
  );
}

function factsOf(resourceServer: ResourceServer): Facts {
  const { scopes, ...facts } = toJson(resourceServer);
  return [
    ...Object.entries(facts).map(
      ([name, value]) => [name, value === null ? undefined : String(value)] as const,
    ),
    [
      'scopes',
      (scopes as ResourceServer['scopes']).map(({ name, sentence }) => `${name}  ${sentence}`).join('\n'),
    ],
  ];
}
