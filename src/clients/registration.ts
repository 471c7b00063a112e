import { z } from 'zod';
import { defined } from '../lib/defined.ts';
import { clientInvalid } from './errors.ts';
import {
  CLIENT_PROPERTIES,
  type ClientChanges,
  type ClientInput,
  type ClientMetadata,
  type ClientProperties,
  type ClientProperty,
  type ClientSettings,
  type CompleteInput,
  type DefaultFacts,
} from './properties.ts';
import { type ClientType, originsOf } from './redirect-uris.ts';
import { type Problem, problemsOfEntries, problemsTogether } from './rules.ts';

export type Registration = {
  name: string;
  type: ClientType;
  metadata: ClientMetadata;
  settings: ClientSettings;
};

export type Client = Registration & {
  /** `cli_…`, unless it was chosen or is built in. */
  id: string;
  isBuiltIn: boolean;
  /** SHA-256 of the secrets that have not expired, oldest first. */
  secretHashes: string[];
  /** Rises with each change that somebody makes; what the protocol notes by itself leaves it. */
  version: number;
  createdAt: number;
  updatedAt: number;
  disabledAt?: number;
  /** When its sector document was found to hold its redirect URIs; absent: it has none, or that was never done. */
  sectorCheckedAt?: number;
  /** When its first code was redeemed with PKCE. */
  pkceSince?: number;
};

type Values = Record<string, unknown>;

/** The settings of a client of which nothing was said. */
export function defaultSettings(): ClientSettings {
  return registrationOf(complete({}, CLIENT_PROPERTIES), CLIENT_PROPERTIES).settings;
}

/** Checks an input and completes it with defaults. Throws `clients.invalid` with all problems at once. */
export function register(input: ClientInput, properties: ClientProperties = CLIENT_PROPERTIES): Registration {
  const result = schemaOf(properties).safeParse(input);
  if (!result.success) throw clientInvalid({ problems: problemsOf(result.error) });
  const values = complete(result.data, properties);
  const problems = [...problemsOfEntries(result.data, values, properties), ...problemsTogether(values)];
  if (problems.length > 0) throw clientInvalid({ problems });
  return registrationOf(values, properties);
}

/** Registers a client anew with some properties changed. */
export function registerAgain(
  before: Registration,
  changes: ClientChanges,
  properties: ClientProperties = CLIENT_PROPERTIES,
): Registration {
  const input = inputOf(before, properties);
  for (const [key, value] of Object.entries(changes)) {
    if (value !== undefined) input[key] = value ?? undefined;
  }
  const isSpa = before.type === 'spa';
  // Origins that only followed the redirect URIs keep following them.
  const followed = isSpa && sameList(before.settings.origins, originsOf(before.metadata.redirect_uris));
  if (changes.origins === undefined && followed) delete input.origins;
  // Keys go with the method they were for; no type has `private_key_jwt` as its default.
  const losesKeys = changes.authMethod !== undefined && changes.authMethod !== 'private_key_jwt';
  if (losesKeys && changes.jwks === undefined) delete input.jwks;
  if (losesKeys && changes.jwksUri === undefined) delete input.jwksUri;
  // One stands for the other: who names one means it instead.
  if (isNamed(changes.jwksUri) && changes.jwks === undefined) delete input.jwks;
  if (isNamed(changes.jwks) && changes.jwksUri === undefined) delete input.jwksUri;
  if (losesKeys && changes.assertionAudience === undefined) delete input.assertionAudience;
  return register(input as ClientInput, properties);
}

/** A stored client, with the defaults of those properties that came after it was stored. */
export function withLaterProperties(
  stored: Registration,
  properties: ClientProperties = CLIENT_PROPERTIES,
): Pick<Registration, 'metadata' | 'settings'> {
  const today = registrationOf(complete(inputOf(stored, properties), properties), properties);
  return {
    metadata: { ...stored.metadata, ...today.metadata, ...stored.metadata },
    settings: { ...stored.settings, ...today.settings, ...stored.settings },
  };
}

/** The input that would make a registered client again; what an update starts from. */
export function inputOf(
  { name, type, metadata, settings }: Registration,
  properties: ClientProperties,
): Values {
  const stored: Values = { ...metadata };
  const ours: Values = { ...settings };
  const input: Values = { name, type };
  for (const [key, { metadata: name, setting, kept }] of Object.entries(properties)) {
    if (name === undefined && setting === undefined) continue;
    const value = name === undefined ? ours[key] : stored[name];
    input[key] = value === undefined ? undefined : kept ? kept.back(value as never) : value;
  }
  return input;
}

function schemaOf(properties: ClientProperties) {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(properties).map(([key, { schema, required }]) => [
        key,
        required ? schema : schema.optional(),
      ]),
    ),
  );
}

function complete(given: Values, properties: ClientProperties): CompleteInput {
  const { type = CLIENT_PROPERTIES.type.default, redirectUris = [] } = given as Partial<DefaultFacts>;
  return toValues(
    Object.entries(properties).map(([key, property]) => {
      const value = given[key];
      return [key, value === undefined ? defaultOf(property, { type, redirectUris }) : value];
    }),
  ) as CompleteInput;
}

function defaultOf({ default: what }: ClientProperty, facts: DefaultFacts): unknown {
  return typeof what === 'function' ? what(facts) : what;
}

function registrationOf(values: CompleteInput, properties: ClientProperties): Registration {
  const { name, type, grants } = values;
  return {
    name,
    type,
    metadata: {
      ...(keptOf('metadata', values, properties) as ClientMetadata),
      response_types: grants.includes('authorization_code') ? ['code'] : [],
      application_type: type === 'native' ? 'native' : 'web',
    },
    settings: keptOf('setting', values, properties) as ClientSettings,
  };
}

function keptOf(where: 'metadata' | 'setting', values: Values, properties: ClientProperties): Values {
  const kept = Object.entries(properties).filter(([, property]) => property[where] !== undefined);
  return toValues(
    kept.map(([key, { metadata, kept }]) => {
      const value = values[key];
      return [metadata ?? key, kept && value !== undefined ? kept.from(value as never) : value];
    }),
  );
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'client'), why: message }));
}

function isNamed(change: unknown): boolean {
  return change !== undefined && change !== null;
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}

function toValues(entries: readonly (readonly [string, unknown])[]): Values {
  return defined(Object.fromEntries(entries));
}
