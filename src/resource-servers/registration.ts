import { problemsOf } from '../deeds/deeds.ts';
import { defined } from '../lib/defined.ts';
import { resourceServerInvalid } from './errors.ts';
import {
  inputSchema,
  listProperties,
  NOT_OF_AN_API,
  type Registration,
  type ResourceServerInput,
} from './properties.ts';

export type { Registration, ResourceServerInput } from './properties.ts';

/** An API whose access tokens we issue. Times are milliseconds since the epoch. */
export type ResourceServer = Registration & {
  id: `rs_${string}`;
  /** Its credentials at the introspection endpoint; SHA-256 of the secrets that have not expired. */
  introspection?: { id: string; secretHashes: string[] };
  /** Rises with each change. */
  version: number;
  createdAt: number;
  updatedAt: number;
};

/** Each named setting is set, or put back to its default by `null`; the others stay. The identifier is for ever. */
export type ResourceServerChanges = {
  [Field in keyof Omit<ResourceServerInput, 'identifier'>]?: ResourceServerInput[Field] | null;
};

/**
 * Checks an input and completes it with defaults. `ofPeople`: scopes that ask for claims of people, beside those of OpenID
 * Connect. Throws `resource_servers.invalid` with all problems at once.
 */
export function register(input: ResourceServerInput, ofPeople: readonly string[] = []): Registration {
  const result = inputSchema.safeParse(input);
  if (!result.success) throw resourceServerInvalid({ problems: problemsOf(result.error, 'resourceServer') });
  if (result.data.scopes.some(({ name }) => ofPeople.includes(name)))
    throw resourceServerInvalid({ problems: [{ field: 'scopes', why: NOT_OF_AN_API }] });
  return defined({ ...result.data, audience: result.data.audience ?? result.data.identifier });
}

/** Registers a resource server anew with some settings changed. */
export function registerAgain(
  before: Registration,
  changes: ResourceServerChanges,
  ofPeople: readonly string[] = [],
): Registration {
  const input: Record<string, unknown> = valuesOf(before);
  for (const [field, value] of Object.entries(changes)) {
    if (value !== undefined) input[field] = value ?? undefined;
  }
  return register(input as ResourceServerInput, ofPeople);
}

/** The registered properties of a resource server, and nothing else of it. */
export function valuesOf(registration: Registration): Record<string, unknown> {
  return Object.fromEntries(listProperties().map(([key]) => [key, registration[key]]));
}
