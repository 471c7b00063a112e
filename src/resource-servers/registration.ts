import { problemsOf } from '../deeds/deeds.ts';
import { defined } from '../lib/defined.ts';
import { resourceServerInvalid } from './errors.ts';
import { inputSchema, listProperties, type Registration, type ResourceServerInput } from './properties.ts';

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

/** Checks an input and completes it with defaults. Throws `resource_servers.invalid` with all problems at once. */
export function register(input: ResourceServerInput): Registration {
  const result = inputSchema.safeParse(input);
  if (!result.success) throw resourceServerInvalid({ problems: problemsOf(result.error, 'resourceServer') });
  return defined({ ...result.data, audience: result.data.audience ?? result.data.identifier });
}

/** Registers a resource server anew with some settings changed. */
export function registerAgain(before: Registration, changes: ResourceServerChanges): Registration {
  const input: Record<string, unknown> = valuesOf(before);
  for (const [field, value] of Object.entries(changes)) {
    if (value !== undefined) input[field] = value ?? undefined;
  }
  return register(input as ResourceServerInput);
}

/** The registered properties of a resource server, and nothing else of it. */
export function valuesOf(registration: Registration): Record<string, unknown> {
  return Object.fromEntries(listProperties().map(([key]) => [key, registration[key]]));
}
