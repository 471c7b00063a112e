import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../../lib/clock.ts';
import type { Wrong } from '../../views/views.ts';
import type { TOKEN_EXCHANGE } from '../grant-types/token-exchange.ts';

/** One reason, and how it is recognised and told. */
export type Row = {
  reason: string;
  /** Of the library's (or our own) detail, else its description. */
  says: RegExp;
  /** Requests at the token endpoint with this `grant_type` alone. */
  on?: 'authorization_code' | 'refresh_token' | typeof TOKEN_EXCHANGE;
  /**
   * What the page of a person says of it, whoever that is. Absent: nothing. Only what is about the request itself may be
   * told, never whether a secret, a code, a token or a person is one of ours.
   */
  told?: Wrong['about'];
  explain(facts: Facts): string | undefined | Promise<string | undefined>;
};

/** What a row may look at: the request, as far as the library came with it. */
export type Facts = {
  ctx: KoaContextWithOIDC;
  error: ProtocolError;
  params: Readonly<Record<string, unknown>>;
  client: Client | undefined;
  deps: RefusalsDeps;
  match: RegExpMatchArray;
};

/** What rows look up. */
export type RefusalsDeps = {
  clock: Clock;
  /** Clients of any state whose ids begin alike. */
  findSimilarClients(id: string): Promise<string[]>;
  isClientDisabled(id: string): Promise<boolean>;
  isResourceServer(identifier: string): Promise<boolean>;
  /** When a code or refresh token that the store does not give out any more had expired; milliseconds. */
  whenExpired(model: 'AuthorizationCode' | 'RefreshToken', id: string): Promise<number | undefined>;
};

/** The library's errors: `error_detail` is its own word to the operator. */
export type ProtocolError = Error & {
  error_detail?: string;
  error_description?: string;
  scope?: string;
  statusCode?: number;
};

/** A client as the library holds it. */
export type Client = {
  clientId: string;
  clientAuthMethod: string;
  clientSecret?: string;
  jwksUri?: string;
  redirectUris: string[];
  postLogoutRedirectUris?: string[];
  grantTypes: string[];
  responseTypes: string[];
  scope?: string;
  gatehouse?: { scope?: string; pkce?: string; pkceSince?: number; allowedRoles?: readonly string[] };
};
