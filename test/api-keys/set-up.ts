import { SYSTEM } from '../../src/lib/actor.ts';
import { API, startRoles } from '../roles/set-up.ts';
import type { TestAppOptions } from '../support/app.ts';

export { API, SHELF } from '../roles/set-up.ts';

export const TIERS = {
  free: { perMinute: 10, perDay: 1000 },
  small: { perMinute: 3, perDay: 4 },
  burst: { perMinute: 50, burst: 2 },
};

/** A whole Gatehouse with two APIs, a person and a service, who have keys. `pass`: time of the app goes on. */
export async function startApiKeys(options: TestAppOptions = {}) {
  const started = await startRoles({
    ...options,
    settings: { apiKeys: { tiers: TIERS }, ...options.settings },
  });
  const { json, modules } = started;
  let people = 0;
  const createPerson = async (): Promise<{ id: string; email: string }> => {
    people += 1;
    const email = `person${people}@example.com`;
    const { id } = await json('users', 'create', '--email', email, '--name', `Person ${people}`);
    return { id, email };
  };
  const createService = async (...more: string[]): Promise<string> => {
    const made = await json('clients', 'create', '--type', 'service', '--name', 'Nightly', ...more);
    return made.client_id;
  };
  /** Another key, which answers what was shown once. */
  const createKey = async (owner: { userId: string } | { clientId: string }, more: object = {}) =>
    await modules.apiKeys.create(
      owner,
      { resource: API, name: 'A key', scopes: ['orders:read'], tier: 'free', ...more },
      SYSTEM,
    );
  /** Introspection credentials of a resource server, as a header. */
  const credentialsOf = async (resource: string): Promise<string> => {
    const { introspection_id: id, introspection_secret: secret } = await json(
      'resource-servers',
      'update',
      resource,
      '--introspection',
    );
    return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  };
  return { ...started, createPerson, createService, createKey, credentialsOf };
}

export type Started = Awaited<ReturnType<typeof startApiKeys>>;

/** What `POST /api-keys/<what>` answers. A text is sent as it is. */
export async function post(
  origin: string,
  what: 'verify' | 'leaked',
  body: unknown,
  headers: Record<string, string> = {},
) {
  const answer = await fetch(`${origin}/api-keys/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>,
  };
}
