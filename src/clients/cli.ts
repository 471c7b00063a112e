import { readFile } from 'node:fs/promises';
import { operatorHere } from '../lib/actor.ts';
import {
  type Command,
  type CommandInput,
  type CommandOption,
  commandUsage,
  mustBeOneOf,
} from '../lib/command.ts';
import { toFacts, toTable } from '../lib/table.ts';
import type { Client, Clients } from './clients.ts';
import type { ClientsConfig } from './config.ts';
import { clientResourceUnknown, clientUnknown } from './errors.ts';
import {
  CLIENT_PROPERTIES,
  type ClientChanges,
  type ClientInput,
  type ClientProperties,
  defaultInWords,
} from './properties.ts';

export type ClientsCommandsDeps = {
  clients: Clients;
  config: ClientsConfig;
  /** Whether a resource server with this identifier is registered. */
  isResource(identifier: string): Promise<boolean>;
  /** The levels of sign-in that there are (`oidc.levels`), weakest first. */
  levels: readonly string[];
  /** The ids of the ways to sign in that there are. */
  methods: readonly string[];
  /** Absent: those that there are. */
  properties?: ClientProperties;
};

const MAXIMUM_JWKS_BYTES = 64 * 1024;

/** `clients create|list|show|update|disable|enable|delete|rotate-secret`. Built-in clients are not theirs to show or change. */
export function createClientsCommands({
  clients,
  config,
  isResource,
  levels,
  methods,
  properties = CLIENT_PROPERTIES,
}: ClientsCommandsDeps): Command[] {
  /** How an option is read that does not say its value itself, by the property's key. */
  const readers: Record<string, (given: unknown) => unknown> = {
    grants: partsOf,
    scope: (given) => partsOf(given).join(' '),
    jwks: (file) => readJwks(String(file)),
    level: (given) => knownOf('level', given, levels),
    methods: (given) => knownOf('method', given, methods),
    defaultResource: async (resource) => {
      if (!(await isResource(String(resource)))) throw clientResourceUnknown({ resource });
      return resource;
    },
  };
  const toJson = (client: Client) => jsonOf(client, properties);
  const toText = (client: Client) => textOf(toJson(client));

  return [
    {
      name: 'clients create',
      summary: 'Registers an app. Prints its id and, when it has one, its secret: this once.',
      options: optionsOf(properties, { isNew: true }),
      async run(input) {
        const { client, secret } = await clients.create(
          (await givenIn(input)) as ClientInput,
          operatorHere(),
        );
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
        ...optionsOf(properties, { isNew: false }),
        unset: {
          type: 'list',
          choices: changeable(properties).map(([, { option }]) => option.name),
          value: 'option',
          help: 'Put what this option had set back to its default.',
        },
      },
      async run(input) {
        const changes: ClientChanges = { ...(await givenIn(input)), ...unsetIn(input, properties) };
        if (Object.keys(changes).length === 0) {
          throw commandUsage({ sentence: 'Say what to change; see clients update --help.' });
        }
        const client = await clients.update(input.positionals[0] ?? '', changes, operatorHere());
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
        const client = await clients.disable(id, operatorHere());
        return { json: toJson(client), text: `${client.name} is disabled.` };
      },
    },
    {
      name: 'clients enable',
      summary: 'Lets a disabled app work again.',
      positionals: ['id'],
      async run({ positionals: [id = ''] }) {
        const client = await clients.enable(id, operatorHere());
        return { json: toJson(client), text: `${client.name} works again.` };
      },
    },
    {
      name: 'clients delete',
      summary: 'Removes an app for ever; it can do nothing any more.',
      positionals: ['id'],
      async run({ positionals: [id = ''] }) {
        await clients.delete(id, operatorHere());
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
        const { secret, olderEndsAt } = await clients.rotateSecret(id, { overlapSeconds }, operatorHere());
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

  /** The properties that were given as options. */
  async function givenIn({ values }: CommandInput): Promise<ClientChanges> {
    const given: Record<string, unknown> = {};
    for (const [key, { option }] of Object.entries(properties)) {
      const value = values[option.name];
      if (value !== undefined) given[key] = await (readers[key]?.(value) ?? value);
    }
    return given as ClientChanges;
  }
}

function optionsOf(
  properties: ClientProperties,
  { isNew }: { isNew: boolean },
): Record<string, CommandOption> {
  const offered = Object.values(properties).filter(({ fixed }) => isNew || !fixed);
  return Object.fromEntries(
    offered.map((property) => {
      const { name, ...option } = property.option;
      const fallback = defaultInWords(property);
      const help = fallback === undefined ? property.help : `${property.help} Default: ${fallback}.`;
      const negatable = !isNew && option.type === 'flag';
      return [name, { ...option, help, negatable, required: isNew && property.required === true }];
    }),
  );
}

/** Those that can be put back to their defaults. */
function changeable(properties: ClientProperties) {
  return Object.entries(properties).filter(([, { required, fixed }]) => !required && !fixed);
}

function unsetIn({ values }: CommandInput, properties: ClientProperties): ClientChanges {
  const names = (values.unset ?? []) as string[];
  const both = names.find((name) => values[name] !== undefined);
  if (both) throw commandUsage({ sentence: `--${both} and --unset ${both} exclude each other.` });
  const unset = changeable(properties).filter(([, { option }]) => names.includes(option.name));
  return Object.fromEntries(unset.map(([key]) => [key, null]));
}

function knownOf(option: string, given: unknown, words: readonly string[]): unknown {
  mustBeOneOf(option, given, words);
  return given;
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
function jsonOf(client: Client, properties: ClientProperties): Record<string, unknown> {
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

function textOf(json: Record<string, unknown>): string {
  return toFacts(
    Object.entries(json).map(([name, value]) => [name, value === null ? undefined : toWords(value)] as const),
  );
}

function toWords(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  const { keys = [] } = value as { keys?: { kty?: unknown; kid?: unknown }[] };
  return keys.map(({ kty, kid }) => `${String(kty)} ${String(kid ?? '')}`.trim()).join('\n');
}
