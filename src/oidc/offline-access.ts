import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { requestInfo } from '../http/request.ts';
import type { EventsDeps } from './events.ts';

/**
 * Says in the log that a client asked for `offline_access` and has no grant for it. The request goes on without it, as
 * OIDC Core §11 has it, so the app is told nothing and misses its refresh token later.
 */
export function noteOfflineAccess(ctx: Context, { logger }: Pick<EventsDeps, 'logger'>): void {
  if (ctx.path !== '/auth' && ctx.path !== '/request') return;
  const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
  const client = oidc?.client;
  if (!client || client.grantTypeAllowed('refresh_token')) return;
  const { scope } = (ctx.path === '/auth' ? ctx.query : oidc.body) ?? {};
  if (typeof scope !== 'string' || !scope.split(' ').includes('offline_access')) return;
  logger.info(
    { request: { id: requestInfo(ctx).id }, client: { id: client.clientId } },
    'offline_access was asked for by a client without the grant refresh_token, and passed over (clients update --grant authorization_code --grant refresh_token)',
  );
}
