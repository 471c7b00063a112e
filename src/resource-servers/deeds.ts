import { z } from 'zod';
import {
  asOption,
  type Deed,
  deedInvalid,
  defineDeed,
  type OptionForm,
  onlyIfVersion,
  pageFields,
  showPage,
} from '../deeds/deeds.ts';
import { commandUsage } from '../lib/command.ts';
import { defined } from '../lib/defined.ts';
import { toFacts } from '../lib/table.ts';
import { resourceServerInvalid } from './errors.ts';
import { listProperties, type ResourceServerKey } from './properties.ts';
import type { ResourceServerChanges, ResourceServerInput } from './registration.ts';
import type { ResourceServer, ResourceServers } from './resource-servers.ts';

export type ResourceServerDeedsDeps = {
  resourceServers: ResourceServers;
  /** The levels of sign-in that there are (`oidc.levels`), weakest first. */
  levels: readonly string[];
  /** Whose ids no audience may be. */
  clients: { find(id: string): Promise<object | undefined> };
  config: { issuer: string };
  /** How many API keys for it are not over (`api-keys/`). */
  countKeysAt(resourceServerId: string): Promise<number>;
};

type Scope = ResourceServer['scopes'][number];
type WithSecret = { resourceServer: ResourceServer; introspectionSecret?: string | undefined };

const DEFAULT_OVERLAP_SECONDS = 86_400;
const overlapError = 'comes with --introspection and is from 0 to 7776000 seconds';

const which = {
  resourceServer: asOption(z.string(), { value: 'id|identifier' }).describe('Its id or its identifier.'),
};
const positionals = ['resourceServer'] as const;

/** What can be done to resource servers. One is named by its id or its identifier. */
export const resourceServerDeeds: readonly Deed<ResourceServerDeedsDeps>[] = [
  defineDeed('resource-servers.create', {
    summary: 'Registers an API whose access tokens are issued here.',
    input: z.strictObject({
      ...fieldsOfNew(),
      introspection: z
        .boolean()
        .default(false)
        .describe('Make an id and a secret for token introspection; they are shown only once.'),
    }),
    permission: 'resource-servers:write',
    invalid: resourceServerInvalid,
    async run(deps: ResourceServerDeedsDeps, { introspection, ...input }, by): Promise<WithSecret> {
      const { resourceServers, levels } = deps;
      refuseUnknownLevel(input, levels);
      await refuseOtherAudience(input, deps);
      return await resourceServers.create(input as ResourceServerInput, by, { introspection });
    },
    show: toJson,
    command: {
      text: (made) =>
        textOf(made, [
          ['id', made.resourceServer.id],
          ['identifier', made.resourceServer.identifier],
          ['tokens', tokensInWords(made.resourceServer)],
        ]),
    },
  }),
  defineDeed('resource-servers.list', {
    summary: 'Lists the registered APIs, oldest first.',
    input: z.strictObject(pageFields('id|identifier')),
    permission: 'resource-servers:read',
    run: ({ resourceServers }: ResourceServerDeedsDeps, page) => resourceServers.list(page),
    show: ({ items, ...next }) => ({
      resource_servers: items.map((resourceServer) => toJson({ resourceServer })),
      ...next,
    }),
    command: {
      text: (page) =>
        showPage(page, {
          none: 'No resource servers.',
          headings: ['ID', 'IDENTIFIER', 'AUDIENCE', 'TOKENS', 'SCOPES'],
          row: ({ id, identifier, audience, tokenFormat, signingAlg, scopes }) => [
            id,
            identifier,
            audience === identifier ? '' : audience,
            tokenFormat === 'jwt' ? `jwt ${signingAlg}` : tokenFormat,
            String(scopes.length),
          ],
        }),
    },
  }),
  defineDeed('resource-servers.show', {
    summary: 'Shows one API and its scopes.',
    input: z.strictObject(which),
    permission: 'resource-servers:read',
    async run({ resourceServers, countKeysAt }: ResourceServerDeedsDeps, { resourceServer: named }) {
      const resourceServer = await resourceServers.get(named);
      return { resourceServer, keys: await countKeysAt(resourceServer.id) };
    },
    show: ({ keys, ...shown }) => ({ ...toJson(shown), active_api_keys: keys }),
    command: {
      positionals,
      text: ({ keys, ...shown }) => `${textOf(shown)}\n${toFacts([['API keys', String(keys)]])}`,
    },
  }),
  defineDeed('resource-servers.update', {
    summary: 'Changes an API. What you leave out stays as it is; the identifier never changes.',
    input: z.strictObject({
      ...which,
      ...fieldsOfChange(),
      removeScopes: asOption(z.array(z.string()).optional(), {
        name: 'remove-scope',
        value: 'name',
      }).describe('Remove a scope.'),
      introspection: z
        .boolean()
        .optional()
        .describe(
          'Make an id and a new secret for introspection, shown only once; --no-introspection ends them.',
        ),
      overlapSeconds: z
        .int(overlapError)
        .optional()
        .describe(
          `With --introspection: how long the old secret keeps working. Default: ${DEFAULT_OVERLAP_SECONDS}.`,
        ),
      onlyIfVersion,
    }),
    permission: 'resource-servers:write',
    invalid: resourceServerInvalid,
    async run(
      deps: ResourceServerDeedsDeps,
      { resourceServer, removeScopes, introspection, overlapSeconds, onlyIfVersion: version, ...input },
      by,
    ): Promise<WithSecret> {
      const { resourceServers, levels } = deps;
      refuseUnknownLevel(input, levels);
      await refuseOtherAudience(input, deps);
      const isOverlap =
        introspection === true && (overlapSeconds ?? 0) >= 0 && (overlapSeconds ?? 0) <= 7_776_000;
      if (overlapSeconds !== undefined && !isOverlap)
        throw deedInvalid({ problems: [{ field: 'overlapSeconds', why: overlapError }] });
      const before = await resourceServers.get(resourceServer);
      const { scopes: added, ...others } = input as ResourceServerChanges;
      const changes: ResourceServerChanges = {
        ...others,
        ...(added || removeScopes ? { scopes: changedScopes(before, added ?? [], removeScopes ?? []) } : {}),
      };
      const hasChanges = Object.keys(changes).length > 0;
      if (hasChanges || version !== undefined)
        await resourceServers.update(before.id, changes, by, { version });
      if (introspection === false) await resourceServers.endIntrospection(before.id, by);
      if (introspection !== true) return { resourceServer: await resourceServers.get(before.id) };
      const overlap = { overlapSeconds: overlapSeconds ?? DEFAULT_OVERLAP_SECONDS };
      const { introspectionSecret } = await resourceServers.rotateIntrospectionSecret(before.id, overlap, by);
      return { resourceServer: await resourceServers.get(before.id), introspectionSecret };
    },
    show: toJson,
    command: { positionals, needsOption: true, text: (changed) => textOf(changed) },
  }),
  defineDeed('resource-servers.delete', {
    summary: 'Removes an API. No more tokens are issued for it; those it has expire by themselves.',
    input: z.strictObject({ ...which, onlyIfVersion }),
    permission: 'resource-servers:write',
    async run({ resourceServers }: ResourceServerDeedsDeps, { resourceServer, onlyIfVersion: version }, by) {
      const { id, identifier } = await resourceServers.get(resourceServer);
      await resourceServers.delete(id, by, { version });
      return { id, identifier };
    },
    show: ({ id, identifier }) => ({ id, identifier, deleted: true }),
    command: { positionals, text: ({ identifier }) => `${identifier} is deleted.` },
  }),
];

type Fields = Record<string, z.ZodType>;

function fieldsOfNew(): Fields {
  return Object.fromEntries(listProperties().map(([key, { schema }]) => [key, fieldOf(key, schema)]));
}

function fieldsOfChange(): Fields {
  const changeable = listProperties().filter(([key]) => key !== 'identifier');
  return Object.fromEntries(
    changeable.map(([key, { schema }]) => {
      const value = withoutDefault(schema).optional();
      if (key !== 'scopes') return [key, fieldOf(key, withoutDefault(schema).nullable().optional())];
      return [key, fieldOf(key, value, { help: 'Add a scope, or give one another sentence.' })];
    }),
  );
}

function fieldOf(key: ResourceServerKey, schema: z.ZodType, form: OptionForm = {}): z.ZodType {
  const [, property] = listProperties().find(([each]) => each === key) ?? [];
  const { option, help = '', defaultInWords } = property ?? {};
  const described = schema.describe(
    defaultInWords === undefined ? help : `${help} Default: ${defaultInWords}.`,
  );
  return asOption(described, { ...option, ...(key === 'scopes' ? { read: toScopes } : {}), ...form });
}

/** The schema of a value itself: what is not named in a change stays. */
function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? (schema.unwrap() as z.ZodType)
    : schema;
}

/**
 * RFC 8725 §3.12: an API that looks at issuer and audience alone would take the other tokens for its own, and the app its.
 * Throws `resource_servers.invalid`.
 */
async function refuseOtherAudience(
  { audience, identifier }: Readonly<Record<string, unknown>>,
  { clients, config }: ResourceServerDeedsDeps,
): Promise<void> {
  const [field, named] = audience === undefined ? ['identifier', identifier] : ['audience', audience];
  if (typeof named !== 'string') return;
  if (named !== `${config.issuer}/me` && (await clients.find(named)) === undefined) return;
  const why =
    'is the id of an app, or the address of userinfo: tokens for one would be taken for the other’s';
  throw resourceServerInvalid({ problems: [{ field, why }] });
}

function refuseUnknownLevel({ level }: Record<string, unknown>, levels: readonly string[]): void {
  if (typeof level !== 'string' || levels.includes(level)) return;
  throw deedInvalid({ problems: [{ field: 'level', why: `must be one of ${levels.join(', ')}` }] });
}

/** `name=sentence`; the name may not hold "=" here, since it ends there. */
function toScopes(typed: unknown): Scope[] {
  return (typed as string[]).map((text) => {
    const end = text.indexOf('=');
    if (end < 1 || end === text.length - 1)
      throw commandUsage({
        sentence: '--scope is <name>=<sentence>, such as orders:read="See your orders".',
      });
    return { name: text.slice(0, end), sentence: text.slice(end + 1).trim() };
  });
}

function changedScopes(
  { scopes }: ResourceServer,
  set: readonly Scope[],
  removed: readonly string[],
): Scope[] {
  const missing = removed.find((name) => !scopes.some((scope) => scope.name === name));
  if (missing !== undefined)
    throw deedInvalid({
      problems: [{ field: 'removeScopes', why: `names a scope that this API does not have: ${missing}` }],
    });
  const byName = new Map(scopes.map((scope) => [scope.name, scope]));
  for (const name of removed) byName.delete(name);
  for (const scope of set) byName.set(scope.name, scope);
  return [...byName.values()];
}

function toJson({ resourceServer, introspectionSecret }: WithSecret): Record<string, unknown> {
  const { id, introspection, version, createdAt, updatedAt } = resourceServer;
  return {
    id,
    ...Object.fromEntries(listProperties().map(([key, { shown }]) => [shown, resourceServer[key] ?? null])),
    introspection_id: introspection?.id ?? null,
    ...defined({ introspection_secret: introspectionSecret }),
    version,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}

/** What the library of the API has to take: it is told where this is known to fail. */
function tokensInWords({ tokenFormat, tokenType, signingAlg }: ResourceServer): string {
  if (tokenFormat !== 'jwt') return tokenFormat;
  const what = `JWT of the type ${tokenType}, ${signingAlg}`;
  return tokenType === 'jwt' ? what : `${what}; Spring Boot needs --token-type jwt`;
}

type Facts = Parameters<typeof toFacts>[0];

function textOf(shown: WithSecret, facts = factsOf(shown.resourceServer)): string {
  const { resourceServer, introspectionSecret: secret } = shown;
  if (secret === undefined) return toFacts(facts);
  return toFacts([
    ...facts.filter(([name]) => name !== 'introspection_id'),
    ['introspection_id', resourceServer.introspection?.id],
    ['introspection_secret', `${secret}  (shown this once)`],
  ]);
}

function factsOf(resourceServer: ResourceServer): Facts {
  const { scopes: _, ...facts } = toJson({ resourceServer });
  return [
    ...Object.entries(facts).map(
      ([name, value]) => [name, value === null ? undefined : String(value)] as const,
    ),
    ['scopes', resourceServer.scopes.map(({ name, sentence }) => `${name}  ${sentence}`).join('\n')],
  ];
}
