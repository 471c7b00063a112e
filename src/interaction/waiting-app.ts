import { defined } from '../lib/defined.ts';
import { hmac, isSame } from '../lib/secret.ts';
import type { App } from '../views/views.ts';
import type { ClientForPages, InteractionDeps } from './deps.ts';

export type WaitingApp = ReturnType<typeof createWaitingApp>;

/**
 * Which app waits, kept in the address of a sign-in (`?app=`). The interaction itself expires; a page that was left
 * open for a day must still name its app and lead back there. Signed and bound to the interaction's uid, so that nobody
 * makes a link to us that names an app of their choice. It opens nothing.
 */
export function createWaitingApp({ clients, keys }: Pick<InteractionDeps, 'clients' | 'keys'>) {
  return {
    /** The value of `app` for this interaction. */
    async sign(uid: string, clientId: string): Promise<string> {
      const { id, key } = await keys.serverKeys.current('csrf');
      return [Buffer.from(clientId).toString('base64url'), id, macOf(key, uid, clientId)].join('.');
    },

    /** The client that a signed value names; undefined when it was altered or the client is gone. */
    async find(uid: string, value: unknown): Promise<ClientForPages | undefined> {
      if (typeof value !== 'string' || value.length > MAXIMUM_LENGTH) return undefined;
      const [encoded, keyId, mac] = value.split('.');
      if (!encoded || !keyId || !mac) return undefined;
      const key = await keys.serverKeys.find('csrf', keyId);
      const clientId = Buffer.from(encoded, 'base64url').toString();
      if (!key || !isSame(mac, macOf(key, uid, clientId))) return undefined;
      return clients.find(clientId);
    },
  };
}

/** What a page says of the app. The host is the one of the redirect URI, which the app cannot choose freely. */
export function appOf(client: ClientForPages, redirectUri: unknown): App {
  const { policy_uri: policyUrl, tos_uri: termsUrl } = client.metadata;
  const { logo, color } = client.settings ?? {};
  const target = typeof redirectUri === 'string' ? redirectUri : client.metadata.redirect_uris?.[0];
  return {
    name: client.name,
    host: target === undefined ? '' : hostOf(target),
    ...(client.isBuiltIn ? { isOwn: true } : {}),
    ...(policyUrl ? { policyUrl } : {}),
    ...(termsUrl ? { termsUrl } : {}),
    ...defined({ logo, color }),
  };
}

/**
 * Where the person can start again: the app's registered place for it (OpenID Connect Core §4), its home page, or the
 * origin it is sent back to. Only http and https: a custom scheme opens an app that waits for a code.
 */
export function startOf(client: ClientForPages, issuer: string): string | undefined {
  const { initiate_login_uri: initiate, client_uri: home, redirect_uris: redirects } = client.metadata;
  if (initiate && isWeb(initiate)) return withQuery(initiate, { iss: issuer });
  if (home && isWeb(home)) return home;
  const redirect = redirects?.find(isWeb);
  return redirect === undefined ? undefined : `${new URL(redirect).origin}/`;
}

export function withQuery(url: string, values: Record<string, string>): string {
  const separator = url.includes('?') ? '&' : '?';
  return `${url}${separator}${new URLSearchParams(values)}`;
}

const MAXIMUM_LENGTH = 4096;

function macOf(key: Buffer, uid: string, clientId: string): string {
  return hmac(key, 'interaction.app', uid, clientId).slice(0, 22);
}

function hostOf(uri: string): string {
  if (!URL.canParse(uri)) return '';
  const url = new URL(uri);
  return url.host === '' ? url.protocol : url.host;
}

function isWeb(uri: string): boolean {
  return URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);
}
