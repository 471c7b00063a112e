import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { type Audit, defineEvent } from '../audit/audit.ts';
import { couldBeClientId } from '../clients/clients.ts';
import { type RequestInfo, requestInfo } from '../http/request.ts';
import { defined } from '../lib/defined.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { User } from '../users/users.ts';
import { judgeRefusal, type ProtocolError, type RefusalsDeps } from './refusals/refusals.ts';

export const refreshTokenStolen = defineEvent('oidc.refresh_token_stolen', {
  when: 'A used refresh token was presented again, too late to be a retry; its grant ended',
  subject: 'person',
  shownToPerson: 'token_stolen',
});

export const codeStolen = defineEvent('oidc.code_stolen', {
  when: 'A used code was presented again, too late to be a retry; its grant ended',
  subject: 'person',
  shownToPerson: 'token_stolen',
});

export type EventsDeps = {
  audit: Pick<Audit, 'record'>;
  logger: { info: Log; error: Log };
  metrics?: Metrics | undefined;
  findUser(id: string): Promise<User | undefined>;
  /** Ends the grant of what was stolen, and tells the person. Not done: another request has ended it already. */
  endStolen(stolen: StolenToken): Promise<{ isDone: boolean }>;
};

export type StolenToken = { userId: string; grantId: string; appName: string; request: RequestInfo };

type Log = (fields: object, message: string) => void;
type LogDeps = Pick<EventsDeps, 'logger' | 'metrics'> & RefusalsDeps;

const refusedRequests = createRequestSlot<true>('refused');

/** Whether the library refused this request: its answer tells the reference id, too. */
export const wasRefused = (req: object): boolean => refusedRequests.get(req) === true;

/** What the library's refusals and failures leave in the log, under the reference id that the client saw. */
export function logEvents(provider: Provider, { logger, metrics, ...deps }: LogDeps): void {
  if (metrics?.isOn) countIssued(provider, metrics);
  const refused = (ctx: KoaContextWithOIDC, error: ProtocolError) => {
    const { id } = requestInfo(ctx);
    const { reason, explain } = judgeRefusal(ctx, error, deps);
    const endpoint = ctx.oidc?.route ?? 'unknown';
    refusedRequests.set(ctx.req, true);
    const code = ERROR_CODE.test(error.message) ? error.message : 'other';
    metrics?.count('gatehouse_oidc_refusals_total', { endpoint, error: code, reason });
    const fields = { request: { id }, ...clientOf(ctx), endpoint, error: code, reason };
    const { error_description, error_detail } = error;
    // The sentence may need a look into the store; nobody waits for it, and a store that is away leaves it out.
    void explain()
      .catch(() => undefined)
      .then((explanation) => {
        logger.info(
          { ...fields, explanation, error_description, error_detail },
          'a protocol request was refused',
        );
      });
  };
  for (const event of REFUSALS) (provider as EventEmitter).on(event, refused);

  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    const status = (error as ProtocolError).statusCode ?? 500;
    if (status === 503) ctx.set('Retry-After', '2');
    logger.error({ request: { id: requestInfo(ctx).id }, err: error }, 'a protocol request failed');
  });
}

/** What a library's error is called (RFC 6749 §5.2). */
const ERROR_CODE = /^[a-z_]{1,60}$/;

/** An id that was never one of ours may be logged to find who mistyped theirs; what cannot be one is not. */
function clientOf(ctx: KoaContextWithOIDC): { client?: { id: string } } {
  const id = ctx.oidc?.client?.clientId ?? ctx.oidc?.params?.client_id;
  return typeof id === 'string' && couldBeClientId(id) ? { client: { id } } : {};
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
/**
 * A spent code or refresh token came back too late to be an honest retry. Its grant ends (RFC 6749 §4.1.2, RFC 9700
 * §4.14.2), the person is told, and it is audited: once, however many present it at the same moment.
 */
export async function reportTheft(ctx: KoaContextWithOIDC, deps: EventsDeps): Promise<void> {
  const { audit, findUser, endStolen } = deps;
  const { client, params, provider, entities } = ctx.oidc;
  const isRefresh = params?.grant_type === 'refresh_token';
  const spent = isRefresh
    ? entities.RefreshToken
    : await provider.AuthorizationCode.find(String(params?.code), { ignoreExpiration: true });
  const user = spent?.accountId === undefined ? undefined : await findUser(spent.accountId);
  const request = requestInfo(ctx);

  // Without a person the library ends it right after, and there is nobody to tell.
  if (user && spent?.grantId !== undefined) {
    const appName = client?.clientName ?? client?.clientId ?? '';
    const { isDone } = await endStolen({ userId: user.id, grantId: spent.grantId, appName, request });
    if (!isDone) return;
  }
  await audit.record(isRefresh ? refreshTokenStolen : codeStolen, {
    outcome: 'refused',
    ...(client ? { actor: { type: 'client', id: client.clientId }, clientId: client.clientId } : {}),
    ...defined({ userId: user?.id }),
    request,
  });
}

/**
 * The library tells of each code that it saved, and of each token request that succeeded: a token that was saved or
 * signed and then not handed out, because another request had won the code meanwhile, does not count.
 */
function countIssued(provider: Provider, metrics: Metrics): void {
  const events = provider as EventEmitter;
  const issued = (type: string) => metrics.count('gatehouse_oidc_tokens_issued_total', { type });
  events.on('authorization_code.saved', () => issued('authorization_code'));
  events.on('grant.success', (ctx: KoaContextWithOIDC) => {
    metrics.count('gatehouse_oidc_grants_total', { grant_type: String(ctx.oidc.params?.grant_type) });
    const { access_token, refresh_token, id_token } = ctx.body as Record<string, string | undefined>;
    const kind = ctx.oidc.entities.ClientCredentials ? 'client_credentials' : 'access_token';
    if (access_token !== undefined) issued(`${kind}_${access_token.includes('.') ? 'jwt' : 'opaque'}`);
    if (refresh_token !== undefined) issued('refresh_token');
    if (id_token !== undefined) issued('id_token');
  });
}
