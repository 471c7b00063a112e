import {
  type AccessToken,
  type ClientCredentials,
  errors,
  type KoaContextWithOIDC,
  type Client as LibraryClient,
  type Provider,
} from 'oidc-provider';
import {
  buildTokenResponse,
  checkDpopReplay,
  checkDpopRequired,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js';
import { createRequestSlot } from '../../lib/request-slot.ts';
import type { ResourceServer } from '../../resource-servers/resource-servers.ts';

/**
 * Token exchange (RFC 8693): somebody brings a token of one kind and gets an access token for one API. What is the same
 * for all kinds is here, so that none can forget it: the form of the request, one target, only an access token as the
 * answer, DPoP (RFC 9449), and who may. A kind says the rest in five steps, which run in their order.
 */
export type ExchangeKind<Subject extends ExchangeSubject = ExchangeSubject> = {
  /** The `subject_token_type` that it takes, a URI (RFC 8693 §3). */
  subjectTokenType: string;
  /** Whether the client of the request may exchange tokens of this kind; it is authenticated by then. */
  mayExchange(client: ExchangingClient): boolean;
  /** Whom the subject token stands for. Throws `refusedToken` for one that is not acceptable, whatever the reason. */
  findSubject(ctx: KoaContextWithOIDC, subjectToken: string): Promise<Subject>;
  /** The API that the token will be for. `named`: `resource` and `audience` (§2.1). Throws `invalid_target`. */
  findTarget(ctx: KoaContextWithOIDC, subject: Subject, named: NamedTargets): Promise<ResourceServer>;
  /** The scopes that it will have. `asked`: absent when none were named. Throws `invalid_scope` (RFC 6749 §5.2). */
  findScopes(
    ctx: KoaContextWithOIDC,
    facts: { subject: Subject; api: ResourceServer; asked: readonly string[] | undefined },
  ): Promise<readonly string[]>;
  /** Counts the exchange, where it is limited, and makes the token, which is not signed yet: nothing is refused after it. */
  issue(
    ctx: KoaContextWithOIDC,
    facts: { subject: Subject; api: ResourceServer; scopes: readonly string[] },
  ): Promise<ExchangedToken>;
};

/** `client`: whose the token will be, who need not be the client of the request. */
export type ExchangeSubject = { client: LibraryClient };
export type ExchangingClient = { clientId: string; gatehouse?: { exchanges?: string } };
export type NamedTargets = { resources: readonly string[]; audiences: readonly string[] };

/** A token of the library's that is not saved yet. `claims`: what it says beside what all tokens say. */
export type ExchangedToken = {
  token: AccessToken | ClientCredentials;
  claims: Readonly<Record<string, unknown>>;
};

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** RFC 8693 §3. A JWT may be asked for by its own name: ours are access tokens all the same (§2.2.1). */
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'resource',
  'audience',
  'scope',
];
/** §2.1: several targets may be named; each kind says that it is for one. */
const MAY_REPEAT = ['resource', 'audience'];

/** Teaches the library the grant type. It is none that `clients update` gives: who may, each kind says. */
export function registerTokenExchange(provider: Provider, kinds: readonly ExchangeKind[]): void {
  provider.registerGrantType(
    TOKEN_EXCHANGE,
    async (ctx) => exchange(provider, ctx, kinds),
    PARAMETERS,
    MAY_REPEAT,
  );
}

/**
 * RFC 8693 §2.2.2: a subject token that is not acceptable is `invalid_request`. Whoever presents it reads the same words
 * for each reason; `detail` is for the log.
 */
export function refusedToken(detail: string): Error {
  return new errors.InvalidRequest('the subject_token is not acceptable', 400, detail);
}

const claimsOfExchanges = createRequestSlot<ExchangedToken['claims']>('claims of an exchange');

/** The claims of the token that this request exchanges another one for; undefined for any other request. */
export const claimsOfExchange = ({ req }: Pick<KoaContextWithOIDC, 'req'>) => claimsOfExchanges.get(req);

type Context = Parameters<Parameters<Provider['registerGrantType']>[1]>[0];
type Params = Readonly<Record<string, string | string[] | undefined>>;

async function exchange(provider: Provider, ctx: Context, kinds: readonly ExchangeKind[]): Promise<void> {
  const { oidc } = ctx;
  const params = oidc.params as Params;
  const kind = kindOf(params, kinds);
  if (!kind.mayExchange(oidc.client as unknown as ExchangingClient))
    throw new errors.UnauthorizedClient(NOT_ALLOWED);
  const proof = await validateDpop(provider, ctx);

  const subject = await kind.findSubject(ctx, String(params.subject_token));
  const named = { resources: listOf(params.resource), audiences: listOf(params.audience) };
  const api = await kind.findTarget(ctx, subject, named);
  const asked = params.scope === undefined ? undefined : String(params.scope).split(' ').filter(Boolean);
  const scopes = await kind.findScopes(ctx, { subject, api, asked });

  // From here on it is that one's: what it must prove, and what it is told.
  oidc.entity('Client', subject.client);
  checkDpopRequired(provider, ctx, proof);
  await checkDpopReplay(provider, ctx, proof, subject.client.clientId);
  const { token, claims } = await kind.issue(ctx, { subject, api, scopes });
  if (proof) token.setThumbprint('jkt', proof.thumbprint);
  oidc.entity(token.kind as 'AccessToken', token as AccessToken);
  claimsOfExchanges.set(ctx.req, claims);
  ctx.body = buildTokenResponse(provider, {
    accessToken: await token.save(),
    issuedTokenType: ACCESS_TOKEN, // §2.2.1: also for who asked for a JWT
    tokenType: token.tokenType,
    expiresIn: token.expiration,
    scope: token.scope || undefined,
  });
}

function kindOf(params: Params, kinds: readonly ExchangeKind[]): ExchangeKind {
  const missing = ['subject_token', 'subject_token_type'].filter((name) => !params[name]);
  if (missing.length > 0)
    throw new errors.InvalidRequest(
      `missing required parameter${missing.length > 1 ? 's' : ''} ${missing.map((name) => `'${name}'`).join(' and ')}`,
    );
  if (params.actor_token !== undefined || params.actor_token_type !== undefined)
    throw new errors.InvalidRequest(NO_ACTOR);
  const { requested_token_type: requested = ACCESS_TOKEN } = params;
  if (requested !== ACCESS_TOKEN && requested !== JWT) throw new errors.InvalidRequest(ONLY_ACCESS_TOKENS);
  const kind = kinds.find(({ subjectTokenType }) => subjectTokenType === params.subject_token_type);
  if (!kind) throw new errors.InvalidRequest(UNKNOWN_TYPE);
  return kind;
}

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : [value].flat();

/** Our words; `refusals/token-exchange.ts` knows them. */
const NOT_ALLOWED = 'the client may not exchange tokens of this type';
const NO_ACTOR = 'an actor_token is not taken';
const ONLY_ACCESS_TOKENS = 'requested_token_type can be an access token or a JWT only';
const UNKNOWN_TYPE = 'subject_token_type is none that is taken here';
