import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Allowed, Consents } from '../consents/consents.ts';
import type { SettingsOfClient } from './adapter/client-metadata.ts';

/** Claims of the protocol itself, which nobody is asked about. */
const PROTOCOL_CLAIMS = new Set(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']);

/**
 * The grant of this request (oidc-provider's `loadExistingGrant`): the one that the session has for this client, when
 * it covers what is asked, else a new one with whatever the person's consent covers. Grants are never changed, so one
 * that was ended is never written back. What stays uncovered makes the policy ask for consent.
 */
export async function loadGrant(
  ctx: KoaContextWithOIDC,
  consents: Pick<Consents, 'find' | 'touch'>,
): Promise<Grant | undefined> {
  const { oidc } = ctx;
  const { client, session, account } = oidc;
  if (!client || !session || !account) return undefined;

  const asked = askedFor(ctx);
  const grantId = session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await oidc.provider.Grant.find(grantId);
  const isUsable = existing?.accountId === account.accountId && existing.clientId === client.clientId;
  if (existing && isUsable && covers(existing, asked)) return existing;

  const { firstParty } = settingsOf(client);
  const allowed = firstParty ? asked : (await consents.find(account.accountId, client.clientId))?.allowed;
  if (!allowed) return isUsable ? existing : undefined;

  const granted = intersection(asked, allowed);
  if (isEmpty(granted)) return isUsable ? existing : undefined;
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  if (existing && isUsable) add(grant, contentOf(existing));
  add(grant, granted);
  await grant.save();
  if (!firstParty) await consents.touch(account.accountId, client.clientId);
  return grant;
}

/** Whether the person has allowed the app nothing so far, of all that it may ever have asked for. */
export const allowsNothing = (grant: Grant | undefined): boolean =>
  grant === undefined || isEmpty(contentOf(grant));

/** Whether a code of these scopes gives this client a refresh token. */
export function givesRefreshToken(
  client: { grantTypeAllowed(type: string): boolean },
  scopes: ReadonlySet<string>,
): boolean {
  if (!client.grantTypeAllowed('refresh_token')) return false;
  return scopes.has('offline_access') || !settingsOf(client).requireOfflineAccess;
}

export function settingsOf(client: object): SettingsOfClient {
  return (client as { gatehouse: SettingsOfClient }).gatehouse;
}

function askedFor({ oidc }: KoaContextWithOIDC): Allowed {
  const resources: Record<string, string[]> = {};
  for (const [identifier, server] of Object.entries(oidc.resourceServers ?? {})) {
    resources[identifier] = [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope));
  }
  return {
    scopes: [...oidc.requestParamOIDCScopes],
    claims: [...oidc.requestParamClaims].filter((claim) => !PROTOCOL_CLAIMS.has(claim)),
    resources,
  };
}

function covers(grant: Grant, asked: Allowed): boolean {
  const has = contentOf(grant);
  return (
    asked.scopes.every((scope) => has.scopes.includes(scope)) &&
    asked.claims.every((claim) => has.claims.includes(claim)) &&
    Object.entries(asked.resources).every(([identifier, scopes]) =>
      scopes.every((scope) => grant.getResourceScope(identifier).split(' ').includes(scope)),
    )
  );
}

function contentOf(grant: Grant): Allowed {
  const { resources = {} } = grant as unknown as { resources?: Record<string, string> };
  return {
    scopes: grant.getOIDCScope().split(' ').filter(Boolean),
    claims: grant.getOIDCClaims(),
    resources: Object.fromEntries(
      Object.entries(resources).map(([identifier, scopes]) => [identifier, scopes.split(' ')]),
    ),
  };
}

function intersection(asked: Allowed, allowed: Allowed): Allowed {
  const resources: Record<string, string[]> = {};
  for (const [identifier, scopes] of Object.entries(asked.resources)) {
    resources[identifier] = scopes.filter((scope) => allowed.resources[identifier]?.includes(scope));
  }
  return {
    scopes: asked.scopes.filter((scope) => allowed.scopes.includes(scope)),
    claims: asked.claims.filter((claim) => allowed.claims.includes(claim)),
    resources,
  };
}

const isEmpty = ({ scopes, claims, resources }: Allowed) =>
  scopes.length === 0 &&
  claims.length === 0 &&
  Object.values(resources).every((resourceScopes) => resourceScopes.length === 0);

function add(grant: Grant, { scopes, claims, resources }: Allowed): void {
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  for (const [identifier, resourceScopes] of Object.entries(resources)) {
    if (resourceScopes.length > 0) grant.addResourceScope(identifier, resourceScopes.join(' '));
  }
}
