import type { TestApp } from '../support/app.ts';
import type { ClientId } from './clients.ts';
import { typeCommands } from './type-commands.ts';

/** A program that calls an API: it is registered as docs/libraries.md says, and has a token. */
export async function tokenOfRobot(
  started: Pick<TestApp, 'app' | 'url'>,
  id: ClientId,
  api: string,
  send: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Promise<{ token: string; clientId: string; made: Record<string, string>[] }> {
  const made = await typeCommands(started, id, { api });
  const { client_id: clientId = '', client_secret: secret = '' } = made.at(-1) ?? {};
  const response = await send(`${started.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'notes:read' }),
  });
  const { access_token: token = '' } = (await response.json()) as { access_token?: string };
  return { token, clientId, made };
}

/** The same token with another audience in it, under the old signature. */
export function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'notes:read notes:write' }));
  return [header, changed.toString('base64url'), signature].join('.');
}
