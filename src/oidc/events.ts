import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Audit } from '../audit/audit.ts';
import { requestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import type { Mail } from '../mail/mail.ts';
import type { User } from '../users/users.ts';

export type EventsDeps = {
  audit: Pick<Audit, 'record'>;
  mail: Pick<Mail, 'send'>;
  logger: { info: Log; error: Log };
  clock: Clock;
  findUser(id: string): Promise<User | undefined>;
  sessionsUrl: string;
};

type Log = (fields: object, message: string) => void;
type ProtocolError = Error & { error_detail?: string; error_description?: string; statusCode?: number };

/** What the library's refusals and failures leave in the log, under the reference id that the client saw. */
export function logEvents(provider: Provider, { logger }: Pick<EventsDeps, 'logger'>): void {
  const refused = (ctx: KoaContextWithOIDC, error: ProtocolError) => {
    const { id } = requestInfo(ctx);
    const client = ctx.oidc?.client?.clientId ?? ctx.oidc?.params?.client_id;
    logger.info(
      {
        request: { id },
        client: { id: client },
        error: error.message,
        error_description: error.error_description,
        error_detail: error.error_detail,
      },
      'a protocol request was refused',
    );
  };
  for (const event of REFUSALS) (provider as EventEmitter).on(event, refused);

  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    const status = (error as ProtocolError).statusCode ?? 500;
    if (status === 503) ctx.set('Retry-After', '2');
    logger.error({ request: { id: requestInfo(ctx).id }, err: error }, 'a protocol request failed');
  });
}

const REFUSALS = [
  'authorization.error',
  'grant.error',
  'userinfo.error',
  'introspection.error',
  'revocation.error',
  'pushed_authorization_request.error',
  'end_session.error',
  'end_session_confirm.error',
  'jwks.error',
  'discovery.error',
] as const;

/**
 * A spent code or refresh token came back too late to be an honest retry. Audited, and the person is told; the library
 * ends the grant right after (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
 */
export async function reportTheft(ctx: KoaContextWithOIDC, deps: EventsDeps): Promise<void> {
  const { audit, mail, clock, findUser, sessionsUrl } = deps;
  const { client, params, provider, entities } = ctx.oidc;
  const isRefresh = params?.grant_type === 'refresh_token';
  const spent = isRefresh
    ? entities.RefreshToken
    : await provider.AuthorizationCode.find(String(params?.code), { ignoreExpiration: true });
  const user = spent?.accountId === undefined ? undefined : await findUser(spent.accountId);
  const request = requestInfo(ctx);

  await audit.record({
    event: isRefresh ? 'oidc.refresh_token_stolen' : 'oidc.code_stolen',
    outcome: 'refused',
    ...(client ? { actor: { type: 'client', id: client.clientId }, clientId: client.clientId } : {}),
    ...(user ? { userId: user.id } : {}),
    request,
  });
  if (!user) return;
  await mail.send({
    to: user.email,
    template: 'token-theft',
    data: {
      appName: client?.clientName ?? client?.clientId ?? '',
      when: clock.now(),
      network: request.network,
      sessionsUrl,
    },
    locale: user.profile.locale ?? request.locale,
  });
}
